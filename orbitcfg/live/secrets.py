"""The gate before all that doctor shows: what a server said, without the secrets of its probe.

Whatever a probe records passes it once, decoded. A server can write a key in many ways: with the escapes of JSON, HTML or addresses, in another case, over several lines, in
base64, or only a part of it.
"""

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Self, TypeVar
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.masking.names import MASK
from orbitcfg.masking.url import without_credentials
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.foreign_json import without_halves
from orbitcfg.observed.product import Product

MAX_SHOWN = 300
"""Characters of anything that a server says; a field of a result may state another number as its `longest`."""

SHORTEST_SECRET = 6
"""A key of fewer characters is a dummy, and masking it would spoil the replies."""

LONGEST_PART = 8
"""So many characters of a key in a row are masked wherever they stand, of a key of 12 to 15 half of it. A shorter key is masked as a whole only, as it is written."""

_HALVED = 12

_MAX_READ = 4096
"""Characters of a text that are looked through; no more than that is ever shown."""

_MAX_CODED = 4096
"""Characters of a key that are looked for in other digits too."""

_ROUNDS = 3
"""How many escapes may lie one over the other."""

_ESCAPE = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+|&(?:\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,20});?|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}|\\[0-7]{3}|\\[\"'\\/]"
)
_BLANK = re.compile("[\\s\\x00-\\x20\\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""What may stand between the characters of a key that is wrapped or spaced out."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text as it reads without blanks; `places` are where each of its characters begins and ends in the written one."""

    text: str
    places: tuple[range, ...]


def _readings(written: str) -> Iterator[_Plain]:
    """A text as it is written, and as it reads without its escapes, one layer after the other."""
    text, places = written, tuple(range(index, index + 1) for index in range(len(written)))
    for left in reversed(range(_ROUNDS + 1)):
        yield _Plain(*_replaced(text, places, _BLANK, lambda _: ""))
        before = text
        if left:
            text, places = _replaced(text, places, _ESCAPE, _unescaped)
        if text == before:
            return


def _replaced(text: str, places: tuple[range, ...], pattern: re.Pattern[str], by: Callable[[str], str]) -> tuple[str, tuple[range, ...]]:
    """The text with each match replaced, and the places of what is left."""
    pieces: list[str] = []
    kept: list[range] = []
    position = 0
    for match in pattern.finditer(text):
        new = by(match[0])
        if new == match[0]:
            continue
        pieces += [text[position : match.start()], new]
        kept += places[position : match.start()]
        kept += [range(places[match.start()].start, places[match.end() - 1].stop)] * len(new)
        position = match.end()
    return "".join([*pieces, text[position:]]), (*kept, *places[position:])


def _unescaped(escape: str) -> str:
    """What an escape stands for."""
    if escape[0] == "%":
        return unquote(escape)
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[1] in "uUx":
        number = int(escape[2:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return chr(int(escape[1:], 8)) if escape[1].isdigit() else escape[1]


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one probe. `shown` are names that the configuration itself shows, whatever they have in common with a key."""

    written: tuple[str, ...] = field(default=(), repr=False)
    """The short ones, which are masked where they stand as a whole."""
    parts: Mapping[int, frozenset[str]] = field(default_factory=dict, repr=False)
    """Of the others every stretch of a length, in small letters, by that length."""
    shown: frozenset[str] = frozenset()

    @classmethod
    def of(cls, targets: Iterable[ProbeTarget], proxies: Iterable[str] = ()) -> Self:
        """Those of endpoints and of the proxies before them: keys, user and password of addresses, and what is sent for these."""
        targets = tuple(targets)
        found = (*(each for target in targets for each in _of_target(target)), *(each for proxy in proxies for each in _of_address(proxy)))
        return cls._hiding(found, frozenset(expected.model for target in targets for expected in target.expected if expected.model))

    @classmethod
    def of_values(cls, secrets: Iterable[str], addresses: Iterable[str] = ()) -> Self:
        """Those of values that are secret, and of addresses that may hold user and password."""
        return cls._hiding(
            (*(each for secret in secrets for each in _forms(secret)), *(each for address in addresses for each in _of_address(address)))
        )

    @classmethod
    def _hiding(cls, forms: Iterable[str], shown: frozenset[str] = frozenset()) -> Self:
        written = [_without_blanks(each) for each in dict.fromkeys(forms)]
        short = [each for each in written if SHORTEST_SECRET <= len(each) < LONGEST_PART]
        parts: dict[int, set[str]] = {}
        for each in written:
            if len(each) >= LONGEST_PART:
                text, length = _small(each), min(LONGEST_PART, len(each) // 2) if len(each) >= _HALVED else LONGEST_PART
                parts.setdefault(length, set()).update(text[start : start + length] for start in range(len(text) - length + 1))
        return cls(tuple(short), {length: frozenset(stretches) for length, stretches in parts.items()}, shown)

    def masked(self, text: str, longest: int = MAX_SHOWN) -> str:
        """A text as it may be shown: without secrets, and cut only then, so that no end of a key is left."""
        if text in self.shown:
            return text
        read = without_halves(text[:_MAX_READ])
        if len(read) >= SHORTEST_SECRET and (self.written or self.parts):
            read = _with_masks(read, sorted(self._stretches(read)))
        read = without_credentials(read)
        return read if len(read) <= longest and len(text) <= _MAX_READ else read[: longest - 1] + "…"

    def without(self, seen: T) -> T:
        """What was seen, each text in it as it may be shown. What comes from the configuration or the catalogue stays."""
        shown: T = self._without(seen, MAX_SHOWN)
        return shown

    def _without(self, seen: Any, longest: int) -> Any:
        match seen:
            case str():
                return self.masked(seen, longest)
            case tuple() | list():
                return type(seen)(self._without(each, longest) for each in seen)
            case ProbeTarget() | ExpectedModel() | Product() | Enum():
                return seen
        if not is_dataclass(seen) or isinstance(seen, type):
            return seen
        changes = {each.name: self._without(getattr(seen, each.name), each.metadata.get("longest", longest)) for each in fields(seen)}
        return replace(seen, **changes)

    def _stretches(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets stand in a text."""
        for reading in _readings(text):
            small = _small(reading.text)
            found = [(match.start(), match.end()) for secret in self.written for match in re.finditer(re.escape(secret), reading.text)]
            for length, parts in self.parts.items():
                found += [(start, start + length) for start in range(len(small) - length + 1) if small[start : start + length] in parts]
            for start, end in found:
                yield reading.places[start].start, reading.places[end - 1].stop


def _with_masks(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text with a mask for each of the stretches, which come in order and may overlap."""
    pieces: list[str] = []
    position = -1
    for start, end in stretches:
        if start >= position:
            pieces += [text[max(position, 0) : start], MASK]
        position = max(position, end)
    return "".join([*pieces, text[max(position, 0) :]])


def _without_blanks(text: str) -> str:
    """A text as the readings have it."""
    return _BLANK.sub("", text)


def _small(text: str) -> str:
    """A text in small letters of the usual width, of the same length."""
    return text.lower() if text.isascii() else "".join(small if len(small := normalize("NFKC", each).lower()) == 1 else each for each in text)


def _of_target(target: ProbeTarget) -> Iterator[str]:
    if target.key and target.key_is_secret:
        yield from _forms(target.key)
    for url in (target.url, target.written):
        yield from _of_address(url)


def _of_address(url: str) -> Iterator[str]:
    """The password of an address, and the header that a client makes of it."""
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        return
    if password:
        yield from _forms(unquote(password))
    if user or password:
        yield from _in_base64(f"{unquote(user or '')}:{unquote(password or '')}")


def _forms(secret: str) -> Iterator[str]:
    """A secret, and how it looks in other digits."""
    yield secret
    yield secret[:_MAX_CODED].encode("utf-8", "replace").hex()
    yield from _in_base64(secret)


def _in_base64(secret: str) -> Iterator[str]:
    """A secret in base64, wherever in the content that is written so it begins."""
    content = secret[:_MAX_CODED].encode("utf-8", "replace")
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + content).decode().rstrip("=")
        # the first and the last characters hold bits of what stands beside it
        inner = coded[before and before + 1 : len(coded) - 1]
        yield inner
        yield inner.translate(str.maketrans("+/", "-_"))
