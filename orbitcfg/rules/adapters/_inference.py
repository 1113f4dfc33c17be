"""What the catalogue says of the inference provider of an adapter."""

from collections.abc import Mapping
from typing import Any

from orbitcfg.document.tree import Unknown, value_at
from orbitcfg.project.config import Config
from orbitcfg.rules._adapter_entry import AdapterEntry


def annotation_of(config: Config, provider: object) -> Mapping[str, Any]:
    """What the catalogue says of an inference provider; nothing of one that it does not know."""
    row = config.catalog.at(config.tree, ("inference", provider)) if isinstance(provider, str) else None
    return row.words if row is not None else {}


def mode_of(config: Config, provider: str) -> object:
    """The mode that a provider works in; None where it has but one."""
    modes = annotation_of(config, provider).get("modes")
    return (value_at(config.tree, ("inference", provider, modes["key"])) or modes["default"]) if modes else None


def value_by_mode(config: Config, provider: str, word: str) -> object:
    """The value of an annotation key of a provider, which may differ by its mode."""
    value = annotation_of(config, provider).get(word)
    return value.get(mode_of(config, provider)) if isinstance(value, dict) else value


def runs_in_process(config: Config, provider: str) -> bool:
    """Whether a provider runs its model inside of ORBIT."""
    words = annotation_of(config, provider)
    return words.get("protocol") == "in-process" or ("modes" in words and mode_of(config, provider) == "direct")


def provider_of(config: Config, adapter: AdapterEntry) -> tuple[str | None, bool]:
    """The provider that serves an adapter, and whether it is the adapter's own; None where it is not known."""
    own = adapter.text("inference_provider")
    if own is not None:
        return own, True
    value = None if adapter.has("inference_provider") else value_at(config.tree, ("general", "inference_provider"))
    return (value if isinstance(value, str) and not isinstance(value, Unknown) else None), False
