"""A table for a terminal: rows in groups with headings, columns of one width throughout, long words broken where they are joined."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Literal, TypeAlias

from rich.cells import cell_len, chop_cells
from rich.console import Console, Group, RenderableType
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orbitcfg.dataclass import dataclass
from orbitcfg.report.terminal import strip_control_characters

GAP = 2
"""Columns between two columns, and before what stands under a heading."""

_JOINTS = " -/._:@"

CellLines: TypeAlias = tuple[tuple[str, str], ...]
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


def format_table(columns: Sequence[TableColumn], groups: Iterable[TableGroup], *, width: int, color: bool) -> str:
    """The table in lines of at most `width` columns of a terminal, without blanks at their ends."""
    # many rows of a long table are alike: each is held once, and laid out once
    alike: dict[TableRow, TableRow] = {}
    listed = [(group.heading, [alike.setdefault(row, row) for row in group.rows]) for group in groups]
    titles = TableRow(tuple(((column.heading, "dim"),) for column in columns))
    paper = _Paper(width, _layout(columns, (titles, *alike), width - GAP * len(columns)), color=color)
    written = {row: paper.of_row(row) for row in alike}
    parts = [paper.of_row(titles)]
    for heading, rows in listed:
        parts += [paper.of_heading(heading), *(written[row] for row in rows)]
    return "".join(parts)


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


class _Paper:
    """Where parts of a table are written, each by itself."""

    def __init__(self, width: int, layout: tuple[_Width, ...], *, color: bool) -> None:
        color_system: Literal["standard"] | None = "standard" if color else None
        self.layout = layout
        # everything is given: otherwise rich asks the terminal and the environment
        self.console = Console(
            file=StringIO(), width=width, height=1, force_terminal=color, color_system=color_system, no_color=not color, legacy_windows=False
        )

    def of_heading(self, heading: str) -> str:
        """The line of a heading, of any length."""
        return self._written(Text(strip_control_characters(heading), "bold"), soft_wrap=True)

    def of_row(self, row: TableRow) -> str:
        """The lines of a row, a table of its own: its remark goes across all columns, which no cell of a table does."""
        table = Table.grid(padding=(0, GAP, 0, 0), expand=any(width.share for width in self.layout))
        for width in self.layout:
            table.add_column(width=width.fixed, ratio=width.share)
        table.add_row(*(Group(*(_Breakable(strip_control_characters(text), style) for text, style in cell)) for cell in row.cells))
        lines = self._written(Padding(table, (0, 0, 0, GAP)))
        remark = _Breakable(strip_control_characters(row.remark))
        return lines + self._written(Padding(remark, (0, 0, 0, 2 * GAP))) if row.remark else lines

    def _written(self, what: RenderableType, *, soft_wrap: bool = False) -> str:
        """What is printed, without blanks at the ends of lines."""
        self.console.file = StringIO()
        self.console.print(what, soft_wrap=soft_wrap)
        return "".join(f"{line.rstrip()}\n" for line in self.console.file.getvalue().splitlines())


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
