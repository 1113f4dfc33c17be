"""The verdict is what the real ORBIT did, over every recorded run."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from orbitcfg.lint.runner import LintResult
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.config import Config
from orbitcfg.report.verdict import Verdict
from tests.effective.runs import config_of, is_served, recording, result_of
from tests.effective.small import label
from tests.lint.said import state_of

RECORDINGS = ("orbit-runs", "orbit-runs-2")

BY_THE_SERVER = {
    "g104": "the server does not serve the path /llm/v1",
    "g141": "the server does not serve the path /llm/v1",
    "h43-llama-cpp-api-key": "the server serves another path",
    "n131-doc-md": "the answer is a document, and no text of the server's",
    "y12-url-query": "the server does not serve the path that the query makes",
}
"""Runs in which an adapter was right, and not answered for a reason that no file tells."""

NOT_ASKED_RIGHT = {
    "g119": "the request names a model that no entry has",
    "h73-context-window-no-provider": "there is no such adapter",
}
"""Runs in which something was asked for that is not there."""


def runs() -> list[Any]:
    """Each recorded run, with the recording that it is from."""
    return [pytest.param(name, index, id=run["id"]) for name in RECORDINGS for index, run in enumerate(recording(name)["runs"])]


@cache
def judged(name: str, index: int) -> tuple[Config, LintResult, Verdict]:
    """A run's configuration, what is found in it, and the verdict."""
    run = recording(name)["runs"][index]
    config, result = config_of(run, name), result_of(run, name)
    verdict = verdict_of(config, result.found)
    assert verdict is not None
    assert not result.crashed
    return config, result, verdict


@pytest.mark.parametrize(("name", "index"), runs())
def test_it_starts_where_the_real_one_did(name: str, index: int) -> None:
    _, _, verdict = judged(name, index)
    assert verdict.starts is recording(name)["runs"][index]["startup"]["ok"], verdict.because


@pytest.mark.parametrize(("name", "index"), runs())
def test_an_adapter_that_was_answered_does_not_fail_and_one_that_was_not_does_not_answer(name: str, index: int) -> None:
    run = recording(name)["runs"][index]
    config, _, verdict = judged(name, index)
    for asked, outcome in run["adapters"].items():
        state = state_of(verdict, asked)
        if outcome["answered"]:
            assert state not in ("fails", "off", None), asked
        elif run["id"] not in BY_THE_SERVER and run["id"] not in NOT_ASKED_RIGHT and servers_answer(run, config, asked, name):
            assert state != "answers", (asked, outcome.get("text") or outcome.get("error"))


def servers_answer(run: dict[str, Any], config: Config, asked: str, name: str) -> bool:
    """Whether the model server that an adapter calls was there, and knew its model."""
    adapter = asked.partition("@")[0]
    uses = [use for use in config.uses if use.service == "inference" and label(use) in (adapter, asked) and use.state == "configured"]
    return all(urlsplit(use.url.value or "").port is None or is_served(run, use, name) for use in uses)


@pytest.mark.parametrize(("name", "index"), runs())
def test_a_use_that_fails_has_a_finding_that_names_its_adapter(name: str, index: int) -> None:
    config, result, _ = judged(name, index)
    failing = [use for use in config.uses if use.is_on and use.adapter is not None and use.state not in ("configured", "undecided")]
    for use in failing:
        assert any(each.affects is None or str(use.adapter) in each.affects for each in result.found), (str(use.adapter), use.service, use.reason)


def test_each_exception_is_one() -> None:
    known = {run["id"] for name in RECORDINGS for run in recording(name)["runs"]}
    assert {*BY_THE_SERVER, *NOT_ASKED_RIGHT} <= known
