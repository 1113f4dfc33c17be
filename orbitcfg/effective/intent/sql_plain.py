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
    return _is_balanced(classes) and all(map(_may_follow, classes, classes[1:-1], classes[2:]))


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


def _follows(before: Token, token: Token, after: Token) -> bool:
    """Whether a token may stand behind another, and before a third."""
    kind, word = token.kind, token.word
    wants_operand = _wants_operand(before)
    if kind in _OPERANDS or (kind == "word" and word not in _KEYWORDS):
        if wants_operand:
            return True
        # a name of its own for what stands before it
        return kind in ("word", "identifier") and _is_operand(before) and (after.text in (",", ")", ";", "") or after.word in _KEYWORDS - {"AS"}) and before.kind != "number"
    if kind == "word":
        return _keyword_follows(before, word, after, wants_operand=wants_operand)
    if kind == "cast":
        return _is_operand(before) and after.kind == "word"
    match token.text:
        case "(":
            return wants_operand or (before.kind == "word" and before.word not in _AFTER_OPERAND - {"USING", "ON", "WHEN", "THEN", "ELSE", "OVER", "AS"})
        case ")":
            return _is_operand(before) or before.word in ("DESC", "ASC", "END", "LAST", "FIRST") or before.text in ("*", "(")
        case ",":
            return _is_operand(before) or before.word in ("DESC", "ASC", "END", "LAST", "FIRST") or before.text == "*"
        case "*":
            return _is_operand(before) or before.text in ("(", ".", ",") or before.word in ("SELECT", "DISTINCT", "ALL")
        case ".":
            return before.kind in ("word", "identifier")
        case ";":
            return True
    if kind != "sign" or token.text not in _BINARY:
        return False
    return _is_operand(before) or (before.text, token.text) in _PAIRS or (token.text == "-" and after.kind == "number")


def _keyword_follows(before: Token, word: str, after: Token, *, wants_operand: bool) -> bool:
    if wants_operand and word in ("SELECT", "DISTINCT", "CASE", "NOT", "EXISTS", "ALL", "WITH", "EXTRACT", "INTERVAL"):
        return True
    if word == "SELECT":
        return before.text in ("(", ")") or before.word in ("ALL", "UNION")
    if word in ("FIRST", "LAST"):
        return before.word == "NULLS"
    if word == "BY":
        return before.word in ("GROUP", "ORDER", "PARTITION")
    if word == "JOIN":
        return before.word in ("LEFT", "RIGHT", "INNER", "CROSS", "FULL", "OUTER") or _is_operand(before)
    if word == "PARTITION" or (word == "ORDER" and before.text == "("):
        return before.text == "("
    if word == "FROM":
        return _is_operand(before) or before.text == "*" or before.word == "END"
    if word in ("GROUP", "ORDER", "LIMIT", "WHERE", "HAVING", "UNION", "OFFSET", "LEFT", "INNER", "RIGHT", "FULL", "CROSS"):
        return _is_operand(before) or before.word in ("DESC", "ASC", "END", "LAST", "FIRST")
    if word == "OUTER":
        return before.word in ("LEFT", "RIGHT", "FULL")
    if word == "NULLS":
        return _is_operand(before) or before.word in ("DESC", "ASC")
    if word in ("IN", "LIKE", "ILIKE", "BETWEEN"):
        return _is_operand(before) or before.word in ("NOT", "END")
    if word == "NOT":
        return _is_operand(before) or before.word == "IS"
    if word == "WHEN":
        return before.word in ("CASE",) or _is_operand(before)
    if word == "AS":
        return (_is_operand(before) or before.word == "END") and (after.kind in ("word", "identifier") or after.text == "(")
    return _is_operand(before) or before.word == "END"


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.text == ")" or (token.kind == "word" and token.word not in _KEYWORDS) or token.word == "END"


def _wants_operand(before: Token) -> bool:
    if before.kind == "word":
        return before.word in _BEFORE_OPERAND | _BINARY_WORDS | {"AS"}
    return before.kind == "cast" or (before.kind == "sign" and (before.text in ("(", ",", ".") or before.text in _BINARY))
