"""The provider and model that ORBIT's configuration resolver writes into `safety` and `reranker` when it starts."""

from collections.abc import Hashable
from dataclasses import dataclass

from orbitcfg.document.tree import Mapping, Scalar, at, child, value_at

CHOSEN_BY = {"safety": "moderator", "reranker": "provider_override"}
"""The key of each section that may name another inference provider than the general one."""

RESOLVER_DEFAULT = "ollama"
"""The provider where `general.inference_provider` is missing; chat itself takes another one then."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver adds to a section: the provider's name, and the model, empty where there is none."""

    provider: object
    model: object


def resolver_result(tree: Mapping, section: str) -> Resolved | None:
    """What the resolver makes of `safety` or `reranker`; None where there is no such section."""
    node = at(tree, (section,))
    if not isinstance(node, Mapping):
        return None
    provider = _provider(tree, section)
    inherited = value_at(tree, ("inference", provider, "model")) if isinstance(provider, Hashable) else None
    model = value_at(node, ("model",)) or inherited or ""
    suffix = value_at(node, ("model_suffix",))
    return Resolved(provider, f"{model}{suffix}" if model and suffix else model)


def _provider(tree: Mapping, section: str) -> object:
    chosen = value_at(tree, (section, CHOSEN_BY[section]))
    if section == "safety":
        is_usable = bool(chosen)
    else:
        is_usable = isinstance(chosen, Hashable) and chosen is not None and child(at(tree, ("inference",)), chosen) is not None
    if is_usable:
        return chosen
    node = at(tree, ("general", "inference_provider"))
    return node.value if isinstance(node, Scalar) else RESOLVER_DEFAULT
