"""Golden cases: a folder with a configuration, and what orbitcfg prints for it.

`command.txt` has the arguments, a line for each run; without it, `validate --no-env`. `expected.txt` is written by `pytest --write-golden`.
"""

import re
import shlex
from pathlib import Path

import pytest

from tests.program import run
from tests.shared import PROJECT

_ESCAPE = re.compile(r"\x1b\[[\d;]*m")

WITHOUT_COLOUR = ("why", "resolve")

CASES = sorted({path.parent for place in ("tests/cases", "examples") for path in (PROJECT / place).glob("*/expected.txt")})


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_case(case: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The very output, in every byte."""
    found = ""
    for line in _lines(case):
        outcome = run(shlex.split(line), capsys, monkeypatch, case)
        found += f"$ orbitcfg {line}\n{outcome.transcript}"
    expected = case / "expected.txt"
    if request.config.getoption("--write-golden"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_colour_adds_nothing_but_escapes(case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (each for each in _lines(case) if not each.startswith(WITHOUT_COLOUR)):
        plain = run(shlex.split(line), capsys, monkeypatch, case)
        painted = run(shlex.split(f"{line} --color always"), capsys, monkeypatch, case)
        assert (_ESCAPE.sub("", painted.stdout), painted.status) == (plain.stdout, plain.status)
        assert "\x1b[" in painted.stdout


def _lines(case: Path) -> list[str]:
    """The arguments of each run."""
    commands = case / "command.txt"
    return commands.read_text("utf-8").splitlines() if commands.exists() else ["validate --no-env"]
