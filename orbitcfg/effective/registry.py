"""Which providers ORBIT registers when it starts."""

from orbitcfg.catalog.rows import Catalog
from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, child, value_at
from orbitcfg.effective.block import SECTION, Setting
from orbitcfg.effective.use import UseState


def is_on(value: object, reads: str) -> bool:
    """Whether a switch of this value is on, for a consumer that reads it so (`x-orbit.reads`). A value that is not known here counts as on."""
    if isinstance(value, Unknown):
        return True
    match reads:
        case "registry":
            # everything else is on: null, 0, empty text, `no` (resolution §2)
            return not (value is False or (isinstance(value, str) and value.lower() == "false"))
        case "literal":
            return value is not False
        case "parsed":
            # in lower case, but not trimmed (loader §11.6)
            return value.lower() in ("true", "yes", "y", "1", "on") if isinstance(value, str) else bool(value) and isinstance(value, int | float)
    return bool(value)


def provider_state(tree: Mapping, catalog: Catalog, provider: object) -> UseState:
    """Whether `inference` has a provider of this name that ORBIT registers: ok, disabled, unknown, unregistered, undecided.

    A block that is no mapping is incomplete: ORBIT stops while it registers the providers.
    """
    if isinstance(provider, Unknown):
        return "undecided"
    block = child(at(tree, (SECTION,)), provider) if isinstance(provider, str) else None
    if block is None or not isinstance(provider, str):
        return "unknown"
    path: KeyPath = (SECTION, provider)
    row = catalog.at(tree, path)
    if row is None or row.provider.protocol is None:
        return "unregistered"
    switch = value_at(tree, (*path, "enabled"))
    if not isinstance(block, Mapping):
        return "incomplete"
    # off here, though ORBIT's admin API takes a missing switch for on (resolution §2)
    if "enabled" not in block.entries:
        return "disabled"
    return "ok" if is_on(switch, "registry") else "disabled"


def default_provider(tree: Mapping) -> Setting:
    """What `general.inference_provider` names. Where the key is missing, chat runs on the one that the pipeline falls back to."""
    path: KeyPath = ("general", "inference_provider")
    general = at(tree, ("general",))
    if isinstance(general, Mapping) and "inference_provider" not in general.entries:
        return Setting(PIPELINE_DEFAULT, path)
    return Setting(value_at(tree, path), path)


# other parts of ORBIT fall back to `ollama`: chat runs on one provider and is logged under the other (resolution §4)
PIPELINE_DEFAULT = "openai"
"""The provider that serves where `general.inference_provider` is missing."""


def has_default_provider(tree: Mapping) -> bool:
    """Whether `general.inference_provider` is written."""
    general = at(tree, ("general",))
    return isinstance(general, Mapping) and "inference_provider" in general.entries
