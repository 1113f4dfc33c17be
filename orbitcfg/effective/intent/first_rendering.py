"""What becomes of a template's text when ORBIT renders it before it knows any parameter.

The reranker renders every text of a candidate with the names of the domain alone, and what comes out is what runs. A name that is not known yet comes out as it
stands, `{{ name }}`; a condition on it is decided then; and an operation that fails on it leaves the whole text as it was.
"""

from collections.abc import Iterable, Sequence

from orbitcfg.dataclass import dataclass, field
from orbitcfg.effective.intent.jinja import Assignment, Condition, Loop, OtherStatement, Output, Part, Text, TextRange
from orbitcfg.effective.intent.jinja_expression import Constant, Filtered, JinjaExpression, Name, Operation, Tested
from orbitcfg.record import NamedTuple

DOMAIN_NAMES = frozenset(
    {
        "domain_name", "domain_type", "entities", "has_secondary_entity", "primary_entity", "primary_table", "secondary_entity", "secondary_table", "tables",
    }
)  # fmt: skip
GLOBALS = frozenset({"cycler", "dict", "joiner", "lipsum", "loop", "namespace", "range", "caller", "varargs", "kwargs", "self", "super", "_"})
SAFE_FILTERS = frozenset({"json", "sql_identifier", "sql_string", "tojson"})
"""Filters that write a name which is not known yet out again, with themselves."""

_SAME = frozenset({"string", "safe", "trim"})
_FAILING = frozenset({"abs", "attr", "dictsort", "filesizeformat", "float", "indent", "int", "round", "wordwrap", "xmlattr"})
_EMPTY = frozenset({"count", "first", "groupby", "join", "last", "length", "list", "max", "min", "random", "sort", "sum", "truncate", "urlencode"})
_FAILING_TESTS = frozenset({"odd", "even", "divisibleby", "gt", "ge", "lt", "le", "greaterthan", "lessthan"})
_TRUE_TESTS = frozenset({"undefined", "sequence", "iterable", "callable", "lower", "ne"})


class Decided(NamedTuple):
    """A place where the value of a parameter does not count, since it is not known yet. `names` are the parameters, `kind` is `condition`, `loop` or `filter`."""

    at: TextRange
    kind: str
    names: tuple[str, ...]
    detail: str = ""


class FirstRendering(NamedTuple):
    """What the first rendering makes of a text.

    `decided` are the places that it decides too early; `outputs` those that stay, with the names that they look up and whether they are sure to be rendered.
    `kept`: the text stays as it is, since an operation fails. `pieces` are what is sent, texts and outputs; `exact` says whether that is all of it.
    """

    decided: tuple[Decided, ...]
    outputs: tuple[tuple[TextRange, frozenset[str]], ...]
    kept: bool
    pieces: tuple[str | Output, ...] = ()
    exact: bool = True


class _Fails(Exception):
    """An operation fails on a name that is not known yet."""


class _Value(NamedTuple):
    """A value as far as it is known: `missing` names what it depends on, `truth` is None where it is not known here."""

    truth: bool | None = None
    missing: frozenset[str] = frozenset()
    is_name: bool = False
    """Whether it is a name that is not known yet, as it stands."""
    stays: bool = False
    """Whether it comes out as it stands, to be rendered again."""


_ALWAYS_KNOWN = dict.fromkeys(DOMAIN_NAMES | GLOBALS, _Value())


@dataclass(slots=True)
class _State:
    known: dict[str, _Value]
    decided: list[Decided] = field(default_factory=list)
    outputs: list[tuple[TextRange, frozenset[str]]] = field(default_factory=list)
    pieces: list[str | Output] = field(default_factory=list)
    exact: bool = True


