"""Jinja's statements and expressions in a template's texts, as far as ORBIT's first rendering of them takes."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.intent.jinja_expression import JinjaExpression, RefusedExpression, parse_expression, parse_items, parse_targets
from orbitcfg.record import NamedTuple

_OPEN = re.compile(r"\{\{|\{%|\{#")
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_RAW_END = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_WORD = re.compile(r"\s*([A-Za-z_]\w*)\s*(.*)", re.DOTALL)
MAX_NESTING = 60


class TextRange(NamedTuple):
    """A stretch of a text."""

    start: int
    end: int


class Text(NamedTuple):
    """What is sent as it stands."""

    text: str


class Output(NamedTuple):
    """`{{ … }}`."""

    at: TextRange
    expression: JinjaExpression


class Branch(NamedTuple):
    """One branch of a condition: `if`, `elif`, or without a condition `else`."""

    at: TextRange
    condition: JinjaExpression | None
    body: "list[Part]"


class Condition(NamedTuple):
    """`{% if %}` to `{% endif %}`."""

    branches: list[Branch]


class Loop(NamedTuple):
    """`{% for %}` to `{% endfor %}`."""

    at: TextRange
    targets: tuple[str, ...]
    items: JinjaExpression
    body: "list[Part]"
    otherwise: "list[Part]"


class Assignment(NamedTuple):
    """`{% set name = … %}`."""

    at: TextRange
    targets: tuple[str, ...]
    expression: JinjaExpression


class OtherStatement(NamedTuple):
    """Another statement with a body, of which nothing is known."""

    word: str
    body: "list[Part]"


Part: TypeAlias = Text | Output | Condition | Loop | Assignment | OtherStatement


class JinjaFault(NamedTuple):
    """Why Jinja does not take a text."""

    at: TextRange
    why: str


_BLOCKS = {"macro": "endmacro", "call": "endcall", "filter": "endfilter", "with": "endwith", "block": "endblock", "autoescape": "endautoescape"}
_ENDS = frozenset({"endif", "endfor", "endset", "else", "elif", *_BLOCKS.values()})
_SINGLE = frozenset({"include", "import", "from", "extends"})


def parse_jinja(text: str) -> list[Part] | JinjaFault:
    """The parts of a text; a fault where Jinja refuses it."""
    if "{" not in text:
        return [Text(text)]
    try:
        return _Parser(text).parts()
    except _SyntaxFault as fault:
        return fault.fault


class _SyntaxFault(Exception):
    def __init__(self, at: TextRange, why: str) -> None:
        self.fault = JinjaFault(at, why)


class _Token(NamedTuple):
    kind: str
    at: TextRange
    code: str


@dataclass(slots=True)
class _Open:
    """A statement that is not closed yet."""

    word: str
    at: TextRange
    end: str
    into: list[Part]
    holder: Condition | Loop | OtherStatement | None = None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text

    def parts(self) -> list[Part]:
        root: list[Part] = []
        opened = [_Open("", TextRange(0, 0), "", root)]
        for token in self._tokens():
            into = opened[-1].into
            if token.kind == "text":
                into.append(Text(token.code))
            elif token.kind == "output":
                into.append(Output(token.at, self._expression(token.code, token.at)))
            else:
                self._statement(token, opened)
            if len(opened) > MAX_NESTING:
                raise _SyntaxFault(token.at, "it is nested too deep")
        if len(opened) > 1:
            raise _SyntaxFault(opened[-1].at, f"`{opened[-1].word}` has no `{opened[-1].end}`")
        return root

    def _tokens(self) -> Iterator[_Token]:
        text, place = self.text, 0
        while (found := _OPEN.search(text, place)) is not None:
            if found.start() > place:
                yield _Token("text", TextRange(place, found.start()), text[place : found.start()])
            mark = found[0]
            end = self._end(found.end(), {"{{": "}}", "{%": "%}", "{#": "#}"}[mark])
            if end is None:
                raise _SyntaxFault(TextRange(found.start(), found.end()), f"`{mark}` is not closed")
            code = text[found.end() : end].removeprefix("-").removeprefix("+").removesuffix("-").removesuffix("+")
            at = TextRange(found.start(), end + 2)
            place = end + 2
            if mark == "{{":
                yield _Token("output", at, code)
            elif mark == "{%":
                if code.strip() == "raw":
                    closed = _RAW_END.search(text, place)
                    if closed is None:
                        raise _SyntaxFault(at, "`raw` has no `endraw`")
                    yield _Token("text", TextRange(place, closed.start()), text[place : closed.start()])
                    place = closed.end()
                    continue
                yield _Token("statement", at, code)
        if place < len(text):
            yield _Token("text", TextRange(place, len(text)), text[place:])

    def _end(self, place: int, mark: str) -> int | None:
        """Where a mark is closed, texts in quotes left out; of a comment at its first end."""
        depth = 0
        while place < len(self.text):
            if mark == "#}":
                found = self.text.find(mark, place)
                return found if found >= 0 else None
            if self.text.startswith(mark, place) and not (depth and mark == "}}"):
                return place
            quoted = _QUOTED.match(self.text, place)
            if quoted is not None:
                place = quoted.end()
                continue
            depth = max(depth + (self.text[place] == "{") - (self.text[place] == "}"), 0)
            place += 1
        return None

    def _expression(self, code: str, at: TextRange, *, in_loop: bool = False) -> JinjaExpression:
        try:
            return parse_items(code) if in_loop else parse_expression(code)
        except RefusedExpression as error:
            raise _SyntaxFault(at, str(error)) from None

    def _statement(self, token: _Token, opened: list[_Open]) -> None:
        found = _WORD.fullmatch(token.code)
        if found is None:
            raise _SyntaxFault(token.at, "a statement has no name")
        word, rest = found[1], found[2].strip()
        into = opened[-1].into
        if word in _ENDS:
            self._close(word, rest, token, opened)
        elif word == "if":
            branch = Branch(token.at, self._expression(rest, token.at), [])
            condition = Condition([branch])
            into.append(condition)
            opened.append(_Open("if", token.at, "endif", branch.body, condition))
        elif word == "for":
            targets, _, items = rest.partition(" in ")
            loop = Loop(token.at, self._targets(targets, token.at), self._expression(items, token.at, in_loop=True), [], [])
            into.append(loop)
            opened.append(_Open("for", token.at, "endfor", loop.body, loop))
        elif word == "set":
            targets, sign, value = rest.partition("=")
            if sign:
                into.append(Assignment(token.at, self._targets(targets, token.at), self._expression(value, token.at)))
            else:
                self._open_block(word, token, opened, "endset")
        elif word in _BLOCKS:
            self._open_block(word, token, opened, _BLOCKS[word])
        elif word not in _SINGLE:
            raise _SyntaxFault(token.at, f"Jinja knows no statement `{word}`")

    def _targets(self, code: str, at: TextRange) -> tuple[str, ...]:
        try:
            return parse_targets(code)
        except RefusedExpression as error:
            raise _SyntaxFault(at, str(error)) from None

    def _open_block(self, word: str, token: _Token, opened: list[_Open], end: str) -> None:
        block = OtherStatement(word, [])
        opened[-1].into.append(block)
        opened.append(_Open(word, token.at, end, block.body, block))

    def _close(self, word: str, rest: str, token: _Token, opened: list[_Open]) -> None:
        last = opened[-1]
        if word == last.end:
            opened.pop()
        elif word in ("else", "elif") and isinstance(last.holder, Condition) and last.holder.branches[-1].condition is not None:
            branch = Branch(token.at, self._expression(rest, token.at) if word == "elif" else None, [])
            last.holder.branches.append(branch)
            last.into = branch.body
        elif word == "else" and isinstance(last.holder, Loop):
            last.into = last.holder.otherwise
        else:
            wanted = f", where `{last.end}` is wanted" if last.end else ""
            raise _SyntaxFault(token.at, f"`{word}` closes nothing{wanted}")
