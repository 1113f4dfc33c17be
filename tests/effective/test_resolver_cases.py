"""The provider and model that ORBIT's resolver gives `safety` and `reranker`: recorded runs of the real one."""

import json
from typing import Any

import pytest
import yaml

from orbitcfg.effective.resolver import Resolved, resolved
from tests.shared import SHARED, needs_shared
from tests.trees import config_of

CASES = SHARED / "facts" / "resolver-cases.json"


def cases() -> list[Any]:
    """The recorded cases in which the resolver did not fail."""
    recorded = json.loads(CASES.read_text("utf-8")) if CASES.is_file() else []
    return [pytest.param(case["config"], case["expected"], id=case["id"]) for case in recorded if "error" not in case["expected"]]


@needs_shared
@pytest.mark.parametrize(("written", "expected"), cases())
def test_the_same_provider_and_model(written: dict[str, Any], expected: dict[str, Any]) -> None:
    tree = config_of({"config/config.yaml": yaml.safe_dump(written)}).tree
    wanted = {section: Resolved(found["resolved_provider"], found["resolved_model"]) for section, found in expected.items()}
    found = {section: resolved(tree, section) for section in ("safety", "reranker")}
    assert {section: each for section, each in found.items() if each is not None} == wanted
