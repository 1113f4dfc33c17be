"""Schemas of the user's, laid over orbitcfg's own."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orbitcfg.catalog.store import subschemas, vocabulary
from orbitcfg.commands.validate.command import validate
from orbitcfg.commands.why.command import why
from orbitcfg.commands.why.result import Explanation
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory
from orbitcfg.settings.model import Settings
from tests.shared import drawn
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


def reported(schema: object) -> list[tuple[str, str | None]]:
    """The codes and keys of what is found with the schema."""
    settings = Settings(schemas=("/repo/own.schema.json",))
    return [(each.code, each.key) for each in validate("/repo", settings, files=files(schema), process={}).diagnostics]


def test_a_schema_adds_sections_and_keys() -> None:
    assert ("ORB301", "house") in [(each.code, each.key) for each in validate("/repo", files=files({}), process={}).diagnostics]
    assert reported(OWN) == [("ORB303", "house.motto")]


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
    assert reported({**schema, "$defs": {**definitions, "word": {"type": "string"}}}) == [("ORB303", "house.motto")]
    assert reported({**schema, "$defs": {**definitions, "word": {"type": "integer"}}}) == []


@pytest.mark.parametrize(
    "branch", [True, False, {"if": True, "then": True}, {"if": {}, "else": {}}, {"if": {}}, {"if": True, "then": {"properties": {"motto": True}}}]
)
@pytest.mark.parametrize("kind", ["array", "object"])
def test_a_branch_may_have_any_form(kind: str, branch: object) -> None:
    house = {"type": kind, "description": "Ours.", "items": {}, "properties": {"motto": True}, "allOf": [branch]}
    tone = OWN["properties"]["messages"]
    refused = kind == "array" or branch is False
    assert reported({"properties": {"house": house, "messages": tone}}) == [("ORB303", "house")] * (
        1 + (kind == "array" and branch is False) if refused else 0
    )


@pytest.mark.parametrize(
    "text", ['"$ref": "#/$defs/word"', '"$ref":"#/$defs/word"', '"$ref": "#word"', '"$id": "https://example.org/", "$ref": "#word"']
)
def test_a_schema_may_refer_to_its_own_in_any_form(text: str) -> None:
    own = {"properties": {"house": {"properties": {"motto": "MOTTO"}, "unevaluatedProperties": False}, "messages": OWN["properties"]["messages"]}}
    definitions = {"$id": "https://example.org/own.json", "$defs": {"word": {"$anchor": "word", "type": "string"}}}
    schema = json.dumps({**own, **definitions}).replace('"MOTTO"', f"{{{text}}}")
    assert reported(schema) == [("ORB303", "house.motto")]


def messages(schema: object) -> list[tuple[str | None, str]]:
    """Keys and messages of what the user's schema refuses."""
    settings = Settings(schemas=("/repo/own.schema.json",), select=("ORB3",))
    return [
        (each.key, each.message) for each in validate("/repo", settings, files=files(schema), process={}).diagnostics if each.key != "messages.tone"
    ]