def first_rendering(parts: Sequence[Part]) -> FirstRendering:
    """What the first rendering makes of the parts of a text."""
    if len(parts) == 1 and isinstance(parts[0], Text):
        return FirstRendering((), (), kept=False, pieces=(parts[0].text,))
    state = _State(dict(_ALWAYS_KNOWN))
    try:
        _render(state, parts, is_sure=True)
    except _Fails:
        plain = tuple(each.text if isinstance(each, Text) else each for each in parts if isinstance(each, Text | Output))
        return FirstRendering((), (), kept=True, pieces=plain, exact=len(plain) == len(parts))
    return FirstRendering(tuple(state.decided), tuple(state.outputs), kept=False, pieces=tuple(state.pieces), exact=state.exact)


def _render(state: _State, parts: Iterable[Part], *, is_sure: bool) -> None:
    for part in parts:
        match part:
            case Text(text) if is_sure:
                state.pieces.append(text)
            case Output():
                _render_output(state, part, is_sure=is_sure)
            case Assignment(at, targets, expression):
                value = _evaluate(state, expression, at, is_sure=is_sure)
                state.known |= dict.fromkeys(targets, value if len(targets) == 1 else _Value())
            case Condition():
                _render_condition(state, part, is_sure=is_sure)
            case Loop():
                _render_loop(state, part, is_sure=is_sure)
            case OtherStatement(body=body):
                state.exact = False
                _render(state, body, is_sure=False)


def _render_output(state: _State, part: Output, *, is_sure: bool) -> None:
    value = _evaluate(state, part.expression, part.at, is_sure=is_sure)
    if value.missing and not value.stays and not any(each.at == part.at for each in state.decided[-1:]):
        state.decided.append(Decided(part.at, "condition", tuple(sorted(value.missing)), "decided"))
    if is_sure:
        state.outputs.append((part.at, value.missing))
        state.pieces.append(part)


def _condition_decided(at: TextRange, value: _Value) -> Decided:
    return Decided(at, "condition", tuple(sorted(value.missing)), "decided" if value.truth is None else str(value.truth).lower())


def _render_condition(state: _State, part: Condition, *, is_sure: bool) -> None:
    for branch in part.branches:
        if branch.condition is None:
            _render(state, branch.body, is_sure=is_sure)
            return
        value = _evaluate(state, branch.condition, branch.at, is_sure=is_sure)
        if value.missing:
            state.decided.append(_condition_decided(branch.at, value))
        if value.truth is True:
            _render(state, branch.body, is_sure=is_sure)
            return
        if value.truth is None:
            is_sure = state.exact = False
            _render(state, branch.body, is_sure=False)


def _render_loop(state: _State, part: Loop, *, is_sure: bool) -> None:
    value = _evaluate(state, part.items, part.at, is_sure=is_sure)
    if value.missing and (value.is_name or value.truth is False):
        state.decided.append(Decided(part.at, "loop", tuple(sorted(value.missing))))
        _render(state, part.otherwise, is_sure=is_sure)
        return
    state.exact = False
    outer = dict(state.known)
    state.known |= dict.fromkeys(part.targets, _Value())
    _render(state, part.body, is_sure=False)
    state.known = outer


def _evaluate(state: _State, expression: JinjaExpression, at: TextRange, *, is_sure: bool) -> _Value:
    """The value of an expression. Raises _Fails where it is sure that rendering fails."""
    evaluation = _Evaluation(state, at, is_sure=is_sure)
    return evaluation.of(expression)


