"""Writing: the result to stdout, notes to stderr, in whatever encoding the streams have. What steers a terminal or a build server does not come through."""

import re
import sys
from typing import TextIO

from orbitcfg.report.style import Style
from orbitcfg.report.terminal import encodable, pieces, printable, strip_control_characters, wrapped
from orbitcfg.report.verdict import Verdict

_NARROWEST = 40
"""Columns that every terminal is taken to have."""

_UNDECIDED = r"(?:#|##\w{0,20})\Z"
"""How the begin of a command ends that a build server takes anywhere in a line."""


def result(text: str, *, in_color: bool = False, has_commands: bool = False) -> None:
    """Writes the result, which is all that stdout gets; `has_commands`: it is meant for GitHub's runner."""
    write(printable(text, in_color=in_color, has_commands=has_commands), sys.stdout)


def note(text: str, *, quiet: bool = False, in_color: bool = False) -> None:
    """Writes lines for the person who watches, in as many as a narrow terminal wants."""
    if not quiet:
        limit = columns(sys.stderr)
        lines = (part for line in printable(text, in_color=in_color).split("\n") for part in wrapped(line, limit))
        write("".join(f"{line}\n" for line in lines), sys.stderr)


def columns(stream: TextIO | None) -> int | None:
    """The columns of the terminal that a stream is; None where it is none."""
    if stream is None or not stream.isatty():
        return None
    from shutil import get_terminal_size  # what no terminal reads does without

    return max(get_terminal_size().columns, _NARROWEST)


def encoding(stream: TextIO | None) -> str | None:
    """The encoding that a stream writes; None where there is no stream, or it has every character."""
    return stream.encoding if stream is not None else None


def note_style() -> Style:
    """How a result looks that is a note, and not asked for."""
    return Style(width=columns(sys.stderr), encoding=encoding(sys.stderr))


def error(text: str) -> None:
    """Writes in one line why the program ends."""
    note(f"orbitcfg: {strip_control_characters(text)}")


def verdict(found: Verdict | None, *, quiet: bool = False) -> None:
    """Writes what becomes of ORBIT, for the person who watches; nothing where that is not known of a part of a configuration."""
    note(strip_control_characters(found.headline) if found is not None else "", quiet=quiet or found is None)


class Pieces:
    """Writes a text that comes piece by piece for the person who watches, each at once: what leaves is what `note` would make of the whole."""

    def __init__(self) -> None:
        self._line = ""
        """What has come of the last line."""
        self._written = 0
        """How many characters of it, as they are written, have left."""

    def add(self, piece: str) -> None:
        """Writes one more piece; the begin of what may become a command waits for the next one."""
        self._write(piece, re.search(_UNDECIDED, self._line + piece))

    def end(self) -> None:
        """Writes what has waited, and ends the line."""
        self._write("\n", None)

    def _write(self, piece: str, undecided: re.Match[str] | None) -> None:
        self._line += piece
        text = printable(self._line[: undecided.start() if undecided else None])
        write(text[self._written :], sys.stderr)
        self._line = self._line[self._line.rfind("\n") + 1 :]
        self._written = len(text) - text.rfind("\n") - 1


def write(text: str, stream: TextIO | None) -> None:
    """Writes text as it is, with the nearest characters where the stream's encoding lacks some."""
    if stream is None:
        return
    # as a whole beforehand: otherwise half of the text would be out before the fault
    for piece in pieces(encodable(text, stream.encoding or "utf-8")):
        stream.write(piece)
    stream.flush()