@pytest.mark.parametrize(
    ("house", "found"),
    [
        (False, [("house", "`house` must be left out here")]),
        ({"properties": {"motto": False}}, [("house.motto", "`motto` is `7`, and must be left out here")]),
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
    assert messages({"properties": {"house": house}}) == found


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
    found = messages({"properties": {"house": {"allOf": [{"if": condition, "then": NEVER}]}}})
    assert found == ([("house.motto", "ORBIT does not read `motto` here")] if holds else [])


@pytest.mark.parametrize("root", ["config.schema.json", "config.schema.json#"])
def test_a_schema_may_begin_with_orbits_own(root: str) -> None:
    assert reported({"$ref": root, **OWN}) == [("ORB303", "house.motto")]


def test_a_section_may_be_orbits_own_and_more() -> None:
    general = {"$ref": "config.schema.json#/properties/general", "properties": {"tone": {"type": "string", "description": "How to speak."}}}
    text = TEXT.replace("general: {", "general: {tone: 7, verbos: true, ")
    tree = Memory({**files({"properties": {**OWN["properties"], "general": general}}).contents, "/repo/config/config.yaml": text.encode()})
    found = validate("/repo", Settings(schemas=("/repo/own.schema.json",), select=("ORB3",)), files=tree, process={}).diagnostics
    assert [(each.code, each.key) for each in found] == [("ORB303", "general.tone"), ("ORB303", "house.motto"), ("ORB301", "general.verbos")]


@pytest.mark.parametrize("reference", ["#/$defs/a/allOf/0", "#/$defs/a%20b"])
def test_a_reference_may_lead_into_a_list_or_be_escaped(reference: str) -> None:
    definitions = {"a": {"allOf": [{"type": "string"}]}, "a b": {"type": "string"}}
    house = {"properties": {"motto": {"$ref": reference}}}
    assert reported({"properties": {"house": house, "messages": OWN["properties"]["messages"]}, "$defs": definitions}) == [("ORB303", "house.motto")]


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
        ({"properties": {"house": {"x-orbit": {"effect": []}}}}, "has an `x-orbit` that is none: x-orbit.effect"),
        ({"properties": {"house": {"x-orbit": {"effect": "nevr-read"}}}}, "x-orbit.effect: 'nevr-read' is not one of ['never-read', "),
        ({"properties": {"house": {"x-orbit": {"efect": "never-read"}}}}, "x-orbit: `efect` may not stand in it"),
        ({"properties": {"house": {"x-orbit": {"null": "nothing"}}}}, "x-orbit.null: 'nothing' is not of type 'object'"),
        ({"properties": {"house": {"x-orbit": {"null": {"what": "it ends"}}}}}, "x-orbit.null: 'effect' is a required property"),
        ({"properties": {"house": {"x-orbit": {"modes": "direct"}}}}, "x-orbit.modes: 'direct' is not of type 'array', 'object'"),
        ({"properties": {"house": {"x-orbit": {"refers_to": {"section": "inference"}}}}}, "x-orbit.refers_to: 'effect' is a required property"),
        ({"properties": {"house": {"items": {"x-orbit": {"renamed": {"a": 5}}}}}}, "x-orbit.renamed.a: 5 is not of type 'string'"),
        ({"properties": {"general": {"properties": {"port": {"x-orbit": {"reads": 5}}}}}}, "x-orbit.reads: 5 is not"),
        ({"properties": {}, "$defs": {"a": {"x-orbit": {"missing": []}}}}, "x-orbit.missing: [] is not of type 'object'"),
        ({"properties": {"house": {"allOf": [{"$ref": "#/properties/house"}]}}}, "leads back to itself"),
        (
            {"properties": {"house": {"if": {}, "then": {"not": {"$ref": "#/$defs/a"}}}}, "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}},
            "back to itself",
        ),
        ('{"properties": ' * 5_000 + "{}" + "}" * 5_000, "is nested too deep"),
        (f'{{"properties": {{}}, "title": "{"x" * 4_200_000}"}}', "is larger than 2 MiB"),
    ],
)
def test_a_bad_schema_is_refused_in_words(schema: object, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        reported(schema)
    assert words in str(refused.value)


def test_an_annotation_may_change_a_part_of_orbits_own() -> None:
    """What it leaves out stays as it is; orbitcfg's own annotation of the section too."""
    groq = {"properties": {"groq": {"x-orbit": {"api_key": {"required": False}}}}}
    text = TEXT.replace("general: {port: 3000, inference_provider: shimmy}", "general: {port: 3000, inference_provider: groq}")
    tree = {"/repo/config/config.yaml": re.sub("(?m)^inference:$", "inference:\n  groq: {enabled: true, model: m, apikey: k}", text).encode()}
    chosen = Settings(schemas=("/repo/own.schema.json",), select=("ORB301", "ORB401"))
    schemas: list[dict[str, Any]] = [{"properties": {}}, {"properties": {"inference": groq}}]
    found = [
        [(each.code, each.key) for each in validate("/repo", chosen, files=Memory({**files(schema).contents, **tree}), process={}).diagnostics]
        for schema in schemas
    ]
    unknown = [("ORB301", "house"), ("ORB301", "messages.tone"), ("ORB301", "inference.groq.apikey")]
    assert sorted(found[1]) == sorted(unknown)
    assert sorted(found[0]) == sorted([*unknown, ("ORB401", "inference.groq.api_key")])


WORDS = sorted(vocabulary()["properties"])
KNOWN = sorted({each for schema in subschemas(vocabulary()) for each in schema.get("enum", ()) if isinstance(each, str)})
SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["inference", "enabled", "motto", "", *KNOWN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["section", "effect", "what", "key", "values", "default"]), inner),
    max_leaves=6,
)
REACTION = {"effect": "silent", "what": "it is so"}
SOUND = st.sampled_from(
    [
        ("null", REACTION),
        ("wrong", REACTION),
        ("refers_to", {"section": "inference", **REACTION}),
        ("refers_to", {"section": ["inference", "nowhere.at.all"], "key": "a.b", "switches": ["enabled"], "also": ["x.y"], **REACTION}),
        ("modes", {"key": "mode", "default": "direct", "values": ["direct", "api"]}),
        ("api_key", {"env": "KEY", "required": True}),
        ("status", "api_mode_only"),
    ]
)


