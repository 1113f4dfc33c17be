"""For pull requests: what changes for adapters, and the other keys, as tables."""

from orbitcfg.commands.diff.full import OTHERS, grouped
from orbitcfg.commands.diff.keys import ValueChange
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.diff.sentences import describe, details, headline, place_of, strikes, summary_line, where
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

# on GitHub `@` would call people and `#` link to issues
_ESCAPES = str.maketrans({each: f"\\{each}" for each in "|<>[]*_#@"})


def render(difference: Difference, _style: Style) -> str:
    """A headline, a table of adapters, and a table of keys; what is alike on both sides is not named."""
    parts = [f"**{plain_text(summary_line(difference))}**\n"]
    if difference.rows:
        lines = [
            line
            for row in difference.rows
            for line in (_row(headline(difference, row), where(row.place, row.was_place)), *map(_change, details(row)))
        ]
        parts.append("| what ORBIT will do otherwise | where |\n| --- | --- |\n" + "".join(lines))
    keys = grouped((difference.section_of(change) or OTHERS, change) for change in difference.other_keys)
    if keys:
        headings = sorted(keys, key=lambda heading: heading == OTHERS)
        lines = [_row(f"{describe(change)}; {strikes(difference, change)}", place_of(change)) for heading in headings for change in keys[heading]]
        parts.append("| other keys | where |\n| --- | --- |\n" + "".join(lines))
    if difference.rollout is not None:
        parts.append(f"{plain_text(difference.rollout.sentence)}\n")
    return "\n".join(parts)


def _change(change: ValueChange) -> str:
    return _row(f"· {describe(change)}" if change.key.startswith("parameters.") else describe(change), place_of(change))


def _row(text: str, place: str) -> str:
    return f"| {plain_text(text)} | {plain_text(place)} |\n"


def plain_text(text: str) -> str:
    """Text in one line that stays text: what stands in backquotes is code, of the rest no character means anything."""
    pieces = " ".join(strip_control_characters(text).split()).split("`")
    # an odd number of backquotes: it is not clear which of them begins code
    if len(pieces) % 2 == 0:
        return "".join(pieces).replace("\\", "\\\\").translate(_ESCAPES)
    # `chr(92)` is a backslash: before Python 3.12 no f-string takes one
    return "".join(
        f"`{piece.replace('|', chr(92) + '|')}`" if index % 2 else piece.replace("\\", "\\\\").translate(_ESCAPES)
        for index, piece in enumerate(pieces)
    )
