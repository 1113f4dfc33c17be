"""Fills `${NAME}` and `${NAME:-default}`, wherever ORBIT does; the result is always text."""

import re
from enum import Enum, auto

from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.events import Event, FileFault, FileProblem, PlaceholderIgnored, PlaceholderUnclosed, PlaceholderUsed
from orbitcfg.document.memo import NOTHING_KEPT, Memo
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Entry, Interpolated, KeyPath, Mapping, Node, Scalar, Sequence, Substitution, Unknown, at, child, value_at, walk
from orbitcfg.limits import MAX_CHARACTERS

# the first `}` ends it: `${A:-${B}}` leaves a brace behind (loader §7.5)
PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_UNCLOSED = re.compile(r"\$\{[A-Za-z_]\w*(?::-|$)")
"""What opens a placeholder, in text that closes none."""

SECRETS_SECTION = "secrets_management"
SECRETS_BACKENDS = frozenset({"aws", "azure", "gcp"})


class InterpolationMode(Enum):
    """What an unset variable without default becomes."""

    ORBIT = auto()
    """Empty text, as in ORBIT; with a secrets backend no variable is known, set or not."""
    LOADER = auto()
    """Empty text; a variable that is set counts also where ORBIT asks a secrets backend first: what its loader returns where the backend has no value."""
    UNKNOWN = auto()
    """Text that is not known here, with an empty default too; with it the whole text that holds the placeholder."""
    SYMBOLIC = auto()
    """Every placeholder stays as it was written, set or not."""


def secrets_backend(tree: Node | None) -> str | None:
    """The backend that ORBIT asks for values before it asks the environment: aws, azure, gcp, or None."""
    provider = value_at(tree, (SECRETS_SECTION, "provider"))
    # in any case of letters, but not trimmed (loader §8.1)
    return provider.lower() if isinstance(provider, str) and provider.lower() in SECRETS_BACKENDS else None


class _OverLimit(Exception):
    """What variables give is more than is taken on."""


def interpolate(tree: Mapping, environment: Environment, mode: InterpolationMode, memo: Memo = NOTHING_KEPT) -> tuple[Mapping | None, list[Event]]:
    """The tree with its placeholders filled, and each placeholder that was met; no tree where they come to more than is taken on.

    A section, or an item of one that is a list, gives the same node again while `memo` holds what the same environment made of it.
    """
    interpolator = _Interpolator(environment, mode, memo)
    try:
        if mode is not InterpolationMode.SYMBOLIC:
            tree = _with_secrets_section(tree, interpolator)
        # the backend may hold any name and goes before the environment, so no value is certain
        interpolator.backend = mode in (InterpolationMode.UNKNOWN, InterpolationMode.ORBIT) and secrets_backend(tree) is not None
        return interpolator.mapping(tree, ()), interpolator.events
    except _OverLimit:
        return None, interpolator.events


def _with_secrets_section(tree: Mapping, interpolator: "_Interpolator") -> Mapping:
    """ORBIT fills the secrets section once more beforehand, from the environment alone, and no lists in it."""
    section = child(tree, SECRETS_SECTION)
    if not isinstance(section, Mapping):
        return tree
    # items of lists there are filled by the second pass alone (loader §7.9)
    filled = interpolator.part(section, (SECRETS_SECTION,), lists=False)
    entry = tree.entries[SECRETS_SECTION]
    return Mapping({**tree.entries, SECRETS_SECTION: Entry(entry.key_span, filled)}, tree.origin)


