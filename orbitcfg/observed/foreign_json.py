"""JSON that somebody else wrote, a server or a program: read within bounds, and each field by its type. Pure."""

import json
import math
import re
from collections.abc import Mapping

from orbitcfg.dataclass import dataclass, field

MAX_DEPTH = 64
"""Levels of lists and maps; what is deeper would end Python's own walks through it."""

MAX_COUNT = 2**53
"""The largest whole number that every reader of JSON agrees on (RFC 8259 §6)."""

_MAY_BE_LONE = re.compile(r"\\u[dD][89a-fA-F]")
_LONE = re.compile("[\ud800-\udfff]")
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "a text"),
    (list, "a list"),
    (dict, "a map"),
)


def parse_json(content: str | bytes) -> object:
    """The value of a JSON text without NaN, infinities and halves of characters; None where it is none, is too deep or holds a number of thousands of digits."""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    try:
        value = json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(value):
        return None
    # a lone surrogate cannot be written out in any encoding
    return _whole(value) if _MAY_BE_LONE.search(text) else value


def without_halves(text: str) -> str:
    """A text in which no half of a character stands."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def at(value: object, dotted: str) -> object:
    """What stands at a dotted path in a JSON value; None where nothing does."""
    for part in dotted.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def text_of(value: object) -> str | None:
    """A value that is text; None for any other."""
    return value if isinstance(value, str) else None


def count_of(value: object) -> int | None:
    """A value that is a positive whole number within bounds; None for any other."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_COUNT else None


def kind_of(value: object) -> str:
    """What a value is, for people."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


@dataclass(frozen=True, slots=True)
class Fields:
    """An object whose fields are read by type: one of another type counts as absent, and `odd` says so once. Null is absent."""

    value: Mapping[str, object]
    odd: list[str] = field(default_factory=list)

    def text(self, path: str) -> str | None:
        """The text at a dotted path."""
        found = self._at(path)
        if isinstance(found, str):
            return found
        self._expect(path, found, "text")
        return None

    def texts(self, path: str) -> tuple[str, ...]:
        """The texts of the list at a dotted path."""
        found = self._at(path)
        if not isinstance(found, list):
            self._expect(path, found, "list")
            return ()
        for each in found:
            if not isinstance(each, str):
                self.note(f"an item of `{path}` is {kind_of(each)}, not a text")
        return tuple(each for each in found if isinstance(each, str))

    def count(self, path: str) -> int | None:
        """The positive number at a dotted path; a zero stands for none."""
        found = self._at(path)
        number = int(found) if isinstance(found, float) and found.is_integer() else found
        if isinstance(number, int | float) and not isinstance(number, bool):
            if number and count_of(number) is None:
                self.note(f"`{path}` is no number that counts anything")
            return count_of(number)
        self._expect(path, found, "number")
        return None

    def note(self, text: str) -> None:
        """Notes what is odd, once."""
        if text not in self.odd:
            self.odd.append(text)

    def _at(self, path: str) -> object:
        """What stands at a dotted path; None where nothing does."""
        found: object = self.value
        parts = path.split(".")
        for index, part in enumerate(parts):
            if not isinstance(found, Mapping):
                self._expect(".".join(parts[:index]), found, "map")
                return None
            found = found.get(part)
        return found

    def _expect(self, path: str, found: object, wanted: str) -> None:
        """Notes what stands where something else belongs."""
        if found is not None:
            self.note(f"`{path}` is {kind_of(found)}, not a {wanted}")


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _is_deep(value: object) -> bool:
    """Whether there are too many levels, counted level by level: a walk into the depth is what could fail."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())]
        if not level:
            return False
    return True


def _whole(value: object) -> object:
    match value:
        case str():
            return without_halves(value)
        case list():
            return [_whole(each) for each in value]
        case dict():
            return {without_halves(key): _whole(each) for key, each in value.items()}
    return value
