"""Dataclasses whose methods are written at their first use.

Those of Python compile up to nine methods a class while its module is imported, most of which no run calls: a tenth of a cold `validate`. These behave alike, and
to a type checker they are the same.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from types import MemberDescriptorType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MISSING = object()
_FEW = 4
"""Instances of a class that are made before its `__init__` is compiled: of every other class a run makes no more."""

_FIELDS, _INIT, _HASH = "__lazy_fields__", "__init__", "__hash__"


class _Field:
    """A field as `field` describes it; its name and type are those of the annotation."""

    __slots__ = ("compare", "default", "factory", "init", "kw_only", "metadata", "name", "repr", "type")

    def __init__(
        self,
        *,
        default: object = _MISSING,
        default_factory: object = _MISSING,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - as `dataclasses.field` has it
        compare: bool = True,
        kw_only: bool = False,
        metadata: "Mapping[str, object] | None" = None,
    ) -> None:
        self.default, self.metadata = default, metadata
        self.factory: Any = default_factory
        self.init, self.repr, self.compare, self.kw_only = init, repr, compare, kw_only
        self.name = ""
        self.type: object = None

    def options(self) -> "dict[str, Any]":
        """What `dataclasses.field` takes."""
        defaults = {"default": self.default, "default_factory": self.factory}
        given = {name: value for name, value in defaults.items() if value is not _MISSING}
        return {**given, "init": self.init, "repr": self.repr, "compare": self.compare, "kw_only": self.kw_only, "metadata": self.metadata}


class _OfPython:
    """What `dataclasses` looks for in a class of its own, whatever it is to do with it; made when it is first asked for."""

    def __init__(self, name: str, *, frozen: bool) -> None:
        self.name, self.frozen = name, frozen

    def __get__(self, _instance: object, owner: type) -> object:
        import dataclasses

        rows = [(each.name, each.type, dataclasses.field(**each.options())) for each in _fields(owner)]
        made = dataclasses.make_dataclass(owner.__name__, rows, init=False, repr=False, eq=False, frozen=self.frozen)
        value = getattr(made, self.name)
        setattr(owner, self.name, value)  # in the place of this
        return value


def _dataclass(cls: type | None = None, *, frozen: bool = False, slots: bool = False, eq: bool = True, repr: bool = True) -> object:  # noqa: A002
    """As `dataclasses.dataclass`, as far as it is used here."""

    def made(cls: type) -> type:
        fields = _all_fields(cls)
        if slots:
            cls = _with_slots(cls, fields)
        setattr(cls, _FIELDS, fields)
        own = vars(cls)
        has_hash = own.get(_HASH) is not None
        for name, method in _methods(cls, tuple(fields.values()), frozen=frozen, slots=slots, eq=eq, repr=repr).items():
            if name not in own:
                setattr(cls, name, method)
        if eq and not has_hash:
            setattr(cls, _HASH, _hash(cls) if frozen else None)
        return cls

    return made if cls is None else made(cls)


def _fields(cls: type) -> "Iterable[_Field]":
    found: dict[str, _Field] = getattr(cls, _FIELDS)
    return found.values()


def _all_fields(cls: type) -> dict[str, _Field]:
    """Those of its bases, and its own; what a class holds in the place of a field's default goes."""
    found: dict[str, _Field] = {}
    for base in cls.__mro__[:0:-1]:
        found |= vars(base).get(_FIELDS, {})
    for name, annotation in cls.__annotations__.items():
        if _is_class_variable(annotation):
            continue
        default = getattr(cls, name, _MISSING)
        if isinstance(default, MemberDescriptorType):
            default = _MISSING
        each = default if isinstance(default, _Field) else _Field(default=default)
        each.name, each.type = name, annotation
        if default is each:
            if each.default is _MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, each.default)
        found[name] = each
    return found


def _is_class_variable(annotation: object) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith("ClassVar")
    typing = sys.modules.get("typing")
    return typing is not None and typing.ClassVar in (annotation, getattr(annotation, "__origin__", None))


def _with_slots(cls: type, fields: Iterable[str]) -> type:
    """The same class with slots for its own fields: they can only be said when a class is made."""
    inherited = {name for base in cls.__mro__[1:-1] for name in vars(base).get("__slots__", ())}
    content = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    for name in fields:
        content.pop(name, None)
    content["__slots__"] = tuple(name for name in fields if name not in inherited)
    made = type(cls)(cls.__name__, cls.__bases__, content)
    made.__qualname__ = cls.__qualname__
    return made


def _methods(cls: type, fields: tuple[_Field, ...], *, frozen: bool, slots: bool, eq: bool, repr: bool) -> dict[str, object]:  # noqa: A002
    """What a dataclass has besides what its author wrote."""
    found: dict[str, object] = {
        _INIT: _first_init(cls, fields, frozen=frozen),
        "__match_args__": tuple(each.name for each in fields if each.init and not each.kw_only),
        **{name: _OfPython(name, frozen=frozen) for name in ("__dataclass_fields__", "__dataclass_params__")},
    }
    if repr:
        found["__repr__"] = _repr
    if eq:
        found["__eq__"] = _eq(cls)
    if frozen:
        found |= {"__setattr__": _refuse_assignment, "__delattr__": _refuse_deletion}
        if slots:
            found |= {"__getstate__": _state, "__setstate__": _restore}
    return found


