"""Properties that are worked out at their first use and kept in the instance.

Python's own take a lock for that before 3.12, and look twice: a run makes thousands of them, each in one thread. To a type checker they are the same.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cached_property
    from typing import Any
else:

    class cached_property:  # noqa: N801 - as `functools.cached_property`
        """As `functools.cached_property`."""

        def __init__(self, work: "Callable[[Any], object]") -> None:
            self.work = work
            self.__doc__ = work.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, instance: object, owner: "type | None" = None) -> object:
            if instance is None:
                return self
            # the next time it is found there, before this is asked
            value = instance.__dict__[self.name] = self.work(instance)
            return value


__all__ = ["cached_property"]
