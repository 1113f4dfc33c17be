"""The models that adapters and their lists choose of inference providers."""

from collections.abc import Iterator
from dataclasses import dataclass

from orbitcfg.document.tree import KeyPath, Mapping, Node, Sequence, Unknown, child, value_at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_MODEL, Adapter
from orbitcfg.project.config import Config


@dataclass(frozen=True, slots=True)
class SelectedModel:
    """A model that an adapter, or an entry of its `allowed_models`, chooses of a provider."""

    adapter: Adapter
    provider: str
    model: str
    model_path: KeyPath
    node: Node


def chosen_models(config: Config) -> Iterator[SelectedModel]:
    """Each pair of provider and model that an adapter gives, its own first."""
    for adapter in config.adapters:
        if adapter.kind in WITHOUT_MODEL:
            continue
        provider, model = adapter.text("inference_provider"), adapter.text("model")
        if provider and model:
            yield SelectedModel(adapter, provider, model, (*adapter.path, "model"), adapter.node)
        if adapter.kind not in GENERATORS | {"web-search"}:
            yield from _entries(adapter)


def _entries(adapter: Adapter) -> Iterator[SelectedModel]:
    listed = child(adapter.node, "allowed_models")
    for index, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
        provider, model = value_at(item, ("provider",)), value_at(item, ("model",))
        known = isinstance(provider, str) and isinstance(model, str) and not isinstance(provider, Unknown) and not isinstance(model, Unknown)
        if isinstance(item, Mapping) and known and provider and model:
            path: KeyPath = (*adapter.path, "allowed_models", index)
            yield SelectedModel(adapter, str(provider), str(model), (*path, "model"), item)
