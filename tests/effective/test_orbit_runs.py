"""What ORBIT will use, against what the real ORBIT server called in 142 recorded runs."""

from typing import Any

import pytest

from orbitcfg.effective.use import Use
from tests.effective.runs import config_of, is_served, predicted, recorded, recording
from tests.effective.small import label

UNANSWERED = {
    ("h44-llama-cpp-no-mode", "lc"): "llama_cpp runs inside ORBIT there, and the server had no llama-cpp-python",
}
"""Adapters that are right in the configuration, and were not answered for a reason outside of it."""

OTHER_FATAL = {
    "g005": "`adapters` is null",
    "h34-embedding-missing": "there is no `embedding`",
    "h50-admin-password-unset": "the administrator has no password",
}
"""Starts that failed for another reason than the default provider."""


def runs(*, started: bool) -> list[Any]:
    """The recorded runs in which the server came up, or did not."""
    return [pytest.param(run, id=run["id"]) for run in recording()["runs"] if run["startup"]["ok"] == started]


def rows_of(run: dict[str, Any]) -> dict[str | None, Use]:
    """The rows of the language models of what is on, by adapter."""
    uses = config_of(run).uses
    return {label(use): use for use in uses if use.service == "inference" and use.enabled and use.state != "ignored"}


def row_of(rows: dict[str | None, Use], asked: str) -> Use | None:
    """The row that answers a request; an adapter without a list of models answers whatever model is asked for."""
    name = asked.partition("@")[0]
    has_choices = any(each is not None and each.startswith(f"{name}@") for each in rows)
    return rows.get(asked) if has_choices else rows.get(name)


@pytest.mark.parametrize("run", runs(started=True))
def test_every_adapter_calls_what_is_predicted(run: dict[str, Any]) -> None:
    rows = rows_of(run)
    for name, adapter in run["adapters"].items():
        use = row_of(rows, name)
        if "error" in adapter or use is None:
            assert not adapter["answered"], name
            continue
        call = recorded(adapter)
        if call is None:
            is_expected = use.state != "configured" or not is_served(run, use) or (run["id"], name) in UNANSWERED
            assert is_expected, name
            continue
        assert predicted(use) == call, name
        assert use.state == "configured", name


@pytest.mark.parametrize("run", runs(started=True))
def test_what_hangs_on_load_order_says_so(run: dict[str, Any]) -> None:
    rows = rows_of(run)
    differing = {name for name, adapter in run["adapters"].items() if adapter != run.get("second", run["adapters"]).get(name)}
    served_by_another = {name for name, use in rows.items() if use.served_by is not None}
    dependent = {name for name, use in rows.items() if use.order_dependent}
    assert (differing | served_by_another) - dependent == set()


@pytest.mark.parametrize("run", runs(started=True))
def test_a_default_that_did_not_stop_the_start_does_not_seem_to(run: dict[str, Any]) -> None:
    assert rows_of(run)[None].built


@pytest.mark.parametrize("run", runs(started=False))
def test_a_default_that_stops_the_start_is_not_built(run: dict[str, Any]) -> None:
    assert rows_of(run)[None].built == (run["id"] in OTHER_FATAL)


def test_a_tree_without_overrides_depends_on_no_order() -> None:
    plain = next(run for run in recording()["runs"] if run["id"] == "h53-query-cache-default")
    assert {name: use.order_dependent for name, use in rows_of(plain).items()} == {None: False, "simple-chat": False, "ollama-chat": False}
