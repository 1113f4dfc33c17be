"""Stretches of a text that may not be shown."""

from collections.abc import Sequence
from typing import TypeAlias

from orbitcfg.masking.names import MASK

Stretch: TypeAlias = tuple[int, int]
"""Where something to be masked begins and ends in a text."""


def merged_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches, sorted by their start, with those that overlap made one."""
    whole: list[Stretch] = []
    for start, end in stretches:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def mask_stretches(text: str, stretches: Sequence[Stretch]) -> str:
    """The text with each stretch masked."""
    kept, position = [], 0
    for start, end in stretches:
        kept += [text[position:start], MASK]
        position = end
    return "".join([*kept, text[position:]])
