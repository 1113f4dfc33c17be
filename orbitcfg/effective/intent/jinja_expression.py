"""Jinja's expressions, as far as it takes to say what becomes of names that are not known yet."""

import re
from typing import TypeAlias

from orbitcfg.record import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%~<>|.,:()\[\]{}=]))""",
    re.DOTALL,
)
FILTERS = frozenset(
    {
        "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat", "first", "float", "forceescape",
        "format", "groupby", "indent", "int", "items", "join", "json", "last", "length", "list", "lower", "map", "max", "min", "pprint", "random", "reject",
        "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "sql_identifier", "sql_list", "sql_string", "string",
        "striptags", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr",
    }
)  # fmt: skip
"""Jinja's own filters, and those that ORBIT adds."""

_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "none": False, "None": False}
_MAX_DEPTH = 40


class RefusedExpression(ValueError):
    """Jinja does not take it; the text says why."""


class Name(NamedTuple):
    """A name."""

    name: str


class Constant(NamedTuple):
    """A literal, and its truth."""

    is_true: bool


class Operation(NamedTuple):
    """An operation on values: `and`, `or`, `not`, `==`, `!=`, `in`, `order`, `~`, `arithmetic`, `negative`, `attribute`, `item`, `call`, `list`, `choice`."""

    kind: str
    parts: "tuple[JinjaExpression, ...]"


class Filtered(NamedTuple):
    """A value through a filter."""

    value: "JinjaExpression"
    filter: str
    arguments: "tuple[JinjaExpression, ...]"


class Tested(NamedTuple):
    """A value in a test: `is defined`."""

    value: "JinjaExpression"
    test: str
    negated: bool


JinjaExpression: TypeAlias = Name | Constant | Operation | Filtered | Tested


class _Lexed(NamedTuple):
    kind: str
    text: str


def parse_expression(code: str) -> JinjaExpression:
    """The expression that a text is. Raises RefusedExpression."""
    parser = _Parser(_lexed(code))
    found = parser.tuple_of_expressions()
    if parser.here is not None:
        raise RefusedExpression(f"`{parser.here.text}` is not expected")
    return found


def parse_items(code: str) -> JinjaExpression:
    """What a loop goes over, without the condition on its items. Raises RefusedExpression."""
    parser = _Parser(_lexed(re.sub(r"(?<!\s)\s++recursive$", "", code)))
    found = parser.without_choice()
    if parser.take("if"):
        parser.expression()
    if parser.here is not None:
        raise RefusedExpression(f"`{parser.here.text}` is not expected")
    return found


def parse_targets(code: str) -> tuple[str, ...]:
    """The names on the left of an assignment. Raises RefusedExpression."""
    names = [each.strip().rpartition(".")[2] for each in code.strip().strip("()").split(",") if each.strip()]
    if not names or not all(re.fullmatch(r"[^\W\d]\w*", name) for name in names):
        raise RefusedExpression("no name to assign to")
    return tuple(names)


def names_in(expression: JinjaExpression) -> frozenset[str]:
    """Every name that an expression looks up."""
    match expression:
        case Name(name):
            return frozenset({name})
        case Operation(parts=parts):
            return frozenset().union(*map(names_in, parts))
        case Filtered(value=value, arguments=arguments):
            return names_in(value).union(*map(names_in, arguments))
        case Tested(value=value):
            return names_in(value)
    return frozenset()


def _lexed(code: str) -> list[_Lexed]:
    found, place = [], 0
    code = code.rstrip()
    while place < len(code):
        match = _TOKEN.match(code, place)
        if match is None:
            raise RefusedExpression(f"`{code[place:].strip()[:1]}` is not expected")
        kind = match.lastgroup or ""
        found.append(_Lexed(kind, match[kind]))
        place = match.end()
    return found


