"""The schemas agree with the facts about config.yaml and about adapters."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from tests.shared import read_facts

Schema = dict[str, Any]
Facts = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "orbit"

EFFECTS = {
    "dead": "never-read",
    "log-only": "log-only",
    "report-only": "report-only",
    "parsed-unused": "no-effect",
    "check-only": "no-effect",
}
WITHOUT_EFFECT = {"never-read", "no-effect", "log-only", "report-only"}
TYPES = {
    "bool": {"boolean"},
    "int": {"integer"},
    "float": {"number"},
    "number": {"number"},
    "str": {"string"},
    "enum": {"string"},
    "path": {"string"},
    "url": {"string"},
    "dotted-path": {"string"},
    "str (URL)": {"string"},
    "str (amqp URL)": {"string"},
    "null": set[str](),
}
PARENTHESISED = ("str (URL)", "str (amqp URL)")
WORDED_DEFAULTS = {
    "(about 50 MIME types)",
    "(built-in text)",
    "DEFAULT_TARGET_LANGUAGE (es)",
    "__required__",
    "available_skills",
    "built-in constant",
    "built-in text",
    "capabilities.supports_interruption",
    "datasource collection",
    "datasources.<datasource>.database",
    "document.default_format or pdf",
    "embedding.provider",
    "embeddings.<p>.model",
    "files.default_collection_prefix or files_",
    "files.default_vector_store or chroma",
    "general.inference_provider",
    "image.provider",
    "inference provider of the adapter/global",
    "intent_query_templates (SQL) / intent_http_templates (HTTP)",
    "logging.propagate",
    "provider section model",
    "provider section value",
    "stt.provider (code fallback whisper)",
    "the cache provider's ttl, else 3600",
    "tts.provider",
    "video.provider",
    "vision.provider (code fallback gemini)",
}
NO_BOUND = ("values under", "> 0 deletes")
DEAD_LISTS = (
    "dead_keys",
    "read_but_unused",
    "overridden_or_unused",
    "ignored_here_but_read_from_datasources.<ds>",
    "ignored_here_partly_read_from_datasources.sqlite",
)
FREE_FAMILIES = {"generic_vector", "template"}
NEVER_ASKED = frozenset({"intent_mongodb.base_url"})
"""Keys of a client that is made and never asked, though the facts call them live."""

ONLY_LOGGED = {"multimodal.image_provider"}
REALTIME = ("openai_realtime", "openai_realtime_translation", "gemini_live")


class Place(NamedTuple):
    """A schema and the file that its references are relative to."""

    name: str
    schema: Schema


@cache
def document(name: str) -> Schema:
    """The parsed schema file of that name."""
    return cast(Schema, json.loads((FOLDER / name).read_text(encoding="utf-8")))


def config_keys() -> Facts:
    """What is known about each key path of config.yaml."""
    return cast(Facts, read_facts("config-keys")["keys"])


def adapter_facts() -> Facts:
    """What is known about adapters."""
    return cast(Facts, read_facts("adapters"))


def pointed(name: str, pointer: str) -> Schema:
    """The part of a schema file that a JSON pointer names."""
    schema = document(name)
    for step in pointer.split("/")[1:]:
        schema = schema[step]
    return schema


def follow(place: Place) -> Place:
    """The place with its `$ref` filled in; what stands beside the reference wins."""
    if "$ref" not in place.schema:
        return place
    file, _, pointer = place.schema["$ref"].partition("#")
    name = file or place.name
    found = follow(Place(name, pointed(name, pointer)))
    note = {**found.schema.get("x-orbit", {}), **place.schema.get("x-orbit", {})}
    merged = {**found.schema, **place.schema, "x-orbit": note}
    del merged["$ref"]
    return Place(found.name, merged)


def inside(place: Place, key: str) -> Place | None:
    """What an object may hold under a key: its property, or else what any key may hold."""
    child = place.schema.get("properties", {}).get(key, place.schema.get("additionalProperties"))
    return follow(Place(place.name, child)) if isinstance(child, dict) else None


def lookup(path: str) -> Place | None:
    """The schema for a dotted key path of the configuration, or None where there is none."""
    place: Place | None = Place("config.schema.json", document("config.schema.json"))
    for key in path.split("."):
        place = place and inside(place, key)
    return place


def defined(file: str, name: str) -> Place:
    """A definition of a schema file."""
    return follow(Place(file, document(file)["$defs"][name]))


def members(place: Place) -> dict[str, Place]:
    """The properties of an object."""
    return {key: follow(Place(place.name, child)) for key, child in place.schema.get("properties", {}).items()}


def note(place: Place) -> Schema:
    """The `x-orbit` of a place."""
    return cast(Schema, place.schema.get("x-orbit", {}))


def types(schema: Schema) -> set[str]:
    """The JSON types that a schema names, without null."""
    named = schema["type"]
    return ({named} if isinstance(named, str) else set(named)) - {"null"}


def type_parts(text: str) -> list[str]:
    """The alternatives of a type as the facts write it."""
    return [text] if text in PARENTHESISED else re.split(r"\s*\|\s*", text)


def json_types(text: str) -> set[str]:
    """The JSON types of a type as the facts write it, without null."""
    found: set[str] = set()
    for part in type_parts(text):
        if part.startswith("map"):
            found.add("object")
        elif part.startswith("list"):
            found.add("array")
        else:
            found |= TYPES[part]
    return found


def values(schema: Schema) -> list[Any]:
    """The enum of a schema, or of its items, without null."""
    listed = schema.get("enum") or schema.get("items", {}).get("enum", [])
    return sorted(value for value in listed if value is not None)


def folded(place: Place) -> list[Any]:
    """The enum of a place, without upper and lower case where ORBIT takes them for equal."""
    if note(place).get("reads") != "any-case":
        return values(place.schema)
    return sorted({value.casefold() for value in values(place.schema)})


def bounds(schema: Schema) -> Schema:
    """The limits of a number."""
    return {word: schema[word] for word in ("minimum", "maximum", "exclusiveMinimum") if word in schema}


def stated_bounds(text: str) -> Schema:
    """The limits of a number as the facts word them; those that depend on another key are left out."""
    if text.startswith(NO_BOUND):
        return {}
    if "; 0 and null" in text or text.startswith("0 <="):
        return {"minimum": 0}
    if span := re.match(r"(-?\d+)\.\.(\d+)", text):
        return {"minimum": int(span[1]), "maximum": int(span[2])}
    least = re.match(r"(>=?) (\d+)", text)
    assert least is not None, text
    return {"minimum" if least[1] == ">=" else "exclusiveMinimum": int(least[2])}


def present(paths: Facts) -> Iterator[tuple[str, Facts, Place]]:
    """The key paths that the schemas know, with facts and schema."""
    for path, fact in paths.items():
        if place := lookup(path):
            yield path, fact, place


def literal_default(fact: Facts, word: str) -> bool:
    """Whether the facts give a default as a value, not in words."""
    return word in fact and str(fact[word]) not in WORDED_DEFAULTS


def as_json(value: Any) -> Any:
    """A value as JSON has it, where every key is text."""
    return json.loads(json.dumps(value))


def test_every_config_key_is_a_property() -> None:
    """The schemas know every key path of config.yaml."""
    assert [path for path in config_keys() if lookup(path) is None] == []


def test_config_keys_without_effect_are_marked() -> None:
    """Keys that do nothing say so, and only they."""
    expected = {path: EFFECTS.get(fact["status"]) for path, fact in config_keys().items()}
    assert {path: note(place).get("effect") for path, _, place in present(config_keys())} == expected


def test_older_config_keys_name_the_newer_place() -> None:
    """Keys that are read at an older place name the place of today."""
    older = ((path, place) for path, fact, place in present(config_keys()) if fact["status"] == "legacy" and not fact["type"].startswith("map"))
    assert [path for path, place in older if "instead" not in note(place)] == []


def test_config_types_agree() -> None:
    """Each key has the type that its readers can work with."""
    expected = {path: json_types(fact["type"]) for path, fact in config_keys().items()}
    assert {path: types(place.schema) for path, _, place in present(config_keys())} == expected


def test_config_enums_agree() -> None:
    """Each closed list of values is the one that the code knows."""
    stated = {path: fact for path, fact in config_keys().items() if "enum" in fact}
    expected = {
        path: sorted({value.casefold() for value in fact["enum"]}) if note(place).get("reads") == "any-case" else sorted(fact["enum"])
        for path, fact, place in present(stated)
    }
    assert {path: folded(place) for path, _, place in present(stated)} == expected


MEASURED: dict[str, dict[str, int]] = {
    **{f"security.throttling.default_quotas.{period}_limit": {"minimum": 1} for period in ("daily", "monthly")},
    "autocomplete.max_suggestions": {},
}
"""Limits that the facts do not state: at 0 the real ORBIT refused every request; and one that is the route's own, so that more does no harm."""


