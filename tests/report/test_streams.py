"""What is said leaves through one gate, whoever says it and in however many pieces."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orbitcfg.cli import streams
from orbitcfg.report.terminal import printable
from tests.program import run

HOSTILE = "a\x1b[8m\n::error::owned\u202e"
pieces = st.lists(st.text(st.sampled_from("a:#[vso \n\x1b\u202e"), max_size=6), max_size=8)


@given(pieces)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_leave_as_the_whole_would(capsys: pytest.CaptureFixture[str], parts: list[str]) -> None:
    capsys.readouterr()
    text = streams.Pieces()
    for part in parts:
        text.add(part)
    text.end()
    assert capsys.readouterr().err == printable("".join(parts) + "\n")


def test_a_piece_does_not_wait_for_the_end_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    streams.Pieces().add("Once upon")
    assert capsys.readouterr().err == "Once upon"


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    streams.error(HOSTILE)
    assert capsys.readouterr().err == "orbitcfg: a\ufffd[8m ::error::owned\ufffd\n"


def test_a_note_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    streams.note(HOSTILE)
    streams.note(HOSTILE, quiet=True)
    assert capsys.readouterr().err == "a\ufffd[8m\n: :error::owned\ufffd\n"


def test_a_verdict_is_one_line_or_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    class Hostile:
        headline = HOSTILE

    streams.verdict(Hostile())  # type: ignore[arg-type]
    streams.verdict(None)
    streams.verdict(Hostile(), quiet=True)  # type: ignore[arg-type]
    assert capsys.readouterr().err == "a\ufffd[8m ::error::owned\ufffd\n"


@pytest.mark.parametrize("arguments", [["--\u202ex"], ["validate", "--\u2028x"], ["rule", "a", "b\u202e"], ["\u202e"]])
def test_what_was_typed_steers_nothing(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(arguments, capsys, monkeypatch, tmp_path)
    assert done.status == 2
    assert "Usage: " in done.stderr
    assert not {"\u202e", "\u2028"} & set(done.stderr)


def test_without_a_stream_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    streams.note("a")
