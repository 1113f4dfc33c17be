"""What is sent of templates, beyond the recorded cases: each with the code that it gets, or none."""

import json

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import rules_of
from tests.rules.test_intent_cases import adapter, configuration, found_in
from tests.trees import config_of

DOMAIN = "domain_name: shop\nentities: {item: {table_name: item}}\n"
CITY = {"name": "city", "required": True}
QUERIED = {"name": "size", "default": 5, "location": "query"}


def codes(family: str, template: dict[str, object]) -> list[str]:
    return [each.code for each in told(family, template)]


def told(family: str, template: dict[str, object]) -> list[Diagnostic]:
    library = {"templates": [{"id": "t", "nl_examples": ["show all"], **template}]}
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    files = {"config/config.yaml": configuration([adapter("shop", family, settings)]), "domain.yaml": DOMAIN, "library.yaml": json.dumps(library)}
    found = run_rules(config_of(files), rules_of(("templates",))).found
    return [each for each in found if each.severity > Severity.INFO]


@pytest.mark.parametrize(
    ("family", "sql", "expected"),
    [
        ("postgres", "select * from item where d ? 'a' and city = {{ city | sql_string }}", []),
        ("postgres", "select * from item where city = ?", ["ORB015"]),
        ("sqlite", "select * from item where city = '{city}'", ["ORB015"]),
        ("sqlite", "select * from item where city = ? and form = '{city}'", []),
        ("postgres", "select * from item where city = %(city)s and form = '{city}'", []),
        ("sqlite", "select '{{ city }}' from item", []),
        ("postgres", "select * from item where city = $1", ["ORB015"]),
        ("postgres", "select '$1' from item where city = %(city)s", []),
        ("duckdb", "select name[1:3] x from item where city = :city", ["ORB015"]),
        ("sqlite", "with x as (select ?) delete from item", ["ORB020"]),
        ("postgres", "with x as (select %(city)s) select max(a) from x", []),
        ("mysql", "select * form item where", ["ORB020"]),
        ("postgres", "select city form {{ primary_table }} where city = %(city)s", ["ORB020"]),
        ("postgres", "select city from {{ primary_table }} where city = %(city)s", []),
    ],
)
def test_placeholders(family: str, sql: str, expected: list[str]) -> None:
    assert codes(family, {"parameters": [CITY], "sql": sql}) == expected


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select city from", "at its line 1, column 16: Expected table name"),
        ("select count( from item", "at its line 1, column 23: Expecting )"),
        ("select * from item where city = = 1", "at its line 1, column 33"),
    ],
)
def test_where_the_parser_gives_up_is_told_without_words_about_its_inside(sql: str, why: str) -> None:
    pytest.importorskip("sqlglot")
    (found,) = told("postgres", {"sql": sql})
    assert found.message == f"template `t` never works: the query guard refuses it, as it cannot be read {why} (PostgreSQL)"


@pytest.mark.parametrize(
    ("parameters", "sql", "expected"),
    [
        (["limit", "city"], "select * from item where city = ? limit ?", [("ORB018", Consequence.DEGRADED)]),
        (["offset", "price"], "select * from item where price > ? limit 5 offset ?", [("ORB018", Consequence.DIFFERENT)]),
        (["city", "limit"], "select * from item where city = ? limit ?", []),
        (["city", "n"], "select * from item where city = ? limit ?", []),
    ],
)
def test_values_of_a_row_count(parameters: list[str], sql: str, expected: list[tuple[str, Consequence]]) -> None:
    listed = [{"name": each, "type": "string" if each == "city" else "integer", "required": True} for each in parameters]
    assert [(each.code, each.consequence) for each in told("sqlite", {"parameters": listed, "sql": sql})] == expected


def test_without_a_guard_a_write_behind_a_cte_runs() -> None:
    files = {
        "dom.yaml": DOMAIN,
        "lib.yaml": json.dumps({"templates": [{"id": "t", "nl_examples": ["x"], "sql": "with x as (select 1) delete from item"}]}),
    }
    settings = {"domain_config_path": "dom.yaml", "template_library_path": "lib.yaml", "query_guard_enabled": False}
    assert [each.code for each in found_in({"family": "sqlite", "adapter_config": settings, "files": files})] == ["ORB021"]


