"""Fields that are worked out when one of them is first asked for: most findings are only counted."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

_Instance = TypeVar("_Instance", bound="Deferred")
_Subject = TypeVar("_Subject")
_set, _delete = object.__setattr__, object.__delattr__


class Deferred:
    """What may be made without some of its fields. Nobody sees a difference but in time: what asks for one gets it."""

    __slots__ = ("_subject", "_work")
    DEFERRED: ClassVar[frozenset[str]] = frozenset()
    """The fields that may come later."""

    if not TYPE_CHECKING:  # no name but those of fields is asked for

        def __getattr__(self, name: str) -> Any:
            if name not in self.DEFERRED:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            # in this order, and given up in the other: who asks at the same time has both, or finds the fields there
            subject, work = self._subject, self._work
            for each, value in work(subject).items():
                _set(self, each, value)
            # what it was made of is needed no more
            _set(self, "_work", _nothing)
            _set(self, "_subject", None)
            return object.__getattribute__(self, name)


def _nothing(_subject: object) -> Mapping[str, object]:
    return {}


def deferred(
    instance: _Instance, work: Callable[[_Subject], Mapping[str, object]], subject: _Subject, fields: Iterable[str] | None = None
) -> _Instance:
    """The instance, which gets `fields` (None: all that may come later) from what `work` makes of the subject when one of them is first asked for."""
    for each in instance.DEFERRED if fields is None else fields:
        _delete(instance, each)
    _set(instance, "_work", work)
    _set(instance, "_subject", subject)
    return instance


def completed(instance: _Instance) -> _Instance:
    """The instance, which holds nothing any more that its fields are made of: what is kept beyond a run must not keep that run's configuration."""
    for each in instance.DEFERRED:
        getattr(instance, each)
    return instance
