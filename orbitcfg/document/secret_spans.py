"""Where secrets stand in a text that was read: known by their decoded keys and values, whatever style they are written in."""

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterator

from orbitcfg.cached import cached_property
from orbitcfg.document.masked import entry_key, item_keys
from orbitcfg.document.source import Span
from orbitcfg.document.tree import BITS, ONES, OWN, Mapping, Node, Scalar, Sequence
from orbitcfg.masking.names import is_secret_name
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.url import shown_name
from orbitcfg.masking.values import masked_value, secret_parts
from orbitcfg.record import NamedTuple

_CUT_OFF = r"[ \t]++\#(?=\S)[^\r\n]*+"
"""What YAML takes for a comment and a person perhaps for the end of a password."""


class SecretFinder:
    """Finds the secrets of a source, a part at a time; `root` is what was made of it as it was read.

    `nested`: each value stands within the collection that holds it, as where no alias repeats one. A collection is then only looked into where a part of it is asked for.
    """

    def __init__(self, root: Node, *, nested: bool) -> None:
        self._root, self._nested = _Place(*_offsets(root), root), nested
        self._found: dict[int, tuple[Stretch, ...]] = {}

    def between(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches that may not be shown of what stands between two offsets, at least in part."""
        places = self._places
        index = bisect_left(places, end, key=_start)
        # no two places overlap, so that those before the first one that ends too early end too early as well
        while index > 0 and places[index - 1].end >= start:
            index -= 1
            place = places[index]
            if isinstance(place.node, Sequence | Mapping):
                parts = sorted(_parts_of(place), key=_start)
                places[index : index + 1] = parts
                index = bisect_left(places, end, index, index + len(parts), key=_start)
                continue
            if id(place) not in self._found:
                self._found[id(place)] = tuple(_secrets(place))
            yield from self._found[id(place)]

    @cached_property
    def _places(self) -> list["_Place"]:
        """In their order, without overlaps."""
        return [self._root] if self._nested else sorted(_all_parts(self._root), key=_start)


class _Place(NamedTuple):
    """Where a value stands, and what it is the value of; a key that may not be shown itself has no node."""

    start: int
    end: int
    node: Node | None = None
    key: Hashable = None


def _start(place: _Place) -> int:
    return place.start


def _offsets(node: Node) -> tuple[int, int]:
    place = node.place & OWN
    return place >> BITS, place & ONES


def _parts_of(place: _Place) -> Iterator[_Place]:
    """The values in a collection, and the keys in it that may not be shown; the collection itself where it is none."""
    match place.node:
        case Sequence(items=items) as node:
            yield from (_Place(*_offsets(item), item, key) for item, key in zip(items, item_keys(node, place.key), strict=True))
        case Mapping(entries=entries) as node:
            for each, entry in entries.items():
                if isinstance(each, str) and shown_name(each) != each:
                    yield _Place(entry.key_span.start, entry.key_span.end)
                yield _Place(*_offsets(entry.node), entry.node, entry_key(node, each, place.key))


def _all_parts(root: _Place) -> Iterator[_Place]:
    """The single values below a place, and the keys that may not be shown, in any order: each once, since aliases repeat some."""
    pending = [root]
    seen: set[Hashable] = set()
    while pending:
        place = pending.pop()
        if place.node is None:
            yield place
            continue
        # what an alias repeats stands at its anchor alone; under another key it may be another thing
        known = (place.start, place.end, place.key if is_secret_name(place.key) else None)
        if known in seen:
            continue
        seen.add(known)
        if isinstance(place.node, Sequence | Mapping):
            pending += _parts_of(place)
        else:
            yield place


def _secrets(place: _Place) -> Iterator[Stretch]:
    """The stretches of a place that may not be shown."""
    if isinstance(place.node, Scalar):
        yield from _in_scalar(place.node, place.key)
    else:
        yield place.start, place.end


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
    cut_off = re.compile(_CUT_OFF).match(span.source.text, span.end) if span.text[:1] not in ("'", '"', "|", ">") else None
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
