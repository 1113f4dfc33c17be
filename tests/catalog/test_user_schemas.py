"""Schemas of the user's, laid over orbitcfg's own."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from orbitcfg.commands.validate.command import validate
from orbitcfg.commands.why.command import why
from orbitcfg.commands.why.result import Explanation
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory
from orbitcfg.settings.model import Settings
from tests.trees import BASE

TEXT = "".join(BASE.values()) + "house: {motto: 7}\nmessages: {collection_not_found: hi, tone: warm}\n"
OWN = {
    "properties": {
        "house": {
            "type": "object",
            "description": "Ours.",
            "properties": {"motto": {"type": "string", "description": "A word."}},
            "additionalProperties": False,
        },
        "messages": {"properties": {"tone": {"type": "string", "description": "How to speak."}}},
        "inference": {"properties": {"shimmy": {"properties": {"temperature": {"maximum": 1}}}}},
    }
}


def files(schema: object) -> Memory:
    """A configuration and a schema beside it."""
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return Memory({"/repo/config/config.yaml": TEXT.encode(), "/repo/own.schema.json": text.encode()})


def told(schema: object) -> list[tuple[str, str | None]]:
    """The codes and keys of what is found with the schema."""
    settings = Settings(schemas=("/repo/own.schema.json",))
    return [(each.code, each.key) for each in validate("/repo", settings, files=files(schema), process={}).diagnostics]


def test_a_schema_adds_sections_and_keys() -> None:
    assert ("ORB301", "house") in [(each.code, each.key) for each in validate("/repo", files=files({}), process={}).diagnostics]
    assert told(OWN) == [("ORB303", "house.motto")]


def test_a_schema_overrides_a_limit() -> None:
    settings = Settings(schemas=("/repo/own.schema.json",))
    explanation = why("inference.shimmy.temperature", "/repo", settings, files=files(OWN), process={})
    assert isinstance(explanation, Explanation)
    assert explanation.meaning is not None
    assert explanation.meaning.allowed == ("at least 0.0", "at most 1")


def test_a_schema_may_use_every_word_of_its_dialect() -> None:
    definitions = {"verse": {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"motto": {"$ref": "#/$defs/word"}}}}
    house = {"$ref": "#/$defs/verse", "unevaluatedProperties": False, "description": "Ours."}
    tone = {"properties": {"tone": {"type": "string", "description": "How to speak."}}}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"house": house, "messages": tone}}
    assert told({**schema, "$defs": {**definitions, "word": {"type": "string"}}}) == [("ORB303", "house.motto")]
    assert told({**schema, "$defs": {**definitions, "word": {"type": "integer"}}}) == []


@pytest.mark.parametrize(
    "branch", [True, False, {"if": True, "then": True}, {"if": {}, "else": {}}, {"if": {}}, {"if": True, "then": {"properties": {"motto": True}}}]
)
@pytest.mark.parametrize("kind", ["array", "object"])
def test_a_branch_may_have_any_form(kind: str, branch: object) -> None:
    house = {"type": kind, "description": "Ours.", "items": {}, "properties": {"motto": True}, "allOf": [branch]}
    tone = OWN["properties"]["messages"]
    refused = kind == "array" or branch is False
    assert told({"properties": {"house": house, "messages": tone}}) == [("ORB303", "house")] * (
        1 + (kind == "array" and branch is False) if refused else 0
    )


@pytest.mark.parametrize(
    "text", ['"$ref": "#/$defs/word"', '"$ref":"#/$defs/word"', '"$ref": "#word"', '"$id": "https://example.org/", "$ref": "#word"']
)
def test_a_schema_may_refer_to_its_own_in_any_form(text: str) -> None:
    own = {"properties": {"house": {"properties": {"motto": "MOTTO"}, "unevaluatedProperties": False}, "messages": OWN["properties"]["messages"]}}
    definitions = {"$id": "https://example.org/own.json", "$defs": {"word": {"$anchor": "word", "type": "string"}}}
    schema = json.dumps({**own, **definitions}).replace('"MOTTO"', f"{{{text}}}")
    assert told(schema) == [("ORB303", "house.motto")]


def said(schema: object) -> list[tuple[str | None, str]]:
    """Keys and messages of what the user's schema refuses."""
    settings = Settings(schemas=("/repo/own.schema.json",), select=("ORB3",))
    return [
        (each.key, each.message) for each in validate("/repo", settings, files=files(schema), process={}).diagnostics if each.key != "messages.tone"
    ]


@pytest.mark.parametrize(
    ("house", "found"),
    [
        (False, [("house", "`house` must be left out here")]),
        ({"properties": {"motto": False}}, [("house.motto", "`motto` must be left out here")]),
        ({"required": ["it's", "a\\b"]}, [("house.a\\b", "`house` has no `a\\b`"), ("house.it's", "`house` has no `it's`")]),
        ({"properties": {"motto": {"allOf": [{"type": "string"}]}}}, [("house.motto", "`motto` is the number `7`, which does not fit")]),
        ({"minProperties": 2}, [("house", "`house` is a mapping, which does not fit")]),
        ({"properties": {"motto": {"enum": [{"$ref": "#/nowhere"}, 7]}}}, []),
        (
            {"allOf": [{"if": {"properties": {"motto": {"minimum": 8}}}, "then": {"properties": {"motto": {"x-orbit": {"effect": "never-read"}}}}}]},
            [],
        ),
    ],
)
def test_what_a_schema_refuses_is_told_at_its_key(house: object, found: list[tuple[str, str]]) -> None:
    assert said({"properties": {"house": house}}) == found


