"""Nodes as they may be shown: the masking of values that know where they come from."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from functools import partial
from math import isnan
from typing import TypeAlias, TypeVar

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import BITS, ONES, Interpolated, KeyPath, Mapping, Node, Origin, Scalar, Sequence, Unknown, at, value_at
from orbitcfg.masking.names import MASK, header_name, is_secret_name
from orbitcfg.masking.url import shown_name
from orbitcfg.masking.values import is_only_placeholders, key_of_entry, key_of_item, masked_text, masked_value, without_defaults

SecretPlaces: TypeAlias = AbstractSet[tuple[int, int]]
"""Sources, by their identity, each with an offset."""

KnownSecrets: TypeAlias = Callable[[], SecretPlaces]
Result = TypeVar("Result")


def masked_scalar(node: Scalar, key: Hashable) -> object:
    """A scalar as it may be shown under a key.

    Text that a set variable gave is shown as it was written, `${NAME}`, since a variable may hold a secret; a secret that is written out is masked,
    and so is the default of a variable that is named as one.
    """
    interpolated = _interpolated(node)
    if interpolated is not None and any(substitution.is_set for substitution in interpolated.substitutions):
        shown = masked_text(key, interpolated.template)
        return without_defaults(shown) if is_secret_name(key) and is_only_placeholders(shown) else shown
    if interpolated is not None and isinstance(node.value, str) and any(is_secret_name(each.name) for each in interpolated.substitutions):
        # what is not set was given by a default
        return MASK if is_only_placeholders(interpolated.template) and node.value else masked_text(key, interpolated.template)
    return masked_value(key, str(node.value) if isinstance(node.value, Unknown) else node.value)


def masked_node(node: Node, key: Hashable = None, *, as_written: bool = False, secrets: KnownSecrets = frozenset) -> object:
    """A node's value with everything secret in it masked; `key` is what it is the value of.

    `as_written` leaves every placeholder as it stands in the file. `secrets` gives where secrets stand by what is known of the whole tree; it is asked only for text.
    """
    masker = _Masker(as_written, secrets)
    shown = masker.shown(node, key)
    return masker.again().shown(node, key) if masker.has_shown_a_secret else shown


def of_masked_node(use: Callable[[object], Result], node: Node) -> Result:
    """What `use` makes of a node's value with everything secret in it masked. Each collection in that is given as a `partial`, which makes it: all of a large one together take more room than the node."""
    masker = _Masker(as_written=False, by_parts=True)
    made = use(masker.shown(node, None))
    return use(masker.again().shown(node, None)) if masker.has_shown_a_secret else made


def secret_places(root: Node) -> SecretPlaces:
    """Where the texts of a tree begin that stand in it more than once and are secrets by one of their keys, for those who show a part of it alone."""
    times = Counter(_place(node) for node in _texts(root))
    repeated = {place for place, count in times.items() if count > 1}
    if not repeated:
        return frozenset()
    found = ((_place(node), node, key) for node, key in _texts_with_keys(root))
    return frozenset(place for place, node, key in found if place in repeated and _shown(node, key, as_written=True) == MASK)


def _texts_with_keys(root: Node) -> Iterator[tuple[Scalar, Hashable]]:
    """The texts of a tree, each with what it is the value of."""
    pending: list[tuple[Node, Hashable]] = [(root, None)]
    while pending:
        node, key = pending.pop()
        match node:
            case Scalar(value=str()):
                yield node, key
            case Sequence(items=items):
                pending += zip(items, item_keys(node, key), strict=True)
            case Mapping(entries=entries):
                pending += [(entry.node, entry_key(node, each, key)) for each, entry in entries.items()]


def _texts(root: Node) -> Iterator[Scalar]:
    pending = [root]
    while pending:
        match pending.pop():
            case Scalar(value=str()) as node:
                yield node
            case Sequence(items=items):
                pending += items
            case Mapping(entries=entries):
                pending += [entry.node for entry in entries.values()]


def _place(node: Scalar) -> tuple[int, int]:
    # no span is made: thousands are asked
    where = node.where
    return (id(where.span.source), where.span.start) if isinstance(where, Origin) else (id(where), node.place >> BITS & ONES)


