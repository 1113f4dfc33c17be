"""The fact and the remedy for each keyword of a schema that refuses a value."""

from typing import Any

import pytest

from orbitcfg.catalog.check import Mismatch
from orbitcfg.catalog.rows import Row
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Origin, Scalar
from orbitcfg.rules.shape.values import _said
from tests.trees import example_config

SENTENCES: list[tuple[str, Any, object, str, str]] = [
    ("type", "integer", "x", '`level` is the text `"x"`, and needs a whole number', "write a whole number"),
    ("type", "number", "0.5", '`level` is the text `"0.5"`, and needs a number', "write `0.5` without quotes"),
    ("type", "boolean", "False", '`level` is the text `"False"`, and needs true or false', "write `false` without quotes"),
    ("type", "string", 5, "`level` is the number `5`, and needs text", "write text"),
    ("enum", ["debug", "info"], "debg", '`level` is `"debg"`, which is none of its values', "write `debug`"),
    ("enum", ["debug", "info"], "zzz", '`level` is `"zzz"`, which is none of its values', "write one of `debug`, `info`"),
    ("const", "a", "b", '`level` is `"b"`, which is none of its values', "write `a`"),
    ("const", None, "b", '`level` is `"b"`, and must be left out here', "remove the line"),
    ("minimum", 1, 0, "`level` is `0`, and must be at least 1", "write a number of at least 1"),
    ("maximum", 1, 2, "`level` is `2`, and must be at most 1", "write a number of at most 1"),
    ("exclusiveMinimum", 0, 0, "`level` is `0`, and must be more than 0", "write a number of more than 0"),
    ("exclusiveMaximum", 1, 1, "`level` is `1`, and must be less than 1", "write a number of less than 1"),
    ("not", {}, 1, "`level` is `1`, and must be left out here", "remove the line"),
    ("minLength", 1, "", "`level` is empty", "give it a value, or remove the line"),
    ("minItems", 1, "", "`level` is empty", "give it a value, or remove the line"),
    ("minProperties", 1, "", "`level` is empty", "give it a value, or remove the line"),
    ("pattern", "a", "b", '`level` is the text `"b"`, which does not fit', "run `orbitcfg why 'level'` for what it may be"),
]


@pytest.mark.parametrize(("keyword", "wanted", "value", "fact", "remedy"), SENTENCES)
def test_a_refusal_says_what_is_and_what_to_write(keyword: str, wanted: Any, value: object, fact: str, remedy: str) -> None:
    schema = {keyword: wanted}
    node = Scalar(value, Origin(Span(Source("x.yaml", ""), 0, 0)))
    config = example_config("messages: {}\n")
    assert _said(config, Mismatch(("level",), keyword, wanted, schema), node, Row(schema)) == (fact, remedy)
