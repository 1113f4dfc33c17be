"""Defaults that a field of the domain refuses, each as ORBIT's validator did."""

import pytest

from orbitcfg.report.diagnostics import Severity
from tests.rules.test_intent_cases import found_in


def told(field: str, kind: str, default: str) -> list[tuple[str, str]]:
    """What is said above info of a parameter with this default, beside a field of its name."""
    domain = f"entities: {{item: {{table_name: item}}}}\nfields: {{item: {{amount: {field}}}}}\n"
    library = f"templates: [{{id: t, nl_examples: [all], parameters: [{{name: amount, type: {kind}, default: {default}}}], sql: 'select ?'}}]"
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": "sqlite", "files": {"domain.yaml": domain, "library.yaml": library}, "adapter_config": settings}
    start = "template `t` fails where a question does not give `amount`: its default "
    return [
        (each.code, each.message.removeprefix(start).removesuffix(", as the field of the domain wants"))
        for each in found_in(case)
        if each.severity > Severity.INFO
    ]


@pytest.mark.parametrize(
    ("field", "kind", "default", "why"),
    [
        ("{data_type: decimal}", "decimal", "cheap", "is no value of the type `decimal`"),
        ("{data_type: integer}", "integer", "2.5", "is no value of the type `integer`"),
        ("{data_type: string}", "string", "5", "is no value of the type `string`"),
        ("{data_type: boolean}", "boolean", "1", "is no value of the type `boolean`"),
        ("{data_type: date}", "date", "yesterday", "is no value of the type `date`"),
        ("{data_type: datetime}", "date", "'2024-01-01 10:00'", "is no value of the type `datetime`"),
        ("{data_type: decimal, validation_rules: {min: 1}}", "decimal", "0", "is below the `min` of its `validation_rules`"),
        ("{data_type: decimal, validation_rules: {max: 1}}", "decimal", "2", "is above the `max` of its `validation_rules`"),
        ("{data_type: string, validation_rules: {min_length: 3}}", "string", "ab", "is shorter than the `min_length` of its `validation_rules`"),
        ("{data_type: string, validation_rules: {max_length: 3}}", "string", "abcd", "is longer than the `max_length` of its `validation_rules`"),
        ("{data_type: string, validation_rules: {allowed_values: [a, b]}}", "string", "c", "is none of its `allowed_values`"),
        ("{data_type: string, validation_rules: {allowed_values: [a, b]}}", "string", "null", "is none of its `allowed_values`"),
        ("{data_type: email}", "string", "nobody@", "is no value of the type `email`"),
        ("{data_type: phone}", "string", "'123'", "is no value of the type `phone`"),
    ],
)
def test_a_default_that_the_field_refuses_is_told(field: str, kind: str, default: str, why: str) -> None:
    assert told(field, kind, default) == [("ORB039", why)]


@pytest.mark.parametrize(
    ("field", "kind", "default"),
    [
        ("{data_type: decimal}", "decimal", "5"),
        ("{data_type: decimal}", "decimal", "null"),
        ("{data_type: integer}", "integer", "'-5'"),
        ("{data_type: integer}", "integer", "true"),
        ("{data_type: string}", "string", "cheap"),
        ("{data_type: text}", "string", "5"),
        ("{data_type: boolean}", "boolean", "yes"),
        ("{data_type: date}", "date", "'2024-01-01'"),
        ("{data_type: datetime}", "date", "'2024-01-01T10:00:00Z'"),
        ("{data_type: email}", "string", "ann@example.org"),
        ("{data_type: phone}", "string", "'+43 (1) 234-5678'"),
        ("{data_type: string, validation_rules: {min_length: 1, max_length: 3, allowed_values: [a, b]}}", "string", "a"),
        ("{data_type: decimal, validation_rules: {min: 1, max: 1}}", "decimal", "1"),
    ],
)
def test_a_default_that_the_field_takes_is_good(field: str, kind: str, default: str) -> None:
    assert told(field, kind, default) == []