def test_config_ranges_agree() -> None:
    """Each number has the limits that the facts state or that were measured, and no other."""
    expected = {path: stated_bounds(fact["range"]) if "range" in fact else {} for path, fact in config_keys().items()} | MEASURED
    assert {path: bounds(place.schema) for path, _, place in present(config_keys())} == expected


def test_config_defaults_agree() -> None:
    """Each default is the one in the code."""
    stated = {
        path: fact
        for path, fact in config_keys().items()
        if literal_default(fact, "default_in_code") and fact["type"] != "map" and fact["default_in_code"] != {}
    }
    expected = {path: as_json(fact["default_in_code"]) for path, fact in stated.items()}
    assert {path: place.schema.get("default", "none") for path, _, place in present(stated)} == expected


def test_config_booleans_say_how_they_are_read() -> None:
    """A switch says whether text is judged by its truth or by its meaning."""
    stated = {path: fact for path, fact in config_keys().items() if fact.get("bool_rule") in {"raw", "parsed", "mixed"} and fact["status"] != "dead"}
    expected = {path: fact["bool_rule"] for path, fact in stated.items()}
    assert {path: note(place).get("reads") for path, _, place in present(stated)} == expected


def test_harmful_config_nulls_are_described() -> None:
    """A key whose null does harm says which, and allows no null otherwise."""
    stated = {path: fact for path, fact in config_keys().items() if "null" in fact}
    harmless = {path for path, fact in stated.items() if fact["null"].startswith("fine")}
    undescribed = [path for path, _, place in present(stated) if path not in harmless and "null" not in note(place) and not in_branches(path)]
    forbidden = [path for path, _, place in present(stated) if path in harmless and "null" not in place.schema["type"]]
    assert (undescribed, forbidden) == ([], [])


