"""SQL that ORBIT's query guard lets pass and that a database does not have.

Each row was asked of SQLite 3.40, DuckDB 2.0, PostgreSQL 15 and MariaDB 10.11; what Athena has is read in its documentation. Functions are told of SQLite alone: elsewhere anybody may have made them.
"""

import re

from orbitcfg.effective.intent.sql_tokens import MORE_QUERY_WORDS, QUERY_WORDS, SqlText
from orbitcfg.record import NamedTuple


class ForeignSql(NamedTuple):
    """What is written, one imperative, and whether the query runs, with another meaning."""

    snippet: str
    remedy: str
    runs: bool = False


_LIKE = "write `LIKE` in its place"
_CAST = "write `CAST(… AS …)` in its place"
_LIMIT = "write `LIMIT` in its place"
_OUT = "take it out"
_STRFTIME = "write `strftime(…)` in its place"
_TABLE = "write the query without it"

_DATES = [
    "NOW",
    "CURDATE",
    "GETDATE",
    "SYSDATE",
    "YEAR",
    "MONTH",
    "DAY",
    "DATE_TRUNC",
    "DATE_PART",
    "DATE_FORMAT",
    "DATE_ADD",
    "DATE_SUB",
    "DATEDIFF",
    "TO_CHAR",
    "TO_DATE",
    "UNIX_TIMESTAMP",
    "FROM_UNIXTIME",
]


class _Row(NamedTuple):
    """One thing that a database does not have. `signs`: one of them is in each text that has it, which is much quicker to see than the tokens."""

    signs: tuple[str, ...]
    tokens: str
    remedy: str


def _row(sign: str, tokens: str, remedy: str) -> _Row:
    return _Row(tuple(sign.split("|")), tokens, remedy)


_ILIKE = _row("ILIKE", r"(?<!\. )\bILIKE\b", _LIKE)
_COLONS = _row("::", r"::", _CAST)
_LOCK = _row("UPDATE|SHARE", r"\bFOR (?:UPDATE|SHARE)\b", _OUT)
_PAIR = _row("LIMIT ,", r"\bLIMIT \d+ , \d+", "write `LIMIT … OFFSET …`")
_INTO = _row("INTO", r"\bINTO\b", _TABLE)
_COMMA = _row(",FROM", r", FROM\b", "take the comma out")
_MATCH = _row("REGEXP|RLIKE", r"\b(?:REGEXP|RLIKE)(?= ['?:%])", _LIKE)
_DISTINCT_ON = _row("DISTINCT ON", r"\bDISTINCT ON \(", "let the query group by these columns")
_INTERVAL_TEXT = _row("INTERVAL '", r"\bINTERVAL '\d+ [A-Z]+'(?! [A-Z])", "write the number alone, and the unit behind it: `INTERVAL 1 DAY`")
_PIPES = _row("||", r"(?<='%' )\| \||\| \|(?= '%')", "write `CONCAT(…)`")

_ROWS: dict[str, tuple[_Row, ...]] = {
    "sqlite": (
        _COMMA,
        _ILIKE,
        _COLONS,
        _row("FETCH", r"\bFETCH (?:FIRST|NEXT)\b", _LIMIT),
        _LOCK,
        _INTO,
        _MATCH,
        _DISTINCT_ON,
        _row("INTERVAL", r"(?<=[-+] )INTERVAL (?:'\d[^']*'|\d+)", "write `date(…, '-1 day')`"),
        _row("EXTRACT(", r"\bEXTRACT \( \w+ FROM\b", _STRFTIME),
        _Row(tuple(f"{each}(" for each in _DATES), rf"(?<!\. )\b(?:{'|'.join(_DATES)}) \(", _STRFTIME),
        _row("NVL(", r"(?<!\. )\bNVL \(", "write `ifnull(…)`"),
        _row("LEN(", r"(?<!\. )\bLEN \(", "write `length(…)`"),
        _row("LEFT(|RIGHT(", r"(?<!\. )\b(?:LEFT|RIGHT) \(", "write `substr(…)`"),
    ),
    "duckdb": (_LOCK, _PAIR, _INTO, _MATCH),
    "postgres": (
        _COMMA,
        _PAIR,
        _INTO,
        _MATCH._replace(remedy="write `~` in its place"),
        _row("INTERVAL", r"(?<=[-+] )INTERVAL \d+", "put the number and its unit in quotes: `INTERVAL '1 day'`"),
    ),
    "mysql": (
        _COMMA,
        _ILIKE,
        _COLONS,
        _INTO,
        _DISTINCT_ON,
        _INTERVAL_TEXT,
        _row("FULL OUTER", r"\bFULL OUTER JOIN\b", "write a `LEFT JOIN` and a `RIGHT JOIN`, and `UNION` between them"),
        _row("FILTER(", r"\) FILTER \( WHERE\b", "write `SUM(CASE WHEN … THEN 1 ELSE 0 END)`"),
        _row("AS TEXT|AS STRING", r"\bAS (?:TEXT|STRING)(?= \))", "write `AS CHAR`"),
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
        _row("OFFSET", r"\bLIMIT \d+ OFFSET\b", "write `OFFSET` before `LIMIT`"),
    ),
}


def foreign(sql: SqlText, dialect: str) -> ForeignSql | None:
    """What of a query a database does not have, the first alone; None where nothing is known against it."""
    if dialect not in _ROWS or sql.first_word not in QUERY_WORDS | MORE_QUERY_WORDS or sql.writing_clause:
        return None
    seen = " ".join(sql.text.upper().split()).replace(" (", "(").replace(", FROM", ",FROM")
    if any(each.text == "," for each in sql.limit or ()):
        seen += "LIMIT ,"
    rows = [row for row in _ROWS[dialect] if any(sign in seen for sign in row.signs)]
    text = " ".join(_plain(kind, text) for kind, text in sql.tokens) if rows else ""
    for row in rows:
        own = _named_otherwise(text)
        found = next((each for each in re.finditer(row.tokens, text) if each[0].removesuffix(" (") not in own), None)
        if found is not None:
            return ForeignSql(_written(found[0]), row.remedy, row is _PIPES)
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
