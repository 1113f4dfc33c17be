"""Texts are put to a plain test before an expression is tried: whatever an expression takes passes the test before it.

Each law draws texts from every alternative of the expression itself.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orbitcfg.document import odd_blanks, yaml_writer
from orbitcfg.effective import http_url
from orbitcfg.masking import names, pairs, steering, url
from orbitcfg.report import terminal
from orbitcfg.rules import _placeholders as placeholders
from orbitcfg.rules.environment import variables
from orbitcfg.rules.security import guards, private, secrets
from tests.shared import drawn

Passes = Callable[[str], bool]


def in_any_case(passes: Passes) -> Passes:
    """Of texts that are compared in small letters, of which the expression is: `İ` is no such, and comes to two of them."""

    def passes_in_both(text: str) -> bool:
        assume(text == text.casefold())
        return passes(text) and passes(text.upper())

    return passes_in_both


def is_foreign(text: str) -> bool:
    """Whether a text is told to be a placeholder of another system; a long one is not looked at."""
    assume(len(text) <= 200)
    return placeholders.foreign_placeholder(text) is not None


def is_made_own(text: str) -> bool:
    """Whether another system's placeholder is found in a text."""
    return placeholders.in_own_form(text) != text


def finds(expression: re.Pattern[str]) -> Passes:
    """Whether an expression that stands before another one finds something in a text."""
    return lambda text: expression.search(text) is not None


WHOLE: list[tuple[str, Passes]] = [
    (variables._EXAMPLE, in_any_case(variables._is_example)),
    (variables._MY_KEY, in_any_case(variables._is_example_of_secret)),
    (secrets._OF_VENDOR, secrets._looks_real),
    (placeholders._IN_STORE, in_any_case(is_foreign)),
    (placeholders._MOUNTED, is_foreign),
    (placeholders._ENCLOSED, is_foreign),
    *((form, is_foreign) for form in placeholders._FORMS),
    (names._ARGUMENT_ALONE, lambda text: text.startswith("-")),
]
"""Expressions that take a text as a whole, each with what only says yes where the test before it does."""

WITHIN: list[tuple[str, Passes]] = [
    (private._HOME, lambda text: private._home(text) is not None),
    (guards._CHECK, guards._is_check),
    *((form, is_made_own) for form in placeholders._INNER_FORMS),
    *((form, finds(pairs._OPTION_BEGINS)) for form in (pairs._OPTION, pairs._LOGIN, pairs._SHORT_OPTION, pairs._VALUE_OPTION)),
    (pairs._SENTENCE, pairs._may_speak_of_secret),
    *((form, finds(url._MAY_HOLD_SCHEME)) for form in url._SCHEMES),
    (steering.COMMAND, steering.is_like_command),
]
"""Those that are looked for in a text."""

CHARACTERS: list[tuple[str, Passes]] = [
    (terminal._UNPRINTABLE, lambda character: not character.isprintable()),
    (yaml_writer._AWKWARD, lambda character: not character.isprintable()),
    (odd_blanks.ODD_BLANK, lambda character: not character.isascii()),
    (http_url._NO_TEXT, lambda character: not character.isascii()),
    (names._ACCENT, lambda character: not character.isascii()),
]
"""Those that take one character."""

_MARK = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|P<\w+>|[a-z]*:))?|[|)]", re.DOTALL)
"""What groups an expression: first what only looks so."""


def alternatives(expression: str) -> Iterator[str]:
    """The expression once for each way to choose among its alternatives; those of what must or must not stand beside are left as they are."""
    opened: list[tuple[int, list[int], bool]] = [(0, [], False)]
    for mark in _MARK.finditer(f"{expression})"):
        start, bars, looks = opened[-1]
        if mark[0] == "|":
            bars.append(mark.start())
        elif mark[0].startswith("("):
            opened.append((mark.end(), [], looks or mark[0].endswith(("=", "!"))))
        elif mark[0] == ")":
            opened.pop()
            if bars and not looks:
                for begin, end in zip((start, *(bar + 1 for bar in bars)), (*bars, mark.start()), strict=True):
                    yield from alternatives(expression[:start] + expression[begin:end] + expression[mark.start() :])
                return
    yield expression


def cases(laws: list[tuple[str, Passes]]) -> list[tuple[str, Passes]]:
    """Each law for each alternative of its expression."""
    return [(each, passes) for expression, passes in laws for each in dict.fromkeys(alternatives(expression))]


def named(value: object) -> str | None:
    """The name of a case: its expression."""
    return ascii(value)[1:-1] if isinstance(value, str) else ""


law = partial(settings, max_examples=drawn(5), suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("expression", "passes"), cases(WHOLE), ids=named)
def test_what_an_expression_takes_passes_the_test_before_it(expression: str, passes: Passes) -> None:
    @law()
    @given(st.from_regex(expression, fullmatch=True))
    def holds(text: str) -> None:
        assert passes(text)

    holds()


@pytest.mark.parametrize(("expression", "passes"), cases(WITHIN), ids=named)
def test_what_an_expression_finds_passes_the_test_before_it(expression: str, passes: Passes) -> None:
    @law()
    @given(st.from_regex(expression))
    def holds(text: str) -> None:
        assert passes(text)

    holds()


@pytest.mark.parametrize(("expression", "passes"), CHARACTERS, ids=named)
def test_a_character_that_an_expression_takes_passes_the_test_before_it(expression: str, passes: Passes) -> None:
    taken = re.findall(expression, "".join(map(chr, range(0x110000))))
    assert taken
    assert [each for each in taken if not passes(each)] == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", ["a"]),
        ("a|b", ["a", "b"]),
        (r"x(?:a|b(?i:c|d)?)|[|)]\|(?!e|f)", ["x(?:a)", "x(?:b(?i:c)?)", "x(?:b(?i:d)?)", r"[|)]\|(?!e|f)"]),
    ],
)
def test_the_alternatives_of_an_expression(expression: str, expected: list[str]) -> None:
    assert sorted(dict.fromkeys(alternatives(expression))) == sorted(expected)
