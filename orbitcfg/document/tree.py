"""The configuration as a tree in which every value knows where it comes from."""

from collections.abc import Hashable, Iterator
from collections.abc import Mapping as MappingType
from typing import TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Source, Span
from orbitcfg.masking.url import without_credentials
from orbitcfg.record import NamedTuple

KeyPath: TypeAlias = tuple[Hashable, ...]
"""Keys of mappings and indexes of sequences, from the root down."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """How one placeholder of a text was filled.

    `source` is what filled it: `environment`, the name of an env file, `default`, or None where the variable is unset.
    `place` is the line of the env file that set it.
    """

    name: str
    source: str | None
    place: Span | None = None

    @property
    def label(self) -> str:
        """The name as it may be shown: to ORBIT `KEY-abc` is one, and to a shell half of it a default."""
        return without_credentials(f"${{{self.name}}}")[2:-1]

    @property
    def is_set(self) -> bool:
        """Whether a variable, and not a default, gave the text."""
        return self.source not in (None, "default")


@dataclass(frozen=True, slots=True)
class Interpolated:
    """The value was made from a text with placeholders."""

    template: str
    substitutions: tuple[Substitution, ...]


@dataclass(frozen=True, slots=True)
class Shadowed:
    """The value stood first, so ORBIT dropped this one."""

    loser: "Node"


@dataclass(frozen=True, slots=True)
class Merged:
    """ORBIT put the content of this one behind the value's own."""

    other: "Node"


@dataclass(frozen=True, slots=True)
class FromPreset:
    """A preset brought the value; `named_at` is where the provider block asks for the preset."""

    preset: str
    named_at: Span


OriginStep: TypeAlias = Interpolated | Shadowed | Merged | FromPreset


class Origin(NamedTuple):
    """Where a value was written, and what happened to it since, oldest step first."""

    span: Span
    steps: tuple[OriginStep, ...] = ()

    def then(self, step: OriginStep) -> "Origin":
        """The same origin with one more step."""
        return Origin(self.span, (*self.steps, step))


# a subclass of `str`, so that a check for text lets it pass
class Unknown(str):
    """Text that is not known here, since a variable will give it: it satisfies every rule."""

    __slots__ = ()


class Scalar(NamedTuple):
    """A single value: text, number, boolean, None, date, bytes, or one of YAML's sets and pairs."""

    value: object
    where: Source | Origin
    place: int = 0

    @property
    def origin(self) -> Origin:
        """Where it was written, and what happened to it since."""
        return _origin(self.where, self.place)

    @property
    def span(self) -> Span:
        """Where it was written."""
        return _span(self.where, self.place)

    @property
    def steps(self) -> tuple[OriginStep, ...]:
        """What happened to it since, oldest step first."""
        return _steps(self.where)


