"""For people: a table that fits a terminal of 100 columns, an adapter's rows under its name."""

from collections.abc import Iterator
from itertools import groupby
from typing import TypeAlias

from orbitcfg.commands.providers.columns import Cell, cells, remark
from orbitcfg.commands.providers.origin import named
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters, width

COLUMNS = 100
GAP = "  "
_NARROWEST = 8
_YIELDING = (1.3, 1.0, 1.0, 0.75, 1.0)
"""How readily each column gives up width: addresses last."""

_COLUMN_HEADINGS = ("service", "provider", "model", "url and key", "state")
_STATE_COLORS = {"ok": "green", "off": "dim", "ignored": "dim", "undecided": "yellow", "disabled": "yellow", "keyless": "yellow"}

Column: TypeAlias = list[tuple[str, bool]]
"""The lines of a cell, each with whether it is a note."""


def render(usage: Usage, style: Style) -> str:
    """A block for each adapter; under a value stands where it comes from."""
    if not usage.rows:
        return "nothing\n"
    rows = [(use, _cells(usage.config, use)) for use in usage.rows]
    widths = _widths([columns for _, columns in rows])
    titles = GAP.join(heading.ljust(size) for heading, size in zip(_COLUMN_HEADINGS, widths, strict=True))
    lines = [style.paint((GAP + titles).rstrip(), "dim")]
    for name, group in groupby(rows, key=lambda row: _owner(row[0])):
        lines.append(style.paint(strip_control_characters(name), "bold"))
        for use, columns in group:
            lines += (GAP + line for line in _lines(columns, widths, style))
            lines += (GAP * 2 + part for part in _wrapped(strip_control_characters(remark(use)), COLUMNS - 2 * len(GAP)))
    return "\n".join(lines) + "\n"


def _owner(use: Use) -> str:
    return "default" if use.adapter is None else named(use.adapter).partition("@")[0]


def _cells(config: Config, use: Use) -> tuple[Column, ...]:
    """The columns of a row: the choices of clients stand under `@`, the key stands under the address."""
    _, service, provider, model, url, key, state = (
        Cell(strip_control_characters(cell.text), strip_control_characters(cell.note)) for cell in cells(config, use)
    )
    _, at, choice = named(use.adapter or "").partition("@")
    first: Column = (
        [(strip_control_characters(at + choice), False), *([] if use.service == "inference" else [(service.text, True)])]
        if at
        else [(service.text, False)]
    )
    address: Column = [*_column(url), *([(f"{key.text} {key.note}".strip(), True)] if key.text != "-" else [])]
    return first, _column(provider), _column(model), address, _column(state)


def _column(cell: Cell) -> Column:
    return [(cell.text, False), *([(cell.note, True)] if cell.note else [])]


def _widths(rows: list[tuple[Column, ...]]) -> list[int]:
    """The width of each column: what its longest line needs, less what the widest must give up for all to fit."""
    widths = [max(width(heading), *(width(text) for row in rows for text, _ in row[index])) for index, heading in enumerate(_COLUMN_HEADINGS)]
    while sum(widths) > COLUMNS - len(GAP) * len(widths):
        widest = max(range(len(widths)), key=lambda index: widths[index] * _YIELDING[index])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _lines(row: tuple[Column, ...], widths: list[int], style: Style) -> Iterator[str]:
    columns = [[(part, is_note) for text, is_note in column for part in _wrapped(text, size)] for column, size in zip(row, widths, strict=True)]
    for number in range(max(len(column) for column in columns)):
        parts = []
        for index, (column, size) in enumerate(zip(columns, widths, strict=True)):
            text, is_note = column[number] if number < len(column) else ("", False)
            tint = "dim" if is_note else _STATE_COLORS.get(row[-1][0][0], "red") if index == len(widths) - 1 else ""
            padded = text + " " * (size - width(text))
            parts.append(style.paint(padded, tint) if tint else padded)
        yield GAP.join(parts).rstrip()


def _wrapped(text: str, size: int) -> list[str]:
    """The text in lines of a width, broken behind a sign that joins words where there is one in the latter half."""
    lines = []
    while width(text) > size:
        cut = next((end for end in range(size, size // 2, -1) if text[end - 1] in " -/._:@"), size)
        lines.append(text[:cut].rstrip())
        text = text[cut:]
    return [*lines, text] if text else lines
