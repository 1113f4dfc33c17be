"""orbitcfg's own schemas refuse what `jsonschema` says that they refuse."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validators

from orbitcfg.catalog.evaluate import KEYWORDS, Violation, is_number, violations
from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema, shipped_store, subschemas
from orbitcfg.document.tree import Unknown

STORE = shipped_store()
SAYING_NOTHING = frozenset({"$defs", "title", "description", "default", "examples", "format", "then", ANNOTATION})
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    10**9,
    1.0,
    0.5,
    float("inf"),
    float("nan"),
    "",
    " ",
    "x",
    "1",
    "mongodb",
    Unknown("?"),
    [],
    {},
    [{}],
    {"a": 1},
)
MAX_DEPTH = 7


def drawn(schema: Any, random: Random, depth: int = 0) -> Any:
    """A value that goes some way with a schema: keys that it knows and others, words that it lists and others."""
    if isinstance(schema, bool) or random.random() < 0.15 or depth > MAX_DEPTH:
        return random.choice(ODD_VALUES)
    if "$ref" in schema:
        return drawn(STORE.at(schema["$ref"]), random, depth)
    if "const" in schema or "enum" in schema:
        return random.choice([schema.get("const"), *schema.get("enum", ())])
    if "items" in schema and random.random() < 0.8:
        return [drawn(schema["items"], random, depth + 1) for _ in range(random.randrange(3))]
    branches = [branch.get("then", branch) for branch in schema.get("allOf", ())]
    known = {name: each for branch in (schema, *branches) for name, each in branch.get("properties", {}).items()}
    if not known:
        return random.choice([schema.get("default"), *ODD_VALUES])
    names = random.sample(sorted(known), min(len(known), random.randrange(9 if depth else 12)))
    value = {name: drawn(known[name], random, depth + 1) for name in names}
    if random.random() < 0.3:
        value["no such key"] = drawn(schema.get("additionalProperties", True), random, depth + 1)
    return value


def meant(validator: Any, reference: str, instance: Any, _schema: Schema) -> Iterator[Any]:
    """The library's `$ref`, followed by the store."""
    yield from validator.descend(instance, STORE.at(reference))


EXTEND: Any = validators.extend
TYPES = Draft202012Validator.TYPE_CHECKER.redefine("number", lambda _checker, value: is_number(value))
LIBRARY = EXTEND(Draft202012Validator, {"$ref": meant}, type_checker=TYPES)


def by_library(schema: Schema, instance: Any) -> Iterator[Violation]:
    """What `jsonschema` refuses: of `required` one for each key, as it has one error for each."""
    for error in LIBRARY(schema).iter_errors(instance):
        asked = error.message.split("'")[1] if error.validator == "required" else error.validator_value
        yield Violation(tuple(error.absolute_path), error.instance, str(error.validator), asked, error.schema or {})


def in_any_order(found: Iterator[Violation] | list[Violation]) -> list[str]:
    """The violations as text: the library goes through the keys that a schema does not know in the order of a set, and loses the path to what `false` refuses."""
    return sorted(repr(each._replace(path=()) if each.keyword == "None" else each) for each in found)


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_configuration_is_refused_where_jsonschema_refuses_it(seed: int) -> None:
    root = STORE.documents[ROOT]
    instance = drawn(root, Random(seed))
    found = violations(STORE, root, instance)
    assert in_any_order(found) == in_any_order(by_library(root, instance))


def test_each_schema_refuses_what_jsonschema_refuses() -> None:
    random, refusing = Random(0), set()
    for schema in (each for document in STORE.documents.values() for each in subschemas(document) if not KEYWORDS.isdisjoint(each)):
        instance = random.choice(ODD_VALUES) if random.random() < 0.5 else drawn(schema, random, MAX_DEPTH - 1)
        found = violations(STORE, schema, instance)
        refusing |= {violation.keyword for violation in found}
        assert in_any_order(found) == in_any_order(by_library(schema, instance))
    assert refusing >= {"type", "enum", "const", "required", "minimum", "maximum", "additionalProperties", "pattern", "not"}


@pytest.mark.parametrize("name", sorted(STORE.documents))
def test_no_schema_uses_a_keyword_that_is_not_evaluated(name: str) -> None:
    used = {keyword for each in subschemas(STORE.documents[name]) for keyword in each}
    assert used - KEYWORDS - SAYING_NOTHING == set()
