"""The way of a value, newest step first."""

from collections.abc import Hashable, Iterator

from orbitcfg.commands.why.result import Link
from orbitcfg.document.events import PresetApplied
from orbitcfg.document.graph import IMPORT_KEY
from orbitcfg.document.masked import SecretPlaces, key_at, masked_node, one_line, secret_places
from orbitcfg.document.tree import FromPreset, Interpolated, KeyPath, Mapping, Merged, Node, Sequence, Shadowed, Substitution, at, key_span
from orbitcfg.plural import counted
from orbitcfg.project.config import Config


def way_of(config: Config, path: KeyPath, node: Node) -> Iterator[Link]:
    """How a value that is in force came about."""
    place, key = node.span, key_at(config.written, path)
    key_place = key_span(config.written, path)
    yield Link("in force", _value(config, key, node), place if place.text or not key_place else key_place)
    for step in reversed(node.steps):
        yield from _step(config, key, step)
    for each in reversed(config.graph.chain(place.source)):
        yield Link("imported", f"`{each.span.source.name}` imports `{each.name}`", each.span)


def written_and_gone(config: Config, path: KeyPath) -> Iterator[Link]:
    """Where a key is written that the compiled configuration no longer has, and what became of it."""
    for document in config.graph.documents:
        node = at(document.root, path)
        if node is not None:
            key = key_at(document.root, path)
            yield Link(
                "written",
                f"{_value(config, key, node)}, and gone: {_fate(config, path)}",
                key_span(document.root, path) if document.root else None,
            )


def _fate(config: Config, path: KeyPath) -> str:
    if path[-1] == IMPORT_KEY:
        return "ORBIT carries imports out and takes the key away"
    for event in config.events_of(PresetApplied):
        if path[: len(event.block)] == event.block:
            return f"the preset `{event.preset}` took the place of its block"
    return "it is not part of what ORBIT compiles"


def _step(config: Config, key: Hashable, step: object) -> Iterator[Link]:
    match step:
        case Interpolated(substitutions=substitutions):
            for substitution in substitutions:
                yield _substitution(substitution)
        case FromPreset(preset=preset, named_at=named_at):
            yield Link("preset", f"the preset `{preset}` brought it, named here", named_at)
        case Shadowed(loser=loser):
            yield Link("overridden", f"{_value(config, key, loser)} was read later, and is ignored", loser.span)
        case Merged(other=other):
            yield Link("joined", f"{_size(other)} from `{other.span.source.name}`", other.span)


def _substitution(substitution: Substitution) -> Link:
    match substitution.source:
        case None:
            return Link("unset", f"`{substitution.label}` is not set and has no default", None)
        case "default":
            return Link("default", f"`{substitution.label}` is not set, so its default is used", None)
    return Link("variable", f"`{substitution.label}` is set by `{substitution.source}`", substitution.place)


def _value(config: Config, key: Hashable, node: Node) -> str:
    match node:
        # of these only the size is told
        case Sequence(items=items):
            return f"`{one_line([None] * len(items))}`"
        case Mapping(entries=entries):
            return f"`{one_line(dict.fromkeys(entries))}`"
    return f"`{one_line(masked_node(node, key, secrets=lambda: secrets_of(config)))}`"


def secrets_of(config: Config) -> SecretPlaces:
    """Where the secrets of the whole configuration stand, worked out once."""
    return config.once(_secret_places)


def _secret_places(config: Config) -> SecretPlaces:
    return secret_places(config.written)


def _size(node: Node) -> str:
    match node:
        case Mapping(entries=entries):
            return counted(len(entries), "key") if len(entries) != 1 else "one key"
        case Sequence(items=items):
            return counted(len(items), "item") if len(items) != 1 else "one item"
    return "a value"
