"""Where in the YAML the user types: read off the lines, since what is half typed is no YAML yet."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from orbitcfg.document.tree import KeyPath

_DASHES = re.compile(r"(?P<blank> *)(?P<dashes>(?:-(?: +|$))*)")
_KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#&*!|>'"%@`\[\]{},-][^#]*?|-[^\s#][^#]*?)\s*:(?P<rest>\s.*|)$""")
_PLACEHOLDER = re.compile(r"\$\{(?P<name>[A-Za-z0-9_]*)$")
_TYPED = re.compile(r"""(?P<quote>["']?)(?P<text>[^"']*)$""")
_FLOW = re.compile(r"\[(?:[^\[\]]*,)?\s*(?P<quote>[\"']?)(?P<text>[^\"',\[\]]*)$")

Kind = Literal["key", "value", "item", "variable"]


@dataclass(frozen=True, slots=True)
class TypingContext:
    """What is being typed.

    `path` is that of the mapping whose key is typed, of the key whose value is, or of the list whose item is. `typed` is what stands there so far, `start` its
    column in code points and `indent` that of the first key of the mapping, `quote` the quote that opens it.
    """

    kind: Kind
    path: KeyPath
    typed: str
    start: int
    indent: int = 0
    quote: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of block YAML: the columns of its dashes, the column of its key, and whether the key's value stands below."""

    dashes: tuple[int, ...]
    column: int
    key: Hashable | None
    is_open: bool


def typing_context(lines: list[str], number: int, column: int) -> TypingContext | None:
    """The context at a column of a line, both from 0; None in a comment, or where nothing can be said."""
    before = lines[number][:column]
    variable = _PLACEHOLDER.search(before)
    if variable:
        return TypingContext("variable", (), variable["name"], variable.start("name"))
    if re.search(r"(?:^|\s)#", before):
        return None
    match = _DASHES.match(before)
    assert match is not None
    start, dashes = match.end(), _columns(match)
    rest = before[start:]
    key = _KEY.match(rest)
    holder = _path(lines, number, dashes, start)
    if key is None:
        is_item = bool(dashes)
        quote = rest[:1] if rest[:1] in ("'", '"') else ""
        # an item may be a mapping, whose first key this is, or a single value
        return TypingContext("item" if is_item else "key", holder, rest[len(quote) :], start + len(quote), start, quote)
    path, value = (*holder, _plain(key["key"])), key["rest"]
    flow = _FLOW.search(value)
    typed = flow or _TYPED.search(value.lstrip())
    if typed is None:
        return None
    text = typed["text"]
    return TypingContext("item" if flow else "value", (*path, 0) if flow else path, text, column - len(text), quote=typed["quote"])


def _path(lines: list[str], number: int, dashes: tuple[int, ...], column: int) -> KeyPath:
    """The path of the mapping, or the list's item, that a line of these dashes and this column belongs to."""
    path: list[Hashable] = []
    inner = dashes
    while number >= 0:
        if len(inner) > 1:
            # a list that begins in an item of another on the same line
            path.insert(0, 0)
            inner = inner[:-1]
            continue
        found = _list_around(lines, number, inner[0]) if inner else _mapping_around(lines, number, column)
        if found is None:
            return tuple(path)
        number, column, inner, keys = found
        path[:0] = keys
    return tuple(path)


_Around = tuple[int, int, tuple[int, ...], list[Hashable]]
"""A line, the column of the key that counts there, the dashes before it, and the keys that lead from it."""


def _list_around(lines: list[str], number: int, dash: int) -> _Around | None:
    """What holds the list whose item begins with a dash."""
    index = 0
    for above in range(number - 1, -1, -1):
        line = _read(lines[above])
        if line is None:
            continue
        if dash in line.dashes:
            index += 1
            outer = tuple(each for each in line.dashes if each < dash)
            if outer:
                return above, dash, outer, [index]
        elif line.key is not None and line.column <= dash:
            return (above, line.column, line.dashes, [line.key, index]) if line.is_open else None
    return None


def _mapping_around(lines: list[str], number: int, column: int) -> _Around | None:
    """What holds the mapping whose keys begin at a column."""
    for above in range(number - 1, -1, -1):
        line = _read(lines[above])
        if line is None:
            continue
        if line.dashes and line.column == column:
            # the first key of the item that this line belongs to
            return above, column, line.dashes, []
        if line.key is not None and line.column < column:
            return (above, line.column, line.dashes, [line.key]) if line.is_open else None
    return None


def _read(text: str) -> _Line | None:
    """A line as block YAML; None for one that says nothing of the structure."""
    match = _DASHES.match(text)
    assert match is not None
    rest = text[match.end() :]
    if not rest.strip() and not match["dashes"]:
        return None
    if rest.lstrip().startswith("#"):
        return None
    key = _KEY.match(rest)
    if key is None:
        return _Line(_columns(match), match.end(), None, is_open=False)
    value = key["rest"].strip()
    return _Line(_columns(match), match.end(), _plain(key["key"]), is_open=not value or value.startswith(("#", "&", "!")))


def _columns(match: re.Match[str]) -> tuple[int, ...]:
    start = match.start("dashes")
    return tuple(start + index for index, character in enumerate(match["dashes"]) if character == "-")


def _plain(key: str) -> str:
    return key[1:-1] if key[:1] in ("'", '"') and key[-1:] == key[:1] and len(key) > 1 else key
