"""Secrets that go on over several lines of a text which cannot be read as YAML, as far as its lines tell."""

import re
from collections.abc import Sequence
from enum import Enum, auto

from orbitcfg.masking.names import holds_secrets, is_about, is_secret_name
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.text import BLOCK_HEAD, COMMENT, is_harmless_value
from orbitcfg.masking.values import NAMING, VALUED


def secret_stretches(lines: Sequence[str]) -> list[list[Stretch]]:
    """For each line of a file the secrets that one cannot tell from the line alone: their key may stand on a line above."""
    reader = _Reader()
    return [reader.stretches(line) for line in lines]


class _Open(Enum):
    """Which part of a secret the lines below may hold."""

    NOTHING = auto()
    VALUE = auto()
    """The value has yet to come."""
    COLON = auto()
    """The key was written behind `?`, the value has yet to come behind `:`."""
    ITEM = auto()
    """The value is the next item of the list."""
    PLAIN = auto()
    """More lines of plain text, further to the right."""
    BLOCK = auto()
    """The lines of a block scalar, whatever they look like."""
    QUOTED = auto()
    """More lines up to the closing quote."""
    ARMOUR = auto()
    """More lines up to the end of a private key in PEM."""


_KEY = re.compile(r"""(?:(?<=[\s{,\[])|^)(?P<name>"[\w.\-]++"|'[\w.\-]++'|[\w.\-]++)\s*+:(?=\s|$)""")
_EXPLICIT_KEY = re.compile(r"""\s*+(?:- ++)*+(?P<mark>\?)\s++["']?(?P<name>[\w.\-]++)["']?\s*+(?:\#.*)?""")
_LAST_ARGUMENT = re.compile(r"""(?<![\w\-])--(?P<name>[A-Za-z][\w\-]*+)["']?\s*+(?:,\s*+)?(?=\#|$)""")
_PROPERTIES = re.compile(r"\s*+(?:[&!]\S*+(?:\s++|$))*+")
_QUOTED_TEXT = {'"': re.compile(r'"(?:[^"\\]|\\.)*+"'), "'": re.compile(r"'(?:[^']|'')*+'")}
_CLOSING = {'"': re.compile(r'(?:[^"\\]|\\.)*+"'), "'": re.compile(r"(?:[^']|'')*+'")}
_COLLECTION = {"[": re.compile(r"\[(?P<inner>[^\]\#]*+)"), "{": re.compile(r"\{(?P<inner>[^}\#]*+)")}
_ITEM_START = re.compile(r"\s*+(?:- ++)*+")
_OTHER = re.compile(r"""-(?:\s|$)|[\[{}\],]|---|\.\.\.|(?:"[^"]*+"\s*+|'[^']*+'\s*+|[^\s"'\#{\[:][^\#:]*+(?::(?!\s|$)[^\#:]*+)*+):(?:\s|$)""")
"""The start of what is no text: an item, a bracket, a document's mark, a key."""


_NAME_BESIDE = re.compile(r"""\s*+["']?(?P<name>[\w.\-]++)""")
_OPENING = ("", "#", "|", ">", '"', "'", "[", "{")
"""How a value begins that is one even where more stands before its key on the line."""

_ARMOUR_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_ARMOUR_END = "-----END "


