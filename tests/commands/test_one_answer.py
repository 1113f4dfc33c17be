"""All commands say the same of the same configuration: over all recorded runs that did not start, and the first that did."""

from functools import cache
from typing import Any

import pytest

import orbitcfg
from orbitcfg.commands.doctor.request import Request
from orbitcfg.files.store import Memory
from orbitcfg.report.diagnostics import Report, Severity
from orbitcfg.report.verdict import Verdict
from orbitcfg.settings.model import Settings
from tests.effective.runs import files_of, recording

ROOT = "/orbit/config"
RUNS = [(base, run) for base in ("orbit-runs", "orbit-runs-2") for run in recording(base)["runs"]]
BY_NAME = {(base, run["id"]): run for base, run in RUNS}
ENDING = [pytest.param(base, run, id=run["id"]) for base, run in RUNS if not run["startup"]["ok"]]
STARTING = [pytest.param(base, run, id=run["id"]) for base, run in RUNS if run["startup"]["ok"]][:12]


def sources(base: str, run: dict[str, Any]) -> tuple[Memory, dict[str, str]]:
    """The files and the environment of a run."""
    contents = {f"{ROOT}/{path}": text.encode() for path, text in files_of(run, base).items()}
    contents |= {"/orbit/.env": run["dotenv"].encode()} if "dotenv" in run else {}
    return Memory(contents), {"LANG": "C.UTF-8", "ORBIT_DEFAULT_ADMIN_PASSWORD": "x", **run["env"]}


@cache
def validated(base: str, name: str) -> Report:
    """What `validate` says of a run in its environment."""
    files, process = sources(base, BY_NAME[base, name])
    return orbitcfg.validate(ROOT, Settings(strict_env=True), files=files, process=process)


def verdicts(base: str, run: dict[str, Any]) -> dict[str, Verdict | None]:
    """What each command that judges says; `resolve` none where the loader itself raises."""
    files, process = sources(base, run)
    request = Request(dry_run=True, smoke="never")
    return {
        "validate": validated(base, run["id"]).verdict,
        "providers": orbitcfg.providers(ROOT, Settings(), files=files, process=process).verdict,
        "resolve": orbitcfg.resolve(ROOT, Settings(), files=files, process=process).verdict,
        "env": orbitcfg.env(ROOT, Settings(), files=files, process=process).verdict,
        "doctor": orbitcfg.doctor(ROOT, request, files=files, process=process).verdict,
    }


@pytest.mark.parametrize(("base", "run"), [*ENDING, *STARTING])
def test_all_commands_give_one_verdict(base: str, run: dict[str, Any]) -> None:
    found = verdicts(base, run)
    assert found["validate"] is not None
    assert found["validate"].starts is run["startup"]["ok"]
    assert {name: verdict for name, verdict in found.items() if verdict != found["validate"]} == {}


@pytest.mark.parametrize(("base", "run"), ENDING)
def test_what_ends_the_start_is_an_error_first_in_the_list(base: str, run: dict[str, Any]) -> None:
    report = validated(base, run["id"])
    assert report.verdict is not None
    first = report.diagnostics[0]
    assert first.severity is Severity.ERROR
    assert first.code in {reason.code for reason in report.verdict.because}


@pytest.mark.parametrize(("base", "run"), STARTING)
def test_without_the_environment_it_is_never_the_opposite(base: str, run: dict[str, Any]) -> None:
    files, _ = sources(base, run)
    blind = orbitcfg.validate(ROOT, Settings(no_env=True), files=files, process={}).verdict
    seeing = validated(base, run["id"]).verdict
    assert blind is not None
    assert seeing is not None
    assert blind.starts is None or blind.starts is seeing.starts
