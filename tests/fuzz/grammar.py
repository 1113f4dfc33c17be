"""Small configurations made from the schemas of what ORBIT reads: most keys are right, most names lead somewhere."""

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from orbitcfg.catalog.store import ROOT, Schema, shipped_store

Value = Any

MAX_DEPTH = 5
MAX_KEYS = 4
SECTIONS = (
    "embedding",
    "embeddings",
    "rerankers",
    "vision",
    "visions",
    "stt",
    "tts",
    "image",
    "mcp_clients",
    "vector_stores",
    "security",
    "chat_history",
)
"""What adapters refer to; the other sections come up by chance."""

_WORDS = ("a", "main", "fast", "gpt-4o", "llama-3.2-3b", "qwen3:4b", "http://localhost:8080/v1", "${FUZZ_TEXT:-text}", "${FUZZ_UNSET}", "config.yaml")
_NAMES = ("chat", "search", "agent", "chat", "Über", "x.y")


def configuration(rng: random.Random) -> dict[str, bytes]:
    """Its files by path; `config/config.yaml` is the root."""
    whole = _sections(rng)
    files: dict[str, dict[str, Value]] = {"config": {}}
    for section, value in whole.items():
        files.setdefault(rng.choice(("config", "config", "inference", "adapters", "more")), {})[section] = value
    imported = [f"{name}.yaml" for name in files if name != "config"]
    if len(imported) > 2 and rng.random() < 0.5:
        files[imported[0].removesuffix(".yaml")]["import"] = imported.pop()
    texts = {name: _text(content, rng) for name, content in files.items()}
    root = yaml.safe_dump({"import": imported}) if imported else ""
    return {f"config/{name}.yaml": ((root if name == "config" else "") + text).encode() for name, text in texts.items()}


def _sections(rng: random.Random) -> dict[str, Value]:
    inference = _mapping(_at("inference"), rng, 1)
    for block in inference.values():
        if isinstance(block, dict):
            block["enabled"] = rng.random() < 0.8
    providers = list(inference) or ["shimmy"]
    adapters = [_adapter(rng, providers) for _ in range(rng.randint(0, 3))]
    others = rng.sample([*SECTIONS, *_properties(ROOT)], rng.randint(0, 4))
    found = {section: value_of(_at(section), rng) for section in others if section not in ("import", "inference", "adapters", "general")}
    general = _mapping(_at("general"), rng, 2) | {"inference_provider": rng.choice(providers)}
    auth = {"auth": {"default_admin_password": "${ORBIT_DEFAULT_ADMIN_PASSWORD}"}} if rng.random() < 0.8 else {}
    return {**auth, "general": general, "inference": inference, **found, "adapters": adapters}


def _adapter(rng: random.Random, providers: list[str]) -> dict[str, Value]:
    schema = shipped_store().at("adapters.schema.json#/$defs/adapter")
    kind = {"type": "passthrough", "datasource": "none", "adapter": "conversational"}
    way = {"implementation": "implementations.passthrough.conversational.ConversationalImplementation"}
    provider = {"inference_provider": rng.choice(providers)} if rng.random() < 0.6 else {}
    return {"name": rng.choice(_NAMES), **kind, **way, **provider, **_mapping(schema, rng, 1)}


@cache
def _properties(name: str) -> tuple[str, ...]:
    return tuple(shipped_store().documents[name]["properties"])


def _at(section: str) -> Schema:
    schema: Schema = shipped_store().documents[ROOT]["properties"].get(section, {})
    return schema


def value_of(schema: object, rng: random.Random, depth: int = 0) -> Value:
    """A value that a schema allows, or one beside it."""
    whole = _followed(schema)
    if rng.random() < 0.03:
        return rng.choice((None, "", 0, -1, True, [], {}, "x", [{}], 1.5))
    if "default" in whole and rng.random() < 0.4:
        return whole["default"]
    if "enum" in whole:
        return rng.choice(whole["enum"])
    for word in ("anyOf", "oneOf"):
        if word in whole:
            return value_of(rng.choice(whole[word]), rng, depth)
    types = whole.get("type", "object" if "properties" in whole else "string")
    return _of_type(rng.choice(types) if isinstance(types, list) else types, whole, rng, depth)


def _of_type(kind: str, schema: Schema, rng: random.Random, depth: int) -> Value:
    match kind:
        case "object":
            return _mapping(schema, rng, depth)
        case "array":
            return [value_of(schema.get("items", {}), rng, depth + 1) for _ in range(rng.randint(0, 2) if depth < MAX_DEPTH else 0)]
        case "boolean":
            return rng.random() < 0.7
        case "integer":
            return rng.choice((0, 1, 10, 4096, 10**6))
        case "number":
            return rng.choice((0.0, 0.5, 1, 2.5))
        case "null":
            return None
    return rng.choice(_WORDS)


def _mapping(schema: object, rng: random.Random, depth: int) -> dict[str, Value]:
    if depth >= MAX_DEPTH:
        return {}
    whole = _followed(schema)
    properties = whole.get("properties", {})
    chosen = rng.sample(list(properties), min(len(properties), rng.randint(0, MAX_KEYS)))
    found = {name: value_of(properties[name], rng, depth + 1) for name in chosen}
    more = whole.get("additionalProperties")
    if isinstance(more, dict) and rng.random() < 0.5:
        found[rng.choice(_NAMES)] = value_of(more, rng, depth + 1)
    return found


def _followed(schema: object) -> Schema:
    """A schema with what it refers to."""
    if not isinstance(schema, Mapping):
        return {}
    return {**_followed(shipped_store().at(schema["$ref"])), **schema} if "$ref" in schema else schema


def _text(content: dict[str, Value], rng: random.Random) -> str:
    style = rng.choice((False, False, None))
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=style, width=rng.choice((60, 10_000))) if content else ""
