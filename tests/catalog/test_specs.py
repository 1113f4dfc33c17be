"""Annotations are read in one place, into types whose every field something uses."""

import ast
from functools import cache
from inspect import getmembers, isclass
from typing import Any

import pytest

from orbitcfg.catalog import annotation, specs
from orbitcfg.catalog.rows import UNKNOWN, Catalog
from orbitcfg.catalog.store import shipped_store, subschemas, vocabulary
from tests.test_floors import MODULES, nodes

READERS = (annotation.key_spec, annotation.provider_spec, annotation.reference_spec, annotation.section_spec, annotation.adapter_spec)
TYPES = [each for _, each in getmembers(specs, isclass) if each.__module__ == specs.__name__]


class Noted(dict[str, Any]):
    """An annotation that notes which of its words are looked up."""

    def __init__(self, content: dict[str, Any], seen: set[str]) -> None:
        """`seen` gets the words."""
        super().__init__(content)
        self.seen = seen

    def get(self, word: str, default: Any = None) -> Any:
        """The value, noted."""
        self.seen.add(word)
        return super().get(word, default)

    def __contains__(self, word: object) -> bool:
        """The answer, noted."""
        self.seen.add(str(word))
        return super().__contains__(word)


def test_each_word_of_the_vocabulary_is_read() -> None:
    """But that on the release, which the store reads; and no other word is."""
    seen = set(annotation.KEY_WORDS)
    for read in READERS:
        read(Noted({"sent_as": "x"}, seen))
    assert seen == set(vocabulary()["properties"]) - {"orbit"}


@cache
def attributes() -> frozenset[str]:
    """The names of attributes that the package asks for, outside of where specs are defined."""
    trees = (tree for name, tree in MODULES.items() if name != "catalog.specs")
    return frozenset(node.attr for tree in trees for node in nodes(tree) if isinstance(node, ast.Attribute))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_each_field_of_a_spec_is_used(kind: type[tuple[object, ...]]) -> None:
    """What no code reads has no place in the catalogue."""
    names: tuple[str, ...] = vars(kind)["_fields"]
    assert [name for name in names if name not in {*attributes(), "always", "by_mode"}] == []


def test_every_annotation_of_orbitcfgs_own_is_read_once_and_kept() -> None:
    """A row gives the same spec again."""
    catalog = Catalog(shipped_store())
    for document in shipped_store().documents.values():
        for schema in subschemas(document):
            if "x-orbit" in schema:
                row = catalog.row(schema)
                assert catalog.row(schema).spec is row.spec
                assert (row.provider, row.refers_to, row.section, row.adapters) == (row.provider, row.refers_to, row.section, row.adapters)


def test_sections_are_listed_at_the_root() -> None:
    """With what they hold, so that rules and switches need no list of their own."""
    sections = Catalog(shipped_store()).sections
    assert [name for name, spec in sections.items() if spec.holds == "presets"] == ["ollama_presets", "llama_cpp_presets"]
    assert all(spec.entry for spec in sections.values() if spec.holds)


@pytest.mark.parametrize("word", ["x-orbit"])
def test_only_the_catalogue_knows_the_word_for_annotations(word: str) -> None:
    """And no other module looks into one."""
    found = {name for name, tree in MODULES.items() for node in nodes(tree) if isinstance(node, ast.Constant) and node.value == word}
    assert {name.partition(".")[0] for name in found} == {"catalog"}


def test_a_reaction_may_hold_also_where_its_section_is_off() -> None:
    """Measured: these end the start with the cache, threads and the section switched off."""
    catalog = Catalog(shipped_store())
    reactions = [
        (catalog.at(None, path) or UNKNOWN).spec.null
        for path in [("internal_services", "cache", "query_cache", "ttl"), ("conversation_threading", "cache_key_prefix"), ("autocomplete",)]
    ]
    assert [each is not None and (each.effect, each.always) for each in reactions] == [("will-not-start", True)] * 3