class Sequence(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    where: Source | Origin
    place: int = 0

    @property
    def origin(self) -> Origin:
        """Where it was written, and what happened to it since."""
        return _origin(self.where, self.place)

    @property
    def span(self) -> Span:
        """Where it was written."""
        return _span(self.where, self.place)

    @property
    def steps(self) -> tuple[OriginStep, ...]:
        """What happened to it since, oldest step first."""
        return _steps(self.where)


class Mapping(NamedTuple):
    """Keys in ORBIT's order, each with its entry. `entries` is never changed: aliases and merged trees share it."""

    entries: MappingType[Hashable, "AnyEntry"]
    where: Source | Origin
    place: int = 0

    @property
    def origin(self) -> Origin:
        """Where it was written, and what happened to it since."""
        return _origin(self.where, self.place)

    @property
    def span(self) -> Span:
        """Where it was written."""
        return _span(self.where, self.place)

    @property
    def steps(self) -> tuple[OriginStep, ...]:
        """What happened to it since, oldest step first."""
        return _steps(self.where)


Node: TypeAlias = Scalar | Sequence | Mapping
"""A value.

There are hundreds of thousands of them, most of which nobody asks for their place: as they were read, `where` is their source, and `place` holds their offsets as
`packed` has them. Of others `where` is their origin.
"""


class Entry(NamedTuple):
    """One key of a mapping: where the key stands, in the source of its value where that is packed, and its value."""

    key: Span | int
    node: Node

    @property
    def key_span(self) -> Span:
        """Where the key stands."""
        return self.key if isinstance(self.key, Span) else _span(self.node.where, self.key)


class ScalarEntry(Scalar):
    """A single value that is its own entry, as it was read: `place` holds the offsets of its key before its own."""

    __slots__ = ()

    @property
    def key_span(self) -> Span:
        """Where the key stands."""
        return _span(self.where, self.place >> 2 * BITS)

    @property
    def node(self) -> Scalar:
        """Its value."""
        return self


AnyEntry: TypeAlias = Entry | ScalarEntry

BITS = 32
"""Of an offset in a `place`."""

ONES = (1 << BITS) - 1
"""The bits of the last offset in a `place`."""

OWN = (1 << 2 * BITS) - 1
"""The bits of a node's own offsets in a `place`."""


def packed(start: int, end: int) -> int:
    """Two offsets as one number."""
    return start << BITS | end


def _span(where: Source | Origin, place: int) -> Span:
    return where.span if isinstance(where, Origin) else Span(where, place >> BITS & ONES, place & ONES)


def _steps(where: Source | Origin) -> tuple[OriginStep, ...]:
    return where.steps if isinstance(where, Origin) else ()


def _origin(where: Source | Origin, place: int) -> Origin:
    return where if isinstance(where, Origin) else Origin(_span(where, place))


def with_step(node: Node, step: OriginStep) -> Node:
    """The node with one more step in its history."""
    return with_origin(node, node.origin.then(step))


def with_origin(node: Node, origin: Origin) -> Node:
    """The node with another origin."""
    match node:
        case Scalar(value=value):
            return Scalar(value, origin)
        case Sequence(items=items):
            return Sequence(items, origin)
        case Mapping(entries=entries):
            return Mapping(entries, origin)


def plain(node: Node) -> object:
    """The value as Python's own types, as ORBIT's loader returns it."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: plain(entry.node) for key, entry in entries.items()}


def child(node: Node | None, key: Hashable) -> Node | None:
    """What stands under one key or index; None where nothing does."""
    # no `match`: rules ask here for every key that they know
    if isinstance(node, Mapping):
        entry = node.entries.get(key)
        return entry.node if entry else None
    if isinstance(node, Sequence) and isinstance(key, int) and 0 <= key < len(node.items):
        return node.items[key]
    return None


def at(node: Node | None, path: KeyPath) -> Node | None:
    """What stands at a key path; None where nothing does."""
    for key in path:
        # `child`, written out: most of what rules ask of a tree comes through here
        if isinstance(node, Mapping):
            entry = node.entries.get(key)
            node = entry.node if entry else None
        elif node is None:
            return None
        else:
            node = child(node, key)
    return node


def value_at(node: Node | None, path: KeyPath) -> object:
    """The scalar at a key path; None where there is none."""
    found = at(node, path)
    return found.value if isinstance(found, Scalar) else None


def walk(node: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
    """Every node with its key path, in document order, parents first."""
    # a stack of its own: through nested generators each node would be handed up level by level
    pending: list[tuple[KeyPath, Node]] = [(path, node)]
    while pending:
        path, node = pending.pop()
        yield path, node
        match node:
            case Mapping(entries=entries):
                # reversed, since the last one put on the stack comes off first
                pending += [((*path, key), entry.node) for key, entry in entries.items()][::-1]
            case Sequence(items=items):
                pending += [((*path, index), item) for index, item in enumerate(items)][::-1]


def key_span(tree: Node, path: KeyPath) -> Span | None:
    """Where the last key of a path is written; None for the root, a list item, or a path to nothing."""
    match at(tree, path[:-1]) if path else None:
        case Mapping(entries=entries) if path[-1] in entries:
            return entries[path[-1]].key_span
    return None


def locate(tree: Node, path: KeyPath, *, value: bool = False) -> Span:
    """The place that a key path means: its key, or with `value` its value.

    A path to something missing lands on the key of the mapping that lacks it.
    """
    node, span = tree, None
    for key in path:
        below = child(node, key)
        if below is None:
            value = False
            break
        span = node.entries[key].key_span if isinstance(node, Mapping) else None
        node = below
    return _start(node) if value or span is None else span


def _start(node: Node) -> Span:
    """A node's own place, shortened to its first key where it is a mapping."""
    match node:
        case Mapping(entries=entries) if entries:
            return next(iter(entries.values())).key_span
    return node.span