def codes_or_refusal(schema: object) -> tuple[list[str], str | None]:
    """The codes of what is found with the schema, and why it is refused; None where it is not."""
    try:
        return [code for code, _ in reported(schema)], None
    except UsageError as refusal:
        return [], str(refusal)


@settings(max_examples=drawn(40))
@given(st.lists(st.tuples(st.sampled_from(WORDS), SCRAPS) | SOUND, max_size=4), st.sampled_from(["house", "inference", "shimmy"]))
def test_an_annotation_of_any_form_is_refused_in_words_or_breaks_no_rule(words: list[tuple[str, object]], place: str) -> None:
    annotated = {"x-orbit": dict(words)}
    schema = {"properties": {"inference": {"properties": {"shimmy": annotated}}} if place == "shimmy" else {place: annotated}}
    codes, refusal = codes_or_refusal(schema)
    assert "ORB901" not in codes
    assert refusal is None or "has an `x-orbit` that is none: x-orbit" in refusal


def test_a_missing_schema_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot read the schema"):
        validate("/repo", Settings(schemas=("/repo/none.json",)), files=files(OWN), process={})


def house(schema: object, value: str) -> list[str]:
    """What is said of the section `house`, with this value, by a schema for it."""
    text = "".join(BASE.values()) + f"house: {value}\n"
    tree = Memory({"/repo/config/config.yaml": text.encode(), "/repo/own.schema.json": json.dumps(schema).encode()})
    chosen = Settings(schemas=("/repo/own.schema.json",), select=("ORB3",))
    return [str(each.key) for each in validate("/repo", chosen, files=tree, process={}).diagnostics]


NESTED = {"properties": {"house": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"allOf": [{"properties": {"x": {"$ref": "#/$defs/a"}}}] * 2}}}


@pytest.mark.parametrize(
    "keywords",
    [
        {"additionalProperties": {"pattern": "^(a+)+$"}},
        {"propertyNames": {"pattern": "^(k+)+$"}, "additionalProperties": {"type": "integer"}},
        {"patternProperties": {"^(k+)+$": {"type": "integer"}}, "additionalProperties": {"type": "integer"}},
        {"allOf": [{"patternProperties": {"^(k+)+$": {}}}], "unevaluatedProperties": False},
        {"allOf": [{"if": {"properties": {"m": {"pattern": "^(a+)+$"}}}, "then": {}}], "additionalProperties": {"type": "integer"}},
    ],
)
def test_an_expression_of_a_schema_does_not_backtrack(keywords: dict[str, Any]) -> None:
    value = "{" + "k" * 42 + "-: " + "a" * 42 + "-, m: " + "a" * 42 + "-}"
    assert house({"properties": {"house": keywords}}, value)


@pytest.mark.parametrize("expression", ["(?=a)b", "(a)\\1", "a{1000}{1000}", "(", "(?:a{99}){999}"])
@pytest.mark.parametrize("word", ["pattern", "patternProperties"])
def test_an_expression_that_the_engine_does_not_take_is_refused_in_words(expression: str, word: str) -> None:
    with pytest.raises(UsageError, match="has an expression that cannot be used"):
        house({"properties": {"house": {word: expression if word == "pattern" else {expression: {}}}}}, "{}")


def test_a_schema_that_asks_twice_as_much_at_each_step_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="takes too long"):
        house(NESTED, "{x: " * 60 + "1" + "}" * 60)


@pytest.mark.parametrize(("items", "found"), [("{a: 1}, {a: 1.0}", True), ("{a: 1}, {a: true}", False), ("[1], [1]", True), ("null, ''", False)])
def test_items_are_compared_as_json_has_it(items: str, found: bool) -> None:
    assert bool(house({"properties": {"house": {"uniqueItems": True}}}, f"[{items}]")) is found
