"""A change of a file as a diff in which no secret stands."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from orbitcfg.report.terminal import strip_control_characters

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")

_MANY_LINES = 5_000
"""From here on a line that stands often is not looked for: the time would grow with the square of them."""


def masked_diff(name: str, old: str, new: str, *, new_name: str | None = None, context: int = 3) -> str:
    """How a file changes, as `diff -u` writes it; every secret in it is masked."""
    hunks = list(_hunks(_lines(old), _lines(new), context))
    lines = [f"--- {name}\n", f"+++ {new_name or name}\n", *hunks] if hunks else []
    return "".join(f"{line}\n" for each in lines for line in _diff_line(each))


def _hunks(old: list[str], new: list[str], context: int) -> Iterator[str]:
    """The lines of a unified diff below its head."""
    # as difflib's own, which is given no choice: what stands often in a file would be taken for no common line
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > _MANY_LINES)
    for group in matcher.get_grouped_opcodes(context):
        (_, begin, _, there, _), (_, _, end, _, here) = group[0], group[-1]
        yield f"@@ -{_range(begin, end)} +{_range(there, here)} @@\n"
        for tag, first, last, first_new, last_new in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[first:last])
                continue
            yield from (f"-{line}" for line in old[first:last])
            yield from (f"+{line}" for line in new[first_new:last_new])


def _range(start: int, stop: int) -> str:
    """Lines as a hunk's head has them: from 1, and the one before where there is none."""
    length = stop - start
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"


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