@pytest.mark.parametrize(
    ("library", "expected"),
    [("[]", "ORB003"), ("false", "ORB003"), ("0", "ORB003"), ('""', "ORB003"), ("[a]", "ORB002"), ("5", "ORB002"), ("yes", "ORB002")],
)
def test_a_library_of_another_form_loads_where_it_is_false(library: str, expected: str) -> None:
    settings = {"domain_config_path": "dom.yaml", "template_library_path": "lib.yaml"}
    found = found_in({"family": "sqlite", "adapter_config": settings, "files": {"dom.yaml": DOMAIN, "lib.yaml": library}})
    assert [each.code for each in found] == [expected]


@pytest.mark.parametrize(("family", "key"), [("mongodb", "mongodb_query"), ("elasticsearch", "query_dsl")])
def test_a_text_that_brings_its_quotes_stands_in_none(family: str, key: str) -> None:
    number = {"name": "n", "type": "integer"}
    assert codes(family, {"parameters": [CITY], key: '{"filter": {"a": "{{ city | tojson }}"}}'}) == ["ORB028"]
    assert codes(family, {"parameters": [CITY], key: '{"filter": {"a": {{ city | tojson }}}}'}) == []
    assert codes(family, {"parameters": [number], key: '{"filter": {"a": "{{ n | tojson }}"}}'}) == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"query_params": {"a": "{% if city %}b{% endif %}"}}, ["ORB012"]),
        ({"query_params": {"a": "{{ city | default(1) }}"}}, ["ORB012"]),
        ({"headers": {"X": "{{ city | upper }}"}}, ["ORB012"]),
        ({"http_method": "POST", "body_template": {"a": ["{{ city | upper }}"]}}, ["ORB012"]),
        ({"headers": {"X": "{{ city }}"}}, ["ORB025"]),
        ({"query_params": {"size": "{{ size | default(5) }}"}}, []),
        ({"query_params": {"size": "{{ size }}"}}, []),
        *(({"http_method": method, "request_body": {"a": "{city}"}}, ["ORB027"]) for method in ("POST", "PUT", "PATCH")),
        *(({"http_method": method, "request_body": {"a": "{city}"}}, []) for method in ("GET", "DELETE")),
        *(({"http_method": method, "body_template": {"a": "b"}}, ["ORB027"]) for method in ("GET", "DELETE")),
        ({"http_method": "POST", "body_template": '{"a": "b"}'}, []),
        ({"http_method": "POST", "body_template": "a=b"}, ["ORB027"]),
        ({"http_method": "POST", "body_template": 5}, ["ORB027"]),
        ({"http_method": "POST", "body_template": None}, []),
        ({"response_mapping": {"items_path": None}}, ["ORB027"]),
        ({"response_mapping": {"items_path": ["a", "b"]}}, ["ORB027"]),
        ({"response_mapping": {"items_path": "data.items"}}, []),
        ({"timeout": "30"}, ["ORB027"]),
        ({"timeout": 2.5}, []),
        ({"timeout": None}, []),
    ],
)
def test_parts_of_a_request(request_: dict[str, object], expected: list[str]) -> None:
    assert codes("http", {"parameters": [CITY, QUERIED], "endpoint": "/c/{city}", **request_}) == expected


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (None, ["ORB027"]),
        ({"items_path": None}, ["ORB027"]),
        ({"fields": ["a"]}, []),
        ({"items_path": "$.items"}, []),
    ],
)
def test_an_agent_reads_the_path_of_its_items_alone(mapping: object, expected: list[str]) -> None:
    assert codes("agent", {"parameters": [CITY], "endpoint": "/c/{city}", "response_mapping": mapping}) == expected


@pytest.mark.parametrize("key", ["endpoint", "endpoint_template"])
def test_a_path_that_is_null_is_no_path(key: str) -> None:
    for family in ("http", "agent"):
        assert [each.consequence for each in told(family, {key: None}) if each.code == "ORB010"] == [Consequence.DEGRADED]


