"""A text that is no YAML: what PyYAML says of it, and the lines around."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import inf

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass
from orbitcfg.record import NamedTuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_WORD = re.compile(r"[^\s,:\[\]{}]+")


class Diagnosis(NamedTuple):
    """What is wrong and what to do, where it begins and ends, and where it was noticed if that is elsewhere.

    `quoted` is what the message quotes from the text, which may be a secret.
    """

    message: str
    help: str
    start: int
    end: int
    noticed: int | None = None
    quoted: str = ""


class Line(NamedTuple):
    """A line: its number from 1, its offset, its text without the line break."""

    number: int
    start: int
    text: str

    @property
    def indent(self) -> int:
        """The blanks before its first word."""
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def is_content(self) -> bool:
        """Whether it holds more than blanks and a comment."""
        return self.text.lstrip()[:1] not in ("", "#")

    @property
    def colon(self) -> int:
        """Where in it the first colon stands that ends a key, -1 where none does."""
        at = self.text.find(": ")
        return at if at >= 0 or not self.text.endswith(":") else len(self.text) - 1

    @property
    def length(self) -> int:
        """How long it is without a comment."""
        comment = self.text.find(" #")
        return len((self.text if comment < 0 else self.text[:comment]).rstrip())

    @property
    def end(self) -> int:
        """The offset behind its content."""
        return self.start + self.length


@dataclass(frozen=True)
class Failure:
    """A text that PyYAML refused, and all that it says of it."""

    text: str
    problem: str
    """PyYAML's words for what it met."""
    at: int
    """Where it gave up."""
    context: str = ""
    """PyYAML's words for what it was reading."""
    context_at: int | None = None
    """Where that began."""
    quotes: Sequence[tuple[int, int]] = ()
    """Where texts in quotes begin and end."""
    brackets: Sequence[tuple[int, int | None]] = ()
    """Where brackets open and close, None where they do not."""
    fails_at: Callable[[str], int | None] = len
    """Where another text fails, None where it does not."""

    @cached_property
    def lines(self) -> list[Line]:
        """Every line."""
        return [Line(number, match.start(), match[0].rstrip("\r\n")) for number, match in enumerate(_LINE.finditer(self.text), 1)]

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def line_at(self, offset: int) -> Line:
        """The line of an offset; at the end of the text, the last that holds something."""
        line = self.lines[bisect_right(self._starts, offset) - 1]
        return line if offset < len(self.text) or line.text else self.above(line) or line

    def above(self, line: Line) -> Line | None:
        """The next line above that holds something."""
        return next((each for each in reversed(self.lines[: line.number - 1]) if each.is_content), None)

    @cached_property
    def here(self) -> Line:
        """The line on which PyYAML gave up."""
        return self.line_at(self.at)

    @cached_property
    def suspects(self) -> list[Line]:
        """The lines that may be to blame for it: where it began, the line itself and the one above."""
        began = self.here if self.context_at is None else self.line_at(self.context_at)
        return [line for line in (self.here, began, self.above(self.here)) if line is not None]

    @cached_property
    def _can_be_tried(self) -> bool:
        """Whether it is one of those failures that a trial would meet again; another is of the values, or of the pure parser alone."""
        return self.fails_at(self.text) is not None

    def reach(self, start: int, end: int, replacement: str) -> float:
        """How far reading comes with another text in a stretch."""
        if not self._can_be_tried:
            return -inf
        edited = self.text[:start] + replacement + self.text[end:]
        failed = self.fails_at(edited)
        return inf if failed is None else failed + len(self.text) - len(edited)

    def is_cured_by(self, start: int, end: int, replacement: str) -> bool:
        """Whether reading then comes beyond the line on which it gave up."""
        return self.reach(start, end, replacement) > max(self.at, self.here.start + len(self.here.text))

    def noticed(self, cause: int) -> int | None:
        """Where it was noticed, if that is on another line than the cause."""
        return None if self.line_at(cause) == self.here else self.at

    def word(self, offset: int) -> int:
        """Where the word at an offset ends."""
        match = _WORD.match(self.text, offset)
        return match.end() if match else min(offset + 1, len(self.text))
