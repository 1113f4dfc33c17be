"""Frames and sentences fit a terminal: a long line is cut around what is meant, a sentence goes on below; elsewhere both are whole."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.full import render, shown_line
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import width, wrapped

LINE = "abcdefghij" * 10


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (0, 3, "abcdefghijabcdefghi…"),
        (18, 19, "abcdefghijabcdefghi…"),
        (50, 53, "…jabcdefghijabcdefg…"),
        (97, 100, "…bcdefghijabcdefghij"),
        (30, 80, "…abcdefghijabcdefgh…"),
        (2, 90, "abcdefghijabcdefghi…"),
    ],
)
def test_a_long_line_is_cut_around_what_is_meant(start: int, end: int, shown: str) -> None:
    text, first, last = shown_line(Span(Source("a.yaml", LINE), start, end), 20)
    assert text == shown
    assert text[first:last].strip("…") in LINE[start:end]
    assert first < last


@given(st.integers(0, 99), st.integers(1, 60), st.integers(10, 160))
def test_a_cut_line_holds_the_beginning_of_what_is_meant(start: int, length: int, limit: int) -> None:
    text, first, last = shown_line(Span(Source("a.yaml", LINE), start, min(start + length, 100)), limit)
    assert len(text) == min(limit, 100)
    assert text[first] == LINE[start]
    assert first < last <= len(text)


def test_a_finding_fits_a_terminal_and_is_whole_elsewhere() -> None:
    source = Source("a.yaml", f"note: {LINE}\n")
    found = Diagnostic(
        "ORB303", "wrong-value", Severity.ERROR, "a fact in words " * 9 + "ends", "a remedy in words " * 6 + "ends", Span(source, 6, 106)
    )
    report = Report((found,))
    narrow, whole = (render(report, Style(color=True, width=limit)).split("\n") for limit in (60, None))
    assert max(map(width, narrow)) <= 60
    assert LINE in "".join(whole)
    assert " ".join(" ".join(narrow).split()).count("a fact in words") == 9


@given(st.text("ab→…—é表 ", max_size=60), st.text("xy", min_size=1, max_size=9), st.text("ab→…—é表 ", max_size=60), st.integers(30, 90))
@example("aaaaaaaaaaa……→→→", "xxxx", "a", 34)
def test_marks_stand_below_what_is_meant_where_the_encoding_lacks_characters(before: str, meant: str, after: str, limit: int) -> None:
    source = Source("a.yaml", f"k:{before}{meant}{after}.")
    span = Span(source, len(before) + 2, len(before) + 2 + len(meant))
    found = Diagnostic("ORB303", "wrong-value", Severity.ERROR, "a → b …", "c → d …", span)
    text = render(Report((found,)), Style(width=limit, encoding="ascii"))
    assert text.isascii()
    _, _, _, line, marks, *_ = text.split("\n")
    assert max(map(len, text.split("\n"))) <= limit
    assert [column for column, mark in enumerate(marks) if mark == "^"] == [column for column, character in enumerate(line) if character in "xy"]


@given(st.lists(st.text("ab\x1b[1m", min_size=1, max_size=12), min_size=1), st.integers(8, 40))
def test_a_sentence_loses_no_word(words: list[str], limit: int) -> None:
    line = " ".join(words)
    assert " ".join(wrapped(line, limit)).split() == line.split()
