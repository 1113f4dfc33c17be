"""The catalogue of the other sections against the facts: every provider, key, type, default, address and API key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.shared import read_facts

Json = dict[str, Any]
Key = tuple[str, ...]

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "orbit"
FILES = {
    "embeddings": ["embedding", "embeddings"],
    "rerankers": ["reranker", "rerankers"],
    "moderation": ["safety", "moderations"],
    "vision": ["vision", "visions"],
    "ocr": ["ocr"],
    "image": ["image", "image_generation"],
    "video": ["video", "video_generation"],
    "tts": ["tts", "tts_providers"],
    "stt": ["stt", "stt_providers"],
    "document": ["document", "document_renderer", "document_generation"],
    "rewriters": ["rewriters"],
    "stores": ["store_manager", "vector_stores"],
    "datasources": ["datasources"],
    "pricing": ["pricing"],
    "mcp_clients": ["mcp_clients"],
}
HOME = {section: f"{name}.schema.json" for name, sections in FILES.items() for section in sections}

FACT_TYPES = {
    "str": "string",
    "int": "integer",
    "number": "number",
    "bool": "boolean",
    "map": "object",
    "list": "array",
}
WIDER = {"keep_alive": {"string", "integer"}, "think": {"boolean", "string"}, "tts_speed": {"number"}}
"""Keys that take more than the type of their default."""

SQL = ["sqlite", "duckdb", "postgres", "supabase", "mysql", "mariadb", "sqlserver", "oracle", "athena"]
AUDIO = ["tts_providers", "stt_providers"]

MARKED_BY_A_NOTE: dict[Key, str | None] = {
    ("embeddings", "ollama", "enabled"): None,
    ("moderations", "ollama", "model"): "no-effect",
    ("ocr", "provider"): "never-read",
    ("visions", "gemini", "temperature"): "no-effect",
    **{("datasources", name, key): "no-effect" for name in SQL for key in ("security_filter", "allowed_columns", "relevance_threshold")},
}
"""Effects that the facts give in a note, or in another file, in place of a flag."""

DEFAULTS_IN_WORDS: dict[Key, object] = {
    ("document_generation", "llm", "max_tokens"): None,
    ("document_generation", "llm", "temperature"): None,
    ("document_generation", "llm", "history_limit"): None,
    ("embeddings", "ollama", "enabled"): True,
    ("image_generation", "ollama", "model"): None,
    ("moderations", "shieldstral", "policy"): None,
    **{(section, "vllm", "base_url"): "http://{host}:{port}/v1" for section in ("stt_providers", "tts_providers")},
}
"""Defaults that the facts give in prose or for the usual host and port, or as a text too long to repeat."""

CONFIRMED_BY_A_RUN = {
    *(("moderations", "ollama", key) for key in ("base_url",)),
    *(("visions", "vllm", key) for key in ("host", "port")),
    ("embeddings", "nvidia", "base_url"),
    *((section, "google", "api_key") for section in AUDIO),
    *((section, "ollama", "base_url") for section in AUDIO),
    *((section, "whisper", key) for section in AUDIO for key in ("model_size", "device", "compute_type", "language", "task")),
    *(
        ("datasources", name, key)
        for name in ("mariadb", "supabase")
        for key in ("pool_size", "min_pool_size", "connection_timeout", "statement_timeout", "validate_on_borrow")
    ),
    ("datasources", "mysql", "min_pool_size"),
    ("datasources", "sqlserver", "driver"),
}
"""Keys never read by a second statement of the facts: they need no `traced`."""


def facts() -> Json:
    """What was read in ORBIT's source about these sections."""
    known: Json = read_facts("sections")
    return known


@cache
def document(name: str) -> Json:
    """The schema file of this name."""
    loaded: Json = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return loaded


Placed = tuple[str, Json]
"""A schema and the file that its references start from."""


def resolved(file: str, node: Json) -> Placed:
    """A schema with its `$ref` filled in; what stands beside the reference wins, word by word in `x-orbit`."""
    if "$ref" not in node:
        return file, node
    name, _, pointer = node["$ref"].partition("#")
    target: Any = document(name or file)
    for step in pointer.strip("/").split("/"):
        target = target[step]
    home, base = resolved(name or file, target)
    annotation = base.get("x-orbit", {}) | node.get("x-orbit", {})
    return home, base | node | ({"x-orbit": annotation} if annotation else {})


