"""The provider and model that ORBIT's resolver gives `safety` and `reranker`: recorded runs of the real one."""

from typing import Any

import pytest
import yaml

from orbitcfg.effective.resolver import Resolved, resolver_result
from tests.shared import read_facts
from tests.trees import config_of


def cases() -> list[Any]:
    """The recorded cases in which the resolver did not fail."""
    return [pytest.param(case["config"], case["expected"], id=case["id"]) for case in read_facts("resolver-cases") if "error" not in case["expected"]]


@pytest.mark.parametrize(("written", "expected"), cases())
def test_the_same_provider_and_model(written: dict[str, Any], expected: dict[str, Any]) -> None:
    tree = config_of({"config/config.yaml": yaml.safe_dump(written)}).tree
    wanted = {section: Resolved(found["resolved_provider"], found["resolved_model"]) for section, found in expected.items()}
    found = {section: resolver_result(tree, section) for section in ("safety", "reranker")}
    assert {section: each for section, each in found.items() if each is not None} == wanted
