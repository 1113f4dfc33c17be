"""Keys that are void or of a wrong type, one run of the real ORBIT each: what ends the start is an error."""

from functools import cache
from typing import Any

import pytest
import yaml

from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import run_rules
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice, configuration, targets
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import STATIC, rules_of
from tests.shared import read_facts

VALUES = {"null": None, "false": False, "x": "x"}
NOT_FOUND = {("language_detection.backends", "false")}
"""Runs that did not start, of which no error tells yet."""


def findings(files: dict[str, str]) -> tuple[Diagnostic, ...]:
    """What is found in a tree, with the administrator's password set."""
    memory = Memory({f"/orbit/config/{path}": text.encode() for path, text in files.items()})
    options = CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process={"ORBIT_DEFAULT_ADMIN_PASSWORD": "x"}))
    return run_rules(configuration(memory, targets(memory, "/orbit/config")[0], options), rules_of(STATIC)).diagnostics


@cache
def in_base(name: str) -> frozenset[str]:
    """The messages about the unchanged tree."""
    return frozenset(each.message for each in findings(read_facts("sweep/bases")["bases"][name]["files"]))


def changed(row: dict[str, Any]) -> dict[str, str] | None:
    """The base tree of a row with its key changed; None where no file of it has the key."""
    files = dict(read_facts("sweep/bases")["bases"][row["base"]]["files"])
    *above, last = row["path"]
    for path, text in files.items():
        content = yaml.safe_load(text)
        holder = content
        for key in above:
            holder = _child(holder, key)
        if isinstance(holder, dict) and last in holder:
            holder[last] = VALUES[row["value"]]
            return {**files, path: yaml.safe_dump(content, sort_keys=False, width=1000)}
    return None


def _child(holder: Any, key: object) -> Any:
    """What stands under a key, or the item of a list with this name."""
    if isinstance(holder, list):
        return next((item for item in holder if isinstance(item, dict) and item.get("name") == key), None)
    return holder.get(key) if isinstance(holder, dict) else None


FATAL = [row for row in read_facts("sweep/sweep") if row["effect"] == "start fatal" and changed(row) is not None]


@pytest.mark.parametrize("row", FATAL, ids=lambda row: f"{row['key']}={row['value']}")
def test_what_ends_the_start_is_an_error(row: dict[str, Any]) -> None:
    tree = changed(row)
    assert tree is not None
    worst = max((each.severity for each in findings(tree) if each.message not in in_base(row["base"])), default=None)
    assert (worst is Severity.ERROR) is ((row["key"], row["value"]) not in NOT_FOUND)
