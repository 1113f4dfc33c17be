"""Fields that are worked out when one of them is first asked for: most findings are only counted."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

_Instance = TypeVar("_Instance", bound="Deferred")
_set, _delete = object.__setattr__, object.__delattr__


class Deferred:
    """What may be made without some of its fields. Nobody sees a difference but in time: what asks for one gets it."""

    __slots__ = ("_work",)
    DEFERRED: ClassVar[frozenset[str]] = frozenset()
    """The fields that may come later."""

    if not TYPE_CHECKING:  # no name but those of fields is asked for

        def __getattr__(self, name: str) -> Any:
            if name not in self.DEFERRED:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            for each, value in self._work().items():
                _set(self, each, value)
            # what it was made of is needed no more; who asked at the same time finds the fields there
            _set(self, "_work", dict)
            return object.__getattribute__(self, name)


def deferred(instance: _Instance, work: Callable[[], Mapping[str, object]]) -> _Instance:
    """The instance, which gets its deferred fields from `work` when one of them is first asked for."""
    for each in instance.DEFERRED:
        _delete(instance, each)
    _set(instance, "_work", work)
    return instance
