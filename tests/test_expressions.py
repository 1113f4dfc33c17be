"""No regular expression of the package backtracks: on texts that are made to lead it astray, its time grows with their length alone."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any

import pytest

from tests.test_floors import MODULES, PACKAGE

LENGTH = 4_000
"""Of a text: at the square of it an expression takes a tenth of a second, else no thousandth."""

LIMIT_S = 0.03
FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
SAMPLES = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_DIGIT": "a"}


def expressions() -> Iterator[tuple[str, Any]]:
    """Every expression that a module keeps, alone or in a collection, and every one that is written where it is used."""
    for name, tree in MODULES.items():
        module = importlib.import_module(f"orbitcfg.{name}".removesuffix(".__init__")) if name != "__main__" else None
        for constant, value in vars(module).items() if module else ():
            listed = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
            yield from ((f"{name}.{constant}", each) for each in listed if isinstance(each, re.Pattern))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=called), args=[ast.Constant(value=str(text)), *_]) if called in FUNCTIONS:
                    flags = re.VERBOSE if "(?#" in text else 0
                    yield f"{name}:{node.lineno}", re.compile(text, flags)


def sample(items: Any, *, whole: bool) -> str:
    """A text that parsed items match, of what may be left out either all or nothing."""
    text = ""
    for operation, value in items:
        match str(operation):
            case "LITERAL":
                text += chr(value)
            case "NOT_LITERAL" | "ANY":
                text += "a" if value != ord("a") else "b"
            case "IN":
                text += next(letters(value), "a")
            case "BRANCH":
                text += sample(value[1][0], whole=whole)
            case "SUBPATTERN":
                text += sample(value[3], whole=whole)
            case "ATOMIC_GROUP":
                text += sample(value, whole=whole)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                text += sample(value[2], whole=whole) * max(value[0], int(whole))
    return text


def letters(allowed: Any) -> Iterator[str]:
    """Some characters of a set."""
    if allowed and str(allowed[0][0]) == "NEGATE":
        taken = re.compile("[" + "".join(re.escape(each) for each in letters(allowed[1:])) + "]") if len(allowed) > 1 else re.compile("(?!)")
        yield from (each for each in "a 1-:" if not taken.match(each))
        return
    for operation, value in allowed:
        match str(operation):
            case "LITERAL":
                yield chr(value)
            case "RANGE":
                yield chr(value[0])
            case "CATEGORY":
                yield SAMPLES.get(str(value), "a")


def alphabet(items: Any) -> Iterator[str]:
    """Characters that parsed items speak of, at any depth."""
    for operation, value in items:
        match str(operation):
            case "LITERAL" | "NOT_LITERAL":
                yield chr(value)
            case "IN":
                yield from letters(value)
            case "BRANCH":
                for each in value[1]:
                    yield from alphabet(each)
            case "SUBPATTERN":
                yield from alphabet(value[3])
            case "ATOMIC_GROUP":
                yield from alphabet(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from alphabet(value[2])


@cache
def texts(pattern: str, flags: int) -> tuple[str, ...]:
    """Texts on which an expression that can take a text apart in several ways goes through all of them."""
    items = list(parser.parse(pattern, flags & ~re.UNICODE if isinstance(pattern, bytes) else flags))
    begins = dict.fromkeys(sample(items[:end], whole=whole) for end in range(len(items) + 1) for whole in (True, False))
    heads = [each for each in begins if len(each) < 60][:10]
    fill = [each for each in dict.fromkeys((" ", *alphabet(items))) if each][:9]
    found = [head * (LENGTH // len(head)) for head in heads if head]
    found += [head + each * LENGTH for head in heads for each in fill]
    return tuple(dict.fromkeys(text + end for text in found for end in ("\0", "")))


def seconds(expression: Any, text: str) -> float:
    """The time of an expression over a text, searched for and as the whole of it, the least of three."""
    best = float("inf")
    for _ in range(3):
        before = process_time()
        expression.search(text)
        expression.fullmatch(text)
        best = min(best, process_time() - before)
        if best < LIMIT_S:
            break
    return best


FOUND = [(name, each) for name, each in expressions() if isinstance(each.pattern, str)]


def test_the_expressions_of_the_package_are_found() -> None:
    assert len(FOUND) > 80
    assert PACKAGE.is_dir()


@pytest.mark.parametrize("expression", dict.fromkeys(each for _, each in FOUND), ids=lambda each: next(name for name, one in FOUND if one is each))
def test_an_expression_takes_linear_time(expression: Any) -> None:
    slow = [text for text in texts(expression.pattern, expression.flags) if seconds(expression, text) > LIMIT_S]
    assert [f"{text[:30]!r} … {text[-3:]!r}" for text in slow[:3]] == []


@pytest.mark.parametrize("text", [r"^[ \t]*#?[ \t]*(?:export[ \t]+)?([A-Za-z_]+)=", r"\$\{[A-Za-z_]\w*(?::-[^}]*)?$", r"\s+#", r"a+a+b"])
def test_an_expression_that_backtracks_is_found(text: str) -> None:
    """The law itself sees those that it is there for."""
    expression = re.compile(text, re.MULTILINE)
    assert any(seconds(expression, each) > LIMIT_S for each in texts(text, expression.flags))
