"""Named tuples whose constructor is written at its first use.

Python's own compile theirs while a module is imported, whether it is called or not: two hundredths of a cold `validate`. These behave alike, and to a type checker
they are the same.
"""

from collections import _tuplegetter  # type: ignore[attr-defined] # what reads a field of Python's own
from functools import cache
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType
    from typing import Any, Self

_SCOPE = {"_new": tuple.__new__}


class _Shared:
    """What all of them do."""

    __slots__ = ()

    @classmethod
    def _make(cls, values: "Iterable[object]") -> "Self":
        return cls(*values)

    def _replace(self: "Any", **changes: object) -> object:
        return type(self)(**{**self._asdict(), **changes})

    __replace__ = _replace
    # what `copy.replace` calls

    def _asdict(self: "Any") -> dict[str, object]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self: "Any") -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    def __getnewargs__(self: "Any") -> tuple[object, ...]:
        return tuple(self)


class _Kind(type):
    """Makes a class with fields of what a module writes; what is derived from that is a class like any."""

    def __new__(cls, name: str, bases: tuple[type, ...], content: "dict[str, Any]") -> "Any":
        if not bases:
            return super().__new__(cls, name, bases, content)
        made = type(name, (_Shared, tuple), {**content, "__slots__": ()})
        # of the class: from Python 3.14 on what its body leaves behind does not hold them
        fields = tuple(made.__annotations__)
        defaults = {each: content[each] for each in fields if each in content}
        for position, each in enumerate(fields):
            setattr(made, each, _tuplegetter(position, None))
        methods = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields, "__new__": _first_new(made, fields, defaults)}
        for each, value in methods.items():
            setattr(made, each, value)
        return made


def _first_new(kind: "Any", fields: tuple[str, ...], defaults: "Mapping[str, object]") -> "Callable[..., object]":
    def __new__(cls: type, *arguments: object, **named: object) -> object:  # noqa: N807
        code = _code(len(fields)).replace(co_name="__new__", co_varnames=("_cls", *fields))
        written = FunctionType(code, _SCOPE, "__new__", tuple(defaults.values()))
        written.__qualname__ = f"{kind.__qualname__}.__new__"
        kind.__new__ = written
        return written(cls, *arguments, **named)

    return __new__


@cache
def _code(count: int) -> "CodeType":
    """That of a constructor with so many fields: compiled once for all that have as many, each gives it its names."""
    fields = [f"_{number}" for number in range(count)]
    written: FunctionType = eval(f"lambda {', '.join(('_cls', *fields))}: _new(_cls, ({''.join(f'{each}, ' for each in fields)}))")  # noqa: S307 - of numbers alone
    return written.__code__


if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class NamedTuple(metaclass=_Kind):
        """As `typing.NamedTuple`."""


__all__ = ["NamedTuple"]
