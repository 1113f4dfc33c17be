"""Queries so plain that every dialect's parser reads them: a grammar that each of them contains."""

import re

from orbitcfg.effective.intent.sql_tokens import SqlText, Token

_GRAMMAR = """
ALL AND AS ASC BETWEEN BY CASE CAST CROSS DESC DISTINCT ELSE END EXISTS EXTRACT FIRST FROM FULL GROUP HAVING ILIKE IN INNER INTERVAL IS JOIN LAST
LEFT LIKE LIMIT NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION RIGHT SELECT THEN UNION USING WHEN WHERE WITH
"""
_KEYWORDS = frozenset(_GRAMMAR.split())

_BEYOND = """
ALTER ANALYZE ANTI ANY ARRAY ASOF AT ATTACH BEGIN BINARY CACHE CALL CHARSET CHECK CLUSTER COLLATE COMMENT COMMIT CONNECT CONNECT_BY_ROOT
CONSTRAINT CONVERT COPY CREATE CUBE CURRENT_TIME CURRENT_USER DEFAULT DELETE DESCRIBE DETACH DISTINCTROW DISTRIBUTE DIV DROP ESCAPE EXCEPT
EXCLUDE EXECUTE EXPLAIN FETCH FILTER FINAL FOR FORCE FORMAT FUNCTION GLOB GRANT GROUPING HIGHER_ORDER IF IGNORE INDEX INSERT INSTALL
INTERSECT INTO ISNULL KEY KILL LATERAL LISTAGG LOAD LOCK MAP MATCH MATCH_RECOGNIZE MERGE MINUS MOD NATURAL NEXT NOTNULL ONLY
OPERATOR OVERLAPS OVERLAY PARTITIONED_BY PERCENT PIVOT POSITION POSITIONAL PRAGMA PREWHERE PRIMARY PROCEDURE QUALIFY RANGE RECURSIVE
REFERENCES REFRESH REGEXP RENAME REPLACE RESPECT RETURNING REVOKE RLIKE ROLLBACK ROLLUP ROW ROWS SAMPLE SEMI SEPARATOR SET SETS SETTINGS
SHOW SIMILAR SOME SORT START STRAIGHT_JOIN STRUCT SUBSTRING SUMMARIZE TABLE TABLESAMPLE TEMP TEMPORARY TOP TRUNCATE TRY_CAST UNCACHE UNIQUE
UNNEST UNPIVOT UPDATE USE VALUES VARIADIC VIEW WINDOW WITHIN XMLTABLE XOR
"""
_OTHERS = frozenset(_BEYOND.split())
"""Words with a grammar of their own in some dialect."""

_TYPES = frozenset({"INT", "INTEGER", "BIGINT", "TEXT", "VARCHAR", "DATE", "TIMESTAMP", "DOUBLE", "REAL", "FLOAT", "BOOLEAN", "DECIMAL", "NUMERIC"})
_VALUES = frozenset({"string", "number", "mark", "colon", "pyformat", "NULL"})
_MOMENTS = frozenset({"CURRENT_DATE", "CURRENT_TIMESTAMP"})
_COUNTS = frozenset({"number", "mark", "colon", "pyformat"})
_FUNCTIONS = {
    **dict.fromkeys(("COUNT", "SUM", "AVG", "LOWER", "UPPER", "ABS", "LENGTH"), (1, 1)),
    **dict.fromkeys(("MIN", "MAX", "TRIM", "JULIANDAY", "NTILE"), (1, 1)),
    **dict.fromkeys(("LAG", "LEAD"), (1, 3)),
    **dict.fromkeys(("CEIL", "FLOOR", "STDDEV", "DAYNAME", "DAYOFWEEK"), (1, 1)),
    **dict.fromkeys(("ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK"), (0, 0)),
    **dict.fromkeys(("NULLIF", "LEFT", "RIGHT", "POWER", "TO_CHAR", "DATE_TRUNC", "STRFTIME", "STRING_AGG"), (2, 2)),
    **dict.fromkeys(("COALESCE", "CONCAT", "GREATEST", "LEAST"), (1, 9)),
    **dict.fromkeys(("ROUND", "GROUP_CONCAT"), (1, 2)),
    "DATE": (1, 3),
    "SUBSTR": (2, 3),
    "REPLACE": (3, 3),
    "REGEXP_REPLACE": (3, 4),
}
"""Functions that every dialect knows, each with how many values it takes."""

_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "GROUP_CONCAT", "STRING_AGG"})
"""Those that take `DISTINCT`."""

