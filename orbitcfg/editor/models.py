"""A model that is named at a place: the provider that serves it, and who else uses it."""

from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, at, key_span
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config


def uses_of_model(config: Config, path: KeyPath) -> tuple[Use, ...]:
    """The uses that are on of the model whose name stands at a path, those of the same provider and model that is named elsewhere too; none where no model is named."""
    node = at(config.tree, path)
    span = node.span if node is not None else None
    named = {(use.provider.value, use.model_name) for use in config.uses if use.model_name and span in _named_at(use)}
    return tuple(use for use in config.uses if use.is_on and (use.provider.value, use.model_name) in named)


def users_of_model(config: Config, path: KeyPath) -> tuple[str, ...]:
    """Who uses the model whose name stands at a path: adapters, and the default."""
    return tuple(dict.fromkeys("the default" if use.adapter is None else str(use.adapter) for use in uses_of_model(config, path)))


def model_places(config: Config, path: KeyPath) -> list[Span]:
    """Where the model whose name stands at a path is named, for all who use it."""
    return list(dict.fromkeys(span for use in uses_of_model(config, path) for span in _named_at(use)))


def blocks_of_model(config: Config, path: KeyPath) -> list[Span]:
    """The provider's block that serves the model whose name stands at a path."""
    blocks = dict.fromkeys(use.block for use in uses_of_model(config, path) if use.block is not None and path[: len(use.block)] != use.block)
    return [span for block in blocks if (span := key_span(config.tree, block)) is not None]


def _named_at(use: Use) -> list[Span]:
    place = use.model.decided_at
    return [place.node.span] if place is not None and place.node is not None else []
