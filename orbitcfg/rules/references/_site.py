"""Where a reference stands: whether anybody follows it, and what it comes to there that it leads nowhere."""

from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.tree import value_at
from orbitcfg.effective.adapters import GENERATORS
from orbitcfg.effective.references import Reference
from orbitcfg.effective.switches import all_on
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence

_REWRITING = frozenset({"inference_provider", "model"})
"""Keys that only rewrite the request where the adapter generates something."""

_LISTS_ONLY = (("array",), ("array", "null"))
"""Types of keys that take a list and nothing else: of a plain text there the rules about values tell."""


def is_followed(config: Config, reference: Reference) -> bool:
    """Whether ORBIT looks at the value, provided that its surroundings are switched on."""
    row = config.catalog.at(config.tree, reference.path)
    if row is not None and (row.effect is not None or row.types in _LISTS_ONLY):
        return False
    if all_on(map(config.switches.at, reference.spec.gates)) is False:
        return False
    # then no vision provider is asked (sections V1)
    if ("visions",) in reference.sections and _ocr_comes_first(config):
        return False
    return config.demand.is_looked_at(reference.path)


def consequence_at(config: Config, reference: Reference, reaction: Reaction) -> Consequence:
    """What it comes to, there, that a reference leads nowhere."""
    adapter = config.adapter_at(reference.path)
    if adapter is not None and adapter.kind in GENERATORS and reference.path[2] in _REWRITING:
        return Consequence.DEGRADED
    return reaction.consequence


def _ocr_comes_first(config: Config) -> bool:
    """Whether images go to the OCR provider, so that no vision provider is asked."""
    enabled = config.switches.is_on(("files", "processing", "ai_document_enabled"))
    return enabled and value_at(config.tree, ("files", "processing", "processor_priority")) == "ai_document"
