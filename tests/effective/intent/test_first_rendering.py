"""What ORBIT's first rendering makes of a text, held against Jinja itself with an undefined name that writes itself out again."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2 import TemplateError as RefusedTemplate
from jinja2.runtime import DebugUndefined

from orbitcfg.effective.intent.first_rendering import first_rendering
from orbitcfg.effective.intent.jinja import JinjaFault, Output, parse_jinja
from orbitcfg.effective.intent.jinja_expression import FILTERS
from tests.shared import drawn

NAMES = ("city", "n", "domain_name")


class Kept(DebugUndefined):
    """A name that comes out as it stands, and is false."""

    def __str__(self) -> str:
        return f"{{{{ {self._undefined_name} }}}}"

    def __bool__(self) -> bool:
        return False


def _tojson(value: Any) -> str:
    return f"{{{{ {value._undefined_name} | tojson }}}}" if isinstance(value, Kept) else json.dumps(value)


def environment() -> Environment:
    """Jinja as ORBIT sets it up."""
    made = Environment(undefined=Kept, trim_blocks=True, lstrip_blocks=True)
    made.filters["tojson"] = made.filters["sql_string"] = _tojson
    return made


JINJA = environment()


def rendered(text: str) -> str | None:
    """The text after the first rendering; None where an operation fails, so that ORBIT keeps the text."""
    try:
        return JINJA.from_string(text).render(domain_name="shop")
    except Exception:  # noqa: BLE001 - ORBIT keeps the text whatever was raised
        return None


@pytest.mark.parametrize(
    ("text", "decided", "kept"),
    [
        ("a {% if city %}x{% endif %}", [("condition", "false")], False),
        ("{% if not city %}x{% endif %}", [("condition", "true")], False),
        ("{{ n | default(1) }}", [("filter", "default")], False),
        ("{{ city | upper }}", [("filter", "upper")], False),
        ("{% for c in city %}{{ c }}{% endfor %}", [("loop", "")], False),
        ("{{ 'a' if city else 'b' }}", [("condition", "false")], False),
        ("{% set c = city %}{{ c }}", [], False),
        ("{{ city }} {{ city | tojson }} {{ city | sql_string }}", [], False),
        ("{% if has_secondary_entity %}{{ primary_table }}{% endif %}", [], False),
        ("{{ n | int }} {% if city %}x{% endif %}", [], True),
        ("{% if n > 3 %}x{% endif %}", [], True),
        ("{# {% if city %} #}", [], False),
        ("{{ city ~ (city is defined) }}", [("condition", "decided")], False),
        ("{{ city | sql_list }}", [("filter", "sql_list")], False),
        ("{{ [city, n] | sql_list }}", [], False),
        ("{{ [city] | tojson }}", [], True),
        ("{{ [city] | json }}", [], True),
        ("{{ city | json }}{{ city | sql_identifier }}", [], False),
        ("{{ ('%' ~ city) | upper }}", [("filter", "upper")], False),
        ("{{ ('%' ~ city) | trim }}", [], False),
        ("{% for each in tables %}{% if loop.first %}x{% endif %}{% endfor %}", [], False),
        ("{% macro m() %}{% if caller or varargs or kwargs %}x{% endif %}{% endmacro %}", [], False),
        ("{% block b %}{% if super or self or _ %}x{% endif %}{% endblock %}", [], False),
    ],
)
def test_what_is_decided_too_early(text: str, decided: list[tuple[str, str]], kept: bool) -> None:
    parts = parse_jinja(text)
    assert not isinstance(parts, JinjaFault)
    found = first_rendering(parts)
    assert ([(each.kind, each.detail) for each in found.decided], found.kept) == (decided, kept)


@pytest.mark.parametrize(
    "text", ["{% if a %}", "{{ a", "{{ a | nope }}", "{% endif %}", "{% frob %}", "{{ (a }}", "{% for x y %}{% endfor %}", "{{ }}", "{{ a b }}"]
)
def test_what_jinja_refuses(text: str) -> None:
    assert isinstance(parse_jinja(text), JinjaFault)
    with pytest.raises(RefusedTemplate):
        JINJA.from_string(text)


def test_only_orbits_own_filters_are_known_beside_jinjas() -> None:
    assert FILTERS - Environment().filters.keys() == {"json", "sql_identifier", "sql_list", "sql_string"}


ARGUMENTS = {"attr": "('x')", "batch": "(2)", "groupby": "('x')", "map": "('upper')", "replace": "('a', 'b')", "rejectattr": "('x')"}
ARGUMENTS |= {"selectattr": "('x')", "slice": "(2)", "default": "('x')"}
TESTS = {"divisibleby": "3", "eq": "3", "equalto": "3", "ge": "3", "greaterthan": "3", "gt": "3", "in": "[3]", "le": "(3)", "lessthan": "3"}
TESTS |= {"lt": "3", "ne": "[3]", "sameas": "{'a': 3}"}


@pytest.mark.parametrize(
    "condition",
    [
        *(f"city | {name}{ARGUMENTS.get(name, '')}" for name in sorted(Environment().filters)),
        *(f"city is {word}{name} {TESTS.get(name, '')}" for name in sorted(Environment().tests) if name.isidentifier() for word in ("", "not ")),
        *(
            f"{left} {sign} {right}"
            for sign in ("==", "!=", "<", "+", "in", "not in", "and", "or")
            for left in NAMES
            for right in ("n", "3", "'x'", "[n]")
        ),
        "city is in 'Rome'",
        "city is not in [n]",
        "city is string and city is string",
        "city.name",
        "city[0]",
        "city()",
        "-city",
        "[city]",
        "[]",
        "{'a': city}",
        "'' ~ city",
        "0.0",
        "0.5",
        "''",
        "none",
        "False",
        "True and (city or 1)",
        "(1 if city else 0)",
        "(0 if not city else 1)",
        "(city if 1 else 2)",
    ],
)
def test_a_condition_on_a_name_that_is_not_known_yet_has_the_truth_that_jinja_gives_it(condition: str) -> None:
    text = f"{{% if {condition} %}}x{{% else %}}y{{% endif %}}"
    parts = parse_jinja(text)
    assert not isinstance(parts, JinjaFault)
    found = first_rendering(parts)
    wanted = rendered(text)
    if found.kept:
        assert wanted is None
    elif found.exact:
        assert "".join(str(each) for each in found.pieces) == wanted


@pytest.mark.parametrize(
    ("text", "exact"),
    [("a {{ n | int }}", True), ("a {{ n | int }}{% if city %}x{% endif %}", False), ("a {% filter upper %}{{ n | int }}{% endfilter %}", False)],
)
def test_of_a_text_that_is_kept_all_is_known_where_it_has_no_statements(text: str, exact: bool) -> None:
    parts = parse_jinja(text)
    assert not isinstance(parts, JinjaFault)
    assert first_rendering(parts).exact is exact


@pytest.mark.parametrize("name", sorted(Environment().globals))
def test_a_name_that_jinja_gives_is_known(name: str) -> None:
    parts = parse_jinja(f"{{{{ {name} }}}}")
    assert not isinstance(parts, JinjaFault)
    ((_, missing),) = first_rendering(parts).outputs
    assert missing == frozenset()


VALUES = st.sampled_from([*NAMES, "'x'", "3", "0", "none", "true", "[1, 2]"])
EXPRESSIONS = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "==", "!=", "<", "+", "~", "in"]), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(inner, st.sampled_from(["tojson", "default(1)", "upper", "int", "length", "sql_string"])).map(
            lambda each: f"({each[0]}) | {each[1]}"
        ),
        st.tuples(inner, st.sampled_from(["defined", "none", "string", "odd"])).map(lambda each: f"(({each[0]}) is {each[1]})"),
        inner.map(lambda each: f"(not {each})"),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} if {each[1]} else {each[2]})"),
    ),
    max_leaves=4,
)
TEXTS = st.recursive(
    st.one_of(st.sampled_from(["a ", "where ", "x"]), EXPRESSIONS.map(lambda each: f"{{{{ {each} }}}}")),
    lambda inner: st.one_of(
        st.tuples(EXPRESSIONS, inner).map(lambda each: f"{{% if {each[0]} %}}{each[1]}{{% endif %}}"),
        st.tuples(EXPRESSIONS, inner, inner).map(lambda each: f"{{% if {each[0]} %}}{each[1]}{{% else %}}{each[2]}{{% endif %}}"),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=4,
)


@given(TEXTS)
@settings(max_examples=drawn(100))
def test_no_text_that_jinja_takes_is_refused(text: str) -> None:
    try:
        JINJA.from_string(text)
    except RefusedTemplate:
        return
    assert not isinstance(parse_jinja(text), JinjaFault), text


@given(TEXTS)
@settings(max_examples=drawn(100))
def test_where_nothing_is_decided_a_second_rendering_is_the_only_one(text: str) -> None:
    """A text in which nothing is said to be decided too early comes out as if it had been rendered with its values at once."""
    parts = parse_jinja(text)
    if isinstance(parts, JinjaFault):
        return
    found = first_rendering(parts)
    first = rendered(text)
    if found.kept:
        assert first is None, text
    elif not found.decided and first is not None:
        values = {"city": "Rome", "n": 5, "domain_name": "shop"}
        try:
            at_once = JINJA.from_string(text).render(values)
        except Exception:  # noqa: BLE001 - what fails with values is no matter of the first rendering
            return
        assert JINJA.from_string(first).render(values) == at_once, text


@given(TEXTS)
@settings(max_examples=drawn(100))
def test_what_is_sent_is_known_piece_by_piece(text: str) -> None:
    """Where all that is sent is said to be known, its pieces come out as the text does that the first rendering leaves."""
    parts = parse_jinja(text)
    if isinstance(parts, JinjaFault):
        return
    found = first_rendering(parts)
    outputs = [each.at for each in found.pieces if isinstance(each, Output)]
    if not found.exact or any(each.at in outputs for each in found.decided):
        return
    sent = text if found.kept else rendered(text)
    if sent is None:
        return
    pieces = "".join(each if isinstance(each, str) else text[each.at.start : each.at.end] for each in found.pieces)
    values = {"city": "Rome", "n": 5, "domain_name": "shop"}
    try:
        expected = JINJA.from_string(sent).render(values)
    except Exception:  # noqa: BLE001 - what fails with values is no matter of the first rendering
        return
    assert JINJA.from_string(pieces).render(values) == expected, text
