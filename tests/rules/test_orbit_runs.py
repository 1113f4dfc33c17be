"""What the real ORBIT did with a configuration is what the findings say of it."""

import re
from functools import cache
from typing import Any

import pytest

from orbitcfg.document.tree import Sequence, at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Severity
from tests.effective.runs import config_of, result_of
from tests.effective.small import label
from tests.shared import read_facts

Run = dict[str, Any]

WILL_NOT_START = re.compile(r"ORBIT does not start(?! if)|stops the start|ends the start")
"""How a finding says that ORBIT does not come up."""

BY_THE_SERVER = {
    "g006": "the server lacks the model",
    "g020": "the server is down",
    "g061": "nothing listens at the default address",
    "g102": "the server is down",
    "g104": "another server may serve the path /llm/v1",
    "g131": "nothing listens at the default address; the keys of another provider in the block are a warning",
    "h21-model-missing": "the server takes no request without a model, others do",
    "h43-llama-cpp-api-key": "the server serves another path",
    "h45-lmstudio-no-v1": "another server may serve the path without /v1",
    "h74-model-unknown-on-server": "the server lacks the model",
}
"""Runs in which the other side is the reason that an adapter was not answered."""

NOT_ASKED_RIGHT = {
    "g072": "support-bot is switched off",
    "g079": "support-bot is switched off",
    "g089": "support-bot is switched off",
    "g119": "the request names a model that no entry has",
    "g147": "support-bot is switched off",
    "g150": "sales-chat is switched off",
    "g122": "night-shift is switched off",
    "h73-context-window-no-provider": "there is no such adapter",
}
"""Runs in which an adapter was asked that is off on purpose, or that does not exist."""

ANSWERED_BUT_NOT_AS_WRITTEN = {
    "g062": "a model from a variable that is not set",
    "g091": "`enabled: false` from a default, and the adapter is on",
    "g127": "`enabled:` with nothing behind it, and the provider is on",
    "g049": "`enabled: 'no'` on the adapter, which is on",
    "g074": "a length from a variable that is not set",
    "g070": "a temperature from a variable that is not set",
    "g093": "a provider from a variable that is not set: the default answers",
    "g095": "`enabled: off` from a variable, and the provider is on",
    "g134": "`enabled: 0`, and the provider is on",
    "h09-enabled-quoted-no": "`enabled: 'no'`, and the provider is on",
    "h11-enabled-unset-var": "`enabled` from a variable that is not set, and the provider is on",
    "h48-enabled-zero": "`enabled: 0`, and the provider is on",
    "h71-openai-base-url-ignored-env": "`base_url: null`, and the key goes to the address of another vendor",
}
"""Runs in which an adapter was answered, by something else than what is written."""


def runs() -> list[Run]:
    """Each recorded run."""
    found: list[Run] = read_facts("orbit-runs")["runs"]
    return found


@cache
def reported(index: int) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The configuration of a run, and its errors."""
    config, verdict = config_of(runs()[index]), result_of(runs()[index])
    assert not verdict.crashed
    return config, tuple(each for each in verdict.diagnostics if each.severity is Severity.ERROR)


def about(config: Config, errors: tuple[Diagnostic, ...], asked: str) -> list[str]:
    """The errors that concern an adapter: at its own lines, or in the block of a provider that it uses."""
    name, _, choice = asked.partition("@")
    listed = at(config.tree, ("adapters",))
    own = any(value_at(item, ("name",)) == name for item in (listed.items if isinstance(listed, Sequence) else ()))
    used = {use.provider.value for use in config.uses if label(use) == (asked if choice else name)}
    prefixes = (f"adapters[{name}]", *(f"inference.{provider}" for provider in used), *(() if own else ("",)))
    found = [each.key or "" for each in errors if any((each.key or "").startswith(prefix) for prefix in prefixes)]
    return [key for key in found if ".allowed_models" not in key or (choice and f".allowed_models[{choice}]" in key)]


INDEXES = range(len(runs()))


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: runs()[index]["id"])
def test_a_fatal_start_is_an_error_and_no_other_is_called_fatal(index: int) -> None:
    run = runs()[index]
    _, errors = reported(index)
    if run["startup"]["ok"]:
        assert [each.message for each in errors if WILL_NOT_START.search(each.message)] == []
    else:
        assert errors != (), run["startup"]["fatal_error"]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: runs()[index]["id"])
def test_what_is_not_answered_has_an_error_and_what_is_has_none(index: int) -> None:
    run = runs()[index]
    config, errors = reported(index)
    for asked, outcome in run["adapters"].items():
        found = about(config, errors, asked)
        if outcome.get("answered"):
            assert found == [] or run["id"] in ANSWERED_BUT_NOT_AS_WRITTEN, asked
        elif run["id"] not in BY_THE_SERVER and run["id"] not in NOT_ASKED_RIGHT:
            assert errors != (), (asked, outcome.get("text") or outcome.get("error"))


def test_each_deviation_is_one() -> None:
    known = {run["id"] for run in runs()}
    assert {*BY_THE_SERVER, *NOT_ASKED_RIGHT, *ANSWERED_BUT_NOT_AS_WRITTEN} <= known