NEVER = {"properties": {"motto": {"x-orbit": {"effect": "never-read"}}}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"properties": {"motto": {"type": "integer"}}}, True),
        ({"properties": {"motto": {"type": ["string", "number"]}}}, True),
        ({"properties": {"motto": {"type": "boolean"}}}, False),
        ({"type": "object", "required": ["motto"]}, True),
        ({"type": "array"}, False),
        ({"not": {"properties": {"motto": {"type": "integer"}}}}, False),
        ({"not": {"properties": {"motto": {"const": 8}}}}, True),
        ({"properties": {"motto": {"not": {"enum": [7, 8]}}}}, False),
        ({"properties": {"motto": {"not": {"enum": [8]}}}}, True),
        ({"not": {"anyOf": [{"required": ["motto"]}]}}, False),
        ({"properties": {"motto": {"not": {"minimum": 8}}}}, False),
        ({"not": {"not": {"minProperties": 1}}}, False),
    ],
)
def test_a_branch_is_chosen_where_its_condition_is_known_to_hold(condition: object, holds: bool) -> None:
    """And by no words that are not known here, whatever stands around them."""
    found = said({"properties": {"house": {"allOf": [{"if": condition, "then": NEVER}]}}})
    assert found == ([("house.motto", "nothing in ORBIT reads `motto`")] if holds else [])


@pytest.mark.parametrize("root", ["config.schema.json", "config.schema.json#"])
def test_a_schema_may_begin_with_orbits_own(root: str) -> None:
    assert told({"$ref": root, **OWN}) == [("ORB303", "house.motto")]


def test_a_section_may_be_orbits_own_and_more() -> None:
    general = {"$ref": "config.schema.json#/properties/general", "properties": {"tone": {"type": "string", "description": "How to speak."}}}
    text = TEXT.replace("general: {", "general: {tone: 7, verbos: true, ")
    tree = Memory({**files({"properties": {**OWN["properties"], "general": general}}).contents, "/repo/config/config.yaml": text.encode()})
    found = validate("/repo", Settings(schemas=("/repo/own.schema.json",), select=("ORB3",)), files=tree, process={}).diagnostics
    assert [(each.code, each.key) for each in found] == [("ORB303", "general.tone"), ("ORB301", "general.verbos"), ("ORB303", "house.motto")]


@pytest.mark.parametrize("reference", ["#/$defs/a/allOf/0", "#/$defs/a%20b"])
def test_a_reference_may_lead_into_a_list_or_be_escaped(reference: str) -> None:
    definitions = {"a": {"allOf": [{"type": "string"}]}, "a b": {"type": "string"}}
    house = {"properties": {"motto": {"$ref": reference}}}
    assert told({"properties": {"house": house, "messages": OWN["properties"]["messages"]}, "$defs": definitions}) == [("ORB303", "house.motto")]


def test_two_schemas_are_laid_on_top_of_each_other() -> None:
    second: Mapping[str, Any] = {"properties": {"house": {"properties": {"motto": {"type": "integer"}}}}}
    tree = files(OWN)
    both = Memory({**tree.contents, "/repo/second.json": json.dumps(second).encode()})
    settings = Settings(schemas=("/repo/own.schema.json", "/repo/second.json"))
    assert validate("/repo", settings, files=both, process={}).diagnostics == ()


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("{", "the schema `repo/own.schema.json` is not JSON"),
        ({"properties": {"house": {"type": "txt"}}}, "the schema `repo/own.schema.json` is not valid: $.properties.house.type"),
        ({"type": "object"}, "has no `properties`: give it the shape of the whole configuration"),
        ([], "the schema `repo/own.schema.json` is not valid"),
        ({"properties": {"house": {"$ref": "https://example.org/x.json"}}}, "refers to `https://example.org/x.json`, which is not there"),
        ({"properties": {"house": {"$ref": "#/$defs/none"}}}, "which is not there"),
        ({"properties": {"house": {"$ref": "#none"}}}, "which is not there"),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#", "properties": {}},
            "is written in `http://json-schema.org/draft-07/schema#`: orbitcfg reads `https://json-schema.org/draft/2020-12/schema`",
        ),
        (True, "has no `properties`"),
        ({"properties": {"house": {"$ref": "#/title"}}, "title": "t"}, "refers to `user-"),
        ({"properties": {"house": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}, "leads back to itself"),
        ({"properties": {"house": {"x-orbit": 5}}}, "has an `x-orbit` that is none"),
        ({"properties": {"house": {"x-orbit": {"effect": []}}}}, "has an `x-orbit` that is none"),
        ({"properties": {"house": {"allOf": [{"$ref": "#/properties/house"}]}}}, "leads back to itself"),
        (
            {"properties": {"house": {"if": {}, "then": {"not": {"$ref": "#/$defs/a"}}}}, "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}},
            "back to itself",
        ),
        ('{"properties": ' * 5_000 + "{}" + "}" * 5_000, "is nested too deep"),
        (f'{{"properties": {{}}, "title": "{"x" * 4_200_000}"}}', "is larger than 4 MiB"),
    ],
)
def test_a_bad_schema_is_refused_in_words(schema: object, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        told(schema)
    assert words in str(refused.value)


def test_a_missing_schema_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot read the schema"):
        validate("/repo", Settings(schemas=("/repo/none.json",)), files=files(OWN), process={})