class _Reader:
    """Reads a file line by line and knows which secret is not at its end yet. It reads files that are no YAML too."""

    def __init__(self) -> None:
        self.open = _Open.NOTHING
        self.column = 0
        self.lead = 0
        """How many blanks and dashes the line begins with."""
        self.quote = ""
        self.below: int | None = None
        """The column of a key below which every key is secret, while one is."""
        self.is_named = False
        """Whether the name of a secret stands above, whose value a key `value` has."""

    def stretches(self, line: str) -> list[Stretch]:
        """What of the next line belongs to a secret whose key stands above it, or begins on it."""
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        match self.open:
            case _Open.QUOTED:
                return self._quoted(line)
            case _Open.ARMOUR:
                return self._armour(line)
            case _Open.BLOCK if not text or indent > self.column:
                # blank lines belong to a block scalar
                return [(indent, len(line.rstrip()))] if text else []
            case _ if not text or text.startswith("#"):
                return []
            case _Open.PLAIN if indent > self.column and not _OTHER.match(text):
                return [(indent, len(line.rstrip()))]
            case _Open.VALUE if (
                indent >= self.column and (start := _ITEM_START.match(line)) and start[0].strip() and not _OTHER.match(line, start.end())
            ):
                # items of a list where a text belongs
                return self._plain(line[start.end() :].rstrip(), start.end())
            case _Open.VALUE if indent >= self.column and not _OTHER.match(text):
                return self._value(line, indent, self.column, is_block=True)
            case _Open.COLON if text.startswith(":"):
                return self._value(line, indent + 1, indent, is_block=True)
            case _Open.ITEM if (start := _ITEM_START.match(line)) and not _OTHER.match(line, start.end()):
                self.open = _Open.NOTHING
                return self._value(line, start.end(), indent, is_block=False)
        self.open = _Open.NOTHING
        return self._begun(line)

    def _armour(self, line: str) -> list[Stretch]:
        self.open = _Open.NOTHING if _ARMOUR_END in line else _Open.ARMOUR
        return [(len(line) - len(line.lstrip()), len(line.rstrip()))] if line.strip() else []

    def _quoted(self, line: str) -> list[Stretch]:
        """The rest of a quoted text; what stands behind it is read as usual."""
        indent = len(line) - len(line.lstrip())
        closing = _CLOSING[self.quote].match(line)
        if closing is None:
            return [(indent, len(line.rstrip()))] if line.strip() else []
        self.open = _Open.NOTHING
        return [(min(indent, closing.end() - 1), closing.end()), *self._begun(line, closing.end())]

    def _begun(self, line: str, start: int = 0) -> list[Stretch]:
        """The secrets that begin on a line and may go on below it."""
        if self.below is not None and len(line) - len(line.lstrip()) <= self.below:
            self.below = None
        self.lead = len(line) - len(line.lstrip(" -"))
        found: list[Stretch] = []
        for key in _KEY.finditer(line, start):
            is_covered = bool(found) and key.start() < found[-1][1]
            if self.open is _Open.NOTHING and not is_covered:
                found += self._behind_key(line, key)
        if self.open is _Open.NOTHING and (explicit := _EXPLICIT_KEY.fullmatch(line)) and is_secret_name(explicit["name"]):
            self.open, self.column = _Open.COLON, explicit.start("mark")
        if self.open is _Open.NOTHING and (argument := _LAST_ARGUMENT.search(line)) and is_secret_name(argument["name"]):
            self.open = _Open.ITEM
        if self.open is _Open.NOTHING and _ARMOUR_BEGIN.search(line, start) and _ARMOUR_END not in line:
            self.open = _Open.ARMOUR
        return found

    def _behind_key(self, line: str, key: re.Match[str]) -> list[Stretch]:
        name = key["name"].strip("\"'")
        if not self._is_secret(name, line, key.end()):
            return []
        found = self._value(line, key.end(), key.start("name"), is_block=key.start() <= self.lead)
        if self.open is _Open.VALUE and holds_secrets(name):
            self.below = key.start("name")
        return found

    def _is_secret(self, name: str, line: str, end: int) -> bool:
        """Whether a key is named as a secret, stands below one, or has its value beside a name."""
        was_named = self.is_named
        self.is_named = name in NAMING and _names_secret_beside(line, end)
        return is_secret_name(name) or (self.below is not None and not is_about(name)) or (was_named and name in VALUED)

    def _value(self, line: str, start: int, column: int, *, is_block: bool) -> list[Stretch]:
        """The secret that begins at `start`, and what of it the lines below may hold."""
        properties = _PROPERTIES.match(line, start)
        start = properties.end() if properties else start
        self.column = column
        if not is_block and start > self.lead and line[start : start + 1] not in _OPENING:
            return []
        rest = line[start:].rstrip()
        if not rest or rest.startswith("#"):
            self.open = _Open.VALUE
        elif re.fullmatch(BLOCK_HEAD, rest):
            self.open = _Open.BLOCK
        elif rest[0] in _QUOTED_TEXT:
            return self._quote_begun(line, start)
        elif is_block and rest[0] not in "[{":
            self.open = _Open.PLAIN
            return self._plain(rest, start)
        elif rest[0] in _COLLECTION:
            return self._collection(line, start)
        else:
            return self._plain(rest, start)
        return []

    @staticmethod
    def _collection(line: str, start: int) -> list[Stretch]:
        """What stands in brackets where a text belongs, as far as the line goes."""
        found = _COLLECTION[line[start]].match(line, start)
        inner = found["inner"].strip() if found else ""
        return [] if found is None or is_harmless_value(inner) else [found.span("inner")]

    def _quote_begun(self, line: str, start: int) -> list[Stretch]:
        self.quote = line[start]
        whole = _QUOTED_TEXT[self.quote].match(line, start)
        self.open = _Open.NOTHING if whole else _Open.QUOTED
        if whole is None:
            return [(start, len(line.rstrip()))]
        return [] if is_harmless_value(whole[0]) else [whole.span()]

    @staticmethod
    def _plain(rest: str, start: int) -> list[Stretch]:
        text = re.split(COMMENT, rest, maxsplit=1)[0].rstrip()
        return [] if is_harmless_value(text) else [(start, start + len(text))]


def _names_secret_beside(line: str, start: int) -> bool:
    """Whether what stands behind a key is the name of a secret."""
    beside = _NAME_BESIDE.match(line, start)
    return beside is not None and is_secret_name(beside["name"])
