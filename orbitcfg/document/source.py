"""Source text and places in it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from orbitcfg.dataclass import dataclass, field
from orbitcfg.masking.broken_yaml import secret_stretches
from orbitcfg.masking.stretches import Stretch
from orbitcfg.masking.text import MaskedLine, masked_line

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
    _secret_spans: Callable[[], Iterable[Stretch]] | None = field(default=None, init=False, repr=False)

    def find_secrets_by(self, spans: Callable[[], Iterable[Stretch]]) -> None:
        """Has its reader say where secrets stand, by their decoded keys and values. Of a text that cannot be read the lines alone must do."""
        object.__setattr__(self, "_secret_spans", spans)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]

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

    @cached_property
    def _secrets(self) -> list[list[Stretch]]:
        lines = [self.line(number) for number in range(1, len(self._line_starts) + 1)]
        if self._secret_spans is None:
            return secret_stretches(lines)
        found: list[list[Stretch]] = [[] for _ in lines]
        # once for each line: thousands of secrets may lie on one
        inked = [(len(line) - len(line.lstrip()), len(line.rstrip())) for line in lines]
        for start, end in self._secret_spans():
            self._spread(found, inked, start, end)
        return found

    def _spread(self, found: list[list[Stretch]], inked: list[Stretch], start: int, end: int) -> None:
        """Adds a stretch of the text to the lines that it goes over, without the blanks that these begin and end with."""
        first = self.position(start).line
        for number in range(first, self.position(max(end - 1, start)).line + 1):
            (first_sign, last_sign), line_start = inked[number - 1], self._line_starts[number - 1]
            left, right = max(start - line_start, first_sign), min(end - line_start, last_sign)
            if left < right:
                found[number - 1].append((left, right))

    def masked_line(self, number: int) -> MaskedLine:
        """A line, counted from 1, as it may be shown: without the secrets in it, also those whose key stands on a line above."""
        # kept: thousands of findings may lie on one line
        if number not in self._masked:
            self._masked[number] = masked_line(self.line(number), self._secrets[number - 1], is_read=self._secret_spans is not None)
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
