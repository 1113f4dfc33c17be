"""SQL as tokens: what stands in quotes and comments told from what the database reads, with the forms of placeholders that ORBIT's classes know."""

import re
from collections.abc import Callable

from orbitcfg.cached import cached_property
from orbitcfg.record import NamedTuple

_TOKEN = re.compile(
    # most signs begin nothing longer, and are passed on at once
    r"""\s*(?:(?P<word>[^\W\d]\w*)|(?=[-/'"`$%:?@{\d])(?:(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<string>'(?:[^']|'')*'|\$\$.*?\$\$)|(?P<identifier>"(?:[^"]|"")*")|(?P<backtick>`[^`]*`)"""
    r"""|(?P<pyformat>%\(\w+\)s|%s\b)|(?P<cast>::)|(?P<colon>:\w+)|(?P<mark>\?)|(?P<dollar>\$\w+)|(?P<at>@\w+)|(?P<braces>\{\w+\})"""
    r"""|(?P<percent>%%?)|(?P<number>\d+(?:\.\d+)?))|(?P<sign>[^\s\w]))""",
    re.DOTALL,
)
_WRITING = re.compile(r"[()]\s*(?:insert|update|delete|merge|drop|create|alter|truncate|grant|copy)\b", re.IGNORECASE)
_COLON = re.compile(r":(\w+)")
_PYFORMAT = re.compile(r"%\((\w+)\)s")

_CLAUSES = {"FROM": 1, "WHERE": 2, "GROUP": 3, "HAVING": 4, "ORDER": 6, "LIMIT": 7, "OFFSET": 7}
_RESETS = frozenset({"SELECT", "UNION", "INTERSECT", "EXCEPT"})
_ORDERED = _RESETS | _CLAUSES.keys()
QUERY_WORDS = frozenset({"SELECT", "WITH"})
"""The first words of what the guard lets pass, in every dialect."""

MORE_QUERY_WORDS = frozenset({"FROM", "TABLE"})
"""Those that it lets pass in every dialect but SQLite's."""

WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "DROP", "CREATE", "ALTER", "TRUNCATE", "GRANT", "COPY", "REPLACE"})
"""The first words of statements that write."""


class Token(NamedTuple):
    """A token, its kind a group of the expression above."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """A word in capitals; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""


_made: Callable[[type[Token], tuple[str | None, str]], Token] = tuple.__new__
"""A token without the detour over its class."""


