"""For people: a block for each adapter and library, a line for each template, below it what is wrong with it."""

from collections.abc import Iterator
from itertools import groupby

from orbitcfg.commands.templates.result import TemplateInventory, TemplateRow
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}


def render(inventory: TemplateInventory, style: Style) -> str:
    """The blocks, and behind them what is about no single template."""
    blocks = []
    for (adapter, library), rows in groupby(inventory.rows, key=lambda row: (row.adapter, row.library)):
        blocks.append(_block(adapter, library, list(rows), style))
    others = [line for each in _shown(inventory.others, style) for line in _finding(each, style, indent="")]
    return "\n".join([*blocks, *(["".join(others)] if others else [])]) or "no templates\n"


def _block(adapter: str, library: str, rows: list[TemplateRow], style: Style) -> str:
    off = "" if rows[0].is_on else " (off)"
    head = style.paint(strip_control_characters(f"{adapter}{off}"), "bold")
    lines = [f"{head}: {strip_control_characters(library)}, {counted(len(rows), 'template')}\n"]
    for row in rows:
        parts = [f"({', '.join(row.parameters)})" if row.parameters else "", counted(len(row.examples), "example")]
        lines.append(strip_control_characters(f"  {row.id or '(no id)'} {' '.join(part for part in parts if part)}") + "\n")
        for each in _shown(row.findings, style):
            lines += _finding(each, style, indent="    ")
    return "".join(lines)


def _shown(found: tuple[Diagnostic, ...], style: Style) -> tuple[Diagnostic, ...]:
    return tuple(each for each in found if style.verbose or each.severity > Severity.INFO)


def _finding(found: Diagnostic, style: Style, *, indent: str) -> Iterator[str]:
    label = style.paint(f"{found.severity.label}[{found.code}]", _STYLES[found.severity])
    where = "" if found.place is None else f" ({getattr(found.place, 'label', None) or getattr(found.place, 'name', '')})"
    yield f"{indent}{label}: {strip_control_characters(found.message + where)}\n"
    yield f"{indent}  = {strip_control_characters(found.help)}\n"