def in_branches(path: str) -> bool:
    """Whether some branch says what null does, as where a block is read only while something names it."""
    parent, _, key = path.rpartition(".")
    place = lookup(parent)
    branches = place.schema.get("allOf", []) if place else []
    return any("null" in each["then"]["properties"].get(key, {}).get("x-orbit", {}) for each in branches)


def adapter_groups() -> dict[str, tuple[Facts, dict[str, Place]]]:
    """The groups of adapter keys outside `config`: facts by key, and properties."""
    known = adapter_facts()
    file = "adapters.schema.json"
    tolerance = known["fault_tolerance"]["live"]
    return {
        "adapter": (known["top_level_keys"], members(defined(file, "adapter"))),
        "capabilities": (known["capabilities"], members(defined(file, "capabilities"))),
        "fault_tolerance": (tolerance, members(defined(file, "fault_tolerance"))),
        "web_search": (known["web_search_block"]["keys"], members(defined(file, "web_search"))),
    }


def family_facts(family: str) -> Facts:
    """The facts of a family's keys, with those of the families that it extends and of all adapters."""
    families = adapter_facts()["config_families"]
    known: Facts = dict(families["all_adapters"]["keys"])
    for base in families[family].get("extends", []):
        known |= family_facts(base)
    return known | cast(Facts, families[family]["keys"])


def dead_keys(family: str) -> set[str]:
    """The keys of a family that have no effect; those of a base are live again where the family reads them."""
    known = adapter_facts()["config_families"][family]
    listed = {str(key).split(" ")[0] for word in DEAD_LISTS for key in known.get(word, [])}
    unread = {key for key, fact in known["keys"].items() if fact.get("live") is False}
    inherited = {key for base in known.get("extends", []) for key in dead_keys(base)}
    return listed | unread | inherited - set(known["keys"])


def families() -> dict[str, tuple[Facts, dict[str, Place]]]:
    """The families of `config`: facts by key, and properties."""
    names = adapter_facts()["config_families"]
    return {
        name: (family_facts(name), members(defined("adapter-config.schema.json", name)))
        for name in names
        if name in document("adapter-config.schema.json")["$defs"]
    }


def described() -> Iterator[tuple[str, Facts, Place]]:
    """Every adapter key that the schemas know, with facts and schema."""
    groups = adapter_groups() | families()
    for group, (known, properties) in groups.items():
        for key, fact in known.items():
            if key in properties:
                yield f"{group}.{key}", fact, properties[key]


def test_every_adapter_family_is_defined() -> None:
    """Each family of `config` has a definition."""
    assert set(adapter_facts()["config_families"]) - set(families()) == set()


def test_every_adapter_key_is_a_property() -> None:
    """The schemas know every key of adapters, their blocks and their `config`."""
    groups = adapter_groups() | families()
    unknown = {group: sorted(set(known) - set(properties)) for group, (known, properties) in groups.items()}
    assert {group: keys for group, keys in unknown.items() if keys} == {}


