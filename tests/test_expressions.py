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

from tests.test_floors import MODULES, nodes

LENGTH = 6_000
"""Of a text: at the square of it an expression takes 18 ms and more, else less than one."""

LIMIT_S = 0.012
FUNCTIONS = frozenset({"search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
BOUNDED = {
    "compile.interpolate.PLACEHOLDER": "it is looked for up to the last brace alone",
    "edit.layout._BLANK": "it is matched behind a value alone",
    "files.patterns._EARLIER_FOLDERS": "a pattern of the settings has at most a thousand characters",
    "files.patterns._EARLIER_STAR": "likewise",
    "masking.broken_yaml._CLOSING": "it is matched from the begin of a line alone",
    "masking.values._ANY_DEFAULT": "it is looked for up to the last brace alone",
}
"""Expressions that backtrack on texts which they are never given, and why not."""

SAMPLES = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_NOT_DIGIT": "a",
}


SEARCHES = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})


def names(node: ast.AST) -> set[str]:
    """All that an expression of Python names."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def looped_over(tree: ast.Module, variables: set[str]) -> set[str]:
    """What loops give these variables from."""
    loops = (node for node in nodes(tree) if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name))
    return {name for loop in loops if names(loop.target) & variables for name in names(loop.iter)}


@cache
def searched(tree: ast.Module) -> set[str]:
    """The names of a module's expressions that are looked for anywhere in a text; others are matched from its beginning alone."""
    calls = (node for node in nodes(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SEARCHES)
    # `re.search(EXPRESSION, text)`, `EXPRESSION.search(text)`
    called = (call.args[0] if names(call.func) == {"re"} and call.args else call.func for call in calls)
    found = {name for each in called for name in names(each)}
    return found | looped_over(tree, found)


@cache
def texts_of(tree: ast.Module) -> set[str]:
    """The names of a module's expressions that are text, which `re` compiles for the first that asks."""
    found = {
        name
        for node in nodes(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS | {"compile"}
        if names(node.func) == {"re"} and node.args
        for name in names(node.args[0])
    }
    return found | looped_over(tree, found)


IMPORTED = {
    alias.name
    for tree in MODULES.values()
    for node in nodes(tree)
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("orbitcfg")
    for alias in node.names
} & {name for tree in MODULES.values() for name in searched(tree)}
"""What is looked for by a module that it does not stand in."""


def expressions() -> Iterator[tuple[str, Any, bool]]:
    """Every expression that a module keeps, alone or in a collection, and every one that is written where it is used; and whether it is looked for."""
    for name, tree in MODULES.items():
        module = importlib.import_module(f"orbitcfg.{name}".removesuffix(".__init__")) if name != "__main__" else None
        for constant, value in vars(module).items() if module else ():
            listed = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
            # what stands in a collection is called by another name
            is_searched = constant in searched(tree) | IMPORTED or (listed is not value and not isinstance(value, re.Pattern))
            yield from ((f"{name}.{constant}", as_text(each), is_searched) for each in listed if isinstance(each, re.Pattern))
            if constant in texts_of(tree):
                yield from ((f"{name}.{constant}", re.compile(each), constant in searched(tree)) for each in listed if isinstance(each, str))
        for node in nodes(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=called), args=[ast.Constant(value=str(text)), *_]) if (
                    called in FUNCTIONS
                ):
                    yield f"{name}:{node.lineno}", re.compile(text), called in SEARCHES


def as_text(expression: Any) -> Any:
    """An expression over text, of one over bytes as well."""
    return re.compile(expression.pattern.decode("latin-1"), expression.flags) if isinstance(expression.pattern, bytes) else expression


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
    items = list(parser.parse(pattern, flags))
    begins = dict.fromkeys(sample(items[:end], whole=whole) for end in range(len(items) + 1) for whole in (True, False))
    heads = [each for each in begins if len(each) < 60][:7]
    fill = [each for each in dict.fromkeys((" ", *alphabet(items))) if each][:6]
    found = [head * (LENGTH // len(head)) for head in heads if head]
    found += [head + each * LENGTH for head in heads for each in fill]
    return tuple(dict.fromkeys(text + end for text in found for end in ("\0",)))


def seconds(expression: Any, text: str, *, is_searched: bool) -> float:
    """The time of an expression over a text, the least of five."""
    best = float("inf")
    for _ in range(5):
        before = process_time()
        if is_searched:
            expression.search(text)
        expression.fullmatch(text)
        best = min(best, process_time() - before)
        if best < LIMIT_S:
            break
    return best


FOUND = list({(each.pattern, each.flags): (name, each, is_searched) for name, each, is_searched in expressions() if name not in BOUNDED}.values())


def test_the_expressions_of_the_package_are_found() -> None:
    assert len(FOUND) > 80


@pytest.mark.parametrize(("name", "expression", "is_searched"), FOUND, ids=[name for name, _, _ in FOUND])
def test_an_expression_takes_linear_time(name: str, expression: Any, *, is_searched: bool) -> None:
    slow = (text for text in texts(expression.pattern, expression.flags) if seconds(expression, text, is_searched=is_searched) > LIMIT_S)
    assert next(slow, "")[:40] == "", name


@pytest.mark.parametrize("text", [r"^[ \t]*#?[ \t]*=", r"\s+#"])
def test_an_expression_that_backtracks_is_found(text: str) -> None:
    """The law itself sees those that it is there for."""
    expression = re.compile(text, re.MULTILINE)
    assert any(seconds(expression, each, is_searched=True) > LIMIT_S for each in texts(text, expression.flags))
