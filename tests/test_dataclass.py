"""Dataclasses that are written at their first use behave as those of Python."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from orbitcfg import dataclass as lazy
from tests.test_floors import MODULES, imported

T = TypeVar("T")
Decorate = Callable[..., Any]
EITHER = pytest.mark.parametrize(
    ("dataclass", "field"), [(dataclasses.dataclass, dataclasses.field), (lazy.dataclass, lazy.field)], ids=["Python's", "ours"]
)


@lazy.dataclass(frozen=True, slots=True)
class Point:
    """One that pickle finds by its name."""

    x: int
    y: int = 2


def families(dataclass: Any, field: Any) -> tuple[Any, ...]:
    """What is made of every kind of field and option that is used."""

    @dataclass(frozen=True, slots=True)
    class Base(Generic[T]):
        kind: ClassVar[str] = "base"
        first: T
        second: int = 2
        made: list[int] = field(default_factory=list)
        silent: str = field(default="", repr=False, compare=False)
        apart: bool = field(default=False, kw_only=True)

        @property
        def double(self) -> int:
            return 2 * self.second

    @dataclass(frozen=True, slots=True)
    class Derived(Base[int]):
        kind: ClassVar = "derived"
        first: int
        third: str = "three"

    @dataclass(slots=True)
    class Mutable:
        value: int
        kept: dict[str, int] = field(default_factory=dict, init=False, repr=False)
        fixed: int = field(default=7, init=False)

    @dataclass(frozen=True, eq=False)
    class ByIdentity:
        text: str = field(repr=False)
        cached: int | None = field(default=None, init=False, repr=False)

    @dataclass(frozen=True)
    class Own:
        name: str

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

        def __repr__(self) -> str:
            return "own"

    return Base, Derived, Mutable, ByIdentity, Own


def behaviour(value: Any) -> dict[str, object]:
    """What can be seen of an instance."""
    kind: Any = type(value)
    return {
        "repr": repr(value).partition("object at")[0],
        "signature": str(inspect.signature(kind.__init__)).replace("_HAS_DEFAULT_FACTORY_CLASS", ""),
        "match": kind.__match_args__,
        "fields": [(each.name, each.init, each.repr, each.compare, each.kw_only, each.default) for each in dataclasses.fields(value)],
        "slots": getattr(kind, "__slots__", None),
        "name": (kind.__name__, kind.__qualname__, kind.__module__),
        "dict": getattr(value, "__dict__", None),
        "hashable": kind.__hash__ is not None,
        "as_dict": dataclasses.asdict(value),
    }


def results(dataclass: Decorate, field: Decorate) -> list[object]:
    """What the two give in the same hands."""
    base, derived, mutable, by_identity, own = families(dataclass, field)
    made = [base(1), derived(1, 3, apart=True), mutable(5), by_identity("a"), own("a")]
    seen: list[object] = [{name: each for name, each in behaviour(value).items() if name != "signature"} for value in made]
    seen += [
        base.kind,
        derived.kind,
        derived(1).double,
        dataclasses.replace(made[1], second=9),
    ]
    replace: Any = lazy.replace if dataclass is lazy.dataclass else dataclasses.replace
    seen += [replace(base(1, 4), first=3), replace(mutable(5), value=6)]
    seen += [
        base(1) == base(1),
        base(1) == base(2),
        base(1) == derived(1),
        base(1, silent="a") == base(1),
        by_identity("a") == by_identity("a"),
        own("a") == own("b"),
    ]
    seen += [hash(derived(1, 2, ())) == hash(derived(1, 2, ())), hash(own("a")), mutable(1).kept is mutable(1).kept]
    seen += [base(float("nan")) == base(float("nan"))]
    for act in (
        lambda: setattr(base(1), "second", 3),
        lambda: delattr(derived(1), "third"),
        lambda: base(),
        lambda: base(1, 2, [], "", True),
        lambda: derived(),
        lambda: derived(1, unknown=1),
        lambda: hash(mutable(1)),
    ):
        with pytest.raises((TypeError, dataclasses.FrozenInstanceError)) as raised:
            act()
        seen.append((type(raised.value), str(raised.value)))
    return [repr(each) for each in seen]


def test_they_behave_as_those_of_python() -> None:
    """Values, equality, hashes, text, errors, inheritance, what `dataclasses` makes of them."""
    ours, pythons = results(lazy.dataclass, lazy.field), results(dataclasses.dataclass, dataclasses.field)
    assert ours == pythons


@EITHER
def test_a_pattern_matches_by_position(dataclass: Decorate, field: Decorate) -> None:
    """Fields by keyword alone take no position."""
    base, *_ = families(dataclass, field)
    match base(1, 5):
        case base(first, second):
            assert (first, second) == (1, 5)
        case _:
            pytest.fail("no match")


@EITHER
@pytest.mark.parametrize(
    ("given", "named"), [((), {}), ((1, 2, [], "", "", True), {}), ((1,), {"first": 2}), ((1,), {"unknown": 3}), ((), {"unknown": 3})]
)
def test_what_does_not_fit_is_refused_the_first_time_too(
    dataclass: Decorate, field: Decorate, given: tuple[object, ...], named: dict[str, object]
) -> None:
    """And what fits is taken then."""
    for kind in families(dataclass, field)[:2]:
        with pytest.raises(TypeError, match=r"argument"):
            kind(*given, **named)
        assert kind(1).first == 1


@EITHER
@pytest.mark.parametrize("names", ["a", "ab"])
def test_what_is_the_same_object_is_equal(dataclass: Decorate, field: Decorate, names: str) -> None:
    """Though it equals nothing, as what is no number does."""
    kind: Any = dataclass(frozen=True, slots=True)(type("Kind", (), {"__annotations__": dict.fromkeys(names, float)}))
    values = [float("nan") for _ in names]
    assert kind(*values) == kind(*values)


@EITHER
@pytest.mark.parametrize("wide", [False, True])
def test_one_that_is_derived_without_being_one_is_frozen_too(dataclass: Decorate, field: Decorate, wide: bool) -> None:
    """Its first instance and those that follow, with slots and without, whatever its own `__init__` takes."""
    more = dict.fromkeys("abcdef", 0) if wide else {}
    content = {"__annotations__": {"first": int, **dict.fromkeys(more, int), "made": list}, **more, "made": field(default_factory=list)}
    base: Any = dataclass(frozen=True, slots=True)(type("Base", (), content))

    loose: Any = type("Loose", (base,), {})
    tight: Any = type("Tight", (base,), {"__slots__": (), "__init__": lambda self, text: base.__init__(self, len(text))})
    for _ in range(3):
        seen = [base(3), loose(3), tight("abc")]
        assert [type(each) for each in seen] == [base, loose, tight]
        assert [(each.first, each.made) for each in seen] == [(3, [])] * 3
        assert [each.made is seen[0].made for each in seen] == [True, False, False]
        for each in seen:
            with pytest.raises(dataclasses.FrozenInstanceError):
                each.first = 4
            with pytest.raises(dataclasses.FrozenInstanceError):
                del each.made


def test_they_are_copied_and_pickled() -> None:
    """Though frozen."""
    assert (pickle.loads(pickle.dumps(Point(1))), copy.deepcopy(Point(3, 4))) == (Point(1), Point(3, 4))


def test_one_of_python_may_inherit_from_them() -> None:
    """As who uses the library may."""

    @dataclasses.dataclass(frozen=True)
    class Place(Point):
        name: str = ""

    assert repr(Place(1, name="a")).endswith("Place(x=1, y=2, name='a')")


def test_what_python_looks_for_is_made_once() -> None:
    """And for each class its own."""

    @lazy.dataclass(frozen=True, slots=True)
    class More(Point):
        z: int = 3

    assert dataclasses.fields(More)[0] is dataclasses.fields(More)[0]
    assert [[each.name for each in dataclasses.fields(kind)] for kind in (More, Point)] == [["x", "y", "z"], ["x", "y"]]


def test_the_package_has_no_others() -> None:
    """Python's own cost a millisecond each while their module is imported."""
    found = {name for name, tree in MODULES.items() if name != "dataclass" and "dataclasses.dataclass" in imported(tree)}
    assert not found, f"import `dataclass`, `field` and `replace` from `orbitcfg.dataclass`: {sorted(found)}"