def test_nested_adapter_keys_are_properties() -> None:
    """Keys one level deeper are known too."""
    unknown = [f"{path}.{key}" for path, fact, place in described() for key in fact.get("keys", {}) if key not in members(place)]
    assert unknown == []


def test_adapter_keys_without_effect_are_marked() -> None:
    """Dead keys of every family are known and say that they have no effect."""
    unmarked = {
        f"{family}.{key}"
        for family, (_, properties) in families().items()
        for key in dead_keys(family)
        if key not in properties or note(properties[key]).get("effect") not in WITHOUT_EFFECT
    }
    assert unmarked == set()


def test_blocks_of_adapters_mark_keys_without_effect() -> None:
    """Outside `config`, keys that no request uses say that they have no effect, and only they."""
    live = {path: fact.get("live", True) is True for path, fact, _ in described() if path.split(".")[0] in adapter_groups()}
    assert {path: "effect" not in note(place) for path, _, place in described() if path in live} == live


def test_live_adapter_keys_are_not_marked() -> None:
    """No key that works is said to have no effect."""
    marked = [
        f"{family}.{key}"
        for family, (known, properties) in families().items()
        for key in set(known) - dead_keys(family)
        if "effect" in note(properties[key]) and f"{family}.{key}" not in {*ONLY_LOGGED, *NEVER_ASKED}
    ]
    assert marked == []


def test_settings_that_protect_nothing_are_marked() -> None:
    """Access limits without effect are marked as a matter of safety."""
    limits = {"allowed_columns", "security_filter", "read_only", "access_mode"}
    unmarked = [
        f"{family}.{key}"
        for family, (_, properties) in families().items()
        for key in sorted(limits & set(properties))
        if note(properties[key]).get("safety") is not True
    ]
    assert unmarked == []


def test_displayed_fault_tolerance_is_marked() -> None:
    """Settings that are only displayed say so."""
    displayed = set(adapter_facts()["fault_tolerance"]["display_only"]) - {"consumer"}
    properties = members(defined("adapters.schema.json", "fault_tolerance"))
    assert {key: note(properties[key]).get("effect") for key in displayed} == dict.fromkeys(displayed, "report-only")


def test_adapter_types_agree() -> None:
    """Each adapter key has the type that its readers can work with."""
    stated = {path: fact for path, fact, _ in described() if "type" in fact}
    expected = {path: json_types(fact["type"]) for path, fact in stated.items()}
    assert {path: types(place.schema) for path, _, place in described() if path in stated} == expected


def test_adapter_enums_agree() -> None:
    """Each closed list of an adapter key is the one that the code knows."""
    expected = {path: sorted(fact["enum"]) for path, fact, _ in described() if "enum" in fact}
    assert {path: values(place.schema) for path, _, place in described() if path in expected} == expected


def test_adapter_defaults_agree() -> None:
    """Each default of an adapter key is the one in the code."""
    expected = {
        path: fact["default"]
        for path, fact, place in described()
        if literal_default(fact, "default") and fact["type"] != "map" and path != "adapter.capabilities"
    }
    assert {path: place.schema.get("default", None) for path, _, place in described() if path in expected} == expected


def test_required_adapter_keys_say_what_happens_without_them() -> None:
    """A key that an adapter cannot do without says what its absence does."""
    silent = [path for path, fact, place in described() if fact.get("required") is True and "missing" not in note(place)]
    assert silent == []


def test_adapter_references_are_described() -> None:
    """Every adapter key that names something defined elsewhere says what."""
    blind = [path for path, fact, place in described() if "ref" in fact and "refers_to" not in note(place)]
    assert blind == []


def test_allowed_lists_are_described() -> None:
    """Each list of models that clients may choose has its keys, and requires those that are needed."""
    known = adapter_facts()["allowed_lists"]
    lists = {name: known[name] for name in known if name.startswith("allowed_") and name != "allowed_search_providers"}
    places = {name: defined("adapters.schema.json", name.removesuffix("s")) for name in lists}
    expected = {name: (fact["required"], set(fact["required"]) | set(fact["optional"])) for name, fact in lists.items()}
    assert {name: (place.schema["required"], set(members(place))) for name, place in places.items()} == expected


