"""Named tuples that are written at their first use behave as those of Python."""

import copy
import inspect
import pickle
import typing
from collections.abc import Callable

import pytest

from orbitcfg import record
from tests.test_floors import MODULES, imported


class Place(record.NamedTuple):
    """One that pickle finds by its name."""

    line: int
    column: int = 1


CLASSES = '''
class Pair(NamedTuple):
    """A page of its own."""

    first: int
    second: "str | None" = None

    @property
    def double(self):
        return 2 * self.first


class Narrow(Pair):
    def own(self):
        return self.double + 1


class Empty(NamedTuple):
    pass


def matched(value):
    match value:
        case Pair(first, second):
            return first, second
'''
"""What is written of either: a type checker knows a class only where it knows its base."""


def results(kind: object) -> list[object]:
    """What can be seen of classes of either, and of their instances."""
    scope: dict[str, typing.Any] = {"NamedTuple": kind, "__name__": __name__}
    exec(CLASSES, scope)
    Pair, Narrow, Empty = scope["Pair"], scope["Narrow"], scope["Empty"]  # noqa: N806 - classes
    seen: list[object] = [Pair(1), Pair(1, "a"), Pair(second="b", first=2), Pair(3).double, Narrow(4), Narrow(4).own(), Empty()]
    seen += [Pair(1) == (1, None), Pair(1) == Pair(1, "a"), hash(Pair(1)) == hash((1, None)), Pair(1) < Pair(2), sorted({Pair(2), Pair(1), Pair(2)})]
    seen += [Pair(1)._replace(second="c"), Pair(1)._asdict(), Pair._make([5, "d"]), Pair._fields, Pair._field_defaults, Pair.__match_args__]
    seen += [
        Pair.__doc__,
        Pair.__name__,
        Pair.__slots__,
        hasattr(Pair(1), "__dict__"),
        list(inspect.signature(Pair._make([1, None]).__class__).parameters),
    ]
    seen += [copy.copy(Pair(6)), copy.deepcopy(Pair(7, "e")), isinstance(Pair(1), tuple), type(Narrow(1)) is Narrow]
    seen += scope["matched"](Pair(8, "f"))
    refused: tuple[Callable[[], object], ...] = (
        Pair,
        lambda: Pair(1, "a", 2),
        lambda: Pair(1, third=2),
        lambda: setattr(Pair(1), "first", 2),
    )
    for act in refused:
        with pytest.raises((TypeError, AttributeError)) as raised:
            act()
        seen.append((type(raised.value), str(raised.value).rpartition("Pair.")[2]))
    return [repr(each) for each in seen]


def test_they_behave_as_those_of_python() -> None:
    """Values, order, hashes, text, what is derived from them, errors."""
    assert results(record.NamedTuple) == results(typing.NamedTuple)


@pytest.mark.parametrize("kind", [record.NamedTuple, typing.NamedTuple])
def test_too_many_values_make_none(kind: object) -> None:
    """Also where they are given in one."""
    scope: dict[str, typing.Any] = {"NamedTuple": kind, "__name__": __name__}
    exec(CLASSES, scope)
    with pytest.raises(TypeError):
        scope["Pair"]._make([1, "a", 2])


def test_one_with_changes_is_made_as_python_asks_for_it() -> None:
    """`copy.replace` does from Python 3.13 on."""
    replaced = Place(3, 4).__replace__(line=5)  # type: ignore[attr-defined, unused-ignore]
    assert replaced == Place(5, 4)
    assert type(replaced) is Place


def test_they_are_pickled() -> None:
    """By the name of their class."""
    assert pickle.loads(pickle.dumps(Place(3))) == Place(3, 1)


def test_all_are_of_this_kind() -> None:
    """One that Python compiles at each start costs what a hundred calls do."""
    assert [name for name, tree in MODULES.items() if name != "record" and "typing.NamedTuple" in imported(tree)] == []
