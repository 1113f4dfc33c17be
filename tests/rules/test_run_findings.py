"""What the uses are, and what the rules find, of every recorded run of ORBIT. `pytest --write-golden` rewrites `runs.txt`.

A change of a message, a severity, a place or a use shows in the diff of that file, and is to be read there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Severity
from tests.effective import runs

EXPECTED = Path(__file__).parent / "runs.txt"


def found_in_runs() -> Iterator[str]:
    """For every run of both recordings each use in one line, then the findings above info."""
    for name in ("orbit-runs", "orbit-runs-2"):
        for run in runs.recording(name)["runs"]:
            config = runs.config_of(run, name)
            yield f"{run['id']}: {run['about']}\n"
            yield from _uses(config)
            yield from (_line(each) for each in runs.result_of(run, name).diagnostics if each.severity > Severity.INFO)


def _uses(config: Config) -> Iterator[str]:
    for use in config.uses if config.tree.entries else ():
        dependent = " by load order" if use.order_dependent else ""
        parameters = " ".join(f"{name}={value!r}" for name, value in use.request_parameters.items())
        row = f"{use.adapter or 'default'} {use.service}: {use.provider.value} {use.model_name} {use.url.value} {use.state}{dependent}"
        yield f"  {row} {parameters} {use.reason}".rstrip() + "\n"


def _line(found: Diagnostic) -> str:
    """A finding in one line: everything of it but the frame."""
    related = "".join(f" ~ {each.span.label} {each.message}" for each in found.related)
    fix = "" if found.fix is None else " + safe fix" if found.fix.safe else " + unsafe fix"
    where = getattr(found.place, "label", found.file or "-")
    return f"  {found.severity.label}[{found.code}] {where} {found.key or '-'}: {found.message} = {found.remedy}{related}{fix}\n"


def test_what_is_found_in_recorded_runs(request: pytest.FixtureRequest) -> None:
    found = "".join(found_in_runs())
    if request.config.getoption("--write-golden"):
        EXPECTED.write_text(found, "utf-8")
    assert found.splitlines() == EXPECTED.read_text("utf-8").splitlines()