@pytest.mark.parametrize("prefix", ["web_search", "allowed_search"])
def test_search_services_are_described(prefix: str) -> None:
    """Each search service has its own keys, and requires those that are needed."""
    backends = adapter_facts()["web_search_block"]["backend_keys"]
    shared = set(adapter_facts()["web_search_block"]["keys"])
    own = {"name"} if prefix == "allowed_search" else set[str]()
    places = {name: defined("adapters.schema.json", f"{prefix}_{name}") for name in backends}
    expected = {name: set(keys) | shared | own for name, keys in backends.items()}
    needed = {name: {key for key in keys if keys[key] == "required"} for name, keys in backends.items()}
    assert {name: set(members(place)) for name, place in places.items()} == expected
    assert {name: set(place.schema.get("required", [])) - {"name", "provider"} for name, place in places.items()} == needed


def adapter_note() -> Schema:
    """The data about adapters in the catalogue."""
    return note(defined("adapters.schema.json", "adapter"))


def test_triples_agree() -> None:
    """The combinations of type, datasource and adapter are those that the code registers."""
    registered = adapter_facts()["registered_triples"]["type>datasource>adapter: domain adapter class"]
    expected = {(kind, source, adapter) for kind, sources in registered.items() for source, adapters in sources.items() for adapter in adapters}
    assert {tuple(triple) for triple in adapter_note()["triples"]} == expected


def concrete() -> dict[str, tuple[str, str | None]]:
    """The family and the datasource of each path to a class that can be built."""
    known = adapter_facts()["implementations"]["concrete"].values()
    return {path: (fact["family"].split(" ")[0], fact["datasource"]) for fact in known for path in fact["paths"]}


def test_implementations_agree() -> None:
    """The catalogue knows every path to an implementation, and which classes are abstract."""
    known = adapter_note()["implementations"]
    abstract = set(adapter_facts()["implementations"]["abstract_not_instantiable"])
    built = {path: (row["family"], row["datasource"]) for path, row in known.items() if not row.get("abstract")}
    assert built == concrete()
    assert {path for path, row in known.items() if row.get("abstract")} == abstract


def branch_families(implementation: str, kind: str) -> list[str]:
    """The families that the branches of the adapter schema choose for an implementation and a type."""
    chosen: list[str] = []
    for branch in defined("adapters.schema.json", "adapter").schema["allOf"]:
        if "config" not in branch["then"]["properties"]:
            continue
        condition = branch["if"]["properties"]
        wanted = condition.get("type", {})
        by_type = wanted.get("const", kind) == kind and kind not in wanted.get("not", {}).get("enum", [])
        if implementation in condition["implementation"]["enum"] and by_type:
            chosen.append(branch["then"]["properties"]["config"]["$ref"].rpartition("/")[2])
    return chosen


def test_each_implementation_chooses_its_family() -> None:
    """An implementation leads to exactly the family of its `config`."""
    expected = {path: [] if family in FREE_FAMILIES else [family] for path, (family, _) in concrete().items()}
    assert {path: branch_families(path, "passthrough") for path in concrete()} == expected


@pytest.mark.parametrize("kind", REALTIME)
def test_realtime_types_choose_their_family(kind: str) -> None:
    """The conversational implementation takes the family of its realtime type."""
    paths = [path for path, (family, _) in concrete().items() if family == "conversational"]
    assert {path: branch_families(path, kind) for path in paths} == {path: [kind] for path in paths}


def schema_notes(value: Any) -> Iterator[Schema]:
    """Every `x-orbit` anywhere inside a value."""
    if isinstance(value, list):
        for item in value:
            yield from schema_notes(item)
    if isinstance(value, dict):
        if "x-orbit" in value:
            yield value["x-orbit"]
        for key, child in value.items():
            if key != "x-orbit":
                yield from schema_notes(child)


def named_paths(row: Schema) -> Iterator[str]:
    """The key paths from the root that one `x-orbit` names."""
    if row.get("instead", "").startswith("/"):
        yield row["instead"][1:]
    reference = row.get("refers_to", {})
    sections = reference.get("section", [])
    yield from [sections] if isinstance(sections, str) else sections
    yield from reference.get("also", [])


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.json")))
def test_every_named_place_exists(name: str) -> None:
    """Every section and key that a note points to is in the catalogue."""
    named = {path for row in schema_notes(document(name)) for path in named_paths(row)}
    assert sorted(path for path in named if not is_known_or_free(path)) == []


def is_known_or_free(path: str) -> bool:
    """Whether a key path is in the catalogue, or inside a part that may hold anything."""
    if lookup(path) is not None:
        return True
    parent, _, _ = path.rpartition(".")
    place = lookup(parent) if parent else None
    return place is not None and place.schema.get("additionalProperties") is True
