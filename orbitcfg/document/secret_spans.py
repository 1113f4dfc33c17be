"""Where secrets stand in a text that was read: known by their decoded keys and values, whatever style they are written in."""

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterator
from functools import cached_property

from orbitcfg.document.masked import entry_key, item_keys
from orbitcfg.document.source import Span
from orbitcfg.document.tree import BITS, ONES, OWN, Mapping, Node, Scalar, Sequence
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.url import shown_name
from orbitcfg.masking.values import masked_value, secret_parts
from orbitcfg.record import NamedTuple

_CUT_OFF = re.compile(r"[ \t]++\#(?=\S)[^\r\n]*+")
"""What YAML takes for a comment and a person perhaps for the end of a password."""


class SecretFinder:
    """Finds the secrets of a source, a part at a time; `root` is what was made of it as it was read."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._found: dict[int, tuple[Stretch, ...]] = {}

    def between(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches that may not be shown of what stands between two offsets, at least in part."""
        places = self._places
        index = bisect_left(places, end, key=_start)
        # no two places overlap, so that those before the first one that ends too early end too early as well
        while index > 0 and places[index - 1].end >= start:
            index -= 1
            if index not in self._found:
                self._found[index] = tuple(_secrets(places[index]))
            yield from self._found[index]

    @cached_property
    def _places(self) -> list["_Place"]:
        return sorted(_places(self._root), key=_start)


class _Place(NamedTuple):
    """Where a value stands, and what it is the value of; a key that may not be shown itself has no node."""

    start: int
    end: int
    node: Scalar | None = None
    key: Hashable = None


def _start(place: _Place) -> int:
    return place.start


def _places(root: Node) -> Iterator[_Place]:
    """The values of a source, and the keys that may not be shown, in any order."""
    pending: list[tuple[Node, Hashable]] = [(root, None)]
    seen: set[Hashable] = set()
    while pending:
        node, key = pending.pop()
        place = node.place & OWN
        # what an alias repeats stands at its anchor alone; under another key it may be another thing
        known = (place, key) if is_secret_name(key) else place
        if known in seen:
            continue
        seen.add(known)
        match node:
            case Scalar():
                yield _Place(place >> BITS, place & ONES, node, key)
            case Sequence(items=items):
                pending += zip(items, item_keys(node, key), strict=True)
            case Mapping(entries=entries):
                for each, entry in entries.items():
                    if isinstance(each, str) and shown_name(each) != each:
                        yield _Place(entry.key_span.start, entry.key_span.end)
                    pending.append((entry.node, entry_key(node, each, key)))


def _secrets(place: _Place) -> Iterator[Stretch]:
    """The stretches of a place that may not be shown."""
    if place.node is None:
        yield place.start, place.end
    else:
        yield from _in_scalar(place.node, place.key)


def _in_scalar(node: Scalar, key: Hashable) -> Iterator[Stretch]:
    span = node.span
    if not isinstance(node.value, str):
        if masked_value(key, node.value) != node.value:
            yield span.start, span.end
        return
    parts = secret_parts(key, node.value)
    if parts == [(0, len(node.value))]:
        yield span.start, _end_of(span) if is_secret_name(key) else span.end
    else:
        yield from _parts(span, [node.value[start:end] for start, end in parts])


def _end_of(span: Span) -> int:
    cut_off = _CUT_OFF.match(span.source.text, span.end) if span.text[:1] not in ("'", '"', "|", ">") else None
    return cut_off.end() if cut_off else span.end


def _parts(span: Span, secrets: list[str]) -> Iterator[Stretch]:
    """Where parts of a value are written; all of it where one is written otherwise than it reads."""
    text, position = span.text, 0
    found = []
    for secret in secrets:
        start = text.find(secret, position)
        if start < 0:
            yield span.start, span.end
            return
        position = start + len(secret)
        found.append((span.start + start, span.start + position))
    yield from found
