"""Which providers ORBIT registers when it starts."""

from typing import TYPE_CHECKING

from orbitcfg.document.tree import KeyPath, Mapping, Unknown, at, child, value_at
from orbitcfg.effective.block import SECTION, Setting
from orbitcfg.effective.switches import SWITCH, Switches

if TYPE_CHECKING:
    from orbitcfg.effective.use import UseState

DEFAULT: KeyPath = ("general", "inference_provider")
"""What names the provider of all adapters that name none."""


def provider_state(switches: Switches, provider: object) -> "UseState":
    """Whether `inference` has a provider of this name that ORBIT registers: ok, disabled, unknown, unregistered, undecided.

    A block that is no mapping is incomplete: ORBIT stops while it registers the providers.
    """
    if isinstance(provider, Unknown):
        return "undecided"
    tree, catalog = switches.tree, switches.catalog
    block = child(at(tree, (SECTION,)), provider) if isinstance(provider, str) else None
    if block is None or not isinstance(provider, str):
        return "unknown"
    path: KeyPath = (SECTION, provider)
    row = catalog.at(tree, path)
    if row is None or row.provider.protocol is None:
        return "unregistered" if isinstance(block, Mapping) else "unknown"
    if not isinstance(block, Mapping):
        return "incomplete"
    # off where the switch is missing, though ORBIT's admin API takes it for on (resolution §2)
    return "configured" if switches.is_on((*path, SWITCH)) else "disabled"


def default_provider(tree: Mapping) -> Setting:
    """What `general.inference_provider` names. Where the key is missing, chat runs on the one that the pipeline falls back to."""
    general = at(tree, DEFAULT[:1])
    if isinstance(general, Mapping) and DEFAULT[-1] not in general.entries:
        return Setting(PIPELINE_DEFAULT, DEFAULT)
    return Setting(value_at(tree, DEFAULT), DEFAULT)


# other parts of ORBIT fall back to `ollama`: chat runs on one provider and is logged under the other (resolution §4)
PIPELINE_DEFAULT = "openai"
"""The provider that serves where `general.inference_provider` is missing."""


def has_default_provider(tree: Mapping) -> bool:
    """Whether `general.inference_provider` is written."""
    general = at(tree, DEFAULT[:1])
    return isinstance(general, Mapping) and DEFAULT[-1] in general.entries
