"""SQL that ORBIT's query guard lets pass and that a database does not have.

Each row was asked of SQLite 3.40, DuckDB 2.0, PostgreSQL 15 and MariaDB 10.11; what Athena has is read in its documentation. Functions are told of SQLite alone: elsewhere anybody may have made them.
"""

import re
from functools import cache
from typing import NamedTuple

from orbitcfg.effective.intent.sql_tokens import MORE_QUERY_WORDS, QUERY_WORDS, SqlText


class ForeignSql(NamedTuple):
    """What is written, one imperative, and whether the query runs, with another meaning."""

    snippet: str
    remedy: str
    runs: bool = False


_LIKE = "write `LIKE` where it stands"
_CAST = "write `CAST(… AS …)` where it stands"
_LIMIT = "write `LIMIT` where it stands"
_OUT = "take it out"
_STRFTIME = "write `strftime(…)` where it stands"
_TABLE = "write the query without it"

_ILIKE = (r"(?<!\. )\bILIKE\b", _LIKE)
_COLONS = (r"::", _CAST)
_LOCK = (r"\bFOR (?:UPDATE|SHARE)\b", _OUT)
_PAIR = (r"\bLIMIT \d+ , \d+", "write `LIMIT … OFFSET …`")
_INTO = (r"\bINTO\b", _TABLE)
_COMMA = (r", FROM\b", "take the comma out")
_MATCH = (r"\b(?:REGEXP|RLIKE)(?= ['?:%])", _LIKE)
_DISTINCT_ON = (r"\bDISTINCT ON \(", "let the query group by these columns")
_INTERVAL_TEXT = (r"\bINTERVAL '\d+ [A-Z]+'(?! [A-Z])", "write the number alone, and the unit behind it: `INTERVAL 1 DAY`")
_PIPES = (r"(?<='%' )\| \||\| \|(?= '%')", "write `CONCAT(…)`")
_DATES = "NOW|CURDATE|GETDATE|SYSDATE|YEAR|MONTH|DAY|DATE_TRUNC|DATE_PART|DATE_FORMAT|DATE_ADD|DATE_SUB|DATEDIFF|TO_CHAR|TO_DATE|UNIX_TIMESTAMP|FROM_UNIXTIME"

_ROWS: dict[str, tuple[tuple[str, str], ...]] = {
    "sqlite": (
        _COMMA,
        _ILIKE,
        _COLONS,
        (r"\bFETCH (?:FIRST|NEXT)\b", _LIMIT),
        _LOCK,
        _INTO,
        _MATCH,
        _DISTINCT_ON,
        (r"(?<=[-+] )INTERVAL (?:'\d[^']*'|\d+)", "write `date(…, '-1 day')`"),
        (r"\bEXTRACT \( \w+ FROM\b", _STRFTIME),
        (rf"(?<!\. )\b(?:{_DATES}) \(", _STRFTIME),
        (r"(?<!\. )\bNVL \(", "write `ifnull(…)`"),
        (r"(?<!\. )\bLEN \(", "write `length(…)`"),
        (r"(?<!\. )\b(?:LEFT|RIGHT) \(", "write `substr(…)`"),
    ),
    "duckdb": (_LOCK, _PAIR, _INTO, _MATCH),
    "postgres": (
        _COMMA,
        _PAIR,
        _INTO,
        (_MATCH[0], "write `~` where it stands"),
        (r"(?<=[-+] )INTERVAL \d+", "put the number and its unit in quotes: `INTERVAL '1 day'`"),
    ),
    "mysql": (
        _COMMA,
        _ILIKE,
        _COLONS,
        _INTO,
        _DISTINCT_ON,
        _INTERVAL_TEXT,
        (r"\bFULL OUTER JOIN\b", "write a `LEFT JOIN` and a `RIGHT JOIN`, and `UNION` between them"),
        (r"\) FILTER \( WHERE\b", "write `SUM(CASE WHEN … THEN 1 ELSE 0 END)`"),
        (r"\bAS (?:TEXT|STRING)(?= \))", "write `AS CHAR`"),
        _PIPES,
    ),
    "athena": (
        _COMMA,
        _ILIKE,
        _COLONS,
        _LOCK,
        _PAIR,
        _DISTINCT_ON,
        _INTERVAL_TEXT,
        (r"\bLIMIT \d+ OFFSET\b", "write `OFFSET` before `LIMIT`"),
    ),
}


@cache
def _expressions(dialect: str) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """One expression for all rows of a dialect, and each row."""
    rows = _ROWS[dialect]
    return re.compile("|".join(text for text, _ in rows)), tuple((re.compile(text), remedy) for text, remedy in rows)


def foreign(sql: SqlText, dialect: str) -> ForeignSql | None:
    """What of a query a database does not have, the first alone; None where nothing is known against it."""
    if dialect not in _ROWS or sql.first_word not in QUERY_WORDS | MORE_QUERY_WORDS or sql.writing_clause:
        return None
    text = " ".join(_plain(kind, text) for kind, text in sql.tokens)
    anything, rows = _expressions(dialect)
    if anything.search(text) is None:
        return None
    own = _named_otherwise(text)
    for row, remedy in rows:
        found = next((each for each in row.finditer(text) if each[0].removesuffix(" (") not in own), None)
        if found is not None:
            return ForeignSql(_written(found[0]), remedy, (row.pattern, remedy) == _PIPES)
    return None


def _plain(kind: str | None, text: str) -> str:
    """A token as the rows have it: in capitals, names in quotes and most texts without what stands in them."""
    if kind == "string":
        return text.upper() if text[1:2].isdigit() or text == "'%'" else "''"
    return '""' if kind in ("identifier", "backtick") else text.upper()


def _named_otherwise(text: str) -> frozenset[str]:
    """The names that a query gives to a table of its own, which may look like functions: `WITH month (m) AS (…)`."""
    return frozenset(re.findall(r"(?:WITH|RECURSIVE|,) (\w+) \([^()]*\) AS (?:MATERIALIZED )?\(", text)) if text.startswith("WITH") else frozenset()


def _written(found: str) -> str:
    """What was found, as a person writes it."""
    written = found.replace("| |", "||").replace(" ( ", "(").replace(" (", "(").replace(" ,", ",").strip()
    return written + "…)" if "(" in written else written
