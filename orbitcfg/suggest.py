"""Did you mean: the known name that a written one is closest to."""

from collections.abc import Iterable

_SHORTEST = 4
"""Shorter names are like each other by chance."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.7) -> str | None:
    """The known name most like `name`, of equals the first in the alphabet; None where none is like it."""
    from difflib import get_close_matches

    # in reverse: of names that fold to one the last put in stays, which is the first of the alphabet
    folded = {each.lower().replace("-", "_"): each for each in sorted(known, reverse=True)}
    matches = get_close_matches(name.lower().replace("-", "_"), sorted(folded), n=1, cutoff=cutoff)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "", cutoff: float = 0.7) -> str:
    """The end of a message about a name that is not known: the nearest one, or `otherwise` where none is like it."""
    meant = nearest(name, known, cutoff=cutoff)
    return f": did you mean `{meant}`?" if meant else otherwise


def certain(name: str, known: Iterable[str]) -> str | None:
    """The known name that one slip makes a written one of, where no other is as near: a letter too many, too few, wrong, or before its neighbour.

    Letters alone: names that differ in a digit are two things (`qwen3-4b`, `qwen3-8b`). Case, `-` and `_` do not count.
    """
    folded = _folded(name)
    near = {each for each in known if len(each) >= _SHORTEST and is_slip(folded, _folded(each))}
    return near.pop() if len(near) == 1 and len(name) >= _SHORTEST else None


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