@pytest.mark.parametrize(("timeout", "expected"), [(30, []), ("30", ["ORB027"]), (None, ["ORB027"])])
def test_firecrawl_counts_with_its_timeout(timeout: object, expected: list[str]) -> None:
    assert codes("firecrawl", {"url_mapping": {"url": "https://shop.example.org"}, "timeout": timeout}) == expected


@pytest.mark.parametrize(("kind", "expected"), [(None, ["ORB030"]), (5, ["ORB030"]), ("String!", [])])
def test_a_type_of_graphql_is_a_text(kind: object, expected: list[str]) -> None:
    query = "query($city: String!) { items(city: $city) { id } }"
    assert codes("graphql", {"parameters": [{**CITY, "graphql_type": kind}], "graphql_template": query}) == expected


@pytest.mark.parametrize(
    ("execution", "message", "remedy"),
    [
        (
            {"builtin_function": "calculator.add"},
            "ORBIT has no function `calculator.add`",
            "write `builtin_function: calculator` and `operation: add`",
        ),
        ({"builtin_function": "calculater", "operation": "add"}, "ORBIT has no function `calculater`", "write `calculator`"),
        ({"operation": "add"}, "`execution` has no `builtin_function`", "write `calculator`, `date_time` or `json_transform`"),
        ({"builtin_function": "date_time"}, "it names no `operation`", "write one of `now`, `format`, `diff`, `add_days`, `parse` as `operation`"),
    ],
)
def test_a_tool_is_told_by_what_it_names(execution: dict[str, object], message: str, remedy: str) -> None:
    schema = {"name": "add", "parameters": [{"name": "values", "type": "array"}]}
    template: dict[str, object] = {"tool_type": "function", "function_schema": schema, "execution": {"type": "builtin", **execution}}
    (found,) = told("agent", template)
    assert (found.message, found.help) == (f"template `t` never works: {message}", remedy)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_value_may_go_into_a_body_where_there_is_one(method: str) -> None:
    request: dict[str, object] = {"http_method": method, "parameters": [CITY], "endpoint": "/c", "body_template": {"a": "{city}"}}
    assert codes("http", request) == []
    assert codes("http", {**request, "http_method": "GET"}) == ["ORB026"]


def across(template: str) -> list[str]:
    """What is said of a template across the adapters `a` and `b`."""
    cross = {"enabled": True, "template_library_path": "library.yaml"}
    settings = {"child_adapters": ["a", "b"], "cross_adapter_templates": cross}
    library = f"templates: [{{id: t, {template}}}]"
    return [each.message for each in found_in({"family": "composite", "adapter_config": settings, "files": {"library.yaml": library}})]


BOTH = "{adapter: b, label: B}, {adapter: a, label: A}"


def test_a_target_without_an_adapter_is_told_as_that() -> None:
    told = across(f"nl_examples: [show all], target_adapters: [{BOTH}, {{label: C}}]")
    assert told == ["a target of template `t` names no `adapter`, so that the target is left out"]


@pytest.mark.parametrize(
    ("examples", "told"),
    [
        ("nl_examples: [show all], ", []),
        ("nl_examples: show all, ", []),
        ("", ["template `t` has no examples, and is never found"]),
        ("nl_examples: [], ", ["template `t` has no examples, and is never found"]),
        ("nl_examples: [5], ", ["an example of template `t` is a number: cross-adapter search is off"]),
        ("nl_examples: 5, ", ["`nl_examples` of template `t` is a number: cross-adapter search is off"]),
    ],
)
def test_examples_across_adapters(examples: str, told: list[str]) -> None:
    assert across(f"{examples}target_adapters: [{BOTH}]") == told


def test_a_domain_that_does_not_load_ends_no_question() -> None:
    domain = "entities: {item: {}}\nfields: {item: {id: {data_type: integer, filterable: true}}}\nvocabulary: {entity_synonyms: {item: }}\n"
    template = {"id": "t", "nl_examples": ["show all"], "semantic_tags": {"primary_entity": "item"}, "sql": "select 1"}
    files = {"dom.yaml": domain, "lib.yaml": json.dumps({"templates": [template]})}
    settings = {"domain_config_path": "dom.yaml", "template_library_path": "lib.yaml"}
    assert [each.code for each in found_in({"family": "sqlite", "adapter_config": settings, "files": files})] == ["ORB001"]