@dataclass(slots=True)
class _Masker:
    """Masks, and collects where the texts begin that are secrets by their key, and by source where those that it showed. `by_parts`: a collection in another is made when it is called."""

    as_written: bool
    known: KnownSecrets = frozenset
    by_parts: bool = False
    found: set[tuple[int, int]] = field(default_factory=set)
    open: defaultdict[int, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("i")))

    @property
    def has_shown_a_secret(self) -> bool:
        """Whether a text was shown that stands elsewhere too, and is a secret there."""
        secret = {source for source, _ in self.found}
        return any((source, start) in self.found for source in secret for start in self.open.get(source, ()))

    def again(self) -> "_Masker":
        """One that knows what this one has found: what one alias makes a secret is one at its anchor and at the other aliases too."""
        known = self.known() | self.found
        return _Masker(self.as_written, lambda: known, self.by_parts)

    def shown(self, node: Node, key: Hashable) -> object:
        below = self._part if self.by_parts else self.shown
        match node:
            case Scalar():
                return self._scalar(node, key)
            case Sequence(items=items):
                return [below(item, of) for item, of in zip(items, item_keys(node, key), strict=True)]
            case Mapping(entries=entries):
                names = masked_keys(entries)
                return {names[each]: below(entry.node, entry_key(node, each, key)) for each, entry in entries.items()}

    def _part(self, node: Node, key: Hashable) -> object:
        return self._scalar(node, key) if isinstance(node, Scalar) else partial(self.shown, node, key)

    def _scalar(self, node: Scalar, key: Hashable) -> object:
        shown = _shown(node, key, as_written=self.as_written)
        if not isinstance(node.value, str):
            return shown
        place = _place(node)
        if shown == MASK:
            self.found.add(place)
        elif place in self.known():
            return MASK
        else:
            source, start = place
            self.open[source].append(start)
        return shown


def _shown(node: Scalar, key: Hashable, *, as_written: bool) -> object:
    interpolated = _interpolated(node) if as_written else None
    return masked_scalar(node, key) if interpolated is None else masked_text(key, interpolated.template)


def masked_keys(keys: Iterable[Hashable]) -> dict[Hashable, Hashable]:
    """For each key of a mapping how it may be shown, each otherwise: what gives access is written there by mistake."""
    shown: dict[Hashable, Hashable] = {}
    taken: set[Hashable] = set()
    for key in keys:
        name = shown_name(key) if isinstance(key, str) else key
        while name in taken:
            name = f"{name}*"
        taken.add(name)
        shown[key] = name
    return shown


def entry_key(mapping: Mapping, key: Hashable, outer: Hashable) -> Hashable:
    """What an entry of a mapping is the value of; `outer` is what the mapping is the value of."""
    return key_of_entry(lambda name: value_at(mapping, (name,)), key, outer)


def item_keys(listing: Sequence, outer: Hashable) -> list[Hashable]:
    """What each item of a list is the value of; `outer` is what the list is the value of."""
    values = [item.value if isinstance(item, Scalar) else None for item in listing.items]
    header = header_name(values)
    if header is not None:
        return [outer, header]
    return [key_of_item(before, value, outer) for before, value in zip([None, *values], values, strict=False)]


def key_at(root: Node | None, path: KeyPath) -> Hashable:
    """What stands at a path is the value of: a secret around it, the name or the option beside it, else its own key."""
    key: Hashable = None
    for depth, each in enumerate(path):
        match at(root, path[:depth]):
            case Mapping() as holder:
                key = entry_key(holder, each, key)
            case Sequence() as holder if isinstance(each, int):
                key = key_of_item(value_at(holder, (each - 1,)), value_at(holder, (each,)), key)
            case _:
                key = each
    return key


def _interpolated(node: Scalar) -> Interpolated | None:
    return next((step for step in reversed(node.steps) if isinstance(step, Interpolated)), None)


def as_json(value: object) -> object:
    """A value for JSON: dates, bytes, sets and numbers that are none become text, keys as well."""
    match value:
        case dict():
            return {json_key(key): as_json(each) for key, each in value.items()}
        case list() | tuple():
            return [as_json(each) for each in value]
        case date():
            # a datetime is a date as well
            return value.isoformat()
        case bytes():
            return value.hex()
        case set():
            # a set has no order of its own, and two runs shall print alike
            return ", ".join(sorted(str(each) for each in value))
        case float() if isnan(value):
            # JSON has no such numbers; Python's writer would print words that no other reader takes
            return ".nan"
        case float() if value in (float("inf"), float("-inf")):
            return ".inf" if value > 0 else "-.inf"
    return value


def json_key(key: object) -> str:
    """A mapping's key as JSON's text."""
    match key:
        case bool():
            return str(key).lower()
        case None:
            return "null"
        case date():
            return key.isoformat()
    return str(key)


def one_line(value: object) -> str:
    """A value in one line for people, as it would be written in YAML."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value) if not value or value != value.strip() or "\n" in value else value
        case dict():
            return "{}" if not value else f"{{{len(value)} keys}}"
        case list():
            return "[]" if not value else f"[{len(value)} items]"
    return str(value)
