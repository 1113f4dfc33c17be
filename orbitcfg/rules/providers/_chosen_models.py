"""The models that adapters and their lists choose of inference providers."""

from collections.abc import Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, Node, at
from orbitcfg.effective.adapters import GENERATORS, WITHOUT_MODEL, Adapter, allowed_models
from orbitcfg.project.config import Config


@dataclass(frozen=True, slots=True)
class SelectedModel:
    """A model that an adapter, or an entry of its `allowed_models`, chooses of a provider."""

    adapter: Adapter
    provider: str
    model: str
    model_path: KeyPath
    node: Node


def chosen_models(config: Config) -> tuple[SelectedModel, ...]:
    """Each pair of provider and model that an adapter gives, its own first; worked out once."""
    return config.once(_known)


def _known(config: Config) -> tuple[SelectedModel, ...]:
    return tuple(_all(config))


def _all(config: Config) -> Iterator[SelectedModel]:
    for adapter in config.adapters:
        if adapter.kind in WITHOUT_MODEL:
            continue
        provider, model = adapter.text("inference_provider"), adapter.text("model")
        if provider and model:
            yield SelectedModel(adapter, provider, model, (*adapter.path, "model"), adapter.node)
        if adapter.kind not in GENERATORS | {"web-search"}:
            yield from _entries(config, adapter)


def _entries(config: Config, adapter: Adapter) -> Iterator[SelectedModel]:
    for choice in allowed_models(adapter):
        provider, model, node = choice.text("provider"), choice.text("model"), at(config.tree, choice.path)
        if provider and model and node is not None:
            yield SelectedModel(adapter, provider, model, (*choice.path, "model"), node)
