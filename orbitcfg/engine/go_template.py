"""Go's text templates, as far as Ollama's chat templates go: fields, variables, conditions, loops, and the functions that they call.

Whatever else a template holds raises GoTemplateError, so that nothing is rendered otherwise than Go does.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from orbitcfg.dataclass import dataclass, field
from orbitcfg.observed.foreign_json import parse_json

MAX_STEPS = 10_000
"""How many nodes a rendering may visit; a text counts as one for each 100 characters more."""

_TOKEN = re.compile(r"\s*(\"(?:\\.|[^\"\\])*\"|`[^`]*`|[$.\w]+|:=|[=|(),]|-\d+)")
_BLANKS = " \t\r\n"
_WORDS = {"true": True, "false": False, "nil": None}


class GoTemplateError(Exception):
    """A template that is none, or that holds what is not known here."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Output:
    tokens: tuple[str, ...]


@dataclass(slots=True)
class _Branch:
    """A condition, a loop, or a change of the dot, with what is rendered otherwise."""

    word: str
    tokens: tuple[str, ...]
    body: "list[_Node]" = field(default_factory=list)
    other: "list[_Node]" = field(default_factory=list)


_Node = _Text | _Output | _Branch


def rendered(template: str, values: Mapping[str, object]) -> str:
    """The text of a template. Raises GoTemplateError where it cannot be told what Go makes of it."""
    try:
        nodes, rest = _Parser(list(_pieces(template))).nodes()
        if rest:
            raise GoTemplateError(f"`{rest[0]}` ends nothing")
        return "".join(_Rendering(values).run(nodes, values, {"$": values}))
    except RecursionError:
        raise GoTemplateError("it is nested too deep") from None
    except _Break as left:
        raise GoTemplateError(f"`{left.word}` stands in no loop") from None


def names_in(template: str) -> frozenset[str]:
    """The fields that a template speaks of."""
    return frozenset(re.findall(r"\.(\w+)", " ".join(piece for piece in _pieces(template) if isinstance(piece, str))))


def _pieces(template: str) -> Iterator[_Text | str]:
    """The texts between actions, trimmed where the actions say so, and the insides of the actions."""
    at, trims = 0, False
    while (begin := template.find("{{", at)) >= 0:
        end = _end_of_action(template, begin + 2)
        inside = template[begin + 2 : end]
        left, right = inside[:1] == "-" and inside[1:2].isspace(), inside[-1:] == "-" and inside[-2:-1].isspace()
        text = template[at:begin]
        text = text.lstrip(_BLANKS) if trims else text
        yield _Text(text.rstrip(_BLANKS) if left else text)
        inside = inside[1 if left else 0 : -1 if right else None].strip()
        if not inside.startswith("/*"):
            yield inside
        at, trims = end + 2, right
    yield _Text(template[at:].lstrip(_BLANKS) if trims else template[at:])


def _end_of_action(template: str, at: int) -> int:
    """Where an action ends: at the first closing braces that stand in no text."""
    quote = ""
    while at < len(template):
        character = template[at]
        if quote:
            at += 1 if character == "\\" and quote == '"' else 0
            quote = "" if character == quote else quote
        elif character in ('"', "`"):
            quote = character
        elif template.startswith("}}", at):
            return at
        at += 1
    raise GoTemplateError("an action is not closed")


@dataclass(slots=True)
class _Parser:
    pieces: list[_Text | str]

    def nodes(self) -> tuple[list[_Node], list[str]]:
        """The nodes, and the action that ends them; none at the end of the template."""
        found: list[_Node] = []
        while self.pieces:
            piece = self.pieces.pop(0)
            if isinstance(piece, _Text):
                found.append(piece)
                continue
            tokens = _tokens(piece)
            word = tokens[0] if tokens else ""
            if word in ("end", "else"):
                return found, list(tokens)
            found.append(self._branch(word, tokens[1:]) if word in ("if", "range", "with") else _Output(tokens))
        return found, []

    def _branch(self, word: str, tokens: tuple[str, ...]) -> _Branch:
        made = _Branch(word, tokens)
        made.body, end = self.nodes()
        if end[:1] == ["else"] and len(end) > 1:
            # `else if` is a condition of its own, which ends where this one does
            made.other = [self._branch(end[1], tuple(end[2:]))]
            return made
        if end == ["else"]:
            made.other, end = self.nodes()
        if end != ["end"]:
            raise GoTemplateError(f"`{word}` is not closed")
        return made


