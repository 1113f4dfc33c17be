"""ORBIT's hash of a template, which it takes of the template as JSON with its keys in order."""

from collections.abc import Iterable

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence


def unordered_key(node: Node) -> Span | None:
    """The first key below a node for which there is no hash; None where there is one.

    Texts have no order among numbers and booleans, null has none beside another key, and a date is no key at all.
    """
    match node:
        case Mapping(entries=entries):
            if not all(type(key) is str for key in entries) and not _in_order(tuple(entries)):
                return next(entry.key_span for key, entry in entries.items() if type(key) is not str)
            below: Iterable[Node] = (entry.node for entry in entries.values())
        case Sequence(items=items):
            below = items
        case _:
            return None
    for each in below:
        found = None if isinstance(each, Scalar) else unordered_key(each)
        if found is not None:
            return found
    return None


def _in_order(keys: tuple[object, ...]) -> bool:
    return all(isinstance(key, int | float) for key in keys) or keys == (None,)
