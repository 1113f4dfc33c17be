"""The command line, run in this process."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from orbitcfg.cli import run as run_program
from orbitcfg.cli.outcome import Program

_SECONDS = re.compile(r"\d+\.\d\d s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    stdout: str
    stderr: str

    @property
    def transcript(self) -> str:
        """All of it in one text, less how long it took."""
        notes = _SECONDS.sub("0.00 s", self.stderr)
        told = f"--- stderr\n{notes}" if notes else ""
        return f"{self.stdout}{told}--- exit {self.status}\n"


def run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path | None = None) -> Outcome:
    """Runs `orbitcfg` with these arguments, in a folder."""
    if folder is not None:
        monkeypatch.chdir(folder)
    capsys.readouterr()
    monkeypatch.setattr("sys.argv", ["orbitcfg", *arguments])
    status = Program(lambda: run_program(list(arguments)))()
    captured = capsys.readouterr()
    return Outcome(status, captured.out, captured.err)


def written_to_terminal(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written to stderr meanwhile, where that is a terminal."""
    import pty  # there is none on Windows

    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        work()
        # so that there is something to read
        terminal.write("end\n")
        terminal.flush()
        written = ""
        while "end" not in written:
            written += os.read(ours, 1000).decode()
    os.close(ours)
    return written
