"""Properties that are kept behave as those of Python."""

import functools
import inspect
from typing import Any

import pytest

from orbitcfg.cached import cached_property
from tests.test_floors import MODULES, imported


@pytest.fixture(params=[cached_property, functools.cached_property])
def kind(request: pytest.FixtureRequest) -> Any:
    """A class with such a property, of this kind and of Python's, and what it was asked."""
    asked: list[object] = []

    def area(circle: object) -> float:
        """How much it covers."""
        asked.append(circle)
        return 3.0

    kept = request.param(area)
    circle = type("Circle", (), {"area": kept})
    return circle, asked


def test_it_is_worked_out_once_an_instance(kind: Any) -> None:
    circle, asked = kind
    first, second = circle(), circle()
    assert [first.area, first.area, second.area] == [3.0, 3.0, 3.0]
    assert asked == [first, second]


def test_it_is_worked_out_anew_once_it_is_taken_away(kind: Any) -> None:
    circle, asked = kind
    first = circle()
    assert first.area == 3.0
    del first.area
    assert (first.area, len(asked)) == (3.0, 2)


def test_the_class_tells_what_it_is(kind: Any) -> None:
    circle, asked = kind
    assert inspect.getdoc(circle.area) == "How much it covers."
    assert asked == []


def test_what_raises_is_not_kept() -> None:
    class Odd:
        tries = 0

        @cached_property
        def value(self) -> int:
            self.tries += 1
            if self.tries == 1:
                raise LookupError
            return self.tries

    odd = Odd()
    with pytest.raises(LookupError):
        _ = odd.value
    assert odd.value == 2


def test_all_are_of_this_kind() -> None:
    """A lock for each is half a hundredth of a cold `validate`."""
    assert [name for name, tree in MODULES.items() if name != "cached" and "functools.cached_property" in imported(tree)] == []
