"""A change of a file as a diff in which no secret stands."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from orbitcfg.report.terminal import strip_control_characters

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def masked_diff(name: str, old: str, new: str, *, new_name: str | None = None, context: int = 3) -> str:
    """How a file changes, as `diff -u` writes it; every secret in it is masked."""
    lines = unified_diff(_lines(old), _lines(new), name, new_name or name, n=context)
    return "".join(f"{line}\n" for each in lines for line in _diff_line(each))


def _diff_line(line: str) -> Iterator[str]:
    """The line as it is shown, and the line that `patch` wants where the file does not end in a line break."""
    # a terminal would obey the escape sequences in a file
    yield strip_control_characters(line.rstrip("\r\n"))
    if not line.endswith(("\r", "\n")):
        yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    """The lines with their line breaks, masked."""
    source = Source("", text)
    parse(source)  # which tells the source where secrets stand
    written = _LINE.findall(text)
    return [source.masked_line(number).text + line[len(line.rstrip("\r\n")) :] for number, line in enumerate(written, 1)]
