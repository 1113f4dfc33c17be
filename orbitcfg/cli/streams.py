"""Writing: the result to stdout, notes to stderr, in whatever encoding the streams have."""

import sys
from typing import TextIO

_PLAIN_CHARACTERS = str.maketrans({"\u2192": "->", "\u2026": "...", "\u2013": "-", "\u00d7": "x", "✓": "ok", "✗": "x", "\u2018": "'", "\u2019": "'"})


def result(text: str) -> None:
    """Writes the result, which is all that stdout gets."""
    _write(text, sys.stdout)


def note(text: str, *, quiet: bool = False) -> None:
    """Writes a line for the person who watches."""
    if not quiet:
        _write(text + "\n", sys.stderr)


def _write(text: str, stream: TextIO | None) -> None:
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
