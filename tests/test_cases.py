"""Golden cases: a folder with a configuration, and what orbitcfg prints for it.

`command.txt` has the arguments, a line for each run; without it, `validate --no-env`. `expected.txt` is written by `pytest --write-golden`.
"""

import shlex
from pathlib import Path

import pytest

from tests.program import run
from tests.shared import PROJECT

CASES = sorted({path.parent for place in ("tests/cases", "examples") for path in (PROJECT / place).glob("*/expected.txt")})


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_case(case: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The very output, in every byte."""
    commands = case / "command.txt"
    lines = commands.read_text("utf-8").splitlines() if commands.exists() else ["validate --no-env"]
    found = ""
    for line in lines:
        outcome = run(shlex.split(line), capsys, monkeypatch, case)
        found += f"$ orbitcfg {line}\n{outcome.transcript}"
    expected = case / "expected.txt"
    if request.config.getoption("--write-golden"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")
