"""Where in a flow collection, `{a: 1, b: [2, |`, the user types: read off the text, since what is half typed is no YAML yet."""

from collections.abc import Hashable
from typing import Literal

from orbitcfg.dataclass import dataclass

_OPENING, _CLOSING = "[{", "]}"
_ENDS = {'"': '"', "'": "'", "#": "\n"}
"""Where a quoted text ends, and a comment."""


@dataclass(frozen=True, slots=True)
class FlowPlace:
    """What is being typed: a key, a value, or an item of a list. `path` leads there from the outermost collection, `start` is where it begins in the text."""

    kind: Literal["key", "value", "item"]
    path: tuple[Hashable, ...]
    start: int


@dataclass(slots=True)
class _Frame:
    """A collection that is open: the key, or how many items came before."""

    is_mapping: bool
    opening: int
    key: str | None = None
    index: int = 0


def flow_place(text: str) -> FlowPlace | None:
    """The place at the end of a text that begins with a collection; None where that is closed by then."""
    frames: list[_Frame] = []
    start = index = 0
    while index < len(text):
        sign = text[index]
        is_first = not text[start:index].strip()
        if (sign in "\"'" and is_first and frames) or (sign == "#" and text[index - 1 : index].isspace()):
            end = text.find(_ENDS[sign], index + 1)
            if end < 0:
                break
            start, index = (end if sign == "#" and is_first else start), end
        elif sign in _OPENING and is_first:
            frames.append(_Frame(sign == "{", index))
            start = index + 1
        elif sign in _CLOSING:
            # what is closed is the value, or the item, that stands there
            start = frames.pop().opening
            if not frames:
                return None
        elif sign == ",":
            frames[-1].key, frames[-1].index, start = None, frames[-1].index + 1, index + 1
        elif sign == ":" and frames[-1].is_mapping and frames[-1].key is None and not text[index + 1 : index + 2].strip():
            frames[-1].key, start = text[start:index].strip().strip("\"'"), index + 1
        index += 1
    return _place(frames, start) if frames else None


def _place(frames: list[_Frame], start: int) -> FlowPlace:
    path = tuple(each.key if each.is_mapping else each.index for each in frames)
    last = frames[-1]
    if last.is_mapping and last.key is None:
        return FlowPlace("key", path[:-1], start)
    return FlowPlace("value" if last.is_mapping else "item", path, start)
