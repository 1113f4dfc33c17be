"""Ten libraries of each class as people write them for domains of their own: each was run on ORBIT's class, where every template works, and nothing above info is said of them.

SQLite, DuckDB and PostgreSQL, and MariaDB for MySQL, were asked for real; the requests of the others were read where they were sent.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.effective.intent import sql_guard
from orbitcfg.report.diagnostics import Severity
from tests.rules.test_intent_cases import CLASSES, found_in

FOLDER = Path(__file__).parent / "people"
FAMILIES = (*CLASSES, "composite")


def libraries(family: str) -> dict[str, dict[str, Any]]:
    """The cases of a family by name; a domain and its library stand in one text with `---` between them."""
    _, *parts = re.split(r"^#### (\w+)\n", (FOLDER / f"{family}.txt").read_text("utf-8"), flags=re.MULTILINE)
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    if family == "composite":
        cross = {"enabled": True, "template_library_path": "library.yaml"}
        settings: dict[str, Any] = {"child_adapters": ["a", "b"], "cross_adapter_templates": cross}
        return {name: {"family": family, "files": {"library.yaml": text}, "adapter_config": settings} for name, text in texts.items()}
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    found = {}
    for name, text in texts.items():
        domain, library = text.split("\n---\n")
        found[name] = {"family": family, "files": {"domain.yaml": domain + "\n", "library.yaml": library}, "adapter_config": settings}
    return found


@pytest.mark.parametrize("installed", [True, False], ids=["parser", "fixed-rules"])
@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_said_of_libraries_that_work(family: str, installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if installed:
        pytest.importorskip("sqlglot")
    else:
        monkeypatch.setattr(sql_guard, "_parser", lambda: None)
    cases = libraries(family)
    told = {name: [(each.code, each.message) for each in found_in(case) if each.severity > Severity.INFO] for name, case in cases.items()}
    assert told == {name: [] for name in cases}
    assert len(cases) == 10


@pytest.mark.parametrize(
    ("family", "sql", "begins", "remedy"),
    [
        ("sqlite", "-- all\nselect * from item", "a comment", "put the comment behind `SELECT`"),
        ("postgres", "/* all */ with x as (select 1) select * from x", "a comment", "put the comment behind `WITH`"),
        ("duckdb", "from item select name", "`FROM`", "begin the query with `SELECT`"),
        ("postgres", "table item", "`TABLE`", "begin the query with `SELECT`"),
        ("athena", "(select 1) union all (select 2)", "`(`", "write `SELECT * FROM (…) AS found`"),
    ],
)
def test_rows_are_not_read_of_a_query_that_begins_otherwise(family: str, sql: str, begins: str, remedy: str) -> None:
    (found,) = of_query(family, sql)
    why = f"ORBIT does not read the rows of a query that begins with {begins}"
    assert (found.code, found.consequence.name, found.message, found.help) == (
        "ORB014",
        "DIFFERENT",
        f"template `t` answers with a number of affected rows: {why}",
        remedy,
    )


def test_rows_that_mysqls_client_was_left_with_end_every_further_question() -> None:
    (found,) = of_query("mysql", "(select name from item) limit 5")
    assert (found.code, found.consequence.name) == ("ORB014", "PURPOSE_LOST")


@pytest.mark.parametrize(
    "sql", ["\n  select 1", "{# all #}\nselect 1", "WITH x AS (SELECT 1) SELECT * FROM x", "{% if primary_table %}select 1{% endif %}"]
)
def test_rows_of_other_queries_are_read(sql: str) -> None:
    assert of_query("sqlite", sql) == []


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("select * from stay where leaves > ? and arrives < ?", []),
        ("select * from stay where leaves = ? and arrives < ?", ["ORB018"]),
        ("select * from stay where leaves like ? and arrives like ?", ["ORB018"]),
        ("select * from stay where arrives > ? and leaves < ?", []),
    ],
)
def test_bounds_are_compared_crosswise_where_spans_overlap(sql: str, codes: list[str]) -> None:
    found = of_query("sqlite", sql, "parameters: [{name: arrives, type: date}, {name: leaves, type: date}], ")
    assert [each.code for each in found] == codes


def of_query(family: str, sql: str, parameters: str = "") -> list[Any]:
    """What is said above info of a template with this query."""
    library = f"templates: [{{id: t, nl_examples: [all], {parameters}sql: {sql!r}}}]".replace("\\n", "\n\n  ")
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": family, "files": {"domain.yaml": "{}", "library.yaml": library}, "adapter_config": settings}
    return [each for each in found_in(case) if each.severity > Severity.INFO]


@pytest.mark.parametrize(
    ("operation", "parameters", "needs"),
    [
        ("calculator.add", "[{name: a, type: number}, {name: b, type: integer}]", "`values`, a list of numbers, and is given one number"),
        ("calculator.average", "[{name: values, type: float}]", "`values`, a list of numbers, and is given one number"),
        ("calculator.divide", "[{name: a, type: number}]", "`b`, which its `function_schema` does not have"),
        ("json_transform.filter", "[{name: data, type: array}, {name: field}]", "`operator`, `value`, which its `function_schema` does not have"),
        ("calculator.multiply", "[{name: numbers, type: array}]", None),
        ("calculator.divide", "[{name: dividend, type: number}, {name: divisor, type: number}]", None),
        ("calculator.round", "[{name: value, type: number}]", None),
        ("date_time.now", "[]", None),
    ],
)
def test_a_built_in_function_is_given_what_it_needs(operation: str, parameters: str, needs: str | None) -> None:
    function, name = operation.split(".")
    schema = f"function_schema: {{name: t, parameters: {parameters}}}"
    execution = f"execution: {{type: builtin, builtin_function: {function}, operation: {name}}}"
    library = f"templates: [{{id: t, description: d, nl_examples: [all], tool_type: function, {schema}, {execution}}}]"
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": "agent", "files": {"domain.yaml": "{}", "library.yaml": library}, "adapter_config": settings}
    told = [each.message for each in found_in(case) if each.severity > Severity.INFO]
    assert told == ([] if needs is None else [f"template `t` never works: `{operation}` needs {needs}"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"a": {{city}}}', ["ORB025", "ORB027"]),
        ('{"a": "{{city}}"}', ["ORB025"]),
        ('{"a": "{{domain_name}}"}', []),
        ('{"a": {{domain_name | tojson}}}', []),
    ],
)
def test_a_body_is_lost_that_is_no_json_with_its_marks(body: str, told: list[str]) -> None:
    library = f"templates: [{{id: t, nl_examples: [all], http_method: POST, endpoint: /c, parameters: [{{name: city}}], body_template: '{body}'}}]"
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": "http", "files": {"domain.yaml": "{}", "library.yaml": library}, "adapter_config": settings}
    found = [each for each in found_in(case) if each.severity > Severity.INFO]
    assert sorted(each.code for each in found) == told
    assert not told or found[-1].help == "make `body_template` a mapping, and write `{city}`"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("X-A: ' abc'", "the header `X-A` has blanks around it"),
        ('X-A: "abc\\t"', "the header `X-A` has blanks around it"),
        ('X-A: "a\\nb"', "the header `X-A` has a line break in it"),
        ("'X A': b", "the name of the header `X A` holds what no name may"),
        ("'X-A:': b", "the name of the header `X-A:` holds what no name may"),
        ("'': b", "the name of the header `` holds what no name may"),
        ('X-A: "a\\tb"', None),
        ("X-A: ''", None),
        ("X.A_b: '{city}'", None),
        ('X-A: "abc\\n"', None),
        ('X-A: " {{ domain_name }}"', None),
    ],
)
def test_a_header_is_sent_that_the_client_takes(header: str, why: str | None) -> None:
    """As the client answered; of one line break at the end nothing is left once it is rendered."""
    library = f"templates: [{{id: t, nl_examples: [all], endpoint: '/{{city}}', parameters: [{{name: city}}], headers: {{{header}}}}}]"
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": "http", "files": {"domain.yaml": "{}", "library.yaml": library}, "adapter_config": settings}
    told = [each.message for each in found_in(case) if each.severity > Severity.INFO]
    assert told == ([] if why is None else [f"template `t` never works: {why}"])
