"""The schema files under schemas/orbit/: valid, resolvable, described and canonical."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from orbitcfg.catalog.store import vocabulary

Schema = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "orbit"
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))

SUBSCHEMAS = ("additionalProperties", "items", "propertyNames", "if", "then", "else", "not")
SUBSCHEMA_MAPS = ("$defs", "properties", "patternProperties")
SUBSCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
CONDITIONS = {"if", "not"}

VOCABULARY = Draft202012Validator(vocabulary())


@cache
def document(name: str) -> Schema:
    """The parsed schema file of that name."""
    return cast(Schema, json.loads((FOLDER / name).read_text(encoding="utf-8")))


@cache
def registry() -> Registry[Schema]:
    """All schema files, each under its file name."""
    resources = [(name, DRAFT202012.create_resource(document(name))) for name in NAMES]
    return Registry[Schema]().with_resources(resources)


def children(schema: Schema) -> Iterator[tuple[str, Any]]:
    """The schemas directly inside a schema, each with the pointer that leads there."""
    for word in SUBSCHEMAS:
        if word in schema:
            yield word, schema[word]
    for word in SUBSCHEMA_MAPS:
        for key, child in schema.get(word, {}).items():
            yield f"{word}/{key}", child
    for word in SUBSCHEMA_LISTS:
        for index, child in enumerate(schema.get(word, [])):
            yield f"{word}/{index}", child


def walk(schema: Any, pointer: str = "#") -> Iterator[tuple[str, Schema]]:
    """Every schema of a document with its pointer; true and false are left out."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for step, child in children(schema):
        yield from walk(child, f"{pointer}/{step}")


def shapes(name: str) -> Iterator[tuple[str, Schema]]:
    """Every schema of a file that describes a value, without what only tests a condition."""
    for pointer, schema in walk(document(name)):
        if not CONDITIONS & set(pointer.split("/")):
            yield pointer, schema


def target(name: str, schema: Schema) -> Schema:
    """What the `$ref` of a schema in that file points to."""
    found = registry().resolver(name).lookup(schema["$ref"])
    return found.contents


def is_described(name: str, schema: Schema) -> bool:
    """Whether a schema, or what it refers to, has a description."""
    if "description" in schema:
        return True
    if "$ref" not in schema:
        return False
    found = registry().resolver(name).lookup(schema["$ref"])
    return is_described(schema["$ref"].partition("#")[0] or name, found.contents)


def types(schema: Schema) -> set[str]:
    """The JSON types that a schema names."""
    named = schema.get("type", [])
    return {named} if isinstance(named, str) else set(named)


def properties(name: str) -> Iterator[tuple[str, Schema]]:
    """Every property of every object of a file, without those inside conditions and branches."""
    for pointer, schema in shapes(name):
        steps = pointer.split("/")
        if len(steps) > 2 and steps[-2] == "properties" and "then" not in steps:
            yield pointer, schema


def notes(name: str) -> Iterator[tuple[str, Schema]]:
    """Every `x-orbit` of a file."""
    for pointer, schema in shapes(name):
        if "x-orbit" in schema:
            yield pointer, schema["x-orbit"]


@pytest.mark.parametrize("name", NAMES)
def test_file_is_a_valid_schema(name: str) -> None:
    """Each file obeys the 2020-12 metaschema and names it."""
    Draft202012Validator.check_schema(document(name))
    assert list(document(name))[:3] == ["$schema", "title", "description"]
    assert document(name)["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("name", NAMES)
def test_file_is_canonical(name: str) -> None:
    """Each file is written as `json.dumps` with an indent of two writes it."""
    expected = json.dumps(document(name), indent=2, ensure_ascii=False) + "\n"
    assert (FOLDER / name).read_bytes() == expected.encode()


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_resolves(name: str) -> None:
    """Every `$ref` leads to a schema in this folder."""
    broken: list[str] = []
    for pointer, schema in walk(document(name)):
        if "$ref" not in schema:
            continue
        try:
            target(name, schema)
        except Unresolvable:
            broken.append(f"{pointer}: {schema['$ref']}")
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_every_object_says_what_else_it_may_hold(name: str) -> None:
    """Every object schema has `additionalProperties`."""
    silent = [pointer for pointer, schema in shapes(name) if "object" in types(schema) and "additionalProperties" not in schema]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_property_is_described(name: str) -> None:
    """Every property has a description, its own or that of the definition it refers to."""
    bare = [pointer for pointer, schema in properties(name) if not is_described(name, schema)]
    assert bare == []


@pytest.mark.parametrize("name", NAMES)
def test_branches_are_chosen_by_name(name: str) -> None:
    """No file has a union of objects: branches are `if`/`then` on a discriminator."""
    unions = [pointer for pointer, schema in walk(document(name)) if {"anyOf", "oneOf"} & set(schema)]
    assert unions == []


@pytest.mark.parametrize("name", NAMES)
def test_annotations_are_written_in_the_vocabulary(name: str) -> None:
    """`x-orbit` holds only what its own published schema allows."""
    faults = {pointer: [error.message for error in found] for pointer, note in notes(name) if (found := list(VOCABULARY.iter_errors(note)))}
    assert faults == {}


def test_every_annotation_of_the_vocabulary_is_used() -> None:
    """By some schema at least, or by one that is cut back to an older ORBIT."""
    used = {word for name in NAMES for _, note in notes(name) for word in note}
    assert set(vocabulary()["properties"]) - used == {"later"}


def test_the_vocabulary_is_a_valid_schema() -> None:
    """And says what each annotation is for."""
    Draft202012Validator.check_schema(vocabulary())
    bare = [word for word, schema in vocabulary()["properties"].items() if "description" not in schema and "$ref" not in schema]
    assert bare == []
