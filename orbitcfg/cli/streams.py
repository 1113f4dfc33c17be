"""Writing: the result to stdout, notes to stderr, in whatever encoding the streams have."""

import os
import sys
from typing import TextIO

from orbitcfg.errors import UsageError

MAX_DIFF_LINES = 40

_PLAIN_SIGNS = str.maketrans({"\u2192": "->", "\u2026": "...", "\u2013": "-", "\u00d7": "x", "✓": "ok", "✗": "x", "\u2018": "'", "\u2019": "'"})


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
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN_SIGNS).encode(encoding, "replace").decode(encoding)
    stream.write(text)
    stream.flush()


def deliver(text: str, output: str | None, check: str | None) -> int:
    """Writes a result to stdout or a file, or compares it with a file; gives the exit status."""
    from orbitcfg.cli.outcome import FINDINGS, OK

    if check is not None:
        difference = _difference(text, check)
        result(difference)
        return FINDINGS if difference else OK
    if output is None:
        result(text)
    else:
        with _writable(output) as file:
            file.write(text)
    return OK


def _difference(text: str, path: str) -> str:
    """How a file differs from the text, shortened; empty where it does not."""
    from difflib import unified_diff

    refuse_odd(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            there = file.read()
    except FileNotFoundError:
        there = ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read `{path}`: {error}") from None
    lines = list(unified_diff(there.splitlines(True), text.splitlines(True), path, "as resolved now", n=1))
    more = f"... and {len(lines) - MAX_DIFF_LINES} more lines\n" if len(lines) > MAX_DIFF_LINES else ""
    return "".join(lines[:MAX_DIFF_LINES]) + more


def _writable(path: str) -> TextIO:
    refuse_odd(path)
    try:
        return open(path, "w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"cannot write `{path}`: {error.strerror}") from None


def refuse_odd(path: str) -> None:
    """Refuses a pipe or a device, which may never end, and a link that a repository laid under a name of its own to a file elsewhere."""
    from orbitcfg.files.sandbox import is_inside

    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(f"`{path}` is no regular file")
    stays_here = not os.path.isabs(path) and ".." not in path.replace(os.sep, "/").split("/")
    if stays_here and not is_inside(os.path.realpath(path), os.path.realpath(".")):
        raise UsageError(f"`{path}` is a link that leaves this folder")