def named(placed: Placed, name: str) -> Placed | None:
    """The schema of one property, or None where it is not named."""
    file, node = placed
    child = node.get("properties", {}).get(name)
    return None if child is None else resolved(file, child)


def section(name: str) -> Placed:
    """The schema of a top-level section."""
    return resolved(HOME[name], document(HOME[name])["$defs"][name])


def at(key: Key) -> Placed | None:
    """The schema of a key path whose first step is a section; `[]` steps into a list."""
    placed: Placed | None = section(key[0])
    for step in key[1:]:
        if placed is None:
            return None
        placed = resolved(placed[0], placed[1]["items"]) if step == "[]" else named(placed, step)
    return placed


def schema(key: Key) -> Json:
    """The schema of a key path, or an empty one where there is none."""
    placed = at(key)
    return placed[1] if placed else {}


def providers(name: str) -> Json:
    """The provider facts of a section; one class serves both sides of audio."""
    found: Json = facts()["sections"]["tts_providers" if name == "stt_providers" else name].get("providers", {})
    return {} if name == "pricing" else found


def unread(key: Key, names: list[str]) -> Iterator[tuple[Key, Json]]:
    """Shipped keys of a block that nothing reads."""
    yield from (((*key, name), {"effect": "never-read"}) for name in names)


def keyed(key: Key, entries: Json) -> Iterator[tuple[Key, Json]]:
    """Keys of a mapping, dotted ones taken apart."""
    for name, fact in entries.items():
        yield (*key, *name.split(".")), fact
        yield from shared_keys((*key, name), fact)


def shared_keys(key: Key, fact: Json) -> Iterator[tuple[Key, Json]]:
    """Keys of a retry or time limit mapping, with their defaults where they work."""
    if not str(fact.get("schema")).startswith("shared."):
        return
    nested = facts()["shared"][fact["schema"].removeprefix("shared.")]
    works = fact.get("effective_keys", list(nested) if fact.get("effective") else [])
    for name, entry in nested.items():
        if isinstance(entry, dict) and works:
            yield (*key, name), entry | ({} if name in works else {"effect": "no-effect"})


def provider_keys(name: str) -> Iterator[tuple[Key, Json]]:
    """Every key of the provider blocks of a section."""
    for provider, fact in providers(name).items():
        yield from keyed((name, provider), fact["keys"])
        yield from unread((name, provider), fact.get("shipped_keys_never_read", []))


def store_keys() -> Iterator[tuple[Key, Json]]:
    """Every key of the vector stores."""
    stores = facts()["sections"]["vector_stores"]
    for kind, fact in stores["connection_params"].items():
        yield from keyed(("vector_stores", kind), stores["common_keys"])
        yield from keyed(("vector_stores", kind, "connection_params"), fact["keys"])


def datasource_keys() -> Iterator[tuple[Key, Json]]:
    """Every key of the data sources."""
    sources = facts()["sections"]["datasources"]
    for kind, fact in sources["types"].items():
        block = ("datasources", kind)
        own = fact["keys"] | fact.get("retriever_keys", {})
        general = sources["retriever_common_keys"] | (sources["sql_retriever_keys"] if kind in SQL else {})
        names = fact.get("shipped_keys_not_read_by_datasource_class", [])
        yield from keyed(block, general | own)
        yield from unread(block, [name for name in names if name not in general | own])


def mcp_keys() -> Iterator[tuple[Key, Json]]:
    """Every key of the MCP section, and what each server may give again."""
    clients = facts()["sections"]["mcp_clients"]
    again = {name: clients["keys"][name] for name in clients["overridable_per_server"]}
    yield from keyed(("mcp_clients", "servers", "[]"), clients["server_keys"] | again)