_COLUMNS_TOO = frozenset({"RANK", "LAG", "LEAD"})
"""Those that name a column where no bracket follows."""

_SPLIT = re.compile(r"[<>!|]\s+[=>|]")
"""An operator with a blank in it."""

MAX_DEPTH = 40
"""Brackets in brackets."""


class _OtherError(Exception):
    """Something that this grammar does not have."""


def is_plain(sql: SqlText) -> bool:
    """Whether a query is of the grammar below, so that no parser need be asked about it."""
    if _SPLIT.search(sql.text):
        return False
    reader = _Reader([_class_of(each) for each in sql.tokens])
    try:
        reader.query(0)
        while reader.takes(";"):
            pass
    except _OtherError:
        return False
    return not reader.next


def _class_of(token: Token) -> str:
    """What counts of a token: a keyword, a function's name, `name`, a sign, or its kind."""
    if token.kind == "word":
        word = token.text.upper()
        if word in _KEYWORDS or word in _FUNCTIONS or word in _TYPES or word in _MOMENTS:
            return word
        # MySQL writes the encoding of a text in front of it: `_utf8`
        return "other" if word in _OTHERS or word[0] == "_" else "name"
    return token.text if token.kind == "sign" else token.kind


class _Reader:
    """The classes of a query's tokens, read from left to right."""

    def __init__(self, classes: list[str]) -> None:
        self._classes = [*classes, "", ""]
        self._place = 0

    @property
    def next(self) -> str:
        return self._classes[self._place]

    def takes(self, *wanted: str) -> bool:
        """Steps over the next tokens where they are these."""
        if self._classes[self._place] != wanted[0] or (len(wanted) > 1 and self._classes[self._place + 1] != wanted[1]):
            return False
        self._place += len(wanted)
        return True

    def must(self, *wanted: str) -> None:
        for each in wanted:
            if not self.takes(each):
                raise _OtherError

    def one_of(self, wanted: frozenset[str]) -> None:
        if self.next not in wanted:
            raise _OtherError
        self._place += 1

    def query(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _OtherError
        if self.takes("WITH"):
            while True:
                self.must("name", "AS", "(")
                self.query(depth + 1)
                self.must(")")
                if not self.takes(","):
                    break
        self._select(depth)
        while self.takes("UNION"):
            self.takes("ALL")
            self._select(depth)
        if self.takes("ORDER", "BY"):
            self._order(depth)
        if self.takes("LIMIT"):
            self.one_of(_COUNTS)
            if self.takes("OFFSET"):
                self.one_of(_COUNTS)

    def _select(self, depth: int) -> None:
        self.must("SELECT")
        self.takes("DISTINCT")
        self._no_name_first()
        self._items(depth)
        if self.takes("FROM"):
            self._table(depth)
            while self._joins(depth):
                pass
        if self.takes("WHERE"):
            self._condition(depth)
        if self.takes("GROUP", "BY"):
            self._listed(depth)
        if self.takes("HAVING"):
            self._condition(depth)

    def _no_name_first(self) -> None:
        """Refuses `:name` behind `SELECT` and `CASE`, which DuckDB's parser takes for something else."""
        if "colon" in self._classes[self._place : self._place + 2]:
            raise _OtherError

    def _items(self, depth: int) -> None:
        while True:
            if not self.takes("*"):
                self._condition(depth)
                if self.takes("AS"):
                    self._alias()
                elif self.next in ("name", "identifier"):
                    self._place += 1
            if not self.takes(","):
                return

    def _alias(self) -> None:
        if self.next in _COLUMNS_TOO:
            self._place += 1
        else:
            self._name()

    def _name(self) -> None:
        if not (self.takes("name") or self.takes("identifier")):
            raise _OtherError

    def _table(self, depth: int) -> None:
        if self.takes("("):
            self.query(depth + 1)
            self.must(")")
        else:
            self._name()
            if self.takes("."):
                self._name()
        if self.takes("AS"):
            self._name()
        elif self.next == "name":
            self._place += 1

    def _joins(self, depth: int) -> bool:
        if self.takes(",") or self.takes("CROSS", "JOIN"):
            self._table(depth)
            return True
        if self.takes("LEFT") or self.takes("RIGHT") or self.takes("FULL"):
            self.takes("OUTER")
            self.must("JOIN")
        elif not (self.takes("INNER", "JOIN") or self.takes("JOIN")):
            return False
        self._table(depth)
        if self.takes("USING", "("):
            self._name()
            self.must(")")
        else:
            self.must("ON")
            self._condition(depth)
        return True

    def _order(self, depth: int) -> None:
        while True:
            self._sum(depth)
            if not self.takes("ASC"):
                self.takes("DESC")
            if self.takes("NULLS") and not self.takes("FIRST"):
                self.must("LAST")
            if not self.takes(","):
                return

    def _listed(self, depth: int) -> int:
        count = 1
        self._condition(depth)
        while self.takes(","):
            self._condition(depth)
            count += 1
        return count

    def _condition(self, depth: int) -> None:
        """Comparisons joined by `AND` and `OR`, or a single value."""
        while True:
            self.takes("NOT")
            self._comparison(depth)
            if not (self.takes("AND") or self.takes("OR")):
                return

    def _comparison(self, depth: int) -> None:
        self._sum(depth)
        if self.takes("IS"):
            self.takes("NOT")
            self.must("NULL")
            return
        is_not = self.takes("NOT")
        if self.takes("IN", "("):
            self._within(depth)
        elif self.takes("LIKE") or self.takes("ILIKE"):
            self._sum(depth)
        elif self.takes("BETWEEN"):
            self._sum(depth)
            self.must("AND")
            self._sum(depth)
        elif is_not:
            raise _OtherError
        elif self.takes("=") or self.takes("<", "=") or self.takes(">", "=") or self.takes("<", ">") or self.takes("!", "=") or self._is_sign("<>"):
            self._sum(depth)

    def _is_sign(self, signs: str) -> bool:
        return any(self.takes(sign) for sign in signs)

    def _within(self, depth: int) -> None:
        """What stands in brackets: a query, or values."""
        if self.next in ("SELECT", "WITH"):
            self.query(depth + 1)
        else:
            self._listed(depth + 1)
        self.must(")")

    def _sum(self, depth: int) -> None:
        self._cast(depth)
        while self.takes("|", "|") or self._is_sign("+-*/"):
            self._cast(depth)

    def _cast(self, depth: int) -> None:
        self._operand(depth)
        # `?::` is a sign of its own to the parser
        while self._classes[self._place - 1] != "mark" and self.takes("cast"):
            self.one_of(_TYPES)

    def _operand(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _OtherError
        if self.next in _FUNCTIONS and self._classes[self._place + 1] == "(":
            self._function(depth)
        elif not (self._is_value() or self._is_bracketed(depth)):
            self._column()

    def _is_value(self) -> bool:
        if self.takes("-"):
            self.must("number")
            return True
        if self.takes("INTERVAL"):
            self.must("string")
            return True
        is_value = self.next in _VALUES or self.next in _MOMENTS
        self._place += is_value
        return is_value

    def _is_bracketed(self, depth: int) -> bool:
        """Steps over what brackets, or `CASE` and `END`, stand around."""
        if self.takes("CASE"):
            self._case(depth)
            return True
        if self.takes("EXISTS", "("):
            self.query(depth + 1)
        elif self.takes("CAST", "("):
            self._condition(depth + 1)
            self.must("AS")
            self.one_of(_TYPES)
        elif self.takes("EXTRACT", "("):
            self.must("name", "FROM")
            self._condition(depth + 1)
        elif not self.takes("("):
            return False
        elif self.next in ("SELECT", "WITH"):
            self.query(depth + 1)
        else:
            self._condition(depth + 1)
        self.must(")")
        return True

    def _column(self) -> None:
        self._alias()
        while self.takes("."):
            if self.takes("*"):
                return
            self._alias()
        if self.next == "(":
            raise _OtherError

    def _function(self, depth: int) -> None:
        name = self.next
        least, most = _FUNCTIONS[name]
        self._place += 1
        self.must("(")
        if most == 1 and self.takes("*"):
            count = 1
        elif self.next == ")":
            count = 0
        else:
            if name in _AGGREGATES:
                self.takes("DISTINCT")
            count = self._listed(depth + 1)
        self.must(")")
        if not least <= count <= most:
            raise _OtherError
        if self.takes("OVER", "("):
            if self.takes("PARTITION", "BY"):
                self._listed(depth + 1)
            if self.takes("ORDER", "BY"):
                self._order(depth + 1)
            self.must(")")

    def _case(self, depth: int) -> None:
        if self.next != "WHEN":
            self._no_name_first()
            self._sum(depth + 1)
        self.must("WHEN")
        while True:
            self._condition(depth + 1)
            self.must("THEN")
            self._condition(depth + 1)
            if not self.takes("WHEN"):
                break
        if self.takes("ELSE"):
            self._condition(depth + 1)
        self.must("END")
