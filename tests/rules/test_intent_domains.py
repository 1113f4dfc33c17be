"""What is said of domains, beyond the recorded cases: each as ORBIT's own classes took it."""

import json

import pytest
import yaml

from orbitcfg.report.diagnostics import Severity
from tests.rules.test_intent_cases import found_in

TEMPLATE: dict[str, object] = {
    "id": "of_city",
    "nl_examples": ["items in city Rome"],
    "parameters": [{"name": "city", "type": "string", "required": True}, {"name": "n", "type": "integer", "default": 5}],
    "sql": "select * from item where city = ? limit ?",
}


def told(domain: str, template: dict[str, object] = TEMPLATE) -> list[tuple[str, str]]:
    """The codes and the words of what is above info in a domain."""
    files = {"dom.yaml": domain, "lib.yaml": json.dumps({"templates": [template]})}
    settings = {"domain_config_path": "dom.yaml", "template_library_path": "lib.yaml"}
    found = found_in({"family": "sqlite", "files": files, "adapter_config": settings})
    return [(each.code, each.message) for each in found if each.severity > Severity.INFO]


def of_field(**keys: object) -> str:
    """A domain whose field `city` has these keys."""
    return yaml.safe_dump({"entities": {"item": {}}, "fields": {"item": {"city": {"data_type": "string", "searchable": True, **keys}}}})


@pytest.mark.parametrize("void", ["null", "''", "0", "false", "[]", "{}"])
def test_a_void_type_of_the_domain_is_the_generic_one(void: str) -> None:
    assert told(f"domain_type: {void}") == []


@pytest.mark.parametrize(
    ("types", "why"),
    [
        ("{code: {regex_patterns: 5}}", "`semantic_types.code.regex_patterns` of the domain is a number, so the adapter does not load"),
        ("[{name: code, regex_patterns: [5]}]", "`semantic_types.code.regex_patterns` of the domain is a list, so the adapter does not load"),
        ("[{regex_patterns: [5]}]", None),
        ("{code: {regex_patterns: }}", None),
        ("{code: {regex_patterns: [a]}}", None),
        ("{code: {regex_patterns: {a: b}}}", None),
        ("{code: [5]}", None),
    ],
)
def test_expressions_of_semantic_types_are_texts(types: str, why: str | None) -> None:
    assert told(f"semantic_types: {types}") == ([("ORB001", why)] if why else [])


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"extraction_pattern": 5}, "`extraction_pattern` is a number, and no text"),
        ({"extraction_pattern": ["a"]}, "`extraction_pattern` is a list, and no text"),
        ({"extraction_pattern": None}, None),
        ({"extraction_hints": {"regex_patterns": None}}, "`regex_patterns` is null, and no list"),
        ({"extraction_hints": {"regex_patterns": [5]}}, "this one of `regex_patterns` is a number, and no text"),
        ({"extraction_hints": {"patterns": [True]}}, "this one of `patterns` is a boolean, and no text"),
        ({"extraction_hints": {"patterns": "in"}}, None),
        ({"extraction_hints": {"relative_terms": None, "formats": [5]}}, None),
        ({"extraction_hints": {"relative_terms": [5]}}, "this one of `relative_terms` is a number, and no text"),
        ({"semantic_type": ["code"]}, "`semantic_type` is a list, and no text"),
        ({"semantic_type": 5}, None),
        ({"data_type": ["string"]}, "`data_type` is a list, and no text"),
        ({"validation_rules": {"min_length": None}}, "`min_length` is null, and no number"),
        ({"validation_rules": {"min": None, "max": "9"}}, None),
        ({"validation_rules": {"pattern": 5}}, "`pattern` is a number, and no text"),
        ({"validation_rules": {"allowed_values": None}}, "`allowed_values` is null, and no list"),
        ({"validation_rules": {"allowed_values": "Rome, Oslo"}}, None),
    ],
)
def test_a_field_of_another_shape_ends_questions(keys: dict[str, object], why: str | None) -> None:
    assert told(of_field(**keys)) == ([("ORB036", f"questions end in an error: {why}")] if why else [])


def test_what_is_not_searched_is_not_looked_for() -> None:
    assert told(of_field(searchable=False, extraction_pattern=5)) == []


def test_a_field_that_a_parameter_names_is_looked_for() -> None:
    template = {**TEMPLATE, "parameters": [{"name": "town", "entity": "item", "field": "city"}], "sql": "select * from item where city = ?"}
    message = "questions end in an error: `extraction_pattern` is a number, and no text"
    assert told(of_field(searchable=False, extraction_pattern=5), template) == [("ORB036", message)]


