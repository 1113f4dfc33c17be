"""Language model providers that came with a later ORBIT than the catalogue."""

from collections.abc import Mapping
from typing import Any

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import NOT_KNOWN
from orbitcfg.catalog.store import ANNOTATION, Schema
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.document.tree import at
from orbitcfg.project.config import Config

SECTION = "inference"
_DOCUMENT = f"{SECTION}.schema.json"

COMPATIBLE: Mapping[str, Any] = {
    "type": "object",
    "description": "A provider that came with a later ORBIT than the catalogue; its class calls a server with OpenAI's client.",
    "properties": {key: {"$ref": f"inference-keys.schema.json#/$defs/{key}"} for key in ("enabled", "base_url", "api_base", "api_key", "model")},
    "additionalProperties": True,
    ANNOTATION: {
        "protocol": "openai",
        "location": "cloud",
        "client": {"family": "openai", "path": "/chat/completions"},
        "url_keys": ["base_url", "api_base"],
        "models": "/models",
        "models_base": "base",
        "api_key": {"key": "api_key"},
        "model_key": "model",
    },
}
"""What is known of a block whose class says no more than that."""

OTHER: Mapping[str, Any] = {
    "type": "object",
    "description": "A provider that came with a later ORBIT than the catalogue; how its class calls a server is not known.",
    "additionalProperties": True,
    ANNOTATION: {
        "protocol": NOT_KNOWN,
        "location": "cloud",
        "status_why": "not known to orbitcfg: it came with a later ORBIT, whose code does not show how it calls a server",
    },
}
"""The same of one whose class does not say it: it is made, and not judged."""


def with_newcomers(config: Config) -> Config:
    """The configuration with a row for each of its providers that the catalogue lacks and ORBIT's code has a class for."""
    section = config.catalog.at(config.tree, (SECTION,))
    blocks = at(config.tree, (SECTION,))
    if section is None or not isinstance(blocks, MappingNode):
        return config
    unknown = [str(name) for name in blocks.entries if str(name) not in section.properties]
    code = config.knowledge.code if unknown and config.knowledge.is_other else None
    served = [name for name in unknown if code is not None and code.registers(SECTION, name)]
    new = {name: COMPATIBLE if code is not None and code.speaks_openai(SECTION, name) else OTHER for name in served}
    return replace(config, catalog=_with(config.catalog, new)) if new else config


def _with(catalog: Catalog, rows: Mapping[str, Schema]) -> Catalog:
    documents = {**catalog.store.documents}
    section = documents[_DOCUMENT]
    documents[_DOCUMENT] = {**section, "properties": {**section["properties"], **rows}}
    return Catalog(replace(catalog.store, documents=documents))
