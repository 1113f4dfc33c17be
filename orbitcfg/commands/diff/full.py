"""For people: adapters under their provider, then the other keys."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from orbitcfg.commands.diff.keys import ValueChange
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.diff.rows import RowChange
from orbitcfg.commands.diff.sentences import describe, details, headline, place_of, strikes, subject, summary_line, title, where
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import fitted, strip_control_characters

OTHERS = "other keys"

Item = TypeVar("Item")


def render(difference: Difference, style: Style) -> str:
    """A block for each provider, one for each adapter or provider with other keys, and one for the rest."""
    blocks = [f"{strip_control_characters(summary_line(difference))}\n"]
    for heading, rows in grouped((_provider(difference, row), row) for row in difference.rows).items():
        blocks.append(_block(heading, _row_lines(difference, rows), style))
    keys = grouped((difference.section_of(change) or OTHERS, change) for change in difference.other_keys)
    headings = sorted(keys, key=lambda heading: heading == OTHERS)
    blocks += [_block(heading, _key_lines(difference, keys[heading]), style) for heading in headings]
    if difference.rollout is not None:
        blocks.append(f"{strip_control_characters(difference.rollout.sentence)}\n")
    return fitted("\n".join(blocks), style.width)


def grouped(pairs: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    """Things under their headings, in the order in which the headings come up."""
    groups: dict[str, list[Item]] = {}
    for heading, item in pairs:
        groups.setdefault(heading, []).append(item)
    return groups


def _provider(difference: Difference, row: RowChange) -> str:
    if row.kind in ("gone", "off") or row.now is None:
        assert row.was is not None
        return title(difference.was.config, row.was)
    return title(difference.now.config, row.now)


def _block(heading: str, lines: Iterable[str], style: Style) -> str:
    return "".join(
        f"{line}\n"
        for line in (style.paint(strip_control_characters(heading.strip("`")), "bold"), *(f"  {strip_control_characters(line)}" for line in lines))
    )


def _row_lines(difference: Difference, rows: Iterable[RowChange]) -> Iterator[str]:
    """A line for each row, under it its details, unless another row has the very same."""
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        place = where(row.place, row.was_place)
        yield headline(difference, row) + (f": {place}" if place and _is_headlined(row) else "")
        lines = tuple(_line(change) for change in details(row))
        if len(lines) > 1 and lines in seen:
            yield f"  {len(lines)} more changes, as for {seen[lines]}"
            continue
        seen[lines] = subject(row)
        yield from (f"  {line}" for line in lines)


def _is_headlined(row: RowChange) -> bool:
    return row.kind != "changed" or bool(row.field("model") or row.field("provider"))


def _key_lines(difference: Difference, changes: Iterable[ValueChange]) -> Iterator[str]:
    """A line for each key, under it whom its change strikes."""
    for change in changes:
        yield _line(change)
        yield f"  {strikes(difference, change)}"


def _line(change: ValueChange) -> str:
    place = place_of(change)
    return describe(change) + (f": {place}" if place else "")
