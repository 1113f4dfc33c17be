"""No key of a configuration that ORBIT ships is unknown to the catalogue."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from tests.catalog.test_config_facts import adapter_groups, branch_families, defined, lookup, members
from tests.catalog.test_inference_facts import UNREGISTERED, providers
from tests.catalog.test_sections_facts import HOME, Key, Placed, named, resolved, section
from tests.shared import SHARED, needs_shared

pytestmark = [needs_shared, pytest.mark.parametrize("tree", ["config", "default-config", "docker-minimal"])]

Json = dict[str, Any]
PRESETS = {"ollama_presets": "ollama", "llama_cpp_presets": "llama_cpp"}
"""Sections of presets, and the provider whose keys they hold."""


@cache
def files(tree: str) -> dict[str, Json]:
    """The values of a tree's files."""
    folder = SHARED / "orbit" / tree
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {path.relative_to(folder).as_posix(): yaml.load(path.read_text("utf-8"), loader) or {} for path in sorted(folder.rglob("*.yaml"))}


def key_paths(value: Any, path: str = "") -> Iterator[str]:
    """Every key path of a mapping."""
    if not isinstance(value, dict):
        return
    for key, child in value.items():
        yield f"{path}{key}"
        yield from key_paths(child, f"{path}{key}.")


def is_known(path: str) -> bool:
    """Whether the schemas know a key path; logger names hold dots and are taken whole."""
    return path.startswith("logging.loggers.") or lookup(path) is not None


def test_config_keys_are_known(tree: str) -> None:
    """Every key of config.yaml is a property."""
    assert [path for path in key_paths(files(tree)["config.yaml"]) if not is_known(path)] == []


def unknown_adapter_keys(adapter: Json) -> Iterator[str]:
    """The keys of an adapter that the schemas do not know."""
    (family,) = branch_families(adapter["implementation"], adapter["type"])
    blocks = {name: properties for name, (_, properties) in adapter_groups().items()}
    blocks["config"] = members(defined("adapter-config.schema.json", family))
    yield from sorted(set(adapter) - set(blocks["adapter"]))
    for block in ("capabilities", "fault_tolerance", "config"):
        yield from sorted(f"{block}.{key}" for key in set(adapter.get(block) or {}) - set(blocks[block]))


def test_adapter_keys_are_known(tree: str) -> None:
    """Every key of an adapter is a property."""
    adapters = [adapter for value in files(tree).values() for adapter in value.get("adapters") or []]
    unknown = {adapter["name"]: found for adapter in adapters if (found := list(unknown_adapter_keys(adapter)))}
    assert unknown == {}


def blocks(tree: str) -> Iterator[tuple[str, Json]]:
    """Every block of an inference provider, and every preset, with the provider whose keys it holds."""
    for name in ("inference.yaml", "ollama.yaml", "llama_cpp.yaml"):
        for top, entries in files(tree).get(name, {}).items():
            yield from ((PRESETS.get(top, provider), entry) for provider, entry in entries.items())


def test_inference_keys_are_known(tree: str) -> None:
    """Every key of a provider block or preset is a property."""
    catalogue = providers()
    unknown = {(name, key) for name, entry in blocks(tree) if name not in UNREGISTERED for key in entry if key not in catalogue[name]["properties"]}
    assert unknown == set()


def is_a_catch_all(node: Json) -> bool:
    """Whether a schema only takes in what has no name of its own."""
    return node.get("additionalProperties") is True and "properties" not in node and "type" not in node


def unknown_keys(placed: Placed, value: Any, key: Key) -> Iterator[Key]:
    """The key paths of a value that its schema does not name."""
    file, node = placed
    if isinstance(value, list) and "items" in node:
        for item in value:
            yield from unknown_keys(resolved(file, node["items"]), item, key)
    if not isinstance(value, dict):
        return
    for name, child in value.items():
        free = node.get("additionalProperties", True)
        found = named(placed, str(name)) or (resolved(file, free) if isinstance(free, dict) else None)
        if found is None or is_a_catch_all(found[1]):
            yield (*key, str(name))
        else:
            yield from unknown_keys(found, child, (*key, str(name)))


def test_keys_of_the_other_sections_are_known(tree: str) -> None:
    """Every key of the sections beside inference and adapters is a property."""
    values = [(name, value[name]) for value in files(tree).values() for name in HOME if name in value]
    assert [key for name, value in values for key in unknown_keys(section(name), value, (name,))] == []
