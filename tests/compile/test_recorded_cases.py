"""Recorded runs of ORBIT's real loader: the same values, and findings where it raised."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.commands.resolve.command import resolve
from orbitcfg.compile.environment import read_environment
from orbitcfg.files.store import Disk
from tests.shared import read_facts

CASES = read_facts("loader-cases")
DOTENV_CASES = read_facts("dotenv-cases")
FIND_CASES = read_facts("findpath-cases")

DEVIATIONS = {
    "graph-cycle-lists": "the lists are repeated up to Python's recursion limit: the cycle is told instead",
    "graph-main-self-list": "the lists are repeated up to Python's recursion limit: the cycle is told instead",
    "search-fallback": "a mistyped path falls through to other places of the server process: it is bad usage here",
    "search-order-1": "places of the server process that lie beside its working directory are not looked at",
    "search-order-2": "places of the server process that lie beside its working directory are not looked at",
    "search-not-config-dir": "without a path, config/config.yaml is found, as the command line of ORBIT does it",
    "search-none": "a path to nothing is bad usage here",
    "search-empty-string": "places of the server process that lie beside its working directory are not looked at",
    "search-not-a-directory": "a path through a plain file is bad usage here",
}


def laid_out(case: dict[str, Any], root: Path) -> None:
    """Writes the files and links of a case below a folder."""
    for name, text in case["files"].items():
        _write(root / name, text.replace("{root}", str(root)).encode() if case.get("subst_root") else text.encode())
    for name, content in case.get("files_b64", {}).items():
        _write(root / name, base64.b64decode(content))
    for name, target in case.get("symlinks", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def comparable(value: object) -> object:
    """A value in the form of the recordings: what JSON has no word for is marked."""
    match value:
        case dict() if not all(isinstance(key, str) for key in value):
            return {"__py__": "map", "items": [[comparable(key), comparable(each)] for key, each in value.items()]}
        case dict():
            return {key: comparable(each) for key, each in value.items()}
        case list():
            return [comparable(each) for each in value]
        case float() if value != value or value in (float("inf"), float("-inf")):
            return {"__py__": "float", "value": str(value)}
        case str() | int() | float() | None:
            return value
        case bytes():
            return {"__py__": "bytes", "value": base64.b64encode(value).decode()}
        case set():
            return {"__py__": "set", "value": sorted(str(each) for each in value)}
    return {"__py__": type(value).__name__, "value": value.isoformat() if hasattr(value, "isoformat") else value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_resolve_agrees_with_the_loader(case: dict[str, Any], tmp_path: Path) -> None:
    """The very value, or a reason why ORBIT would not start."""
    if case["id"] in DEVIATIONS:
        return
    root = tmp_path.resolve()
    laid_out(case, root)
    path = case.get("config_arg", "{root}/config.yaml").replace("{root}", str(root))
    resolution = resolve(path, files=Disk(str(root / case.get("cwd", "."))), process=case["env"])

    expected = case["expected"]
    if isinstance(expected, dict) and "error" in expected:
        assert resolution.tree is None
        assert resolution.report.diagnostics
    else:
        assert resolution.report.fails(None) is False
        assert json.loads(json.dumps(comparable(resolution.value))) == expected


def test_every_deviation_is_a_case() -> None:
    """The list of deviations names no case that is not there."""
    assert set(DEVIATIONS) <= {case["id"] for case in CASES}


@pytest.mark.parametrize("case", DOTENV_CASES, ids=lambda case: case["id"])
def test_the_env_file_is_read_as_orbit_reads_it(case: dict[str, Any], tmp_path: Path) -> None:
    """The same variables, with the same values."""
    laid_out(case, tmp_path)
    environment, _ = read_environment(Disk(), str(tmp_path / case.get("cwd", ".")), case["env"])

    values = {name: variable.value for name, variable in environment.variables.items()}
    assert values == {**case["env"], **case["expected"]}


@pytest.mark.parametrize("case", [case for case in FIND_CASES if case["id"] in ("find-3", "find-4")], ids=lambda case: case["id"])
def test_the_root_is_found_in_the_working_directory(case: dict[str, Any], tmp_path: Path) -> None:
    """Of the places where ORBIT's server looks, those beside the working directory belong to the server process alone."""
    from orbitcfg.compile.discovery import targets

    laid_out(case, tmp_path)
    here = tmp_path / case["cwd"]
    (here / ".git").mkdir()
    found = targets(Disk(str(here)), (), ".")[0].root
    wanted = {"find-3": "config/config.yaml", "find-4": "config/config.yaml"}[case["id"]]
    assert Path(found) == Path(os.path.realpath(here)) / wanted