@dataclass(slots=True)
class _Evaluation:
    state: _State
    at: TextRange
    is_sure: bool

    def of(self, expression: JinjaExpression) -> _Value:
        match expression:
            case Name(name):
                return self.state.known.get(name, _Value(False, frozenset({name}), is_name=True, stays=True))
            case Constant(is_true):
                return _Value(is_true)
            case Filtered(value, name, arguments):
                return self._filtered(value, name, arguments)
            case Tested(value, test, negated):
                return self._tested(self.of(value), test, negated=negated)
            case Operation(kind, parts):
                return self._operation(kind, parts)

    def _fail(self, value: _Value) -> _Value:
        if self.is_sure:
            raise _Fails
        return _Value(None, value.missing)

    def _filtered(self, inner: JinjaExpression, name: str, arguments: tuple[JinjaExpression, ...]) -> _Value:
        value = self.of(inner)
        others = [self.of(each) for each in arguments]
        if value.missing and isinstance(inner, Operation) and inner.kind == "list" and name in ("sql_list", "tojson", "json"):
            # each name in the list is written out again; JSON knows none
            return _Value(True, value.missing, stays=True) if name == "sql_list" else self._fail(value)
        if not value.is_name:
            if value.stays and value.missing and name not in _SAME:
                # what comes out is a text with a mark in it already
                self._note(value, name)
                return _Value()
            missing = value.missing.union(*(each.missing for each in others))
            return _Value(None, missing, stays=value.stays)
        if name in SAFE_FILTERS | _SAME:
            return _Value(True, value.missing, stays=True)
        if name in _FAILING:
            return self._fail(value)
        if name in ("default", "d"):
            self._note(value, name)
            return others[0] if others else _Value(False)
        self._note(value, name)
        return _Value(name not in _EMPTY)

    def _note(self, value: _Value, name: str) -> None:
        self.state.decided.append(Decided(self.at, "filter", tuple(sorted(value.missing)), name))

    def _tested(self, value: _Value, test: str, *, negated: bool) -> _Value:
        if not value.is_name:
            return _Value(None, value.missing)
        if test in _FAILING_TESTS:
            return self._fail(value)
        return _Value((test in _TRUE_TESTS) is not negated, value.missing)

    def _operation(self, kind: str, parts: tuple[JinjaExpression, ...]) -> _Value:
        match kind:
            case "and" | "or":
                return self._logic(parts, stops_at=kind == "or")
            case "not":
                value = self.of(parts[0])
                return _Value(None if value.truth is None else not value.truth, value.missing)
            case "choice":
                return self._choice(parts)
        values = [self.of(each) for each in parts]
        missing = frozenset[str]().union(*(each.missing for each in values))
        if kind in ("~", "list"):
            return _Value(bool(parts) if kind == "list" else None, missing, stays=kind == "~" and all(each.stays for each in values if each.missing))
        undefined = next((each for each in values if each.is_name), None)
        return _Value(None, missing) if undefined is None else self._on_name(kind, parts, values, missing)

    def _on_name(self, kind: str, parts: tuple[JinjaExpression, ...], values: list[_Value], missing: frozenset[str]) -> _Value:
        """An operation of which a name that is not known yet is a part."""
        match kind:
            case "==" | "!=":
                return _Value(all(each.is_name for each in values) is (kind == "=="), missing)
            case "in":
                if isinstance(parts[1], Constant):
                    return self._fail(values[0])
                # two names that are not known are equal
                return _Value(None if values[1].missing and not values[1].is_name else False, missing)
            case "order" | "arithmetic" | "negative":
                return self._fail(_Value(None, missing))
            case "attribute" | "item" | "call" if values[0].is_name:
                return self._fail(values[0])
        return _Value(None, missing)

    def _logic(self, parts: tuple[JinjaExpression, ...], *, stops_at: bool) -> _Value:
        first = self.of(parts[0])
        if first.truth is stops_at:
            return first._replace(stays=not first.missing)
        was_sure = self.is_sure
        self.is_sure = was_sure and first.truth is not None
        second = self.of(parts[1])
        self.is_sure = was_sure
        missing = first.missing | second.missing
        if first.truth is None:
            return _Value(stops_at if second.truth is stops_at else None, missing)
        return _Value(second.truth, missing, is_name=second.is_name and not first.missing, stays=second.stays and not first.missing)

    def _choice(self, parts: tuple[JinjaExpression, ...]) -> _Value:
        condition = self.of(parts[0])
        if condition.missing:
            self.state.decided.append(_condition_decided(self.at, condition))
        if condition.truth is not None:
            return self.of(parts[1] if condition.truth else parts[2])
        was_sure, self.is_sure = self.is_sure, False
        values = [self.of(each) for each in parts[1:]]
        self.is_sure = was_sure
        return _Value(None, values[0].missing | values[1].missing)
