"""A table for a terminal: rows in groups with headings, columns of one width throughout, long words broken where they are joined."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Literal, TypeAlias

from rich.cells import cell_len, chop_cells
from rich.console import Console, Group
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orbitcfg.dataclass import dataclass
from orbitcfg.report.terminal import strip_control_characters

GAP = 2
"""Columns between two columns, and before what stands under a heading."""

_JOINTS = " -/._:@"

CellLines: TypeAlias = Sequence[tuple[str, str]]
"""The lines of a cell, each with its style as rich names it; empty for none."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column's heading, and its share, relative to others, of a room that is too small for them."""

    heading: str
    share: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A cell for each column, and a remark below them."""

    cells: tuple[CellLines, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Rows under a heading."""

    heading: str
    rows: tuple[TableRow, ...]


def format_table(columns: Sequence[TableColumn], groups: Sequence[TableGroup], *, width: int, color: bool) -> str:
    """The table in lines of at most `width` columns of a terminal, without blanks at their ends."""
    written = StringIO()
    color_system: Literal["standard"] | None = "standard" if color else None
    # everything is given: otherwise rich asks the terminal and the environment
    console = Console(file=written, width=width, height=1, force_terminal=color, color_system=color_system, no_color=not color, legacy_windows=False)
    titles = TableRow(tuple([(column.heading, "dim")] for column in columns))
    layout = _layout(columns, [titles, *(row for group in groups for row in group.rows)], width - GAP * len(columns))
    _print_row(console, layout, titles)
    for group in groups:
        console.print(Text(strip_control_characters(group.heading), "bold"), soft_wrap=True)
        for row in group.rows:
            _print_row(console, layout, row)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


@dataclass(frozen=True, slots=True)
class _Width:
    """The width of a column, or its share of what the others leave; the other is None."""

    fixed: int | None
    share: int | None = None


def _layout(columns: Sequence[TableColumn], rows: Sequence[TableRow], room: int) -> tuple[_Width, ...]:
    """Columns as wide as what they hold; where that is too much, those above the average share what the others leave."""
    widths = [
        max(cell_len(strip_control_characters(text)) for cell in cells for text, _ in cell)
        for cells in zip(*(row.cells for row in rows), strict=True)
    ]
    widest = room if sum(widths) <= room else room // len(widths)
    return tuple(_Width(width) if width <= widest else _Width(None, column.share) for column, width in zip(columns, widths, strict=True))


def _print_row(console: Console, layout: tuple[_Width, ...], row: TableRow) -> None:
    """Prints a row as a table of its own: its remark goes across all columns, which no cell of a table does."""
    table = Table.grid(padding=(0, GAP, 0, 0), expand=any(width.share for width in layout))
    for width in layout:
        table.add_column(width=width.fixed, ratio=width.share)
    table.add_row(*(Group(*(_Breakable(strip_control_characters(text), style) for text, style in cell)) for cell in row.cells))
    console.print(Padding(table, (0, 0, 0, GAP)))
    if row.remark:
        console.print(Padding(_Breakable(strip_control_characters(row.remark)), (0, 0, 0, 2 * GAP)))


class _Breakable(Text):
    """Text that breaks behind a character that joins words where there is one in the latter half of a line: no blank stands in an address or a name."""

    def wrap(self, console: Console, width: int, **options: object) -> Lines:  # noqa: ARG002 - as rich calls it
        """The lines of the text."""
        lines = self.divide(_breaks(self.plain, width))
        for line in lines:
            line.rstrip()
        return lines


def _breaks(text: str, width: int) -> Iterator[int]:
    """Where a text is broken so that no line is wider."""
    start = 0
    while cell_len(text[start:]) > width:
        # at least one character: a wide one may fit in no line, and the loop would never end
        end = start + max(len(chop_cells(text[start:], width)[0]), 1)
        start = next((cut for cut in range(end, (start + end) // 2, -1) if text[cut - 1] in _JOINTS), end)
        yield start