def all_keys() -> Iterator[tuple[Key, Json]]:
    """Every key path of the facts with what they say of it."""
    sections = facts()["sections"]
    for name, fact in sections.items():
        yield from keyed((name,), fact.get("keys", {}))
        yield from provider_keys(name)
        for entry, keys in fact.get("entries", {}).items():
            yield from keyed((name, entry), keys)
            yield from ((((name, entry, key, inner), {}) for key, of in keys.items() for inner in of.get("keys", [])))
    yield from store_keys()
    yield from datasource_keys()
    yield from mcp_keys()


def effect(key: Key, fact: Json) -> str | None:
    """What the facts say that a key does: None where it works."""
    if key in MARKED_BY_A_NOTE:
        return MARKED_BY_A_NOTE[key]
    if key[-1] == "distance_scaling_factor" or fact.get("inert") or fact.get("effective") is False or fact.get("effective_keys") == []:
        return "no-effect"
    if str(fact.get("note")).startswith("not consulted"):
        return "never-read"
    word: str | None = fact.get("effect") if fact.get("effect") in ("never-read", "no-effect") else None
    return word


def json_types(key: Key, words: str) -> set[str]:
    """The JSON types, but null, that a type in the facts' words means."""
    return WIDER.get(key[-1]) or {FACT_TYPES[word.partition("[")[0]] for word in words.split("|")}


def declared_types(key: Key) -> set[str]:
    """The types of a key in the schemas, but null."""
    declared = schema(key).get("type", [])
    return set([declared] if isinstance(declared, str) else declared) - {"null"}


@pytest.mark.parametrize("name", [*FILES, "providers-common"])
def test_file_is_valid_and_canonical(name: str) -> None:
    """Each file is JSON Schema 2020-12, written in the one form."""
    path = SCHEMAS / f"{name}.schema.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(loaded)
    assert list(loaded)[:3] == ["$schema", "title", "description"]
    assert path.read_text(encoding="utf-8") == json.dumps(loaded, indent=2, ensure_ascii=False) + "\n"


def nodes(value: Any, key: Key = ()) -> Iterator[tuple[Key, Json]]:
    """Every mapping inside a schema with the way to it."""
    children = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    if isinstance(value, dict):
        yield key, value
    for name, child in children:
        yield from nodes(child, (*key, str(name)))


@pytest.mark.parametrize("name", [*FILES, "providers-common"])
def test_properties_are_described_and_objects_closed(name: str) -> None:
    """Every property says what it does, and every object whether it takes other keys."""
    file = f"{name}.schema.json"
    found = [
        (key, resolved(file, node)[1])
        for key, node in nodes(document(file))
        if len(key) > 1 and key[-2] == "properties" and "then" not in key and "if" not in key
    ]
    assert [key for key, node in found if not node.get("description")] == []
    assert [key for key, node in found if "object" in node.get("type", []) and "additionalProperties" not in node] == []


def test_every_section_is_in_the_schemas_and_at_the_root() -> None:
    """The facts' sections, the schema files and the root schema name the same."""
    root = document("config.schema.json")["properties"]
    assert set(HOME) == set(facts()["sections"])
    assert {name: root[name]["$ref"] for name in HOME} == {name: f"{file}#/$defs/{name}" for name, file in HOME.items()}


def test_every_provider_is_in_the_schemas() -> None:
    """The provider maps hold exactly ORBIT's providers, stores and data sources."""
    sections = facts()["sections"]
    expected = {name: set(fact.get("valid_providers", fact.get("valid_keys", []))) for name, fact in sections.items()}
    expected["datasources"].add("redis")
    maps = {name: names for name, names in expected.items() if names}
    assert {name: set(section(name)[1]["properties"]) - {"provider"} for name in maps} == maps


def test_every_key_is_a_property() -> None:
    """Nothing that the facts name is unknown."""
    assert [key for key, _ in all_keys() if at(key) is None] == []


def test_keys_without_effect_are_marked_and_no_others() -> None:
    """Inert and unread keys say so, keys that work do not."""
    expected = {key: effect(key, fact) for key, fact in all_keys()}
    assert {key: schema(key).get("x-orbit", {}).get("effect") for key in expected} == expected


