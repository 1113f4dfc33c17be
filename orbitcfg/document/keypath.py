"""Key paths as people write them: `adapters[simple-chat].model`, `logging.loggers."a.b"`."""

import re
from collections.abc import Hashable

from orbitcfg.document.masked import masked_scalar
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, child, value_at
from orbitcfg.masking.url import shown_name

_PART = r"""\.?(?:"(?P<quoted>[^"]*)"|\[(?P<index>[^\]]*)\]|(?P<plain>[^.\[\]"]+))"""
_PLAIN = re.compile(r"""[^.\[\]"\s]+""")


def parse_key_path(text: str) -> tuple[str, ...] | None:
    """The parts of a key path; None where the text is not one."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        match = re.compile(_PART).match(text, position)
        if match is None:
            return None
        parts.append(next(group for group in match.groups() if group is not None))
        position = match.end()
    return tuple(parts) or None


def find_key_path(tree: Node, parts: tuple[str, ...]) -> KeyPath | None:
    """The path in the tree that the parts mean; None where a part is not there.

    A part names a key, an index, or in a list the `name` of an item. Of several items of one name the first is meant.
    """
    path: list[Hashable] = []
    node: Node | None = tree
    for part in parts:
        keys = _keys(node, part)
        if not keys:
            return None
        path.append(keys[0])
        node = child(node, keys[0])
    return tuple(path)


def extend_key_path(tree: Node, parts: tuple[str, ...]) -> KeyPath:
    """The path that the parts mean where nothing stands at their end: the keys that are there, then the parts as they are written."""
    path: list[Hashable] = []
    node: Node | None = tree
    for part in parts:
        keys = _keys(node, part)
        path.append(keys[0] if keys else part)
        node = child(node, path[-1])
    return tuple(path)


def _keys(node: Node | None, part: str) -> list[Hashable]:
    """The keys, or the indexes, that a part may name, the one that is meant first; none where nothing of a node is called so.

    A list item's `name` goes before its number. A key may be null, so that None stands for no absence.
    """
    match node:
        case Mapping(entries=entries):
            # keys need not be text: `on:` is the key True (loader §4.2), and people type it as `true`
            return [key for key in entries if key == part or _key_text(key) == part]
        case Sequence(items=items):
            named: list[Hashable] = [index for index, item in enumerate(items) if value_at(item, ("name",)) == part]
            return named or ([int(part)] if part.isdecimal() and int(part) < len(items) else [])
    return []


def _key_text(key: Hashable) -> str:
    return str(key).lower() if isinstance(key, bool) else "null" if key is None else str(key)


class KeyPathFormatter:
    """Formats key paths of one tree as a user would type them, list items by their name where that finds them. What paths begin with is formatted once."""

    def __init__(self, tree: Node) -> None:
        self._known: dict[KeyPath, tuple[str, Node | None]] = {(): ("", tree)}
        self._first_by_name: dict[int, dict[str, int]] = {}

    def format(self, path: KeyPath) -> str:
        """The text of a key path; what gives access is masked in it."""
        return self._reached(path)[0]

    def _reached(self, path: KeyPath) -> tuple[str, Node | None]:
        """The text of a path, and what stands at it."""
        found = self._known.get(path)
        if found is None:
            text, node = self._reached(path[:-1])
            found = self._known[path] = text + self._part(node, path[-1], is_first=not text), child(node, path[-1])
        return found

    def _part(self, holder: Node | None, key: Hashable, *, is_first: bool) -> str:
        if isinstance(holder, Sequence):
            return f"[{self._item_name(holder, key)}]"
        name = shown_name(_key_text(key))
        return ("" if is_first else ".") + (name if _PLAIN.fullmatch(name) else f'"{name}"')

    def _item_name(self, sequence: Sequence, key: Hashable) -> str:
        match child(child(sequence, key), "name"):
            case Scalar(value=str(name)) as node if name and "]" not in name and self._first_items(sequence).get(name) == key:
                # a `]` in the name would end the index early, and what may not be shown is no name for a reader: the number stands for either
                return name if masked_scalar(node, "name") == name else str(key)
        return str(key)

    def _first_items(self, sequence: Sequence) -> dict[str, int]:
        """For each name in a list, its first item."""
        found = self._first_by_name.get(id(sequence))
        if found is None:
            found = self._first_by_name[id(sequence)] = {}
            for index, item in enumerate(sequence.items):
                name = value_at(item, ("name",))
                if isinstance(name, str):
                    found.setdefault(name, index)
        return found


def format_key_path(tree: Node, path: KeyPath) -> str:
    """A key path as a user would type it, list items by their name where it is unique enough to find them."""
    return KeyPathFormatter(tree).format(path)
