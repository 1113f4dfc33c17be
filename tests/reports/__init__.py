"""Cases after public reports of people who run gateways and model servers: their commands are run, and what is printed must say what a right answer says."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.program import run
from tests.shared import read_facts

Answer = Callable[[str], str]
"""What the commands of a case print, all in one."""


def files_of(case: str, folder: Path) -> Path:
    """The folder of a case, written out."""
    for name, text in read_facts("reports")[case]["files"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="")
    return folder


def commands_of(case: str) -> Iterator[list[str]]:
    """The arguments of each command of a case."""
    for line in read_facts("reports")[case]["command"].splitlines():
        program, *arguments = shlex.split(line)
        assert program == "orbitcfg"
        yield arguments


def answer(case: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the commands of a case print in its folder, with their exits."""
    written = files_of(case, folder)
    return "".join(run(arguments, capsys, monkeypatch, written).transcript for arguments in commands_of(case))