def test_unread_keys_say_how_often_they_were_traced() -> None:
    """Shipped keys that nothing reads are traced once, unless a run or a second statement confirms them."""
    unread_keys = {key for key, fact in all_keys() if fact.get("effect") == "never-read"}
    traced = {key for key in unread_keys if schema(key)["x-orbit"].get("traced") == "once"}
    assert unread_keys - traced == CONFIRMED_BY_A_RUN


def test_types_agree() -> None:
    """A key takes the types that the facts give it."""
    expected = {key: json_types(key, fact["type"]) for key, fact in all_keys() if "type" in fact}
    assert {key: declared_types(key) for key in expected} == expected


def test_defaults_agree() -> None:
    """A default is the one in ORBIT's code."""
    given = {key: fact.get("default") for key, fact in all_keys() if "type" in fact and "schema" not in fact}
    expected = {key: None if value == {} else value for key, value in (given | DEFAULTS_IN_WORDS).items()}
    declared = {key: schema(key).get("default") for key in expected}
    assert {key: None if value == {} else value for key, value in declared.items()} == expected


def test_required_keys_are_required() -> None:
    """What a block cannot do without is required, and the schema says what its absence does."""
    needed = {key for key, fact in all_keys() if fact.get("required") is True and fact.get("default") is None}
    assert {key for key in needed if key[-1] not in schema(key[:-1]).get("required", [])} == set()
    assert {key for key in needed if "missing" not in schema(key)["x-orbit"]} == set()


def test_closed_words_agree() -> None:
    """A key with a closed list of words takes those words."""
    expected = {key: set(fact["enum"]) for key, fact in all_keys() if "enum" in fact}
    assert {key: words - set(schema(key)["enum"]) for key, words in expected.items() if words - set(schema(key)["enum"])} == {}


def blocks() -> Iterator[tuple[Key, Json]]:
    """Every provider block with its facts."""
    for name in HOME:
        yield from (((name, provider), fact) for provider, fact in providers(name).items())


def url_keys(fact: Json) -> list[str]:
    """The keys that hold an address: the block's own, or one of another section."""
    other = fact.get("keys_read_from_other_section", {"sections": [], "keys": {}})
    elsewhere = [f"/{place}.base_url" for place in other["sections"] if "base_url" in other["keys"]]
    return elsewhere or [key for key in fact["url"]["keys_in_precedence_order"] if key != "host+port"]


def test_address_keys_agree() -> None:
    """Every block reads its address where the facts say, or has it built in."""
    reached = {key: fact for key, fact in blocks() if "delegates_to" not in fact}
    assert {key: schema(key)["x-orbit"]["url_keys"] for key in reached} == {key: url_keys(fact) for key, fact in reached.items()}
    ignored = {
        key for key, fact in reached.items() if fact["url"].get("no_effect") or "fixed" in fact["url"] or fact["protocol"].startswith("google-genai")
    }
    assert {key for key in reached if schema(key)["x-orbit"].get("url_ignored")} == ignored


def environment(fact: Json) -> Json:
    """The facts' API key of a block in the words of the catalogue."""
    key = fact["api_key"]
    wins = {"env_over_config": True, "config_over_env": False}.get(key.get("precedence"))
    needed = key["required_at"].partition(" ")[0] not in ("no", "as")
    return {"env": [key["env_var"]] if key["env_var"] else [], "env_wins": wins, "required": needed}


def test_api_keys_agree() -> None:
    """Every block takes its key from the variable that the facts name, and as strictly."""
    expected = {key: environment(fact) for key, fact in blocks()}
    assert {key: {word: schema(key)["x-orbit"]["api_key"].get(word) for word in expected[key]} for key in expected} == expected


def test_selected_providers_are_those_that_orbit_registers() -> None:
    """A selector refers to its section, with the providers that can serve it."""
    chosen = {name: fact["selects"] for name, fact in facts()["sections"].items() if "selects" in fact and name != "ocr"}
    rows = {name: schema((name, fact["key"]))["x-orbit"]["refers_to"] for name, fact in chosen.items()}
    assert {name: (row["values"], fact["from"] in row["section"]) for (name, row), fact in zip(rows.items(), chosen.values(), strict=True)} == {
        name: (fact["valid"], True) for name, fact in chosen.items()
    }
