"""The inference catalogue against the facts: every provider, key, default, address and API key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.shared import read_facts

Json = dict[str, Any]

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "orbit"
FILES = [*sorted(path.name for path in SCHEMAS.glob("inference*.schema.json")), "presets.schema.json"]
UNREGISTERED = {"vertex"}
"""Shipped blocks under `inference` that no class of ORBIT answers to."""

FACT_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "map": "object", "list": "array"}
TYPES_THAT_WORK: dict[tuple[str, str], set[str]] = {("sglang", "repetition_penalty"): set(), ("ollama", "keep_alive"): {"integer", "string"}}
"""Where the facts name the type that is read, and only null does not break the request."""

FROM_HOST_AND_PORT = "http://{host}:{port}/v1"
DEFAULTS_IN_WORDS: dict[tuple[str, str], object] = {
    ("bitnet", "model"): "bitnet",
    ("fugu", "reasoning_effort"): "high",
    ("ollama_cloud", "num_predict"): None,
    ("ollama_remote", "num_predict"): None,
    ("sglang", "base_url"): FROM_HOST_AND_PORT,
}
"""Defaults that the facts give in prose, or at another place than the key."""

WEB_SEARCH: dict[str, object] = {
    "supported": "native",
    "breaks_request (api mode), ignored (direct mode)": {"api": "breaks_request", "direct": "ignored"},
}
TOOLS: dict[object, object] = {"api mode only": {"api": True, "direct": False}}


def document(name: str) -> Json:
    """The schema file of this name."""
    loaded: Json = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return loaded


def follow(ref: str, file: str) -> tuple[str, Json]:
    """The file and the schema that a reference in `file` points to."""
    name, _, pointer = ref.partition("#")
    node: Any = document(name or file)
    for step in pointer.strip("/").split("/"):
        node = node[step]
    return name or file, node


def resolved(node: Json, file: str) -> Json:
    """A schema with its `$ref` filled in; what stands beside the reference wins, word by word in `x-orbit`."""
    if "$ref" not in node:
        return node
    target_file, target = follow(node["$ref"], file)
    base = resolved(target, target_file)
    own = {key: value for key, value in node.items() if key != "$ref"}
    annotation = base.get("x-orbit", {}) | own.get("x-orbit", {})
    return base | own | ({"x-orbit": annotation} if annotation else {})


def block(file: str, node: Json) -> Json:
    """A block's schema with each of its properties resolved."""
    home, target = follow(node["$ref"], file)
    properties = {key: resolved(value, home) for key, value in target["properties"].items()}
    return target | {"properties": properties}


def providers() -> dict[str, Json]:
    """Every provider of the catalogue that ORBIT registers."""
    file = "inference.schema.json"
    entries = document(file)["properties"].items()
    return {name: block(file, node) for name, node in entries if name not in UNREGISTERED}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Json]:
    """The catalogue's providers."""
    return providers()


@pytest.fixture(scope="module")
def facts() -> Json:
    """What was read in ORBIT's source about its inference providers."""
    known: Json = read_facts("inference-providers")
    return known


def typed_keys(fact: Json) -> Iterator[tuple[str, Json]]:
    """The keys of a provider for which the facts give a type."""
    yield from fact["keys_read"].items()
    yield from (fact["keys_read_but_inert"] or {}).items()


def effects(fact: Json) -> dict[str, str | None]:
    """What the facts say each key of a provider does."""
    return (
        dict.fromkeys(fact["dead_keys_in_shipped_yaml"], "never-read")
        | dict.fromkeys(fact["keys_read_but_inert"] or {}, "no-effect")
        | dict.fromkeys(fact.get("keys_read_only_elsewhere") or {}, "elsewhere")
        | dict.fromkeys(fact["keys_read"], None)
    )


def json_types(words: str) -> set[str]:
    """The JSON types, but null, that a type in the facts' words means."""
    names = re.sub(r"\(.*?\)|\[.*?\]", "", words).strip().split("|")
    return {FACT_TYPES.get(name, "string") for name in names if name != "null"}


def types(schema: Json) -> set[str]:
    """The types, but null, that a schema allows."""
    stated = schema.get("type", [])
    return set([stated] if isinstance(stated, str) else stated) - {"null"}


def default_url(schema: Json) -> str | None:
    """The address that a provider calls when none is written."""
    annotation, properties = schema["x-orbit"], schema["properties"]
    keys = annotation["url_keys"] or ["base_url"]
    written = properties.get(keys[0], {}).get("default")
    if written is None:
        fixed: str | None = annotation.get("url_fixed")
        return fixed
    return str(written).format(**{key: properties.get(key, {}).get("default") for key in ("host", "port")})


@pytest.mark.parametrize("name", FILES)
def test_file_is_a_valid_schema_in_canonical_form(name: str) -> None:
    """Each file obeys its dialect and is written as `json.dumps` writes it."""
    schema = document(name)
    Draft202012Validator.check_schema(schema)
    assert (SCHEMAS / name).read_text(encoding="utf-8") == json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_every_reference_leads_somewhere(name: str) -> None:
    """Following a `$ref` never fails."""
    pending: list[Any] = [document(name)]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            assert "$ref" not in node or follow(node["$ref"], name)[1]
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def test_every_property_has_a_description(catalogue: dict[str, Json]) -> None:
    """An editor's hover shows something on each key."""
    silent = {(name, key) for name, schema in catalogue.items() for key, prop in schema["properties"].items() if not prop.get("description")}
    assert silent == set()


