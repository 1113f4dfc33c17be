"""Source text and places in it."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass, field
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.text import MaskedLine, masked_line
from orbitcfg.record import NamedTuple

if TYPE_CHECKING:
    from orbitcfg.document.packed import Unpacker

_set, _delete = object.__setattr__, object.__delattr__

# PyYAML counts more line breaks than these (U+0085, U+2028): its offsets are used, its line numbers never
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A place as people count it: line and column from 1, columns in code points."""

    line: int
    column: int


# compared by identity: two files may hold the same text
@dataclass(frozen=True, eq=False)
class Source:
    """One text that was read, without its byte order mark.

    `name` is what the user sees: relative to the working directory, with POSIX slashes.
    The text of a `private` source holds secrets and is never shown.
    """

    name: str
    text: str = field(repr=False)
    private: bool = False
    _secrets_between: Callable[[int, int], Iterable[Stretch]] | None = field(default=None, init=False, repr=False)

    def find_secrets_by(self, between: Callable[[int, int], Iterable[Stretch]]) -> None:
        """Has its reader say where secrets stand between two offsets, by their decoded keys and values. Of a text that cannot be read the lines alone must do."""
        _set(self, "_secrets_between", between)

    def pack(self, unpacker: "Unpacker") -> None:
        """Has its text packed: it is the same text to all who ask for it, and each time is unpacked for them."""
        if "text" in self.__dict__:
            _set(self, "_packed", (unpacker, unpacker.pack(self.text)))
            _delete(self, "text")

    if not TYPE_CHECKING:  # no name but those of fields is asked for

        def __getattr__(self, name: str) -> str:
            if name != "text" or "_packed" not in self.__dict__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            unpacker, packed = self.__dict__["_packed"]
            return unpacker.text(packed)

    @cached_property
    def _line_starts(self) -> "array[int]":
        return array("i", (0, *(match.end() for match in _LINE_BREAK.finditer(self.text))))

    def position(self, offset: int) -> Position:
        """The line and column of an offset in code points."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """The offset of a position; one behind the end of its line, or of the text, means that end."""
        line, column = position
        if line > len(self._line_starts):
            return len(self.text)
        return self._line_starts[line - 1] + min(column - 1, len(self.line(line)))

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def _secrets(self, number: int) -> list[Stretch]:
        """The secrets of a line that one cannot tell from the line alone, without the blanks that it begins and ends with."""
        if self._secrets_between is None:
            return self._guessed_secrets[number - 1]
        line, start = self.line(number), self._line_starts[number - 1]
        first, last = len(line) - len(line.lstrip()), len(line.rstrip())
        found = ((max(begin - start, first), min(end - start, last)) for begin, end in self._secrets_between(start, start + len(line)))
        return [(left, right) for left, right in found if left < right]

    @cached_property
    def _guessed_secrets(self) -> list[list[Stretch]]:
        from orbitcfg.masking.broken_yaml import secret_stretches  # what is read as YAML needs no guess

        return secret_stretches([self.line(number) for number in range(1, len(self._line_starts) + 1)])

    def masked_line(self, number: int) -> MaskedLine:
        """A line, counted from 1, as it may be shown: without the secrets in it, also those whose key stands on a line above."""
        # kept: thousands of findings may lie on one line
        if number not in self._masked:
            self._masked[number] = masked_line(self.line(number), self._secrets(number), is_read=self._secrets_between is not None)
        return self._masked[number]

    @cached_property
    def _masked(self) -> dict[int, MaskedLine]:
        return {}


class Span(NamedTuple):
    """A stretch of a source: offsets in code points, the end exclusive."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    @property
    def begins(self) -> Position:
        """Where it begins."""
        return self.source.position(self.start)

    @property
    def ends(self) -> Position:
        """Where it ends: the position behind its last code point."""
        return self.source.position(self.end)

    @property
    def label(self) -> str:
        """`file:line`, for a message."""
        return f"{self.source.name}:{self.begins.line}"
