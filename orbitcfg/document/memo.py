"""What was made of nodes that never change, found again by the nodes themselves: the next tree shares most of them."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Memo:
    """Results by what they were made of, compared by identity. One that keeps nothing, as a single look needs it, makes each anew."""

    __slots__ = ("_alike", "_before", "_now", "keeps")

    def __init__(self, *, keeps: bool = False) -> None:
        self.keeps = keeps
        # what an id belongs to is kept beside the result, so that nothing else can get the same one
        self._now: dict[object, tuple[tuple[object, ...], Any]] = {}
        self._before: dict[object, tuple[tuple[object, ...], Any]] = {}
        self._alike: dict[type, Any] = {}

    def kept(self, what: Hashable, of: tuple[object, ...], make: Callable[[], Result]) -> Result:
        """What `make` gives, which depends on nothing but `what`, by its value, and `of`, by identity."""
        if not self.keeps:
            return make()
        key = (what, *map(id, of))
        found = self._now.get(key)
        if found is None:
            found = self._now[key] = self._before.get(key) or (of, make())
        result: Result = found[1]
        return result

    def alike(self, value: Result) -> Result:
        """The last value of this type where the two are equal, and else this one: what was made of the last can be found by it."""
        if not self.keeps:
            return value
        before: Result | None = self._alike.get(type(value))
        if before != value:
            before = self._alike[type(value)] = value
        return before

    def settle(self) -> None:
        """Forgets what nobody has asked for since it was called last: a round that was broken off has asked for a part alone, and forgets nothing."""
        self._before, self._now = self._now, {}


NOTHING_KEPT = Memo()
"""For a single look."""