def _tokens(inside: str) -> tuple[str, ...]:
    found, at = [], 0
    while inside[at:].strip():
        token = _TOKEN.match(inside, at)
        if token is None:
            raise GoTemplateError(f"`{inside}` is not known here")
        found.append(token[1])
        at = token.end()
    return tuple(found)


class _Break(Exception):
    """A loop that is left, or goes on with its next turn; `text` is what the turn gave by then."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word
        self.text: list[str] = []


@dataclass(slots=True)
class _Rendering:
    root: object
    steps: int = 0

    def run(self, nodes: Sequence[_Node], dot: object, variables: dict[str, object]) -> list[str]:
        """The texts of nodes; variables that are new here end with them."""
        out: list[str] = []
        scope = dict(variables)
        for node in nodes:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise GoTemplateError("it takes too long")
            try:
                match node:
                    case _Text(text):
                        self.steps += len(text) // 100
                        out.append(text)
                    case _Output(tokens):
                        out += self._output(tokens, dot, scope)
                    case _Branch():
                        out += self._branch(node, dot, scope)
            except _Break as left:
                left.text = out + left.text
                raise
            finally:
                # what was set of variables from outside stays set
                variables.update({name: scope[name] for name in variables})
        return out

    def _output(self, tokens: tuple[str, ...], dot: object, scope: dict[str, object]) -> list[str]:
        if tokens in (("break",), ("continue",)):
            raise _Break(tokens[0])
        if len(tokens) > 2 and tokens[1] in (":=", "=") and tokens[0].startswith("$"):
            if tokens[1] == "=" and tokens[0] not in scope:
                raise GoTemplateError(f"`{tokens[0]}` is not defined")
            scope[tokens[0]] = _Evaluation(tokens[2:], dot, scope).whole()
            return []
        return [_shown(_Evaluation(tokens, dot, scope).whole())]

    def _branch(self, node: _Branch, dot: object, scope: dict[str, object]) -> list[str]:
        if node.word == "range":
            return self._range(node, dot, scope)
        name, tokens = ("", node.tokens) if node.tokens[1:2] != (":=",) else (node.tokens[0], node.tokens[2:])
        value = _Evaluation(tokens, dot, scope).whole()
        inner = {**scope, name: value} if name else dict(scope)
        chosen = node.body if value else node.other
        try:
            return self.run(chosen, value if node.word == "with" and value else dot, inner)
        finally:
            scope.update({each: inner[each] for each in scope if each != name})

    def _range(self, node: _Branch, dot: object, scope: dict[str, object]) -> list[str]:
        names: list[str] = []
        tokens = node.tokens
        if ":=" in tokens:
            at = tokens.index(":=")
            names, tokens = [name for name in tokens[:at] if name.startswith("$")], tokens[at + 1 :]
        items = _Evaluation(tokens, dot, scope).whole()
        if isinstance(items, Mapping):
            raise GoTemplateError("a loop over a mapping is not known here")
        if not items:
            return self.run(node.other, dot, scope)
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise GoTemplateError("a loop over what is no list is not known here")
        out: list[str] = []
        for index, item in enumerate(items):
            turn = (index, item) if len(names) > 1 else (item,)
            inner = {**scope, **dict(zip(names, turn, strict=False))}
            try:
                out += self.run(node.body, item, inner)
            except _Break as left:
                out += left.text
                if left.word == "break":
                    break
            finally:
                scope.update({name: inner[name] for name in scope if name not in names})
        return out


@dataclass(slots=True)
class _Evaluation:
    """A pipeline: commands, each given the value of the one before it as its last argument."""

    tokens: tuple[str, ...]
    dot: object
    scope: Mapping[str, object]
    at: int = 0

    def whole(self) -> object:
        """The value of all tokens."""
        value = self._pipeline()
        if self.at < len(self.tokens):
            raise GoTemplateError(f"`{self.tokens[self.at]}` is not known here")
        return value

    def _pipeline(self) -> object:
        value = self._command(())
        while self._peek() == "|":
            self.at += 1
            value = self._command((value,))
        return value

    def _command(self, last: tuple[object, ...]) -> object:
        name = self._peek()
        call = _FUNCTIONS.get(name)
        if call is not None:
            self.at += 1
            arguments = []
            while self._peek() not in ("", "|", ")"):
                arguments.append(self._operand())
                if bool(arguments[-1]) is _DECIDED_BY.get(name):
                    self._pass_over()
            try:
                return call(*arguments, *last)
            except (TypeError, IndexError, KeyError, ValueError) as error:
                raise GoTemplateError(f"`{name}` fails: {error}") from None
        if last:
            raise GoTemplateError(f"`{name}` is no function that is known here")
        return self._operand()

    def _operand(self) -> object:
        operand = self._peek()
        self.at += 1
        if operand == "(":
            return self._bracket()
        if operand.startswith('"'):
            text = parse_json(operand)
            if not isinstance(text, str):
                raise GoTemplateError(f"the text {operand} is not known here")
            return text
        if operand.startswith("`"):
            return operand[1:-1]
        if operand in _WORDS:
            return _WORDS[operand]
        if re.fullmatch(r"-?\d+", operand):
            return int(operand)
        name, _, path = operand.partition(".")
        if name and name not in self.scope:
            raise GoTemplateError(f"`{operand}` is not known here")
        value = self.scope[name] if name else self.dot
        return _field(value, path) if path else value

    def _bracket(self) -> object:
        value = self._pipeline()
        if self._peek() != ")":
            raise GoTemplateError("a bracket is not closed")
        self.at += 1
        following = self._peek()
        if following.startswith(".") and len(following) > 1:
            self.at += 1
            return _field(value, following[1:])
        return value

    def _pass_over(self) -> None:
        """Leaves out the operands that are left: Go does not look at what decides nothing."""
        depth = 0
        while (token := self._peek()) and (depth or token not in ("|", ")")):
            depth += {"(": 1, ")": -1}.get(token, 0)
            self.at += 1

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _field(value: object, path: str) -> object:
    """A field of a mapping; None of one that has none of the name."""
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise GoTemplateError(f"`.{path}` is asked of what has no fields")
        value = value.get(name)
    return value


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
    raise GoTemplateError("what is no text is not shown here")


def _sliced(value: Sequence[object], *bounds: int) -> object:
    return value[slice(*bounds)] if len(bounds) > 1 else value[bounds[0] :] if bounds else value


def _indexed(value: object, *keys: object) -> object:
    for key in keys:
        if isinstance(value, Sequence) and isinstance(key, int) and key >= 0:
            value = value[key]
        elif isinstance(value, Mapping):
            value = value.get(key)
        else:
            raise TypeError("no index")
    return value


_DECIDED_BY = {"and": False, "or": True}
_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "or": lambda *values: next((value for value in values if value), values[-1]),
    "not": lambda value: not value,
    "eq": lambda first, *others: any(first == other for other in others),
    "ne": lambda first, other: first != other,
    "lt": lambda first, other: first < other,
    "le": lambda first, other: first <= other,
    "gt": lambda first, other: first > other,
    "ge": lambda first, other: first >= other,
    "len": len,
    "slice": _sliced,
    "index": _indexed,
    "json": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
}
