"""Queries so plain that every dialect's parser reads them, told by which token follows which."""

from orbitcfg.effective.intent.sql_tokens import SqlText, Token

_BINARY = frozenset({"=", "<", ">", "+", "-", "/", "*", "|", "!"})
_PAIRS = frozenset({("<", ">"), ("<", "="), (">", "="), ("!", "="), ("|", "|")})
_BINARY_WORDS = frozenset({"AND", "OR", "LIKE", "ILIKE", "IS", "IN", "BETWEEN"})
_BEFORE_OPERAND = frozenset(
    {
        "SELECT", "DISTINCT", "WHERE", "ON", "HAVING", "BY", "CASE", "WHEN", "THEN", "ELSE", "NOT", "FROM", "JOIN", "LIMIT", "OFFSET", "ALL", "UNION",
        "WITH", "EXISTS", "USING", "EXTRACT",
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
_TYPES = frozenset({"INTEGER", "INT", "BIGINT", "DATE", "REAL", "TEXT", "VARCHAR", "TIMESTAMP", "DOUBLE", "FLOAT", "DECIMAL", "NUMERIC"})
_END = Token("end", "")


def is_plain(sql: SqlText) -> bool:
    """Whether a query consists of nothing but tokens in an order that every dialect reads."""
    before, depth = Token("word", "WHERE"), 0
    pairs = zip(sql.tokens, [*sql.tokens[1:], _END], strict=True)
    if sql.first_word not in ("SELECT", "WITH"):
        return False
    previous = before
    for token, after in pairs:
        depth += (token.text == "(" and token.kind == "sign") - (token.text == ")" and token.kind == "sign")
        if depth < 0 or not _follows(previous, token, after):
            return False
        previous = token
    return depth == 0


def _follows(before: Token, token: Token, after: Token) -> bool:
    """Whether a token may stand behind another, and before a third."""
    kind, word = token.kind, token.word
    wants_operand = _wants_operand(before)
    if kind in _OPERANDS or (kind == "word" and word not in _KEYWORDS):
        if wants_operand:
            return True
        # a name of its own for what stands before it
        return kind in ("word", "identifier") and _is_operand(before) and (after.text in (",", ")", ";", "") or after.word in _KEYWORDS - {"AS"} or after is _END) and before.kind != "number"
    if kind == "word":
        return _keyword_follows(before, word, after, wants_operand=wants_operand)
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
    if wants_operand and word in ("SELECT", "DISTINCT", "CASE", "NOT", "EXISTS", "ALL", "WITH", "EXTRACT"):
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
    return before.kind == "sign" and (before.text in ("(", ",", ".") or before.text in _BINARY)
