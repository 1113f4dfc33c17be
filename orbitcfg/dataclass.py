"""Dataclasses whose methods are written at their first use.

Those of Python compile up to nine methods a class while its module is imported, most of which no run calls: a tenth of a cold `validate`. These behave alike, and
to a type checker they are the same.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from types import FunctionType, MemberDescriptorType

from orbitcfg.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_MISSING = object()
_MANY = 5
"""Slots of a frozen class from which on it pays to make another that does not refuse to be set."""
_become = vars(object)["__class__"].__set__
"""Makes an object one of another class of the same layout."""
_WITHOUT_GUARD = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}

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


_OF_PYTHON = {frozen: {name: _OfPython(name, frozen=frozen) for name in ("__dataclass_fields__", "__dataclass_params__")} for frozen in (True, False)}


def _dataclass(cls: type | None = None, *, frozen: bool = False, slots: bool = False, eq: bool = True, repr: bool = True) -> object:  # noqa: A002
    """As `dataclasses.dataclass`, as far as it is used here."""

    def made(cls: type) -> type:
        fields = _all_fields(cls)
        own = vars(cls)
        methods = _methods(fields, frozen=frozen, slots=slots, eq=eq, repr=repr)
        # a class that says how it is equal has a hash of None where it says no other
        given = {name: value for name, value in methods.items() if own.get(name) is None}
        cls = _with_slots(cls, fields, given) if slots else _with(cls, given)
        return cls if _INIT in own else _with(cls, {_INIT: _first_init(cls, tuple(fields.values()), frozen=frozen)})

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


def _with(cls: type, content: "Mapping[str, object]") -> type:
    for name, value in content.items():
        setattr(cls, name, value)
    return cls


def _with_slots(cls: type, fields: Iterable[str], methods: "Mapping[str, object]") -> type:
    """The same class with slots for its own fields: they can only be said when a class is made."""
    inherited = {name for base in cls.__mro__[1:-1] for name in vars(base).get("__slots__", ())}
    content = {**vars(cls), **methods, "__slots__": tuple([name for name in fields if name not in inherited])}
    for name in ("__dict__", "__weakref__", *fields):
        content.pop(name, None)
    made = type(cls)(cls.__name__, cls.__bases__, content)
    made.__qualname__ = cls.__qualname__
    return made


def _methods(fields: dict[str, _Field], *, frozen: bool, slots: bool, eq: bool, repr: bool) -> dict[str, object]:  # noqa: A002
    """What a dataclass has besides what its author wrote."""
    every = tuple(fields.values())
    found: dict[str, object] = {
        _FIELDS: fields,
        "__match_args__": tuple([each.name for each in every if each.init and not each.kw_only]),
        **_OF_PYTHON[frozen],
    }
    if repr:
        found["__repr__"] = _repr
    if eq:
        compared = _compared(every)
        found |= {"__eq__": _eq(compared), _HASH: _hash(compared) if frozen else None}
    if frozen:
        found |= {"__setattr__": _refuse_assignment, "__delattr__": _refuse_deletion}
        if slots:
            found |= {"__getstate__": _state, "__setstate__": _restore}
    return found


def _first_init(cls: type, fields: tuple[_Field, ...], *, frozen: bool) -> "Callable[..., None]":
    signature: _Signature | None = None

    def __init__(self: object, *arguments: object, **named: object) -> None:  # noqa: N807
        nonlocal signature
        if signature is None:
            signature = _signature(cls, fields)
            # of every third class a run makes one instance, which takes less than to compile; what does not fit is left to what says why
            values = signature.values(arguments, named)
            if values is not None:
                _fill(self, values)
                return
        written = _written_init(cls, signature, frozen=frozen)
        setattr(cls, _INIT, written)
        written(self, *arguments, **named)

    return __init__


class _Signature(NamedTuple):
    """What an `__init__` takes, and what it gives an instance besides."""

    positional: list[str]
    named: list[str]
    defaults: dict[str, object]
    made: "dict[str, Callable[[], object]]"
    """What makes a field that no caller gives, or none may give."""

    @property
    def parameters(self) -> list[str]:
        """All, those by keyword alone last."""
        return [*self.positional, *self.named]

    @property
    def fields(self) -> list[str]:
        """What an instance is given: the parameters first."""
        return list(dict.fromkeys((*self.positional, *self.named, *self.made)))

    def values(self, arguments: tuple[object, ...], named: dict[str, object]) -> dict[str, object] | None:
        """The value of each field; None where the arguments do not fit."""
        given = {**dict(zip(self.positional, arguments, strict=False)), **named}
        if len(given) < len(arguments) + len(named) or not given.keys() <= set(self.parameters):
            return None
        found = {**self.defaults, **given}
        for name, make in self.made.items():
            if found.get(name, _MISSING) is _MISSING:
                found[name] = make()
        return found if len(found) == len(self.fields) else None


def _signature(cls: type, fields: tuple[_Field, ...]) -> _Signature:
    given = [each for each in fields if each.init]
    return _Signature(
        [each.name for each in given if not each.kw_only],
        [each.name for each in given if each.kw_only],
        {each.name: each.default for each in given if (each.default, each.factory) != (_MISSING, _MISSING)},
        {each.name: _maker(each) for each in fields if each.factory is not _MISSING or not (each.init or _is_held_by_class(cls, each))},
    )


def _maker(field: _Field) -> "Callable[[], object]":
    return field.factory if field.factory is not _MISSING else lambda: field.default


def _is_held_by_class(cls: type, field: _Field) -> bool:
    """Whether an instance has nothing to set of a field: it is given later, or the class holds its default."""
    return (
        not field.init
        and field.factory is _MISSING
        and (field.default is _MISSING or not isinstance(getattr(cls, field.name, None), MemberDescriptorType))
    )


def _written_init(cls: type, signature: _Signature, *, frozen: bool) -> "Callable[..., None]":
    """`__init__`: the code of its shape, with the names of the class."""
    fields = signature.fields
    body = "open" if not frozen else "reopened" if len(fields) >= _MANY and not cls.__dictoffset__ else "by setters"
    scope: dict[str, Any] = {f"_make{fields.index(name)}": make for name, make in signature.made.items()}
    if body == "by setters":
        scope |= {f"_set_{number}": _setter(cls, name) for number, name in enumerate(fields)}
    elif body == "reopened":
        scope |= {"_class": cls, "_open": type(cls)(cls.__name__, (cls,), _WITHOUT_GUARD), "_become": _become, "_fill": _fill}
    scope["_missing"] = _MISSING
    made = tuple([number for number, name in enumerate(fields) if name in signature.made])
    code = _code(_Shape(len(signature.positional), len(signature.named), len(fields), made, body))
    init = FunctionType(_renamed(code, fields), scope, _INIT)
    init.__defaults__ = tuple([signature.defaults[name] for name in signature.positional if name in signature.defaults])
    init.__kwdefaults__ = {name: signature.defaults[name] for name in signature.named if name in signature.defaults}
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _setter(cls: type, name: str) -> "Callable[[object, object], None]":
    """What sets a field of a frozen class."""
    slot = getattr(cls, name, None)
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__
    return lambda instance, value: object.__setattr__(instance, name, value)


class _Shape(NamedTuple):
    """What the code of an `__init__` depends on, besides names."""

    positional: int
    named: int
    fields: int
    made: tuple[int, ...]
    body: str
    """How fields are set: `open` where nothing refuses it; `reopened`, `by setters` where the class is frozen."""


@cache
def _code(shape: _Shape) -> "CodeType":
    """That of an `__init__` with fields `_0` and so on: compiled once for all classes of a shape.

    A frozen instance with many slots is set while it is one of a class that does not refuse it: that is quicker than to go round the refusal for each of them.
    """
    fields = [f"_{number}" for number in range(shape.fields)]
    given = shape.positional + shape.named
    lines = [f"{f'if _{number} is _missing: ' if number < given else ''}_{number} = _make{number}()" for number in shape.made]
    settings = [f"_set{each}(self, {each})" if shape.body == "by setters" else f"self.{each} = {each}" for each in fields]
    if shape.body == "reopened":
        settings = ["if type(self) is not _class: return _fill(self, locals())", "_become(self, _open)", *settings, "self.__class__ = _class"]
    parameters = ["self", *fields[: shape.positional], *(["*", *fields[shape.positional : given]] if shape.named else [])]
    scope: dict[str, Any] = {}
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join([*lines, *settings] or ["pass"]), scope)  # noqa: S102 - of numbers alone
    code: CodeType = scope[_INIT].__code__
    return code


def _renamed(code: "CodeType", names: "list[str]") -> "CodeType":
    """The same code, of fields by these names."""
    of_each = {f"_{number}": name for number, name in enumerate(names)}
    return code.replace(
        co_names=tuple([of_each.get(each, each) for each in code.co_names]), co_varnames=tuple([of_each.get(each, each) for each in code.co_varnames])
    )


def _fill(instance: object, values: dict[str, object]) -> None:
    """Gives its fields to an instance, one by one."""
    values.pop("self", None)
    for name, value in values.items():
        object.__setattr__(instance, name, value)


def _compared(fields: tuple[_Field, ...]) -> "Callable[[Any], object]":
    """Gives what is compared of an instance, as a tuple."""
    names = [each.name for each in fields if each.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple([getattr(instance, name) for name in names])


def _eq(compared: "Callable[[Any], object]") -> "Callable[[Any, object], object]":
    def __eq__(self: "Any", other: object) -> object:  # noqa: N807
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(compared: "Callable[[Any], object]") -> "Callable[[Any], int]":
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
