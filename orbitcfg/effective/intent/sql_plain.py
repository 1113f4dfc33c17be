"""Queries so plain that every dialect's parser reads them, told by which token follows which."""

from functools import cache

from orbitcfg.effective.intent.sql_tokens import SqlText, Token

_BINARY = frozenset({"=", "<", ">", "+", "-", "/", "*", "|", "!"})
_PAIRS = frozenset({("<", ">"), ("<", "="), (">", "="), ("!", "="), ("|", "|")})
_BINARY_WORDS = frozenset({"AND", "OR", "LIKE", "ILIKE", "IS", "IN", "BETWEEN"})
_BEFORE_OPERAND = frozenset(
    {
        "SELECT", "DISTINCT", "WHERE", "ON", "HAVING", "BY", "CASE", "WHEN", "THEN", "ELSE", "NOT", "FROM", "JOIN", "LIMIT", "OFFSET", "ALL", "UNION",
        "WITH", "EXISTS", "USING", "EXTRACT", "INTERVAL",
    }
)  # fmt: skip
_AFTER_OPERAND = frozenset(
    {
        "AS", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "JOIN", "LEFT", "INNER", "RIGHT", "FULL", "CROSS", "ON", "WHEN", "THEN",
        "ELSE", "END", "ASC", "DESC", "OVER", "NOT", "USING", "NULLS", "FIRST", "LAST", "PARTITION", "OUTER",
    }
)  # fmt: skip
_KEYWORDS = _BINARY_WORDS | _BEFORE_OPERAND | _AFTER_OPERAND
_OPERANDS = frozenset({"string", "identifier", "number", "mark", "colon", "pyformat"})


def is_plain(sql: SqlText) -> bool:
    """Whether a query consists of nothing but tokens in an order that every dialect reads."""
    if sql.first_word not in ("SELECT", "WITH"):
        return False
    classes = ["WHERE", *map(_class_of, sql.tokens), ""]
    return classes[-2] in _LAST and _is_balanced(classes) and all(map(_may_follow, classes, classes[1:-1], classes[2:]))


def _is_balanced(classes: list[str]) -> bool:
    depth = 0
    for each in classes:
        if each == "(":
            depth += 1
        elif each == ")":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def _class_of(token: Token) -> str:
    """What counts of a token: a keyword, a sign, or its kind."""
    if token.kind == "word":
        word = token.text.upper()
        return word if word in _KEYWORDS else "name"
    return token.text if token.kind == "sign" else token.kind


@cache
def _may_follow(before: str, token: str, after: str) -> bool:
    return _follows(_example(before), _example(token), _example(after))


def _example(name: str) -> Token:
    """A token of a class."""
    if name in _KEYWORDS or name == "name":
        return Token("word", name)
    return Token(name, "x") if name in _KINDS else Token("sign" if name else "end", name)


_KINDS = frozenset({*_OPERANDS, "backtick", "cast", "dollar", "braces", "percent", "comment"})


_ENDS = frozenset({"DESC", "ASC", "END", "LAST", "FIRST"})
_LAST = _OPERANDS | _ENDS | {"name", ")", "*", ";"}
"""What a query ends with."""

_OPENERS = _AFTER_OPERAND - {"USING", "ON", "WHEN", "THEN", "ELSE", "OVER", "AS"}
"""Keywords that no bracket follows."""

_STARTING = frozenset({"SELECT", "DISTINCT", "CASE", "NOT", "EXISTS", "ALL", "WITH", "EXTRACT", "INTERVAL"})
_CLAUSES = frozenset({"GROUP", "ORDER", "LIMIT", "WHERE", "HAVING", "UNION", "OFFSET", "LEFT", "INNER", "RIGHT", "FULL", "CROSS"})
_BEHIND: dict[str, frozenset[str]] = {
    "SELECT": frozenset({"(", ")", "ALL", "UNION"}),
    "FIRST": frozenset({"NULLS"}),
    "LAST": frozenset({"NULLS"}),
    "BY": frozenset({"GROUP", "ORDER", "PARTITION"}),
    "OUTER": frozenset({"LEFT", "RIGHT", "FULL"}),
    "PARTITION": frozenset({"("}),
}
"""The only tokens that a keyword stands behind."""

_ALSO_BEHIND: dict[str, frozenset[str]] = {
    "JOIN": frozenset({"LEFT", "RIGHT", "INNER", "CROSS", "FULL", "OUTER"}),
    "FROM": frozenset({"*"}),
    "NULLS": frozenset({"DESC", "ASC"}),
    "IN": frozenset({"NOT"}),
    "LIKE": frozenset({"NOT"}),
    "ILIKE": frozenset({"NOT"}),
    "BETWEEN": frozenset({"NOT"}),
    "NOT": frozenset({"IS"}),
    "WHEN": frozenset({"CASE"}),
    "ORDER": frozenset({"(", *_ENDS}),
    **dict.fromkeys(_CLAUSES - {"ORDER"}, _ENDS),
}
"""Tokens that a keyword stands behind, beside what gives a value."""


def _follows(before: Token, token: Token, after: Token) -> bool:
    """Whether a token may stand behind another, and before a third."""
    if token.kind in _OPERANDS or (token.kind == "word" and token.word not in _KEYWORDS):
        return _wants_operand(before) or _may_name(before, token, after)
    if token.kind == "word":
        return _keyword_follows(before, token.word, after)
    if token.kind == "cast":
        return _is_operand(before) and after.kind == "word"
    return token.kind == "sign" and _sign_follows(before, token.text, after)


def _may_name(before: Token, token: Token, after: Token) -> bool:
    """Whether a token may be a name of its own for what stands before it."""
    ends = after.text in (",", ")", ";", "") or after.word in _KEYWORDS - {"AS"}
    return token.kind in ("word", "identifier") and _is_operand(before) and before.kind != "number" and ends


def _sign_follows(before: Token, sign: str, after: Token) -> bool:
    match sign:
        case "(":
            return _wants_operand(before) or (before.kind == "word" and before.word not in _OPENERS)
        case ")" | ",":
            return _is_operand(before) or before.word in _ENDS or before.text == "*" or (sign == ")" and before.text == "(")
        case "*":
            return _is_operand(before) or before.text in ("(", ".", ",") or before.word in ("SELECT", "DISTINCT", "ALL")
        case ".":
            return before.kind in ("word", "identifier")
        case ";":
            return True
    return sign in _BINARY and (_is_operand(before) or (before.text, sign) in _PAIRS or (sign == "-" and after.kind == "number"))


def _keyword_follows(before: Token, word: str, after: Token) -> bool:
    place = before.word or before.text
    if word in _STARTING and _wants_operand(before):
        return True
    if word in _BEHIND:
        return place in _BEHIND[word]
    if word == "AS" and not (after.kind in ("word", "identifier") or after.text == "("):
        return False
    return _is_operand(before) or place in _ALSO_BEHIND.get(word, frozenset())


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.text == ")" or (token.kind == "word" and token.word not in _KEYWORDS) or token.word == "END"


def _wants_operand(before: Token) -> bool:
    if before.kind == "word":
        return before.word in _BEFORE_OPERAND | _BINARY_WORDS | {"AS"}
    return before.kind == "cast" or (before.kind == "sign" and (before.text in ("(", ",", ".") or before.text in _BINARY))
