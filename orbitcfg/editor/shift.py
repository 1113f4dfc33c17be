"""Where places of a text are in another that differs from it in one stretch, as after a keystroke."""

from collections.abc import Callable

from orbitcfg.record import NamedTuple


class Shift(NamedTuple):
    """The characters that two texts have in common at their begin, and at their end, and the lengths of both."""

    before: int
    after: int
    old_length: int
    new_length: int

    def moved(self, offset: int) -> int | None:
        """Where an offset of the old text is in the new one; None within what differs."""
        if offset <= self.before:
            return offset
        return offset + self.new_length - self.old_length if offset >= self.old_length - self.after else None


def shift_between(old: str, new: str) -> Shift:
    """The shift from one text to another."""
    shorter = min(len(old), len(new))
    before = _most(shorter, lambda size: old[:size] == new[:size])
    after = _most(shorter - before, lambda size: old[len(old) - size :] == new[len(new) - size :])
    return Shift(before, after, len(old), len(new))


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to a limit that something holds for, as it does for all smaller ones: by halves, since texts are compared faster than characters."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
