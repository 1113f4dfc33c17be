"""Where in the YAML the user types: read off the lines, since what is half typed is no YAML yet."""

import re
from collections.abc import Hashable
from typing import Literal

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import KeyPath
from orbitcfg.editor.flow import flow_place

_DASHES = re.compile(r"(?P<blank> *)(?P<dashes>(?:-(?: +|$))*)")
_KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#&*!|>'"%@`\[\]{},-][^#]*?|-[^\s#][^#]*?)\s*:(?P<rest>\s.*|)$""")
_VARIABLE = re.compile(r"\$(?P<brace>\{(?P<name>[A-Za-z0-9_]*))?$")
_PLACEHOLDER = re.compile(r"\$\{[^}]*$")
_COMMENT = re.compile(r"(?:^|\s)#")
_TYPED = re.compile(r"""\s*(?P<properties>(?:[&!]\S*\s+)*)(?P<quote>["']?)(?P<text>[^"']*)$""")
_WORD, _TEXT = re.compile(r"[\w.-]*"), re.compile(r"""[^\s"',\[\]{}]*""")
_FOLLOWED = re.compile(r"\s*:(?:\s|$)")
_FARTHEST = 60
"""Lines that a flow collection is looked for above the cursor."""

Kind = Literal["key", "value", "item", "variable"]


@dataclass(frozen=True, slots=True)
class TypingContext:
    """What is being typed. Columns are code points from 0."""

    kind: Kind
    path: KeyPath
    """Of the mapping whose key is typed, of the key whose value is, or of the list whose item is."""
    typed: str
    """What stands there before the cursor."""
    start: int
    """The column where it begins."""
    end: int
    """The column where it ends, behind the cursor."""
    indent: int = 0
    """The column of the first key of the mapping."""
    before: str = ""
    """What must be written before it: the blank that a colon or a dash lacks."""
    after: str = ""
    """What must be written behind it: a quote or a brace that is not closed."""
    is_quoted: bool = False
    """Whether it stands in quotes."""
    is_followed: bool = False
    """Whether it is a key that has its colon already."""
    is_flow: bool = False
    """Whether it stands in a flow collection, on one line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of block YAML: the columns of its dashes, the column of its key, and whether the key's value stands below."""

    dashes: tuple[int, ...]
    column: int
    key: Hashable | None
    is_open: bool


class _TextError(Exception):
    """What is typed belongs to a text of several lines."""


def typing_context(lines: list[str], number: int, column: int) -> TypingContext | None:
    """The context at a column of a line, both from 0; None in a comment or a text, or where nothing can be said."""
    before = lines[number][:column]
    variable = _VARIABLE.search(before)
    if variable:
        return _variable(variable, lines[number][column:], column)
    if _PLACEHOLDER.search(before) or _COMMENT.search(before):
        return None
    try:
        opening = _open_flow(lines, number, column)
        return _in_block(lines, number, column) if opening is None else _in_flow(lines, *opening, number, column)
    except _TextError:
        return None


def _variable(found: re.Match[str], behind: str, column: int) -> TypingContext:
    name, end = found["name"] or "", _end(_WORD, behind)
    closing = "" if found["brace"] and behind[end : end + 1] in ("}", ":") and end < len(behind) else "}"
    return TypingContext("variable", (), name, column - len(name), column + end, before="" if found["brace"] else "{", after=closing)


def _in_block(lines: list[str], number: int, column: int) -> TypingContext | None:
    before, behind = lines[number][:column], lines[number][column:]
    match = _DASHES.match(before)
    assert match is not None
    start, dashes = match.end(), _columns(match)
    key = _KEY.match(before[start:])
    holder = _path(lines, number, dashes, start)
    if key is not None:
        return _value((*holder, _plain(key["key"])), key["rest"], behind, column, "" if key["rest"] else " ")
    # an item may be a mapping, whose first key this is, or a single value
    blank = " " if dashes and before.endswith("-") else ""
    return _key("item" if dashes else "key", holder, before[start:], behind, column, indent=start + len(blank), blank=blank)


def _open_flow(lines: list[str], number: int, column: int) -> tuple[int, int] | None:
    """The line and the column where the flow collection begins that a place stands in; None where it stands in none."""
    for above in range(number, max(number - _FARTHEST, -1), -1):
        match = _DASHES.match(lines[above])
        assert match is not None
        key = _KEY.match(lines[above][match.end() :])
        value = lines[above][match.end() + (key.start("rest") if key is not None else 0) :]
        opening = len(lines[above]) - len(value.lstrip())
        if value.lstrip()[:1] in ("[", "{") and (above < number or opening < column):
            text = "\n".join((*lines[above:number], lines[number][:column]))
            if flow_place(text[opening:]) is not None:
                return above, opening
    return None


def _in_flow(lines: list[str], above: int, opening: int, number: int, column: int) -> TypingContext | None:
    text = "\n".join((*lines[above:number], lines[number]))[opening:]
    text = text[: len(text) - (len(lines[number]) - column)]
    place, match = flow_place(text), _DASHES.match(lines[above])
    assert place is not None
    assert match is not None
    key = _KEY.match(lines[above][match.end() : opening])
    path = (*_path(lines, above, _columns(match), match.end()), *((_plain(key["key"]),) if key is not None else ()), *place.path)
    typed, behind = text[place.start :], lines[number][column:]
    if place.kind == "value":
        found = _value(path, typed, behind, column, "" if typed else " ")
    else:
        found = _key(place.kind, path, typed.lstrip(), behind, column, indent=0, blank="")
    return None if found is None else replace(found, is_flow=True)


def _key(kind: Kind, path: KeyPath, typed: str, behind: str, column: int, *, indent: int, blank: str) -> TypingContext | None:
    """A key, or an item of a list, that is typed; None behind a collection or a quote that is closed."""
    if typed[:1] in ("[", "{"):
        return None
    quote = typed[:1] if typed[:1] in ("'", '"') else ""
    text, end, after = typed[len(quote) :], _end(_WORD, behind), ""
    if quote:
        if quote in text:
            return None
        end, after = (end + 1, quote) if behind[end : end + 1] == quote else (end, quote)
    is_followed = _FOLLOWED.match(behind[end:]) is not None
    return TypingContext(kind, path, text, column - len(text), column + end, indent, blank, after, bool(quote), is_followed)


def _value(path: KeyPath, typed: str, behind: str, column: int, blank: str) -> TypingContext | None:
    """A value that is typed; None behind an alias, a collection or a text that is closed."""
    found = _TYPED.match(typed)
    if found is None or found["text"][:1] in ("*", "[", "{", "|", ">", "&", "!") or (found["text"].endswith(" ") and found["text"].strip()):
        return None
    text, quote, end = found["text"], found["quote"], _end(_TEXT, behind)
    after = quote if behind[end : end + 1] != quote else ""
    return TypingContext("value", path, text, column - len(text), column + end, before=blank, after=after, is_quoted=bool(quote))


def _end(word: re.Pattern[str], behind: str) -> int:
    found = word.match(behind)
    assert found is not None
    return found.end()


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
            return above, line.column, line.dashes, [_opened(line), index]
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
            return above, line.column, line.dashes, [_opened(line)]
    return None


def _opened(line: _Line) -> Hashable:
    """The key whose value stands below its line."""
    if not line.is_open:
        raise _TextError
    return line.key


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
