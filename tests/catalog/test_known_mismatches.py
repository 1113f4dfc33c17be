"""What is kept of a section says the same as a new look at the whole."""

import pytest

from orbitcfg.catalog.check import mismatches
from orbitcfg.catalog.store import shipped_store
from orbitcfg.document.memo import Memo
from orbitcfg.document.source import Source
from orbitcfg.document.tree import Node
from orbitcfg.document.yaml_reader import parse

BASE = """general: {port: x, inference_provider: 5}
inference:
  shimmy: {enabled: true, temperature: 9, base_url: ''}
  openai: [1]
adapters:
- {name: 5, enabled: maybe, implementation: implementations.passthrough.conversational.ConversationalImplementation}
- {}
true: 1
5: {}
"""


def tree(text: str) -> Node:
    root, _ = parse(Source("", text))
    assert root is not None
    return root


@pytest.mark.parametrize("text", [BASE, "general: {}\n", "general: null\n", "adapters: 5\n", "{}", "embedding: {enabled: 1}\nembeddings: x\n"])
def test_the_same_is_found_section_by_section(text: str) -> None:
    store, root = shipped_store(), tree(text)
    assert sorted(mismatches(store, root, Memo(keeps=True)), key=str) == sorted(mismatches(store, root), key=str)


@pytest.mark.parametrize(
    ("before", "after"), [("enabled: true", "enabled: 1"), ("temperature: 9", "temperature: 9.0"), ("port: x", "port: 3000"), ("- {}", "- null")]
)
def test_a_change_of_a_type_alone_is_seen(before: str, after: str) -> None:
    store, memo = shipped_store(), Memo(keeps=True)
    list(mismatches(store, tree(BASE), memo))
    changed = tree(BASE.replace(before, after))
    assert sorted(mismatches(store, changed, memo), key=str) == sorted(mismatches(store, changed), key=str)
