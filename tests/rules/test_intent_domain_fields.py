"""Domains that were asked of ORBIT's own classes, in variations: an adapter that does not load, questions that end in an error, or nothing at all."""

from textwrap import dedent

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Severity
from orbitcfg.rules import rules_of
from tests.rules.test_intent_cases import adapter, configuration
from tests.trees import config_of

LIBRARY = dedent(
    """
    templates:
      - id: of_city
        description: items by city
        nl_examples: [items in city Rome]
        parameters: [{name: city, type: string, required: true}]
        semantic_tags: {action: find, primary_entity: item}
        sql: select * from item where city = ?
    """
)


def told(domain: str) -> list[str]:
    """The codes above info that a domain is told with."""
    named = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    files = {"config/config.yaml": configuration([adapter("shop", "sqlite", named)]), "domain.yaml": domain, "library.yaml": LIBRARY}
    found = run_rules(config_of(files), rules_of(("templates",))).found
    return [each.code for each in found if each.severity > Severity.INFO]


@pytest.mark.parametrize(
    "field",
    [
        "{data_type: [string]}",
        "{data_type: string, validation_rules: {pattern: 5}}",
        "{data_type: string, validation_rules: {pattern: null}}",
        "{data_type: string, validation_rules: {allowed_values: null}}",
        "{data_type: string, validation_rules: {allowed_values: 5}}",
        "{data_type: string, validation_rules: {max_length: null}}",
        "{searchable: true, extraction_hints: {regex_patterns: [5]}}",
        "{searchable: true, extraction_hints: {regex_patterns: null}}",
        "{searchable: true, extraction_hints: [a]}",
        "{searchable: true, extraction_pattern: 5}",
        "{searchable: true, extraction_pattern: [a]}",
        "{filterable: true, semantic_type: [a]}",
    ],
)
def test_a_field_ends_every_question_in_an_error(field: str) -> None:
    assert told(f"entities: {{item: {{table_name: item}}}}\nfields: {{item: {{city: {field}}}}}\n") == ["ORB036"]


@pytest.mark.parametrize(
    "field",
    [
        "{data_type: string, validation_rules: {min: a}}",
        "{data_type: string, validation_rules: {allowed_values: Rome}}",
        "{data_type: foo, validation_rules: {}}",
        "{data_type: string, validation_rules: []}",
        "{extraction_hints: [a]}",
        "{extraction_pattern: 5}",
        "{semantic_type: [a]}",
        "{searchable: true, extraction_hints: {regex_patterns: abc}}",
        "{searchable: true, extraction_hints: {}}",
        "{searchable: true, extraction_hints: []}",
        "{searchable: true, semantic_type: 5}",
    ],
)
def test_a_field_does_no_harm(field: str) -> None:
    assert told(f"entities: {{item: {{table_name: item}}}}\nfields: {{item: {{city: {field}}}}}\n") == []


@pytest.mark.parametrize("synonym", ["town (", "a[", "+town"])
def test_a_synonym_that_is_no_expression_ends_every_question_in_an_error(synonym: str) -> None:
    fields = "fields: {item: {city: {data_type: string, searchable: true}}}"
    assert told(f"entities: {{item: {{}}}}\n{fields}\nvocabulary: {{field_synonyms: {{city: ['{synonym}']}}}}\n") == ["ORB036"]


@pytest.mark.parametrize("types", ["{a: {regex_patterns: [5]}}", "{a: {regex_patterns: 5}}", "[{name: a, regex_patterns: [5]}]"])
def test_a_pattern_that_is_no_text_keeps_the_adapter_from_loading(types: str) -> None:
    assert told(f"semantic_types: {types}\n") == ["ORB001"]


@pytest.mark.parametrize("types", ["null", "[]", "[a]", "[{regex_patterns: [5]}]", "abc", "{a: null}", "{a: {regex_patterns: abc}}"])
def test_semantic_types_that_are_passed_over_do_no_harm(types: str) -> None:
    assert told(f"semantic_types: {types}\n") == []
