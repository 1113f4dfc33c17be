"""Which keys of two configurations differ, wherever they are written and in whatever order."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from difflib import SequenceMatcher
from functools import cache, partial

from orbitcfg.commands.diff.value import Value, identity, value_of
from orbitcfg.dataclass import dataclass
from orbitcfg.document.masked import KnownSecrets, key_at, secret_places
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Sequence, value_at
from orbitcfg.project.config import Config


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A key, or a field of a row, that is not the same on both sides; None for the side that does not have it."""

    key: str
    was: Value | None
    now: Value | None
    was_path: KeyPath | None = None
    now_path: KeyPath | None = None

    @property
    def places(self) -> tuple[Span | None, Span | None]:
        """The deciding places, of the older side and of the newer."""
        return (None if self.was is None else self.was.place, None if self.now is None else self.now.place)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node and where it is."""

    node: Node
    path: KeyPath

    def below(self, key: Hashable, node: Node) -> "_Spot":
        return _Spot(node, (*self.path, key))


def changes(was: Config, now: Config) -> Iterator[ValueChange]:
    """The keys that differ, in the order of the newer side, what is gone behind."""
    yield from _Comparison(was, now, cache(partial(secret_places, was.written)), cache(partial(secret_places, now.written))).of(
        _Spot(was.written, ()), _Spot(now.written, ())
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    was: Config
    now: Config
    was_secrets: KnownSecrets
    now_secrets: KnownSecrets

    def of(self, was: _Spot, now: _Spot) -> Iterator[ValueChange]:
        """What differs between two nodes."""
        if was.node is now.node:
            return
        match was.node, now.node:
            case Mapping(), Mapping():
                yield from self._of_pairs(_keyed(was), _keyed(now))
            case Sequence(items=old), Sequence(items=new) if _all_named(old) and _all_named(new):
                yield from self._of_pairs(_named(was), _named(now))
            case Sequence(), Sequence():
                yield from self._of_lists(_items(was), _items(now))
            case _ if identity(was.node) != identity(now.node):
                yield self._change(was, now)

    def _of_pairs(self, was: dict[Hashable, _Spot], now: dict[Hashable, _Spot]) -> Iterator[ValueChange]:
        for key, spot in now.items():
            if key in was:
                yield from self.of(was[key], spot)
            else:
                yield self._change(None, spot)
        yield from (self._change(spot, None) for key, spot in was.items() if key not in now)

    def _of_lists(self, was: list[_Spot], now: list[_Spot]) -> Iterator[ValueChange]:
        """Items without names: what was put in, what was taken out; as many in the same place are taken for the same."""
        old, new = ([identity(spot.node) for spot in spots] for spots in (was, now))
        if old == new:
            return
        # `autojunk` would pass over what is frequent in a long list
        for kind, begin, end, new_begin, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            gone, added = was[begin:end], now[new_begin:new_end]
            if kind == "equal":
                continue
            if len(gone) == len(added):
                for before, after in zip(gone, added, strict=True):
                    yield from self.of(before, after)
                continue
            yield from (self._change(None, spot) for spot in added)
            yield from (self._change(spot, None) for spot in gone)

    def _change(self, was: _Spot | None, now: _Spot | None) -> ValueChange:
        before = None if was is None else value_of(was.node, key_at(self.was.written, was.path), self.was_secrets)
        after = None if now is None else value_of(now.node, key_at(self.now.written, now.path), self.now_secrets)
        was_path = None if was is None else self.was.catalogue_path(was.path)
        now_path = None if now is None else self.now.catalogue_path(now.path)
        key = self.now.format_path(now_path) if now_path is not None else self.was.format_path(was_path or ())
        return ValueChange(key, before, after, was_path, now_path)


def _keyed(spot: _Spot) -> dict[Hashable, _Spot]:
    """The entries of a mapping; `1` and `true` are not the same key to a reader."""
    assert isinstance(spot.node, Mapping)
    return {(type(key).__name__, key): spot.below(key, entry.node) for key, entry in spot.node.entries.items()}


def _items(spot: _Spot) -> list[_Spot]:
    assert isinstance(spot.node, Sequence)
    return [spot.below(index, item) for index, item in enumerate(spot.node.items)]


def _name(node: Node) -> object:
    return value_at(node, ("name",)) if isinstance(node, Mapping) else None


def _all_named(items: tuple[Node, ...]) -> bool:
    return all(isinstance(_name(item), str) for item in items)


def _named(spot: _Spot) -> dict[Hashable, _Spot]:
    """The items by name, and for names that come again by how often they did."""
    counts: dict[object, int] = defaultdict(int)
    found: dict[Hashable, _Spot] = {}
    for item in _items(spot):
        name = _name(item.node)
        found[str(name), counts[name]] = item
        counts[name] += 1
    return found
