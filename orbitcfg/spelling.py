"""Did you mean: the known name that a written one is closest to."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.7) -> str | None:
    """The known name most like `name`, of equals the first in the alphabet; None where none is like it."""
    from difflib import get_close_matches

    folded = {each.lower().replace("-", "_"): each for each in sorted(known, reverse=True)}
    matches = get_close_matches(name.lower().replace("-", "_"), sorted(folded), n=1, cutoff=cutoff)
    return folded[matches[0]] if matches else None