@pytest.mark.parametrize(("family", "key"), [("mongodb", "mongodb_query"), ("elasticsearch", "query_dsl")])
def test_a_date_stands_in_quotes(family: str, key: str) -> None:
    day = {"name": "day", "type": "date", "required": True}
    assert codes(family, {"parameters": [day], key: '{"filter": {"d": {{ day }}}}'}) == ["ORB028"]
    assert codes(family, {"parameters": [day], key: '{"filter": {"d": "{{ day }}"}}'}) == []
    assert codes(family, {"parameters": [day], key: '{"filter": {"d": {{ day | tojson }}}}'}) == []


@pytest.mark.parametrize(
    ("query", "why", "remedy"),
    [
        ('{"filter": {"a": {{ city }}}}', "the text `city` has no quotes", "write `{{ city | tojson }}`, which brings them"),
        ('{"filter": {"a": "{{ city | tojson }}"}}', "`city` adds quotes of its own, inside of quotes", "remove the quotes around `city`"),
        ("{'filter': {}}", "it has single quotes on its line 1", "write double quotes"),
        ('{"filter": {},}', "it has a comma before a bracket that closes on its line 1", "remove the comma"),
        ('{"filter": {}', "it has a fault at its end on its line 1", "close every bracket and every quote"),
        ("{filter: {}}", "it has a fault at `{f` on its line 1", "write the key in double quotes"),
        ('{"filter":\n{"a": Rome}}', "it has a fault at `R` on its line 2", None),
        ('{"filter": {} "limit": 1}', 'it has a fault at `"` on its line 1', "write a comma between the two"),
        ('{"filter": {}}}', "it has a fault at `}}` on its line 1", "remove what is behind the bracket that closes it"),
    ],
)
def test_what_to_do_about_a_query_that_is_no_json(query: str, why: str, remedy: str | None) -> None:
    (found,) = told("mongodb", {"parameters": [CITY], "mongodb_query": query})
    assert (found.code, found.message) == (
        "ORB028",
        f"template `t`: `mongodb_query` is no JSON once it is rendered, as {why}, so the whole collection is asked for",
    )
    assert found.help == (remedy or "write a text in double quotes, a number, a list, a mapping, `true`, `false` or `null`")


@pytest.mark.parametrize(
    ("family", "template", "expected"),
    [
        ("http", {"headers": {"X-Place": "Zürich"}}, ["the header `X-Place` is not ASCII"]),
        ("agent", {"headers": {"X-Place": "Zürich"}}, ["the header `X-Place` is not ASCII"]),
        ("http", {"headers": {"X-Plätze": "3"}}, ["the name of the header `X-Plätze` is not ASCII"]),
        ("http", {"headers": {"X-Place": "Rome", "X-Size": 3}}, []),
        ("agent", {"headers": {"X-Size": 3}}, ["the header `X-Size` is a number, and no text"]),
        ("http", {"response_mapping": {"fields": [{"name": "a"}, {"path": "$.b"}]}}, ["a field has no `name`"]),
        ("http", {"response_mapping": {"fields": [{"name": 5, "path": "$.b"}]}}, ["the name of a field is a number"]),
        ("http", {"response_mapping": {"fields": [{"name": "b", "path": "$.b"}, {}]}}, []),
        ("http", {"response_mapping": {"fields": [{"path": "$.b"}]}, "display_fields": ["a"]}, []),
    ],
)
def test_headers_that_cannot_be_sent_and_fields_without_a_name(family: str, template: dict[str, object], expected: list[str]) -> None:
    found = told(family, {"endpoint": "/items", **template})
    assert [(each.code, each.consequence, each.message) for each in found] == [
        ("ORB027", Consequence.DEGRADED, f"template `t` never works: {why}") for why in expected
    ]
