"""Queries so plain that the dialect's parser reads them: a grammar that every dialect contains, but for two of its tokens."""

import re

from orbitcfg.effective.intent.sql_tokens import SqlText, Token
from orbitcfg.effective.intent.sql_words import AGGREGATES, CALLED, CLASSES, COLUMNS, COUNTS, FUNCTIONS, OF_ORDERED, ONLY_IN, TRUTHS, TYPES, VALUES

_ARITHMETIC = frozenset("+-*/|")
_NAMES = frozenset({"name", "identifier", "backtick"})
_NOT_NEGATED = frozenset({"-", "colon", "INTERVAL"})
_BEHIND = frozenset({"cast", "-"})
_ALONE = frozenset("=<>~")
_COMPARING = _ALONE | {"!", "IS", "NOT", "IN", "LIKE", "ILIKE", "BETWEEN"}

_SPLIT = re.compile(r"[-<>!|](?:\s+[=>|]|\s*(?:/\*|--))")
"""An operator with a blank in it, or perhaps with a comment."""

_NO_COMMENT = re.compile(r"--(?=\S)")
"""What MySQL takes for two signs."""

MAX_DEPTH = 40
"""Brackets in brackets."""


class _OtherError(Exception):
    """Something that this grammar does not have."""


def is_plain(sql: SqlText, dialect: str) -> bool:
    """Whether a query is of the grammar below, so that the parser of a dialect need not be asked about it."""
    if _SPLIT.search(sql.text) or (dialect == "mysql" and _NO_COMMENT.search(sql.text)):
        return False
    # what counts of a token: a keyword, a function's name, `name`, a sign, or its kind; MySQL writes the encoding of a text in front of it: `_utf8`
    classes = [
        (CLASSES.get(text.upper(), "name") if text[0] != "_" else "other") if kind == "word" else text if kind == "sign" else kind
        for kind, text in sql.tokens
    ]
    if any(token in classes and dialect not in dialects for token, dialects in ONLY_IN.items()):
        return False
    reader = _Reader(sql.tokens, classes)
    try:
        reader.query(0)
        while reader.takes(";"):
            pass
    except _OtherError:
        return False
    return not reader.next


