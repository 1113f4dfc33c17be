"""For documents: a Markdown table."""

from orbitcfg.commands.providers.columns import HEADINGS, Cell, columns, remark
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.report.style import Style


def render(usage: Usage, _style: Style) -> str:
    """A line for each row; its remark stands in the last column."""
    headings = [*HEADINGS, "remark"]
    lines = [_line(headings), _line(["---"] * len(headings))]
    lines += [_line([*(_cell(cell) for cell in columns(use)), _escaped(remark(use))]) for use in usage.rows]
    return "\n".join(lines) + "\n"


def _line(parts: list[str]) -> str:
    return f"| {' | '.join(parts)} |"


def _cell(cell: Cell) -> str:
    return _escaped(f"{cell.text} ({cell.note})" if cell.note else cell.text)


def _escaped(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())
