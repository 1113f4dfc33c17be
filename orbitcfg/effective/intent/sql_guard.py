"""ORBIT's query guard: what it refuses of a query, by fixed rules, and by the parser that it uses where that is installed."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from orbitcfg.effective.intent.sql_plain import is_plain
from orbitcfg.effective.intent.sql_tokens import MORE_QUERY_WORDS, QUERY_WORDS, WRITES, SqlText

_NO_BACKTICKS = frozenset({"postgres", "duckdb", "athena"})
_BOUND = frozenset({"mark", "colon", "pyformat", "dollar"})
_PLACE = re.compile(r"Line (\d+), Col: (\d+)")
_TOKEN = re.compile(r" but got <Token.*", re.DOTALL)
_PARSERS_OWN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the parser raises beside its own errors on a query that it was not made for; ORBIT refuses the query then, too."""

MAX_PARSED = 20_000
"""Characters of a query that the parser is asked about."""


def refusals(sql: SqlText, dialect: str) -> Iterator[str]:
    """Why the guard refuses a query, by fixed rules, the first alone counting."""
    first = sql.first_word
    if sql.has_second_statement:
        yield "it holds a second statement, for which anything behind a `;` counts, a comment too"
    elif not sql.tokens:
        yield "it is no query"
    elif first and first not in QUERY_WORDS and not (first in MORE_QUERY_WORDS and (dialect != "sqlite" or first == "FROM")):
        yield f"it begins with `{first}`, and only a query may run"
    elif sql.writing_clause:
        yield f"it holds `{sql.writing_clause}`, and only a query may run"
    elif sql.of("backtick") and dialect in _NO_BACKTICKS:
        yield "names in back-ticks are not of this dialect"
    elif sql.misplaced_clause is not None:
        before, after = sql.misplaced_clause
        yield f"`{after}` comes after `{before}`"
    elif (why := _of_limit(sql)) is not None:
        yield why


def _of_limit(sql: SqlText) -> str | None:
    if sql.has_ties:
        return "`WITH TIES` may give more rows than are counted"
    count = sql.limit
    if count is None:
        return None
    words = [each for each in count if each.text not in ("(", ")")]
    if len(words) == 3 and words[1].text == ",":
        words = words[2:]
    if len(count) == 1 and (count[0].kind in _BOUND or (count[0].kind == "number" and count[0].text.isdigit()) or count[0].word == "ALL"):
        return None
    if len(words) == 1 and len(count) == 3 and words[0].text.isdigit() and count[1].text == ",":
        return None
    if any(each.kind == "braces" for each in count):
        return None
    return "its `LIMIT` is neither a number nor a placeholder" if words and not _may_be_more(count) else None


def _may_be_more(count: tuple[Any, ...]) -> bool:
    """Whether something else than a row count follows `LIMIT`, so that nothing can be said."""
    return any(each.word in ("FETCH", "FOR", "UNION", "BY", "WITH") for each in count) or (len(count) == 3 and count[1].text == ",")


def writes(sql: SqlText) -> str:
    """The word with which a query writes; empty for one that reads."""
    return sql.first_word if sql.first_word in WRITES else sql.writing_clause


def parsers_refusal(sql: SqlText, dialect: str) -> str | None:
    """Why the guard's own parser refuses a query; None where it does not, where it is not installed, and for a query so plain that it need not be asked."""
    if len(sql.text) > MAX_PARSED or not _is_installed() or is_plain(sql, dialect):
        return None
    parse = _parser()
    return None if parse is None else parse(sql.text, dialect)


@cache
def _is_installed() -> bool:
    return find_spec("sqlglot") is not None


@cache
def _parser() -> Callable[[str, str], str | None] | None:
    try:
        # imported here: it is an extra, and takes as long to import as all the rest
        import sqlglot
        from sqlglot import exp
        from sqlglot.errors import SqlglotError
    except ImportError:
        return None
    import logging

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

    def parsed(text: str, dialect: str) -> str | None:
        try:
            statements: list[Any] = [each for each in sqlglot.parse(text, read=dialect) if each is not None]
        except RecursionError:
            return None
        except (SqlglotError, *_PARSERS_OWN) as error:
            return f"it cannot be read{_place_of(error)}"
        if len(statements) == 1 and not isinstance(statements[0], exp.Query):
            return "only a query may run"
        return None

    return parsed


def _place_of(error: Exception) -> str:
    """Where in a query the parser gives up, and its words where they are not about its own classes."""
    said = str(error).strip().partition("\n")[0]
    place = _PLACE.search(said)
    words = "" if "<class" in said else _TOKEN.sub("", _PLACE.sub("", said)).strip(". ")[:100]
    return (f" at its line {place[1]}, column {place[2]}" if place else "") + (f": {words}" if words else "")
