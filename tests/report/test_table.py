"""Tables for a terminal."""

import pytest

from orbitcfg.report.table import CellLines, TableColumn, TableGroup, TableRow, format_table

COLUMNS = (TableColumn("name"), TableColumn("address", share=2))


def table(*rows: TableRow, width: int = 40, color: bool = False) -> str:
    """A table of one group."""
    return format_table(COLUMNS, [TableGroup("group", rows)], width=width, color=color)


def row(*texts: str, remark: str = "") -> TableRow:
    """A row of plain cells."""
    cells: tuple[CellLines, ...] = tuple(((text, ""),) for text in texts)
    return TableRow(cells, remark)


def test_columns_are_as_wide_as_what_they_hold() -> None:
    assert table(row("a", "http://x"), row("longer", "y")) == "  name    address\ngroup\n  a       http://x\n  longer  y\n"


def test_a_remark_goes_across_the_columns() -> None:
    assert table(row("a", "b", remark="more than both of the columns hold")).splitlines()[-1] == "    more than both of the columns hold"


def test_a_cell_has_its_notes_under_it() -> None:
    assert table(TableRow(((("a", ""), ("note", "dim")), (("b", ""),)))).splitlines()[-2:] == ["  a     b", "  note"]


def test_what_is_too_long_breaks_behind_what_joins_its_parts() -> None:
    lines = table(row("a", "https://models.example.com/v1"), width=28).splitlines()
    assert lines[-2:] == ["  a     https://models.", "        example.com/v1"]


def test_long_columns_share_what_short_ones_leave() -> None:
    lines = table(row("n" * 60, "u" * 60), width=40).splitlines()
    assert lines[2] == f"  {'n' * 11}  {'u' * 25}"


@pytest.mark.parametrize("width", range(12, 60))
def test_no_line_is_wider_than_the_table(width: int) -> None:
    text = table(row("an-adapter", "https://models.example.com/v1", remark="a sentence of some length"), row("模型" * 9, "x" * 70), width=width)
    assert max(len(line) + sum(sign > "\u2e80" for sign in line) for line in text.splitlines()) <= width


def test_nothing_that_a_file_holds_steers_the_terminal() -> None:
    text = table(row("a\x1b[31m", "[bold]b[/bold]\nc"), width=60)
    assert text.splitlines()[-1] == "  a\ufffd[31m  [bold]b[/bold] c"


def test_colour_is_there_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm-256color"), ("COLUMNS", "10")):
        monkeypatch.setenv(name, value)
    styled = TableRow(((("a", "bold green"),), (("b", ""),)))
    assert "\x1b" not in table(styled)
    assert "\x1b[1;32ma\x1b[0m" in table(styled, color=True)


def test_colour_that_is_asked_for_stays_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    assert "\x1b[1mgroup\x1b[0m" in table(row("a", "b"), color=True)


def test_rows_that_are_alike_stand_in_each_group() -> None:
    """They are laid out once."""
    groups = (TableGroup(name, (row("a", "x"), row("b", "y"), row("a", "x"))) for name in ("first", "second"))
    lines = ("  a     x", "  b     y", "  a     x")
    assert format_table(COLUMNS, groups, width=40, color=False).splitlines() == ["  name  address", "first", *lines, "second", *lines]