class SqlText:
    """A query as it is to run."""

    def __init__(self, text: str) -> None:
        self.text = text
        # by the number of the group that matched: this is done for every token
        self.all_tokens = [_made(Token, (found.lastgroup, found[found.lastindex or 0])) for found in _TOKEN.finditer(text)]

    @cached_property
    def tokens(self) -> list[Token]:
        """What the database reads: no comments."""
        if "--" not in self.text and "/*" not in self.text:
            return self.all_tokens
        return [each for each in self.all_tokens if each.kind != "comment"]

    def of(self, *kinds: str) -> list[str]:
        """The texts of the tokens of some kinds, in order."""
        if len(kinds) == 1:
            return self._by_kind.get(kinds[0], [])
        return [each.text for each in self.tokens if each.kind in kinds]

    @cached_property
    def _by_kind(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, text in self.tokens:
            if kind not in ("word", "sign"):
                found.setdefault(kind, []).append(text)
        return found

    @cached_property
    def colons(self) -> list[str]:
        """The names that ORBIT takes for `:name`: it looks for them everywhere, in quotes too."""
        return _COLON.findall(self.text)

    @cached_property
    def pyformats(self) -> list[str]:
        """The names that ORBIT takes for `%(name)s`, in quotes too."""
        return _PYFORMAT.findall(self.text)

    @property
    def marks(self) -> int:
        """How many `?` the database binds."""
        return len(self.of("mark"))

    @cached_property
    def quoted(self) -> str:
        """All that stands in quotes, one after the other."""
        return "\n".join(self.of("string"))

    @cached_property
    def first_word(self) -> str:
        """The first word, brackets left out."""
        found = next((each for each in self.tokens if each.text != "("), None)
        return found.word if found is not None else ""

    @cached_property
    def has_second_statement(self) -> bool:
        """Whether anything but blanks stands behind a semicolon, a comment being enough."""
        if ";" not in self.text:
            return False
        ends = [index for index, each in enumerate(self.all_tokens) if each.text == ";"]
        return any(each.text != ";" for index in ends[:1] for each in self.all_tokens[index + 1 :])

    @cached_property
    def writing_clause(self) -> str:
        """A word that writes, behind a bracket: the beginning of a CTE that changes data, or of what follows CTEs; empty where there is none."""
        if not _WRITING.search(self.text):
            return ""
        opening = ("(", ")") if self.first_word == "WITH" else ("(",)
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return next((after.word for before, after in pairs if before.text in opening and after.word in WRITES - {"REPLACE"}), "")

    @cached_property
    def _clauses(self) -> list[tuple[int, str, int]]:
        """The words that begin a query or a clause, each behind its place, and before the number of brackets around it."""
        depth, found = 0, []
        for index, (kind, text) in enumerate(self.tokens):
            if kind == "sign":
                depth += (text in "([") - (text in ")]")
            elif kind == "word" and (word := text.upper()) in _ORDERED:
                found.append((index, word, depth))
        return found

    @cached_property
    def misplaced_clause(self) -> tuple[str, str] | None:
        """Two clauses in an order that no dialect has, `LIMIT` before `WHERE`; None where there are none."""
        last = ("", 0)
        for index, word, depth in self._clauses:
            if depth:
                continue
            if word in _RESETS:
                last = ("", 0)
            rank = self._rank(index)
            if 0 < rank < last[1]:
                return last[0], word
            if rank:
                last = (word, rank)
        return None

    def _rank(self, index: int) -> int:
        """The place of a clause of the whole query in the order of clauses; 0 for what begins none."""
        word = self.tokens[index].word
        before = self.tokens[index - 1] if index else Token("", "")
        after = self.tokens[index + 1].word if index + 1 < len(self.tokens) else ""
        if before.text == "." or (word in ("GROUP", "ORDER") and after != "BY") or (word == "FROM" and before.word == "DISTINCT"):
            return 0
        return _CLAUSES.get(word, 0)

    @cached_property
    def limit(self) -> tuple[Token, ...] | None:
        """What the row count of the whole query is written as; None where it has none."""
        limits = [index for index, word, depth in self._clauses if word == "LIMIT" and depth == 0]
        if not limits:
            return None
        count: list[Token] = []
        for token in self.tokens[limits[-1] + 1 :]:
            if token.word == "OFFSET" or token.text == ";":
                break
            count.append(token)
        return tuple(count)

    @cached_property
    def has_ties(self) -> bool:
        """Whether the row count of the whole query may be exceeded by ties."""
        words = [each.word for each in self.tokens[-4:]]
        return words[-2:] == ["WITH", "TIES"]

    @cached_property
    def selects_name_first(self) -> bool:
        """Whether the query, or a CTE, begins what it selects with `:name` as DuckDB's parser does not read it: at the outset, signed, or in brackets."""
        for index, word, _ in self._clauses:
            if word != "SELECT" or not self._begins_query(index):
                continue
            behind = self.tokens[index + 1 : index + 4]
            is_distinct = bool(behind) and behind[0].word in ("DISTINCT", "ALL")
            kinds = [each.text if each.kind == "sign" else each.kind for each in behind[is_distinct:]]
            if (kinds[:1] == ["colon"] and not is_distinct) or (kinds[:1] in (["("], ["-"]) and kinds[1:2] == ["colon"]):
                return True
        return False

    def _begins_query(self, index: int) -> bool:
        """Whether a `SELECT` is the query's own, or a CTE's: not that of a query in brackets, nor one that is joined to another."""
        before = self.tokens[index - 1] if index else Token("", "")
        if before.text == "(":
            return index > 1 and self.tokens[index - 2].word in ("AS", "MATERIALIZED")
        return index == 0 or before.text == ")"
