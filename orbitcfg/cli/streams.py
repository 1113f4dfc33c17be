"""Writing: the result to stdout, notes to stderr, in whatever encoding the streams have. What steers a terminal or a build server does not come through."""

import sys
from typing import TextIO

from orbitcfg.report.terminal import printable, strip_control_characters
from orbitcfg.report.verdict import Verdict

_PLAIN_CHARACTERS = str.maketrans({"\u2192": "->", "\u2026": "...", "\u2013": "-", "\u00d7": "x", "✓": "ok", "✗": "x", "\u2018": "'", "\u2019": "'"})


def result(text: str, *, in_color: bool = False, has_commands: bool = False) -> None:
    """Writes the result, which is all that stdout gets; `has_commands`: it is meant for GitHub's runner."""
    write(printable(text, in_color=in_color, has_commands=has_commands), sys.stdout)


def note(text: str, *, quiet: bool = False, in_color: bool = False) -> None:
    """Writes a line for the person who watches."""
    if not quiet:
        write(printable(text, in_color=in_color) + "\n", sys.stderr)


def error(text: str) -> None:
    """Writes in one line why the program ends."""
    note(f"orbitcfg: {strip_control_characters(text)}")


def verdict(found: Verdict | None, *, quiet: bool = False) -> None:
    """Writes what becomes of ORBIT, for the person who watches; nothing where that is not known of a part of a configuration."""
    note(strip_control_characters(found.headline) if found is not None else "", quiet=quiet or found is None)


def write(text: str, stream: TextIO | None) -> None:
    """Writes text as it is, with the nearest characters where the stream's encoding lacks some."""
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    try:
        # as a whole beforehand: otherwise half of the text would be out before the fault
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN_CHARACTERS).encode(encoding, "replace").decode(encoding)
    stream.write(text)
    stream.flush()