def test_presets_hold_what_their_provider_holds(catalogue: dict[str, Json]) -> None:
    """A preset becomes the provider's block, so it has the same keys, and the same meaning of each."""
    file = "presets.schema.json"
    apart = {"enabled", "use_preset"}
    for provider in ("ollama", "llama_cpp"):
        preset = block(file, {"$ref": f"#/$defs/{provider}_preset"})["properties"]
        expected = catalogue[provider]["properties"]
        assert {key: preset[key] for key in preset if key not in apart} == {key: expected[key] for key in expected if key not in apart}
        assert {preset[key]["x-orbit"]["effect"] for key in apart} == {"never-read"}


def test_every_provider_is_in_the_catalogue(catalogue: dict[str, Json], facts: Json) -> None:
    """The catalogue knows the providers that ORBIT registers, and no other."""
    assert set(catalogue) == set(facts["providers"])


def test_every_key_is_known_with_its_effect(catalogue: dict[str, Json], facts: Json) -> None:
    """Live, inert, foreign and dead keys are properties, and marked as such."""
    expected = {(name, key): effect for name, fact in facts["providers"].items() for key, effect in effects(fact).items()}
    found = {
        (name, key): catalogue[name]["properties"][key].get("x-orbit", {}).get("effect")
        for name, key in expected
        if key in catalogue[name]["properties"]
    }
    assert found == expected


def test_types_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """A key allows the types that the facts give it."""
    expected = {
        (name, key): TYPES_THAT_WORK.get((name, key), json_types(row["type"]))
        for name, fact in facts["providers"].items()
        for key, row in typed_keys(fact)
    }
    assert {(name, key): types(catalogue[name]["properties"][key]) for name, key in expected} == expected


def test_defaults_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """A key's default is the one in ORBIT's code."""
    expected = {
        (name, key): DEFAULTS_IN_WORDS.get((name, key), row.get("default"))
        for name, fact in facts["providers"].items()
        for key, row in typed_keys(fact)
    }
    assert {(name, key): catalogue[name]["properties"][key].get("default") for name, key in expected} == expected


def test_addresses_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The keys that give the address, and the address without them."""
    urls = {name: fact["url"] or {"config_keys_in_precedence_order": [], "default": None} for name, fact in facts["providers"].items()}
    expected = {}
    for name, url in urls.items():
        keys = [key for key in url["config_keys_in_precedence_order"] if key != "host + port"]
        address = re.search(r"https?://[^\s()]+", url["default"] or "")
        expected[name] = (keys, address and address.group())
    assert {name: (schema["x-orbit"]["url_keys"], default_url(schema)) for name, schema in catalogue.items()} == expected


def test_model_lists_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """Where the server lists its models."""
    expected = {}
    for name, fact in facts["providers"].items():
        listing = (fact["models_endpoint"] or {}).get("path") or ""
        expected[name] = listing if listing.startswith("/") else None
    assert {name: schema["x-orbit"].get("models") for name, schema in catalogue.items()} == expected


def test_api_keys_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The key's name, its environment variable, which of the two wins, and whether there must be one."""
    expected = {}
    for name, fact in facts["providers"].items():
        row = fact["api_key"]
        variable = re.match(r"[A-Z_]+(?= \(|$)", row["env_fallback"] or "")
        wins = bool(re.match(r"environment variable first|[A-Z_]+ first", row["precedence"] or ""))
        key = row["config_key"] and row["config_key"].split()[0]
        expected[name] = (key, variable and variable.group(), wins, bool(row["required"]))
    found = {}
    for name, schema in catalogue.items():
        row = schema["x-orbit"]["api_key"]
        found[name] = (row["key"], next(iter(row.get("env", [])), None), row.get("env_wins", False), row["required"])
    assert found == expected


def test_default_models_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The model that ORBIT asks for when none is written."""
    found = {}
    for name, schema in catalogue.items():
        key = schema["x-orbit"]["model_key"]
        found[name] = schema["properties"][key if isinstance(key, str) else key[-1]].get("default")
    assert found == {name: fact["model"]["default"] for name, fact in facts["providers"].items()}


def test_modes_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The modes of a provider, and the one without a word."""
    expected = {
        name: {"key": row["key"], "default": row["default_in_code"], "values": row["allowed"]}
        for name, row in ((name, fact["modes"]) for name, fact in facts["providers"].items())
        if row
    }
    assert {name: schema["x-orbit"]["modes"] for name, schema in catalogue.items() if "modes" in schema["x-orbit"]} == expected


def test_abilities_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """Tools, and what a wish for web search does."""
    expected = {}
    for name, fact in facts["providers"].items():
        tools, search = fact["features"]["native_tools"], fact["features"]["web_search_capability"]
        expected[name] = (TOOLS.get(tools, tools), WEB_SEARCH.get(search, search))
    assert {name: (schema["x-orbit"]["tools"], schema["x-orbit"]["web_search"]) for name, schema in catalogue.items()} == expected


def test_packages_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The Python packages that a provider wants."""
    expected = {name: [row.split()[0] for row in fact["install"]["packages"]] for name, fact in facts["providers"].items()}
    found = {}
    for name, schema in catalogue.items():
        packages = schema["x-orbit"]["packages"]
        found[name] = packages if isinstance(packages, list) else [package for mode in packages.values() for package in mode]
    assert found == expected


def test_history_windows_agree(catalogue: dict[str, Json], facts: Json) -> None:
    """The native window key."""
    rules = facts["meta"]["shared_rules"]
    annotations = {name: schema["x-orbit"] for name, schema in catalogue.items()}
    assert {name: row["context_key"] for name, row in annotations.items() if "context_key" in row} == rules["history_native_window_keys"]