@dataclass(slots=True)
class _Interpolator:
    """One pass over a tree. `backend`: a secrets backend goes before the environment. `left` are the characters that placeholders may still come to."""

    environment: Environment
    mode: InterpolationMode
    memo: Memo = NOTHING_KEPT
    backend: bool = False
    events: list[Event] = field(default_factory=list)
    left: int = MAX_CHARACTERS

    def part(self, node: Node, path: KeyPath, *, lists: bool = True) -> Node:
        """A section, or an item of one: what it gives depends on nothing else of the tree."""
        if not self.memo.keeps:
            return self.node(node, path, lists=lists)
        with_ = self.environment, self.mode, self.backend
        filled, events, length = self.memo.kept(
            (_filled_part, path, self.mode, self.backend, lists), (node, self.environment), lambda: _filled_part(node, path, *with_, lists=lists)
        )
        if filled is None or length > self.left:
            # with what other parts come to it is too much: gone through to the place where it is
            return self.node(node, path, lists=lists)
        self.left -= length
        self.events += events
        return filled

    def node(self, node: Node, path: KeyPath, *, lists: bool = True) -> Node:
        match node:
            case Scalar(value=str(text)) if "$" in text and not isinstance(text, Unknown):
                # the secrets section comes by here a second time, and its unknowns stay what they are
                return self.text(node, text, path)
            case Mapping():
                return self.mapping(node, path, lists=lists)
            case Sequence() if lists:
                return self.sequence(node, path)
        return node

    def mapping(self, node: Mapping, path: KeyPath, *, lists: bool = True) -> Mapping:
        changed: dict[object, Entry] = {}
        for key, entry in node.entries.items():
            # ORBIT never fills a key (loader §7.8)
            if isinstance(key, str) and "${" in key:
                self.events.append(PlaceholderIgnored((*path, key), entry.key_span, in_key=True))
            each = entry.node
            # nearly all are single values that hold nothing that looks like a placeholder
            if isinstance(each, Scalar) and (not isinstance(each.value, str) or "$" not in each.value):
                continue
            below = (*path, key)
            # the items of a section that is a list are parts of their own: one of them changes alone
            is_part = not path and not isinstance(each, Sequence)
            filled = self.part(each, below) if is_part else self.node(each, below, lists=lists)
            if filled is not each:
                changed[key] = Entry(entry.key_span, filled)
        return Mapping({**node.entries, **changed}, node.origin) if changed else node

    def sequence(self, node: Sequence, path: KeyPath) -> Sequence:
        filled = tuple(self.item(item, (*path, index)) for index, item in enumerate(node.items))
        # the old node where nothing changed: trees share what they can
        same = all(new is old for new, old in zip(filled, node.items, strict=True))
        return node if same else Sequence(filled, node.origin)

    def item(self, node: Node, path: KeyPath) -> Node:
        """An item of a list: ORBIT does not look into a list that stands there."""
        if not isinstance(node, Sequence):
            return self.part(node, path) if len(path) == 2 else self.node(node, path)
        # a list within a list keeps its placeholders: ORBIT goes into the mappings of a list and no further
        for below, each in walk(node, path):
            if isinstance(each, Scalar) and isinstance(each.value, str) and PLACEHOLDER.search(each.value, 0, _last_brace(each.value)):
                self.events.append(PlaceholderIgnored(below, each.span, in_key=False))
        return node

    def text(self, node: Scalar, text: str, path: KeyPath) -> Scalar:
        matches = list(PLACEHOLDER.finditer(text, 0, _last_brace(text)))
        if _UNCLOSED.search(text, _last_brace(text)):
            self.events.append(PlaceholderUnclosed(path, node.span))
        if not matches:
            return node
        parts, substitutions, position = [], [], 0
        spans = _PlaceholderSpans(node.span)
        for match in matches:
            value, substitution = self.placeholder(match[1], spans, path)
            parts += [text[position : match.start()], value]
            self.left -= len(value)
            if self.left < 0:
                self.events.append(FileFault(FileProblem.TOO_MANY_CHARACTERS, node.span))
                raise _OverLimit
            substitutions.append(substitution)
            position = match.end()
        if self.mode is InterpolationMode.SYMBOLIC:
            return node
        unknown = any(isinstance(part, Unknown) for part in parts)
        filled = Unknown(text) if unknown else "".join(parts) + text[position:]
        # text, whatever it looks like: `${X:-false}` is the text `false` (loader §7.4)
        return Scalar(filled, node.origin.then(Interpolated(text, tuple(substitutions))))

    def placeholder(self, inside: str, spans: "_PlaceholderSpans", path: KeyPath) -> tuple[str, Substitution]:
        """The text for one placeholder, and how it came about."""
        # the first `:-` divides; the default keeps its blanks and quotes (loader §7.2)
        name, separator, rest = inside.partition(":-")
        default = rest if separator else None
        variable = self.environment[name]
        if variable and (variable.value or default is None):  # a variable that is set and empty loses to a default, as in a shell
            value, substitution = variable.value, Substitution(name, variable.source, variable.place)
        elif default is not None:
            # an empty default says that it may be left unset: what it is where ORBIT runs is not known here
            value = Unknown() if self.mode is InterpolationMode.UNKNOWN and not default else default
            substitution = Substitution(name, "default")
        else:
            value, substitution = Unknown() if self.mode is InterpolationMode.UNKNOWN else "", Substitution(name, None)
        self.events.append(PlaceholderUsed(path, spans.of(inside), inside, default, substitution))
        # with a backend even a variable that is set may lose (loader §8.3)
        return (Unknown(value) if self.backend else value), substitution


def _filled_part(
    node: Node, path: KeyPath, environment: Environment, mode: InterpolationMode, backend: bool, *, lists: bool
) -> tuple[Node | None, list[Event], int]:
    """A part by itself, its events, and the characters that its placeholders came to; no node where they are too many."""
    interpolator = _Interpolator(environment, mode, NOTHING_KEPT, backend)
    try:
        filled = interpolator.node(node, path, lists=lists)
    except _OverLimit:
        return None, [], 0
    return filled, interpolator.events, MAX_CHARACTERS - interpolator.left


def _last_brace(text: str) -> int:
    """Where the last `}` ends: behind it no placeholder can close, and each `${` there would be followed to the end in vain."""
    return text.rfind("}") + 1


class _PlaceholderSpans:
    """Where the placeholders of one text stand, each name where it stands first; asked in their order, the text is gone through once."""

    def __init__(self, where: Span) -> None:
        self._where = where
        self._position = where.start
        self._known: dict[str, Span] = {}

    def of(self, inside: str) -> Span:
        """The place of a placeholder; the whole text from one on whose spelling differs, as by escapes."""
        if inside not in self._known:
            where, written = self._where, "${" + inside + "}"
            start = where.source.text.find(written, self._position, where.end)
            self._position = start if start >= 0 else where.end
            self._known[inside] = Span(where.source, start, start + len(written)) if start >= 0 else where
        return self._known[inside]


def is_unknown(tree: Node | None, path: KeyPath) -> bool:
    """Whether the value at a path is not known here."""
    node = at(tree, path)
    return isinstance(node, Scalar) and isinstance(node.value, Unknown)
