"""Where secrets stand in a text that was read: known by their decoded keys and values, whatever style they are written in."""

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Mapping as MappingType

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
    `lost` are the values of keys that are written again, by where the value stands that was kept.
    """

    def __init__(self, root: Node, *, nested: bool, lost: MappingType[int, Node]) -> None:
        self._root, self._nested, self._lost = _Place(*_offsets(root), root), nested, lost
        # by id, each with its place, so that nothing else gets the same one
        self._parts: dict[int, tuple[_Place, tuple[_Place, ...]]] = {}
        self._found: dict[int, tuple[_Place, tuple[Stretch, ...]]] = {}

    def between(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches that may not be shown of what stands between two offsets, at least in part."""
        return self._among(self._places, start, end)

    def _among(self, places: tuple["_Place", ...], start: int, end: int) -> Iterator[Stretch]:
        """Those of places that stand in order and do not overlap."""
        index = bisect_left(places, end, key=_start)
        while index > 0 and places[index - 1].end >= start:
            index -= 1
            place = places[index]
            if isinstance(place.node, Sequence | Mapping):
                yield from self._among(self._parts_of(place), start, end)
            else:
                yield from self._secrets_of(place)

    @cached_property
    def _places(self) -> tuple["_Place", ...]:
        return (self._root,) if self._nested else tuple(sorted(self._single(), key=_start))

    def _parts_of(self, place: "_Place") -> tuple["_Place", ...]:
        """The values in a collection, and the keys in it that may not be shown, in order."""
        known = self._parts.get(id(place))
        if known is None:
            known = self._parts[id(place)] = place, tuple(sorted(self._held(place), key=_start))
        return known[1]

    def _secrets_of(self, place: "_Place") -> tuple[Stretch, ...]:
        known = self._found.get(id(place))
        if known is None:
            known = self._found[id(place)] = place, tuple(_secrets(place))
        return known[1]

    def _held(self, place: "_Place") -> Iterator["_Place"]:
        match place.node:
            case Sequence(items=items) as node:
                yield from (_Place(*_offsets(item), item, key) for item, key in zip(items, item_keys(node, place.key), strict=True))
            case Mapping(entries=entries) as node:
                for each, entry in entries.items():
                    if isinstance(each, str) and shown_name(each) != each:
                        yield _Place(entry.key_span.start, entry.key_span.end)
                    key = entry_key(node, each, place.key)
                    yield from (_Place(*_offsets(value), value, key) for value in self._written(entry.node))

    def _written(self, kept: Node) -> Iterable[Node]:
        """All values of a key, the one that was kept first."""
        found: dict[int, Node] = {}
        node: Node | None = kept
        # an alias may be kept, and lost as well
        while node is not None and node.place & OWN not in found:
            found[node.place & OWN] = node
            node = self._lost.get(node.place & OWN)
        return found.values()

    def _single(self) -> Iterator["_Place"]:
        """The single values of the source, and the keys that may not be shown, in any order: each once, since aliases repeat some."""
        pending = [self._root]
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
                pending += self._held(place)
            else:
                yield place


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
        yield from _parts(span, node.value, parts)


def _end_of(span: Span) -> int:
    cut_off = re.compile(_CUT_OFF).match(span.source.text, span.end) if span.text[:1] not in ("'", '"', "|", ">") else None
    return cut_off.end() if cut_off else span.end


def _parts(span: Span, value: str, parts: list[Stretch]) -> Iterator[Stretch]:
    """Where parts of a value are written; all of it where one is written otherwise than it reads."""
    text = span.text
    # behind an anchor, a tag or a quote; what is secret may be a part of the rest as well
    begin = text.rfind(value)
    if begin >= 0:
        yield from ((span.start + begin + start, span.start + begin + end) for start, end in parts)
        return
    position, found = 0, []
    for secret in (value[start:end] for start, end in parts):
        start = text.find(secret, position)
        if start < 0:
            yield span.start, span.end
            return
        position = start + len(secret)
        found.append((span.start + start, span.start + position))
    yield from found
