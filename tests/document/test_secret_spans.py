"""Secrets are found in the part of a source that is asked for as in the whole of it."""

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.document.secret_spans import SecretFinder
from orbitcfg.document.source import Source
from orbitcfg.document.yaml_reader import parse
from tests.shared import PROJECT

TEXTS = (
    "a: 1\nb: {token: abc, list: [x, {password: 'p w'}]}\na: {api_key: lost, secret: found}\n",
    "- name: API_KEY\n  value: abc\n- [--token, abc]\n- - api_key: |\n      two\n      lines\n",
    "secrets:\n  one:\n    - deep\n    - {deeper: x}\n  'https://u:p@host': here\n",
    "api_key:\n\npassword: # nothing\nlast: [ ]\n",
    "database: {url: 'postgres://u:p@host/db', header: 'Authorization: Bearer abcdef'}\n",
    "token: plain",
)
FILES = tuple(path.read_text("utf-8") for path in sorted((PROJECT / "examples").rglob("*.yaml")))


def finders(text: str) -> tuple[SecretFinder, SecretFinder]:
    """The one that looks where it is asked, and the one that looks at everything."""
    root, _ = parse(Source("a.yaml", text))
    assert root is not None
    return SecretFinder(root, nested=True, lost={}), SecretFinder(root, nested=False, lost={})


@pytest.mark.parametrize("text", TEXTS)
def test_each_part_alone_is_searched_as_the_whole(text: str) -> None:
    for start, end in combinations(range(len(text) + 1), 2):
        lazily, wholly = finders(text)
        assert list(lazily.between(start, end)) == list(wholly.between(start, end))


@given(st.data())
def test_parts_of_real_files_are_searched_as_the_whole(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS + FILES))
    lazily, wholly = finders(text)
    for start, length in data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 90)), max_size=6)):
        assert list(lazily.between(start, start + length)) == list(wholly.between(start, start + length))


@pytest.mark.parametrize(
    "text",
    [
        "password:\n  main: firstPart\n  main: secondPart\n",
        "password: {main: firstPart, main: secondPart}",
        "api_key: firstPart\nother: 1\napi_key: secondPart\napi_key: [thirdPart]\n",
        "x: &x firstPart\ny: &y secondPart\ntoken: *x\ntoken: *y\ntoken: *x\n",
    ],
)
def test_a_value_that_is_lost_to_another_of_its_key_is_as_secret(text: str) -> None:
    source = Source("a.yaml", text)
    parse(source)
    assert "Part" not in "".join(source.masked_line(number).text for number in range(1, text.count("\n") + 2))


def test_threads_that_ask_at_once_are_told_the_same() -> None:
    # of the second line of a secret only the value knows that it is one
    text = "".join(
        f'n{number}:\n  a: {{b: [x, y]}}\n  credentials:\n    db: "first\n      hunter{number} tail"\n    port: 1\n' for number in range(150)
    )
    numbers = range(1, text.count("\n") + 1)

    def shown(source: Source, order: Iterable[int]) -> str:
        return "".join(source.masked_line(number).text for number in order)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(12):
            source = Source("a.yaml", text)
            parse(source)
            with ThreadPoolExecutor(3) as pool:
                found = [pool.submit(shown, source, order) for order in (numbers, numbers[::-1], numbers[::3])]
                assert "tail" not in "".join(each.result() for each in found)
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("url: https://demo.example.org/v1?token=demo\n", ["demo"]),
        ("url: &a !!str 'https://demo.example.org/v1?token=demo&api_key=demo'\n", ["demo", "demo"]),
        ('url: "https://u.example.org/\\x41?token=abc"\n', ["abc"]),
        ('url: "https://u.example.org/?token=\\x41bc"\n', ['"https://u.example.org/?token=\\x41bc"']),
        ("url: postgres://root:root@db/x\n", ["root:root"]),
        ("a: &x foo1bar2\npassword: *x\n", ["&x foo1bar2"]),
        ("password: &x foo1bar2\na: *x\n", ["&x foo1bar2"]),
        ("a:\n  password: |\n    two\n #cut\nb: 1\n", ["|\n    two\n"]),
        ("password: two #cut\n", ["two #cut"]),
        ("password: two # cut\n", ["two"]),
        ("'https://u:pw@h': 1\n", ["'https://u:pw@h'"]),
        ("password:\nname: a\n", []),
    ],
)
def test_what_may_not_be_shown_is_found_where_it_stands(text: str, hidden: list[str]) -> None:
    """Also where the rest of a value says the same."""
    for finder in finders(text):
        found = list(finder.between(0, len(text)))
        assert [text[start:end] for start, end in found] == hidden
        # what comes last is the value of a parameter, and no part of a host
        assert all(text[start - 1] == "=" for start, end in found if text[start:end] == "demo")
