"""Did you mean: the known name that a written one is closest to."""

from bisect import bisect
from collections.abc import Iterable
from functools import lru_cache
from heapq import nlargest

from orbitcfg.cached import cached_property
from orbitcfg.dataclass import dataclass

_SHORTEST = 4
"""Shorter names are like each other by chance."""

_LONGEST = 100
"""Longer names are compared with none: the time grows with the square of their length."""

_LEAST = 0.6
"""Below this likeness no name is ever meant."""

_MOST_COMPARED, _MOST_MATCHED = 256, 16
"""Names that one is compared with, at a glance and character by character."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.7) -> str | None:
    """The known name most like `name`, of equals the first in the alphabet; None where none is like it, and for one that is longer than names are."""
    written = _folded(name)
    if len(written) > _LONGEST:
        return None
    names = _names(tuple(known))
    likely = [(bound, each) for each in names.around(written) if (bound := _bound(written, each)) >= cutoff]
    if not likely:
        return None
    from difflib import get_close_matches  # takes 5 ms, and most runs ask for nothing

    most_likely = [each for _, each in nlargest(_MOST_MATCHED, likely)]
    matches = get_close_matches(written, most_likely, n=1, cutoff=cutoff)
    return names.first[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "", cutoff: float = 0.7) -> str:
    """The end of a message about a name that is not known: the nearest one, or `otherwise` where none is like it."""
    meant = nearest(name, known, cutoff=cutoff)
    return f": did you mean `{meant}`?" if meant else otherwise


def choice_of(names: Iterable[str], *, most: int | None = None) -> str:
    """What to write of several names, in words: the only one, or one of them, of which `most` are listed; empty where there is none."""
    listed = tuple(names)
    shown = ", ".join(f"`{name}`" for name in listed[:most])
    return shown if len(listed) <= 1 else f"one of {shown}{' …' if most is not None and len(listed) > most else ''}"


def certain(name: str, known: Iterable[str]) -> str | None:
    """The known name that one slip makes a written one of, where no other is as near: a letter too many, too few, wrong, or before its neighbour.

    Letters alone: names that differ in a digit are two things (`qwen3-4b`, `qwen3-8b`). Case, `-` and `_` do not count.
    """
    if not _SHORTEST <= len(name) <= _LONGEST:
        return None
    folded = _folded(name)
    names = _names(tuple(known))
    # two texts are a slip apart only where they share what is left of each without one of its letters
    likely = {each for rest in _without_one(folded) for each in names.without_one.get(rest, ())}
    near = {each for found in likely if is_slip(folded, found) for each in names.written[found]}
    return near.pop() if len(near) == 1 else None


@dataclass(frozen=True)
class _Names:
    """Known names, folded. What it takes to compare them with another is worked out once."""

    written: dict[str, list[str]]
    """By folded name, what it was before."""

    @cached_property
    def first(self) -> dict[str, str]:
        return {folded: min(names) for folded, names in self.written.items()}

    @cached_property
    def sorted(self) -> list[str]:
        return sorted(self.written)

    @cached_property
    def without_one(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.written:
            for rest in _without_one(each) if _SHORTEST <= len(each) <= _LONGEST else ():
                found.setdefault(rest, []).append(each)
        return found

    def around(self, written: str) -> list[str]:
        """The names to compare with, sorted: all, or of very many those that stand next to it in the alphabet."""
        if len(self.sorted) <= _MOST_COMPARED:
            return self.sorted
        middle = bisect(self.sorted, written)
        return self.sorted[max(middle - _MOST_COMPARED // 2, 0) : middle + _MOST_COMPARED // 2]


@lru_cache(maxsize=64)
def _names(known: tuple[str, ...]) -> _Names:
    written: dict[str, list[str]] = {}
    for each in known:
        written.setdefault(_folded(each), []).append(each)
    return _Names(written)


def _bound(one: str, other: str) -> float:
    """What the likeness of two texts cannot be over: no more letters are alike than the shorter has, and none that the other lacks."""
    longest = 2.0 * min(len(one), len(other)) / (len(one) + len(other) or 1)
    if longest < _LEAST:
        return longest
    first, second = set(one), set(other)
    shared = min(len(one) - len(first - second), len(other) - len(second - first))
    return 2.0 * shared / (len(one) + len(other) or 1)


def _without_one(name: str) -> set[str]:
    """The text, and what is left of it without one of its letters."""
    return {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")


def is_slip(one: str, other: str) -> bool:
    """Whether two texts are equal, or one slip of letters apart."""
    short, long = sorted((one, other), key=len)
    start = next((index for index, letter in enumerate(short) if letter != long[index]), len(short))
    end = 0
    while end < len(short) - start and short[-1 - end] == long[-1 - end]:
        end += 1
    left, right = short[start : len(short) - end], long[start : len(long) - end]
    if any(letter.isdigit() for letter in left + right):
        return False
    return (len(left) <= 1 and len(right) <= 1) or (len(left) == 2 and left == right[::-1])
