"""What is kept is found by identity, and goes when nobody asks for it."""

from orbitcfg.document.memo import NOTHING_KEPT, Memo


def test_a_result_is_found_by_what_it_was_made_of() -> None:
    memo, first, equal = Memo(keeps=True), [1], [1]
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    assert memo.kept("a", (first,), make) is memo.kept("a", (first,), make)
    assert memo.kept("a", (equal,), make) is not memo.kept("a", (first,), make)
    assert memo.kept("b", (first,), make) is not memo.kept("a", (first,), make)
    assert len(made) == 3


def test_what_nobody_asks_for_goes_at_the_second_round() -> None:
    memo, node = Memo(keeps=True), object()
    before = memo.kept("a", (node,), object)
    memo.settle()
    assert memo.kept("a", (node,), object) is before
    memo.settle()
    memo.settle()
    assert memo.kept("a", (node,), object) is not before


def test_a_single_look_keeps_nothing() -> None:
    node = object()
    assert NOTHING_KEPT.kept("a", (node,), object) is not NOTHING_KEPT.kept("a", (node,), object)
    value = {"a": 1}
    assert NOTHING_KEPT.alike(value) is value


def test_an_equal_value_is_the_last_one() -> None:
    memo, value = Memo(keeps=True), {"a": 1}
    assert memo.alike(value) is value
    assert memo.alike({"a": 1}) is value
    assert memo.alike({"a": 2}) == {"a": 2}
    assert memo.alike({"a": 1}) is not value