class _Parser:
    """A descent through Jinja's levels of binding."""

    def __init__(self, tokens: list[_Lexed]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    @property
    def here(self) -> _Lexed | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _is(self, *texts: str, ahead: int = 0) -> bool:
        place = self.place + ahead
        return place < len(self.tokens) and self.tokens[place].kind != "text" and self.tokens[place].text in texts

    def take(self, *texts: str) -> bool:
        if self._is(*texts):
            self.place += 1
            return True
        return False

    def _want(self, text: str) -> None:
        if not self.take(text):
            raise RefusedExpression(f"`{text}` is missing")

    def tuple_of_expressions(self) -> JinjaExpression:
        found = [self.expression()]
        while self.take(","):
            if self.here is None:
                break
            found.append(self.expression())
        return found[0] if len(found) == 1 else Operation("list", tuple(found))

    def without_choice(self) -> JinjaExpression:
        """An expression that is no `x if y`."""
        found = self._or()
        while self.take(","):
            found = Operation("list", (found, self._or()))
        return found

    def expression(self) -> JinjaExpression:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise RefusedExpression("it is nested too deep")
        value = self._or()
        while self.take("if"):
            condition = self._or()
            other = self.expression() if self.take("else") else Constant(False)
            value = Operation("choice", (condition, value, other))
        self.depth -= 1
        return value

    def _or(self) -> JinjaExpression:
        value = self._and()
        while self.take("or"):
            value = Operation("or", (value, self._and()))
        return value

    def _and(self) -> JinjaExpression:
        value = self._not()
        while self.take("and"):
            value = Operation("and", (value, self._not()))
        return value

    def _not(self) -> JinjaExpression:
        negations = 0
        while self.take("not"):
            negations += 1
        value = self._comparison()
        for _ in range(negations):
            value = Operation("not", (value,))
        return value

    def _comparison(self) -> JinjaExpression:
        value = self._sum()
        while True:
            if self.take("==", "!="):
                value = Operation(self.tokens[self.place - 1].text, (value, self._sum()))
            elif self.take("<", ">", "<=", ">="):
                value = Operation("order", (value, self._sum()))
            elif self._is("not") and self._is("in", ahead=1):
                self.place += 2
                value = Operation("not", (Operation("in", (value, self._sum())),))
            elif self.take("in"):
                value = Operation("in", (value, self._sum()))
            else:
                return value

    def _sum(self) -> JinjaExpression:
        value = self._unary()
        while self.take("+", "-", "*", "/", "//", "%", "**", "~"):
            kind = "~" if self.tokens[self.place - 1].text == "~" else "arithmetic"
            value = Operation(kind, (value, self._unary()))
        return value

    def _unary(self) -> JinjaExpression:
        if self.take("-", "+"):
            return Operation("negative", (self._unary(),))
        return self._postfix(self._primary())

    def _primary(self) -> JinjaExpression:
        token = self.here
        if token is None:
            raise RefusedExpression("an expression is missing")
        self.place += 1
        match token:
            case _Lexed("text", text):
                while self.here is not None and self.here.kind == "text":
                    self.place += 1
                return Constant(len(text) > 2)
            case _Lexed("number", text):
                return Constant(any(digit in "123456789" for digit in text))
            case _Lexed("name", name) if name in _CONSTANTS:
                return Constant(_CONSTANTS[name])
            case _Lexed("name", "and" | "or" | "in" | "is" | "if" | "else" | "not" as word):
                raise RefusedExpression(f"`{word}` is not expected")
            case _Lexed("name", name):
                return Name(name)
            case _Lexed("sign", "(" | "[" as sign):
                return self._listed({"(": ")", "[": "]"}[sign], is_tuple=sign == "(")
            case _Lexed("sign", "{"):
                return self._mapping()
        raise RefusedExpression(f"`{token.text}` is not expected")

    def _listed(self, end: str, *, is_tuple: bool) -> JinjaExpression:
        found: list[JinjaExpression] = []
        commas = 0
        while not self.take(end):
            if found and not commas:
                raise RefusedExpression(f"`{end}` is missing")
            found.append(self.expression())
            commas = int(self.take(","))
        return found[0] if is_tuple and len(found) == 1 and not commas else Operation("list", tuple(found))

    def _mapping(self) -> JinjaExpression:
        found: list[JinjaExpression] = []
        while not self.take("}"):
            found.append(self.expression())
            self._want(":")
            found.append(self.expression())
            if not self.take(",") and not self._is("}"):
                raise RefusedExpression("`}` is missing")
        return Operation("list", tuple(found))

    def _postfix(self, value: JinjaExpression) -> JinjaExpression:
        while True:
            if self.take("."):
                self.place += 1
                value = Operation("attribute", (value,))
            elif self.take("["):
                value = Operation("item", (value, *self._subscript()))
            elif self.take("("):
                value = Operation("call", (value, *self._arguments()))
            elif self.take("|"):
                value = self._filtered(value)
            elif self._is("is"):
                value = self._tested(value)
            else:
                return value

    def _subscript(self) -> list[JinjaExpression]:
        found: list[JinjaExpression] = []
        while not self.take("]"):
            if self.take(":"):
                continue
            found.append(self.expression())
            if self.here is None:
                raise RefusedExpression("`]` is missing")
        return found

    def _arguments(self) -> list[JinjaExpression]:
        found: list[JinjaExpression] = []
        while not self.take(")"):
            if self.here is None:
                raise RefusedExpression("`)` is missing")
            self.take("*", "**")
            if self.here is not None and self.here.kind == "name" and self._is("=", ahead=1):
                self.place += 2
            found.append(self.expression())
            if not self.take(",") and not self._is(")"):
                raise RefusedExpression("`)` is missing")
        return found

    def _filtered(self, value: JinjaExpression) -> JinjaExpression:
        token = self.here
        if token is None or token.kind != "name":
            raise RefusedExpression("the name of a filter is missing")
        self.place += 1
        if token.text not in FILTERS:
            raise RefusedExpression(f"Jinja knows no filter `{token.text}`")
        return Filtered(value, token.text, tuple(self._arguments()) if self.take("(") else ())

    def _tested(self, value: JinjaExpression) -> JinjaExpression:
        self._want("is")
        negated = self.take("not")
        token = self.here
        if token is None or token.kind != "name":
            raise RefusedExpression("the name of a test is missing")
        self.place += 1
        if token.text == "in":
            found = Operation("in", (value, self._postfix(self._primary())))
            return Operation("not", (found,)) if negated else found
        if self.take("("):
            self._arguments()
        elif self.here is not None and (
            self.here.kind in ("text", "number")
            or self._is("[", "{")
            or (self.here.kind == "name" and not self._is("and", "or", "if", "else", "is", "in", "not"))
        ):
            self._postfix(self._primary())
        return Tested(value, token.text, negated)
