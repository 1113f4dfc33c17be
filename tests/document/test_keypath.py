"""Key paths as people write them, and back."""

import pytest

from orbitcfg.document.keypath import extend_key_path, find_key_path, format_key_path, parse_key_path
from orbitcfg.document.source import Source
from orbitcfg.document.tree import KeyPath, Node
from orbitcfg.document.yaml_reader import parse


def tree(text: str) -> Node:
    node, _ = parse(Source("x.yaml", text))
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a[0]", ("a", "0")),
        ("a[simple-chat].model", ("a", "simple-chat", "model")),
        ('a."b.c"', ("a", "b.c")),
        ('"a"[0]."b"', ("a", "0", "b")),
        ("", None),
        ("a[", None),
        ("a..b", None),
        ("a]", None),
    ],
)
def test_a_text_has_these_parts(text: str, parts: tuple[str, ...] | None) -> None:
    assert parse_key_path(text) == parts


ITEMS = tree("l: [a, {name: x}, {name: '0'}, {name: x}]\n7: one\non: yes\n~: nothing\n2.5: half\n")


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("l", "x"), ("l", 1)),
        (("l", "0"), ("l", 2)),  # a name goes before a number
        (("l", "1"), ("l", 1)),
        (("l", "3"), ("l", 3)),
        (("l", "4"), None),
        (("l", "-1"), None),
        (("l", "1.0"), None),
        (("l", "y"), None),
        (("7",), (7,)),
        (("true",), (True,)),
        (("2.5",), (2.5,)),
        (("on",), None),
        (("l", "0", "name"), ("l", 2, "name")),
        (("7", "0"), None),
    ],
)
def test_parts_mean_a_path(parts: tuple[str, ...], path: KeyPath | None) -> None:
    assert find_key_path(ITEMS, parts) == path


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("l", "x", "enabled"), ("l", 1, "enabled")),
        (("l", "4", "name"), ("l", "4", "name")),
        (("7", "two"), (7, "two")),
        (("new", "1"), ("new", "1")),
    ],
)
def test_a_path_to_nothing_keeps_the_keys_that_are_there(parts: tuple[str, ...], path: KeyPath) -> None:
    assert extend_key_path(ITEMS, parts) == path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("l", 0), "l[0]"),
        (("l", 1), "l[x]"),
        (("l", 2), "l[0]"),
        (("l", 3), "l[3]"),  # the second of its name
        (("l", 1, "name"), "l[x].name"),
        ((7,), "7"),
        ((True,), "true"),
        ((None,), "null"),
        ((2.5,), '"2.5"'),
        (("a.b", "c d"), '"a.b"."c d"'),
        ((), ""),
    ],
)
def test_a_path_is_written_as_a_user_would(path: KeyPath, text: str) -> None:
    assert format_key_path(ITEMS, path) == text


def test_a_name_that_holds_a_bracket_is_no_name() -> None:
    assert format_key_path(tree("l: [{name: 'a]b'}, {name: ''}]"), ("l", 0)) == "l[0]"
