"""Moves: whether what stands in one place would do in another."""

from orbitcfg.catalog.rows import Row
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, at
from orbitcfg.project.config import Config
from orbitcfg.rules.shape._dead import is_dead

_TOP = "the top of the configuration"


def relocation(config: Config, path: KeyPath, target: KeyPath) -> str | None:
    """The remedy that has what stands at a path go to another one; None where ORBIT does nothing with it there, or it would not fit."""
    row, node = config.catalog.at(config.tree, target), at(config.tree, path)
    if node is None or not _fits(config, row, node):
        return None
    where = f"`{config.format_path(target)}`"
    # moved there it would take the place of what is there
    if at(config.tree, target) is not None:
        return f"remove it: {where}{f' at {_TOP}' if len(target) == 1 else ''} is set, and counts"
    return f"move it to {_TOP if len(target) == 1 else where}"


def place_of(path: KeyPath, place: str) -> KeyPath:
    """A place that the catalogue gives, from the root or relative to the mapping that holds a path, as a key path."""
    if place.startswith("/"):
        return tuple(place[1:].split("."))
    holder = path[:-1]
    while place.startswith("../"):
        holder, place = holder[:-1], place[3:]
    return (*holder, *place.split("."))


def _fits(config: Config, row: Row | None, node: Node) -> bool:
    """Whether a key takes what a node holds, down to its items; of a mapping it knows a key at least."""
    if row is None or is_dead(row) or (row.types and _types_of(node).isdisjoint(row.types)):
        return False
    match node:
        case Sequence(items=items):
            inner = [config.catalog.below(row, node, index) for index in range(len(items))]
            return all(each is None or _fits(config, each, item) for each, item in zip(inner, items, strict=True))
        case Mapping(entries=entries):
            names = config.catalog.names(row, node)
            return not names or not entries or not set(names).isdisjoint(entries)
        case Scalar(value=str(text)) if not isinstance(text, Unknown) and "://" in text:
            # a host is text as well, and no address
            return row.schema.get("format") == "uri"
    return True


def _types_of(node: Node) -> frozenset[str]:
    """The types of a value, as schemas call them; of one that is not known here all that a single value has."""
    match node:
        case Mapping():
            return frozenset({"object"})
        case Sequence():
            return frozenset({"array"})
        case Scalar(value=Unknown()):
            return frozenset({"boolean", "integer", "number", "null", "string"})
        case Scalar(value=bool()):
            return frozenset({"boolean"})
        case Scalar(value=int()):
            return frozenset({"integer", "number"})
        case Scalar(value=float()):
            return frozenset({"number"})
        case Scalar(value=None):
            return frozenset({"null"})
    return frozenset({"string"})
