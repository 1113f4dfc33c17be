"""Lines of files as they may be shown, YAML or not: secrets are masked also where their key stands on a line above."""

import re
from collections.abc import Iterator, Sequence

from orbitcfg.dataclass import dataclass
from orbitcfg.masking.names import MASK, is_harmless, is_number, is_secret, is_secret_name
from orbitcfg.masking.stretches import Stretch, mask_stretches, merged_stretches
from orbitcfg.masking.url import credential_stretches

_ENTRY = re.compile(r"""(?P<flow>[{,]\s{0,8}+)?["']?(?P<name>(?<![\w.\-?&;])(?!--)[\w.\-]++)["']?\s*+(?:=|:(?![\-?+=]))\s*+""")
"""A key in a line, up to its value."""

COMMENT = r"\s\#(?!\S)"
"""A comment. A `#` without a blank behind it may be the rest of a secret that YAML cuts off."""

BLOCK_HEAD = r"[|>][-+\d]*+\s*+(?:\#.*)?"
"""What a block scalar begins with."""

_QUOTED = r""""(?:[^"\\]|\\.)*+"|'[^']*+\'"""
_FLOW_VALUE = r"(?![\[{])(?:\$\{[^}${]*\}|[^,}\#])*+"


def is_harmless_value(text: str) -> bool:
    """Whether what stands at the place of a secret is none; what opens a bracket or a block is looked at part by part."""
    return not text or text[0] in "[{" or re.fullmatch(BLOCK_HEAD, text) is not None or is_harmless(text) or is_number(text)


@dataclass(frozen=True, slots=True)
class MaskedLine:
    """A line as it may be shown, and the stretches of the written line that are masked in it, left to right."""

    text: str
    stretches: tuple[Stretch, ...]

    def column(self, column: int) -> int:
        """Where a column (from 0) of the written line stands in this one."""
        shift = 0
        for start, end in self.stretches:
            if column >= end:
                shift += len(MASK) - (end - start)
            elif column > start:
                return start + shift
        return column + shift


def masked_line(line: str, known: Sequence[Stretch], *, is_read: bool) -> MaskedLine:
    """A line of a file as it may be shown; `known` are secrets that one cannot tell from the line alone.

    Where the file was read as YAML, `known` has the values of all its keys, and only comments may hold others.
    """
    begin = line.find("#") if is_read else 0
    entries = _entries(line, begin) if begin >= 0 else ()
    stretches = merged_stretches(sorted([*known, *entries, *credential_stretches(line)]))
    return MaskedLine(mask_stretches(line, stretches), tuple(stretches))


def _entries(line: str, position: int) -> Iterator[Stretch]:
    """The values of keys in a line, from a position on, that are named as secrets."""
    while entry := _ENTRY.search(line, position):
        position = entry.end()
        # what opens a bracket is looked at part by part
        if is_secret_name(entry["name"]) and line[position : position + 1] not in "[{":
            start, end = _value(line, entry)
            # whatever stands within a value is masked with it: nothing of it is looked at twice
            position = end
            if not is_harmless_value(line[start:end]) and is_secret(entry["name"], line[start:end]):
                yield start, end


def _value(line: str, entry: re.Match[str]) -> Stretch:
    """Where the value of a key ends: inside braces a plain one at a comma, elsewhere at a comment."""
    start = entry.end()
    whole = re.compile(_QUOTED).match(line, start) or (entry["flow"] and re.compile(_FLOW_VALUE).match(line, start))
    if whole:
        return start, start + len(whole[0].rstrip())
    comment = re.compile(COMMENT).search(line, start - 1)
    return start, max(start, start + len(line[start : comment.start() if comment else None].rstrip()))
