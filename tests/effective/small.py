"""Small configurations, and what they come to."""

from typing import Any

import yaml

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.provenance import Sourced
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from tests.trees import config_of

SHIMMY = {"enabled": True, "base_url": "http://localhost:11435", "model": "llama-3.2-3b"}


def config(sections: dict[str, Any], process: dict[str, str] | None = None) -> Config:
    """The configuration of these sections on top of a default provider `shimmy`."""
    whole = {
        "general": {"inference_provider": "shimmy"},
        "inference": {"shimmy": SHIMMY},
        "embedding": {"enabled": False},
        "auth": {"default_admin_password": "admin"},
        **sections,
    }
    return config_of({"config/config.yaml": yaml.safe_dump(whole, sort_keys=False)}, process)


def adapter(name: str, **keys: Any) -> dict[str, Any]:
    """A chat adapter."""
    return {"name": name, "type": "passthrough", "datasource": "none", "adapter": "conversational", **keys}


def row(found: Config, name: str | None = None, service: str = "inference") -> Use:
    """The row of an adapter, None for the default."""
    rows = [use for use in found.uses if label(use) == name and use.service == service]
    assert len(rows) == 1
    return rows[0]


def label(use: Use) -> str | None:
    """Whose row it is, as users write it; None for the default."""
    return None if use.adapter is None else str(use.adapter)


def paths(field: Sourced[object]) -> tuple[KeyPath, ...]:
    """The key paths that a value comes from."""
    return tuple(place.path for place in field.places)


def provider(name: str, block: dict[str, Any], process: dict[str, str] | None = None) -> Use:
    """The row of a provider with this block, as the default."""
    return row(config({"general": {"inference_provider": name}, "inference": {name: {"enabled": True, **block}}}, process))
