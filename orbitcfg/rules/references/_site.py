"""Where a reference stands: whether anybody follows it, and what it comes to there that it leads nowhere."""

from orbitcfg.catalog.specs import Reaction
from orbitcfg.effective.adapters import GENERATORS
from orbitcfg.effective.references import Reference
from orbitcfg.effective.service import SERVICES
from orbitcfg.effective.switches import all_on
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.rules._services import without_service

_REWRITING = frozenset({"inference_provider", "model"})
"""Keys that only rewrite the request where the adapter generates something."""

_OF_SERVICES = frozenset(service.adapter_key for service in SERVICES)
"""Keys by which an adapter chooses the provider of a service beside the language model."""

_SELECTORS = frozenset(service.selector for service in SERVICES if service.adapter_key is not None)
"""Where it is chosen for all who choose none."""

_LISTS_ONLY = (("array",), ("array", "null"))
"""Types of keys that take a list and nothing else: of a plain text there the rules about values tell."""


def is_followed(config: Config, reference: Reference) -> bool:
    """Whether ORBIT looks at the value, provided that its surroundings are switched on."""
    row = config.catalog.at(config.tree, reference.path)
    if row is not None and (row.effect is not None or row.types in _LISTS_ONLY):
        return False
    if all_on(map(config.switches.at, reference.spec.gates)) is False:
        return False
    return config.demand.is_looked_at(reference.path)


def consequence_at(config: Config, reference: Reference, reaction: Reaction) -> Consequence:
    """What it comes to, there, that a reference leads nowhere."""
    adapter = config.adapter_at(reference.path)
    if adapter is not None and adapter.kind in GENERATORS and reference.path[2] in _REWRITING:
        return Consequence.DEGRADED
    if adapter is not None:
        return without_service(reaction.consequence, adapter) if reference.path[2] in _OF_SERVICES else reaction.consequence
    if reference.path not in _SELECTORS:
        return reaction.consequence
    asking = {key.name for key in config.demand.of(reference.path).by}
    found = [without_service(reaction.consequence, each) for each in config.adapters if each.name in asking]
    return min(found, key=lambda each: each.rank, default=without_service(reaction.consequence, None))
