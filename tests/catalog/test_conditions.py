"""Conditions in schemas hold where `jsonschema` says so, and where it cannot know, nothing is said."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from orbitcfg.catalog.conditions import fits, holds, instance_of
from orbitcfg.catalog.store import Schema, shipped_store, subschemas
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Entry, Mapping, Node, Origin, Scalar, Sequence, Unknown
from tests.shared import drawn

SPAN = Span(Source("x.yaml", ""), 0, 0)
ORIGIN = Origin(SPAN)


def node_of(value: object) -> Node:
    """A value as a tree."""
    match value:
        case dict():
            return Mapping({key: Entry(SPAN, node_of(each)) for key, each in value.items()}, ORIGIN)
        case list():
            return Sequence(tuple(node_of(each) for each in value), ORIGIN)
    return Scalar(value, ORIGIN)


def conditions() -> list[Schema]:
    """The conditions of all branches in orbitcfg's own schemas, each once."""
    found = [each["if"] for document in shipped_store().documents.values() for each in subschemas(document) if "if" in each]
    return [each for index, each in enumerate(found) if each not in found[:index]]


CONDITIONS = conditions()


def mentioned(condition: Any) -> Iterator[object]:
    """The names and values that a condition speaks of."""
    match condition:
        case dict():
            for keyword, asked in condition.items():
                yield from asked if keyword in ("properties", "required", "enum") else ()
                yield from (asked,) if keyword == "const" else mentioned(asked)
        case list():
            for each in condition:
                yield from mentioned(each)


SCALARS: st.SearchStrategy[object] = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0, -2.0, 0.0]), st.text("ab4.5-grok", max_size=8), st.dates()
)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)
JSON_VALUES = VALUES.map(lambda value: instance_of(node_of(value)))
TYPES = st.sampled_from(["string", "boolean", "integer", "number", "null", "object", "array"])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Conditions of the keywords that are known."""
    return st.fixed_dictionaries(
        {},
        optional={
            "required": st.lists(NAMES, max_size=2, unique=True),
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "not": inner,
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "const": JSON_VALUES,
            "enum": st.lists(JSON_VALUES, min_size=1, max_size=3),
            "minLength": st.integers(0, 4),
            "pattern": st.sampled_from(["^a", "b$", "^grok-4", r"\d", ""]),
            "description": st.just("says nothing"),
        },
    )


RANDOM = st.recursive(st.booleans(), keywords, max_leaves=6)


def agrees(condition: Schema | bool, value: object) -> None:
    """Both say the same."""
    node = node_of(value)
    assert holds(condition, node) is Draft202012Validator(condition).is_valid(instance_of(node))


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
@settings(max_examples=drawn(20))
@given(data=st.data())
def test_a_shipped_condition_holds_where_jsonschema_says_so(condition: Schema, data: st.DataObject) -> None:
    known = list(mentioned(condition))
    names = [each for each in known if isinstance(each, str)]
    value = data.draw(st.dictionaries(st.sampled_from(names), st.sampled_from(known) | SCALARS) | VALUES)
    agrees(condition, value)


@given(RANDOM, VALUES)
def test_any_condition_of_these_keywords_holds_where_jsonschema_says_so(condition: Schema | bool, value: object) -> None:
    agrees(condition, value)


def replaced(value: object, data: st.DataObject) -> object:
    """The value with some parts that are not known here."""
    match value:
        case dict():
            return {key: replaced(each, data) for key, each in value.items()}
        case list():
            return [replaced(each, data) for each in value]
    return Unknown("?") if data.draw(st.booleans()) else value


@given(RANDOM, VALUES, st.data())
def test_what_is_said_of_the_unknown_is_true_of_any_value_in_its_place(condition: Schema | bool, value: object, data: st.DataObject) -> None:
    said = holds(condition, node_of(replaced(value, data)))
    assert said is None or said is Draft202012Validator(condition).is_valid(instance_of(node_of(value)))


@pytest.mark.parametrize("condition", [{"minimum": 1}, {"anyOf": [{}]}, {"not": {"maxLength": 1}}, {"properties": {"a": {"minProperties": 1}}}])
def test_of_other_keywords_nothing_is_said(condition: Schema) -> None:
    assert holds(condition, node_of({"a": {"b": 1}})) is None


LIMITS = st.integers(-3, 3) | st.sampled_from([0.5, 1.0])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3),
            "enum": st.lists(JSON_VALUES, min_size=1),
            "minimum": LIMITS,
            "maximum": LIMITS,
        },
    ),
    VALUES,
)
def test_a_value_fits_where_jsonschema_says_so(schema: Schema, value: object) -> None:
    assert fits(schema, value) is Draft202012Validator(schema).is_valid(instance_of(node_of(value)))
