"""Adapters that search through others."""

from collections.abc import Iterator

from orbitcfg.document.tree import Scalar, Sequence, Unknown, at, value_at
from orbitcfg.effective.adapters import CHILDREN, INTENT_FAMILIES, SEARCHED, Adapter, served_names
from orbitcfg.effective.model_identity import model_identity
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.suggest import choice_of

_NAMED = 3
"""So many adapters are proposed."""


@rule("ORB533", consequence=Consequence.ADAPTER_MISSING)
def composite_without_children(config: Config) -> Iterator[Finding]:
    """A composite adapter has no child that it can use.

    Children are intent adapters that are switched on. Others are left out with a log line; with none left the adapter does not load. A plain text is taken
    for a list of its characters.

    ```yaml bad
    # base: composite
    adapters: [{name: all, config: {child_adapters: []}}]
    ```

    ```yaml good
    # base: composite
    adapters: [{name: all, config: {child_adapters: [orders]}}]
    ```
    """
    usable = {each.name for each in config.adapters if each.is_on and each.family in SEARCHED}
    for adapter in _composites(config):
        named = _children(adapter)
        if named is not None and not usable & set(named) and config.is_whole:
            yield Finding(
                f"adapter `{adapter.name}` has no child that is an intent adapter and switched on, so it does not load",
                (*adapter.path, *CHILDREN),
                f"name {choice_of(sorted(usable), most=_NAMED)} there" if usable else "add an intent adapter that is on, and name it",
            )


@rule("ORB534", consequence=Consequence.DEGRADED)
def child_of_another_kind(config: Config) -> Iterator[Finding]:
    """A child of a composite adapter is no intent adapter.

    It is left out: only intent adapters have templates to search. One that names itself waits for a minute, and is lost as well.

    ```yaml bad
    # base: composite chat
    adapters: [{name: all, config: {child_adapters: [orders, chat]}}]
    ```

    ```yaml good
    # base: composite
    adapters: [{name: all, config: {child_adapters: [orders]}}]
    ```
    """
    by_name = {adapter.name: adapter for adapter in config.adapters}
    for adapter in _composites(config):
        for index, name in enumerate(_children(adapter) or ()):
            child = by_name.get(name)
            if child is not None and child.is_on and child.family is not None and child.family not in INTENT_FAMILIES:
                itself = child.path == adapter.path
                yield Finding(
                    f"adapter `{adapter.name}`: its child `{name}` {'is the adapter itself' if itself else 'is no intent adapter'}, and is left out",
                    (*adapter.path, *CHILDREN, index),
                    "remove it from the list",
                    value=True,
                )


@rule("ORB535", consequence=Consequence.PURPOSE_LOST)
def child_with_other_embeddings(config: Config) -> Iterator[Finding]:
    """A child of a composite adapter embeds with another model than the composite.

    The composite's question is looked up in the child's collection. With vectors of another length that fails; of the same length the scores mean nothing.

    ```yaml bad
    # base: composite docs
    embeddings: {openai: {api_key: "${OPENAI_API_KEY}", model: text-embedding-3-small}}
    adapters: [{name: all, embedding_provider: openai}]
    ```

    ```yaml good
    # base: composite docs
    adapters: [{name: all, embedding_provider: ollama}]
    ```
    """
    by_name = {adapter.name: adapter for adapter in config.adapters}
    embedders = served_names(config.catalog, "embedding_provider")
    for adapter in _composites(config):
        own = _embedding(config, adapter)
        for index, name in enumerate(_children(adapter) or ()):
            child = by_name.get(name)
            other = _embedding(config, child) if child is not None and child.family in INTENT_FAMILIES else own
            known = all(each[0] in embedders for each in (own, other))
            if child is not None and known and None not in (*own, *other) and _identity(own) != _identity(other):
                yield Finding(
                    f"adapter `{adapter.name}` embeds with {_named(own)}, and its child `{name}` with {_named(other)}",
                    (*adapter.path, *CHILDREN, index),
                    "give both the same embedding provider and model",
                    value=True,
                    demanded=adapter.is_on and child.is_on,
                    depends_on="the length of their vectors",
                    related=(Annotation(config.locate((*child.path, "name")), "the child"),),
                )


def _composites(config: Config) -> Iterator[Adapter]:
    return (adapter for adapter in config.adapters if adapter.family == "composite")


def _children(adapter: Adapter) -> list[str] | None:
    """The names of the children; None where they are not known here, or where there is no list."""
    match at(adapter.node, CHILDREN):
        case Sequence(items=items):
            values = [item.value for item in items if isinstance(item, Scalar)]
            return None if any(isinstance(value, Unknown) for value in values) else [value for value in values if isinstance(value, str)]
        case Scalar(value=str(text)) if text and not isinstance(text, Unknown):
            # ORBIT takes a plain text for a list of its characters (adapters §6), so it names no child
            return []
    return None


def _embedding(config: Config, adapter: Adapter) -> tuple[object, object]:
    """Provider and model that an adapter embeds with; None where that is not known here."""
    provider = adapter.text("embedding_provider") or (None if adapter.has("embedding_provider") else value_at(config.tree, ("embedding", "provider")))
    model = adapter.text("embedding_model") or (
        None if adapter.has("embedding_model") else value_at(config.tree, ("embeddings", provider, "model")) if isinstance(provider, str) else None
    )
    return None if isinstance(provider, Unknown) else provider, None if isinstance(model, Unknown) else model


def _identity(embedding: tuple[object, object]) -> tuple[object, object]:
    provider, model = embedding
    return provider, model_identity(provider, model) if isinstance(provider, str) and isinstance(model, str) else model


def _named(embedding: tuple[object, object]) -> str:
    return f"`{embedding[0]}` (`{embedding[1]}`)"


RULES = (composite_without_children, child_of_another_kind, child_with_other_embeddings)