class _Reader:
    """The classes of a query's tokens, read from left to right; `next` is the first that is not read, empty at the end."""

    def __init__(self, tokens: list[Token], classes: list[str]) -> None:
        self._tokens = tokens
        self._classes = [*classes, "", ""]
        self._place = 0
        self.next = self._classes[0]

    def _step(self) -> None:
        self._place += 1
        self.next = self._classes[self._place]

    def takes(self, *wanted: str) -> bool:
        """Steps over the next tokens where they are these."""
        if self.next != wanted[0] or (len(wanted) > 1 and self._classes[self._place + 1] != wanted[1]):
            return False
        self._place += len(wanted)
        self.next = self._classes[self._place]
        return True

    def must(self, *wanted: str) -> None:
        for each in wanted:
            if self.next != each:
                raise _OtherError
            self._step()

    def one_of(self, wanted: frozenset[str]) -> None:
        if self.next not in wanted:
            raise _OtherError
        self._step()

    def query(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _OtherError
        if self.takes("WITH"):
            self.takes("RECURSIVE")
            while True:
                self.must("name")
                if self.takes("("):
                    self._names()
                self.must("AS", "(")
                self.query(depth + 1)
                self.must(")")
                if not self.takes(","):
                    break
        self._select(depth)
        while self.takes("UNION") or self.takes("EXCEPT") or self.takes("INTERSECT"):
            self.takes("ALL")
            self._select(depth)
        if self.takes("ORDER", "BY"):
            self._order(depth)
        if self.takes("LIMIT"):
            self.one_of(COUNTS)
            if self.takes("OFFSET"):
                self.one_of(COUNTS)

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
        if self.takes("QUALIFY"):
            self._condition(depth)

    def _no_name_first(self) -> None:
        """Refuses `:name` behind `SELECT` and `CASE`, and in a bracket that begins an item, which DuckDB's parser takes for something else."""
        if "colon" in self._classes[self._place : self._place + 2]:
            raise _OtherError

    def _items(self, depth: int) -> None:
        while True:
            if self.next == "(":
                self._no_name_first()
            if not self.takes("*"):
                self._condition(depth)
                if self.takes("AS"):
                    self.one_of(COLUMNS)
                elif self.next in _NAMES:
                    self._step()
            if not self.takes(","):
                return

    def _name(self) -> None:
        self.one_of(_NAMES)

    def _names(self) -> None:
        """Names up to a closing bracket."""
        self._name()
        while self.takes(","):
            self._name()
        self.must(")")

    def _type(self) -> None:
        self.one_of(TYPES)
        if self.takes("("):
            self.must("number")
            if self.takes(","):
                self.must("number")
            self.must(")")

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
            self._step()

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
            self._names()
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
            self._sum(depth)
            if self.next in _COMPARING:
                self._compared(depth)
            if self.next not in ("AND", "OR"):
                return
            self._step()

    def _compared(self, depth: int) -> None:
        """What a value is compared with."""
        if self.takes("IS"):
            self.takes("NOT")
            self.one_of(TRUTHS)
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
        elif self.takes("=", "ANY"):
            self.must("(")
            self._within(depth)
        else:
            if not (self.takes("<", "=") or self.takes(">", "=") or self.takes("<", ">") or self.takes("!", "=")):
                self.one_of(_ALONE)
            self._sum(depth)

    def _within(self, depth: int) -> None:
        """What stands in brackets: a query, or values."""
        if self.next in ("SELECT", "WITH"):
            self.query(depth + 1)
        else:
            self._listed(depth + 1)
        self.must(")")

    def _sum(self, depth: int) -> None:
        self._cast(depth)
        while self.next in _ARITHMETIC:
            if self.takes("|"):
                self.must("|")
            else:
                self._step()
            self._cast(depth)

    def _cast(self, depth: int) -> None:
        self._operand(depth)
        while self.next in _BEHIND:
            # `?::` is a sign of its own to the parser
            if self.next == "cast" and self._classes[self._place - 1] != "mark":
                self._step()
                self._type()
                if self.takes("["):
                    self.must("]")
            elif self.takes("-", ">"):
                self.takes(">")
                self.must("string")
            else:
                return

    def _operand(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _OtherError
        if self.next in VALUES:
            self._step()
        elif self.next in CALLED and self._classes[self._place + 1] == "(":
            self._function(depth)
        elif self.next in COLUMNS:
            self._column()
        elif self.takes("-"):
            if self.next in _NOT_NEGATED:
                raise _OtherError
            self._operand(depth + 1)
        elif self.takes("INTERVAL"):
            if not self.takes("string"):
                self.must("number", "name")
        else:
            self._bracketed(depth)

    def _bracketed(self, depth: int) -> None:
        """Steps over what brackets, or `CASE` and `END`, stand around."""
        if self.takes("CASE"):
            self._case(depth)
            return
        if self.takes("EXISTS", "("):
            self.query(depth + 1)
        elif self.takes("CAST", "("):
            self._condition(depth + 1)
            self.must("AS")
            self._type()
        elif self.takes("EXTRACT", "("):
            self.must("name", "FROM")
            self._condition(depth + 1)
        else:
            self.must("(")
            if self.next in ("SELECT", "WITH"):
                self.query(depth + 1)
            else:
                self._condition(depth + 1)
        self.must(")")

    def _column(self) -> None:
        self._step()
        while self.next == ".":
            self._step()
            if self.takes("*"):
                return
            self.one_of(COLUMNS)
        if self.next == "(":
            raise _OtherError

    def _function(self, depth: int) -> None:
        name = self._tokens[self._place].text.upper()
        if name not in FUNCTIONS:
            raise _OtherError
        least, most = FUNCTIONS[name]
        self._step()
        self._step()
        if most == 1 and self.takes("*"):
            count = 1
        elif self.next == ")":
            count = 0
        else:
            if name in AGGREGATES:
                self.takes("DISTINCT")
            count = self._listed(depth + 1)
            if name in AGGREGATES and self.takes("ORDER", "BY"):
                self._order(depth + 1)
        self.must(")")
        if not least <= count <= most:
            raise _OtherError
        if name in OF_ORDERED:
            self.must("WITHIN", "GROUP", "(", "ORDER", "BY")
            self._order(depth + 1)
            self.must(")")
        if name in AGGREGATES and self.takes("FILTER", "("):
            self.must("WHERE")
            self._condition(depth + 1)
            self.must(")")
        if self.takes("OVER", "("):
            self._window(depth + 1)

    def _window(self, depth: int) -> None:
        if self.takes("PARTITION", "BY"):
            self._listed(depth)
        if self.takes("ORDER", "BY"):
            self._order(depth)
            if self.takes("ROWS"):
                self.must("UNBOUNDED", "PRECEDING")
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
