"""For people: a block for each adapter and library, a line for each template, below it what is wrong with it."""

from collections.abc import Iterator
from itertools import groupby

from orbitcfg.commands.templates.result import TemplateInventory, TemplateRow
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.report.style import SEVERITY_COLORS, Style
from orbitcfg.report.terminal import fitted


def render(inventory: TemplateInventory, style: Style) -> str:
    """The blocks, and behind them what is about no single template."""
    blocks = [
        _block(adapter, library, list(rows), style)
        for (adapter, library), rows in groupby(inventory.rows, key=lambda row: (row.adapter, row.library))
    ]
    others = [line for each in _shown(inventory.others, style) for line in _finding(each, style, indent="")]
    texts = ("".join(f"{line}\n" for line in block) for block in (*blocks, others) if block)
    return fitted("\n".join(texts) or f"{style.line(_nothing(inventory.unread))}\n", style.width)


def _nothing(unread: tuple[str, ...]) -> str:
    if not unread:
        return "no templates"
    whose = f"adapter `{unread[0]}`" if len(unread) == 1 else counted(len(unread), "intent adapter")
    return f"no templates: the libraries of {whose} are not here. ORBIT looks for them from the folder that holds its `server/`"


def _block(adapter: str, library: str, rows: list[TemplateRow], style: Style) -> list[str]:
    off = "" if rows[0].is_on else " (off)"
    lines = [f"{style.paint(style.line(f'{adapter}{off}'), 'bold')}: {style.line(library)}, {counted(len(rows), 'template')}"]
    for row in rows:
        parts = [f"({', '.join(row.parameters)})" if row.parameters else "", counted(len(row.examples), "example")]
        lines.append(style.line(f"  {row.id or '(no id)'} {' '.join(part for part in parts if part)}"))
        for each in _shown(row.findings, style):
            lines += _finding(each, style, indent="    ")
    return lines


def _shown(found: tuple[Diagnostic, ...], style: Style) -> tuple[Diagnostic, ...]:
    return tuple(each for each in found if style.verbose or each.severity > Severity.INFO)


def _finding(found: Diagnostic, style: Style, *, indent: str) -> Iterator[str]:
    label = style.paint(f"{found.severity.label}[{found.code}]", SEVERITY_COLORS[found.severity])
    where = "" if found.place is None else f" ({getattr(found.place, 'label', None) or getattr(found.place, 'name', '')})"
    yield f"{indent}{label}: {style.line(found.message + where)}"
    yield f"{indent}  = {style.line(found.help)}"
