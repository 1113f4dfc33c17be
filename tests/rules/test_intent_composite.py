"""Cross-adapter templates that were asked of ORBIT's own composite class, in variations."""

from typing import Any

import pytest

from tests.rules.test_intent_cases import found_in

TARGETS = "target_adapters: [{adapter: a, label: A}, {adapter: b, label: B}]"
GOOD = f"templates:\n  - id: x1\n    nl_examples: [all about ann]\n    {TARGETS}\n"


def told(library: str, path: object = "x.yaml") -> list[tuple[str, str]]:
    """What is found above info of a composite with this library."""
    cross: dict[str, Any] = {"enabled": True, "template_library_path": path}
    case = {"family": "composite", "files": {"x.yaml": library}, "adapter_config": {"child_adapters": ["a", "b"], "cross_adapter_templates": cross}}
    return [(each.code, each.consequence.name) for each in found_in(case) if each.severity.label != "info"]


@pytest.mark.parametrize("examples", ["[all about ann]", "{all about ann: 1}", "[null, all about ann]", "[0, all about ann]", "abc"])
def test_examples_that_are_found_are_good(examples: str) -> None:
    assert told(f"templates:\n  - id: x1\n    nl_examples: {examples}\n    {TARGETS}\n") == []


@pytest.mark.parametrize("examples", ["null", "[]", "{}", "[5]", "[yes]", "[2024-01-01]", "[[a]]", "[0]", "['  ']", "''", "5"])
def test_examples_that_find_nothing_are_told_of(examples: str) -> None:
    assert told(f"templates:\n  - id: x1\n    nl_examples: {examples}\n    {TARGETS}\n") == [("ORB033", "DEGRADED")]


@pytest.mark.parametrize("line", ["description: null", "description: {a: b}", "description: 2024-01-01"])
def test_a_description_that_the_store_refuses_is_told_of(line: str) -> None:
    assert told(f"{GOOD}    {line}\n") == [("ORB033", "DEGRADED")]


@pytest.mark.parametrize("line", ["description: 5", "description: false", "description: [a]", "category: null", "parameters: null", "tags: null"])
def test_what_the_search_takes_or_does_not_read_is_good(line: str) -> None:
    assert told(f"{GOOD}    {line}\n") == []


@pytest.mark.parametrize("name", ["5", "yes", "[a]"])
def test_an_id_that_is_no_text_is_told_of(name: str) -> None:
    assert told(GOOD.replace("id: x1", f"id: {name}")) == [("ORB033", "DEGRADED")]


def test_a_library_that_is_named_twice_is_told_of() -> None:
    assert told(GOOD, ["x.yaml", "x.yaml"]) == [("ORB033", "DEGRADED")]


@pytest.mark.parametrize("path", [None, 5])
def test_a_search_without_a_path_keeps_the_adapter_from_loading(path: object) -> None:
    assert ("ORB514", "ADAPTER_MISSING") in told(GOOD, path)


def test_a_search_in_no_library_is_switched_off() -> None:
    assert told(GOOD, []) == [("ORB514", "DEGRADED")]