def _first_init(cls: type, fields: tuple[_Field, ...], *, frozen: bool) -> "Callable[..., None]":
    calls = 0

    def __init__(self: object, *arguments: object, **named: object) -> None:  # noqa: N807
        nonlocal calls
        calls += 1
        # for a few calls compiling takes longer; what does not fit is left to what says why
        if calls > _FEW or not _fill(self, fields, arguments, named):
            written = _written_init(cls, fields, frozen=frozen)
            setattr(cls, _INIT, written)
            written(self, *arguments, **named)

    return __init__


def _fill(instance: object, fields: tuple[_Field, ...], arguments: tuple[object, ...], named: dict[str, object]) -> bool:
    """Gives an instance its fields, as its written `__init__` does; false where the arguments do not fit."""
    positional = [each.name for each in fields if each.init and not each.kw_only]
    given = {**dict(zip(positional, arguments, strict=False)), **named}
    if len(given) < len(arguments) + len(named):
        return False
    for each in fields:
        if each.init and each.name in given:
            value = given.pop(each.name)
        elif each.factory is not _MISSING:
            value = each.factory()
        elif _is_held_by_class(type(instance), each):
            continue
        elif each.default is not _MISSING:
            value = each.default
        else:
            return False
        object.__setattr__(instance, each.name, value)
    return not given


def _is_held_by_class(cls: type, field: _Field) -> bool:
    """Whether an instance has nothing to set of a field: it is given later, or the class holds its default."""
    return (
        not field.init
        and field.factory is _MISSING
        and (field.default is _MISSING or not isinstance(getattr(cls, field.name, None), MemberDescriptorType))
    )


def _written_init(cls: type, fields: tuple[_Field, ...], *, frozen: bool) -> "Callable[..., None]":
    """`__init__`, compiled. What a slot is set with is quicker than `object.__setattr__`, which Python's own call."""
    scope: dict[str, Any] = {"_missing": _MISSING, "_set": object.__setattr__}
    parameters: list[str] = []
    named: list[str] = []
    lines = []
    for number, each in enumerate(fields):
        name, value = each.name, each.name
        if each.factory is not _MISSING:
            scope[f"_factory{number}"] = each.factory
            value = f"_factory{number}() if {name} is _missing else {name}" if each.init else f"_factory{number}()"
        elif each.default is not _MISSING:
            scope[f"_default{number}"] = each.default
            value = name if each.init else f"_default{number}"
        if each.init:
            default = "" if value == name and each.default is _MISSING else f"=_default{number}" if each.factory is _MISSING else "=_missing"
            (named if each.kw_only else parameters).append(f"{name}{default}")
        slot = getattr(cls, name, None)
        if _is_held_by_class(cls, each):
            continue
        if isinstance(slot, MemberDescriptorType):
            scope[f"_slot{number}"] = slot.__set__
            lines.append(f"_slot{number}(self, {value})")
        else:
            lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    signature = ", ".join(["self", *parameters, *(["*", *named] if named else [])])
    exec(f"def __init__({signature}):\n " + "\n ".join(lines or ["pass"]), scope)  # noqa: S102 - of names of fields alone
    written: Callable[..., None] = scope["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    return written


def _compared(cls: type) -> "Callable[[Any], object]":
    """Gives what is compared of an instance, as a tuple."""
    names = [each.name for each in _fields(cls) if each.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _eq(cls: type) -> "Callable[[Any, object], object]":
    compared = _compared(cls)

    def __eq__(self: "Any", other: object) -> object:  # noqa: N807
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(cls: type) -> "Callable[[Any], int]":
    compared = _compared(cls)

    def __hash__(self: "Any") -> int:  # noqa: N807
        return hash(compared(self))

    return __hash__


def _repr(self: object) -> str:
    cls = self.__class__
    return f"{cls.__qualname__}({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in _fields(cls) if each.repr)})"


def _refuse_assignment(_self: object, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(_self: object, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: object) -> list[object]:
    return [getattr(self, each.name) for each in _fields(type(self))]


def _restore(self: object, state: list[object]) -> None:
    for each, value in zip(_fields(type(self)), state, strict=True):
        object.__setattr__(self, each.name, value)


def _replace(instance: object, /, **changes: object) -> object:
    """As `dataclasses.replace`."""
    for each in _fields(type(instance)):
        if each.init and each.name not in changes:
            changes[each.name] = getattr(instance, each.name)
    return type(instance)(**changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    dataclass, field, fields, replace = _dataclass, _Field, _fields, _replace

__all__ = ["dataclass", "field", "fields", "replace"]