@pytest.mark.parametrize("used", [True, False])
def test_patterns_of_a_semantic_type_count_where_it_is_used(used: bool) -> None:
    domain = of_field(semantic_type="code" if used else "name") + "semantic_types: {code: {patterns: [5]}}"
    message = "questions end in an error: this one of `patterns` is a number, and no text"
    assert told(domain) == ([("ORB036", message)] if used else [])


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"allowed_values": []}, "`allowed_values` is empty"),
        ({"allowed_values": [1, 2]}, "none of `allowed_values` is a text"),
        ({"allowed_values": ["Rome", 2]}, None),
        ({"min_length": 5, "max_length": 4}, "`min_length` is above `max_length`"),
        ({"min_length": 4, "max_length": 4}, None),
        ({"max_length": 0}, "`max_length` is below 1"),
        ({"min": 5, "max": 4}, None),
    ],
)
def test_limits_that_no_value_keeps_refuse_it(rules: dict[str, object], why: str | None) -> None:
    message = f"template `of_city` never works: the `validation_rules` of the field `city` take no value: {why}"
    assert told(of_field(validation_rules=rules)) == ([("ORB039", message)] if why else [])


@pytest.mark.parametrize("wanted", ["email", "phone"])
def test_a_number_is_no_address_of_a_person(wanted: str) -> None:
    template = {**TEMPLATE, "parameters": [{"name": "city", "type": "integer", "required": True}], "sql": "select * from item where city = ?"}
    message = f"template `of_city` never works: the field `city` of the domain is of type `{wanted}`, and the parameter a number"
    assert told(of_field(data_type=wanted), template) == [("ORB039", message)]


@pytest.mark.parametrize(
    ("wanted", "parameter", "why"),
    [
        ("decimal", {"type": "string", "allowed_values": ["1", "2"]}, "is a number, and the parameter a text"),
        ("integer", {"type": "string", "allowed_values": ["1", "2"]}, None),
        ("boolean", {"type": "integer"}, "is a boolean, and the parameter a number"),
        ("boolean", {"type": "string"}, "is a boolean, and the parameter a text"),
        ("boolean", {"type": "boolean"}, None),
    ],
)
def test_a_value_of_another_type_is_refused_by_the_field_of_its_name(wanted: str, parameter: dict[str, object], why: str | None) -> None:
    template = {**TEMPLATE, "parameters": [{"name": "city", "required": True, **parameter}], "sql": "select * from item where city = ?"}
    message = f"template `of_city` never works: the field `city` of the domain {why}"
    assert told(of_field(data_type=wanted), template) == ([("ORB039", message)] if why else [])


@pytest.mark.parametrize(
    ("priority", "why"),
    [(None, None), (3, None), ("3", "`summary_priority` is a text, and no number"), ([3], "`summary_priority` is a list, and no number")],
)
def test_a_rank_in_a_summary_is_a_number_or_null(priority: object, why: str | None) -> None:
    found = told(of_field(summary_priority=priority), {**TEMPLATE, "result_format": "summary"})
    assert found == ([("ORB036", f"questions end in an error: {why}")] if why else [])


@pytest.mark.parametrize(
    ("synonym", "why"), [("town (", "missing ), unterminated subpattern"), ("[town", "unbalanced parenthesis"), ("town (old)", None), ("a.b", None)]
)
def test_a_synonym_of_a_field_is_read_in_both_expressions_that_are_made_of_it(synonym: str, why: str | None) -> None:
    found = told(of_field() + f"vocabulary: {{field_synonyms: {{city: ['{synonym}']}}}}")
    message = f"questions end in an error: ORBIT takes the synonym for a regular expression, which cannot be read: {why}"
    assert found == ([("ORB036", message)] if why else [])


def test_tags_in_a_list_are_those_of_the_template() -> None:
    tags = [{"action": "find"}, {"primary_entity": "item"}]
    message = "questions end in an error: this verb is a boolean, and no text"
    assert told("vocabulary: {action_verbs: {find: [on]}}", {**TEMPLATE, "semantic_tags": tags}) == [("ORB036", message)]
    message = "questions end in an error: this verb is a key without quotes, and no text"
    assert told("vocabulary: {action_verbs: {find: {1: show}}}", {**TEMPLATE, "semantic_tags": tags}) == [("ORB036", message)]
    assert told("vocabulary: {action_verbs: {find: {show: all}}}", {**TEMPLATE, "semantic_tags": tags}) == []
