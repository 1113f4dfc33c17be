"""What a template sends: whether its class reads it, and what Jinja makes of it."""

import json
import re
from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Scalar, walk
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.first_rendering import Decided
from orbitcfg.effective.intent.jinja import JinjaFault, TextRange
from orbitcfg.effective.intent.jinja_expression import FILTERS
from orbitcfg.effective.intent.payload import MAX_TEXT, Payload, payload_of
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template, kind_of, within
from orbitcfg.suggest import nearest

_ALONE = {"http": "the request is `GET /`", "agent": "the request is `GET /`"}
"""Families of which a template without a payload still sends something."""

_ALL_ROWS = frozenset({"mongodb", "elasticsearch"})
"""Families that ask for everything where the payload cannot be read."""


def text_payload(each: IntentAdapter, template: Template) -> Payload | None:
    """What a template sends as a text; None where it is none."""
    return payload_of(template, each.kind.payload)


def is_function(template: Template) -> bool:
    """Whether an agent's template is a tool, and no request."""
    return template.value("tool_type") == "function"


def snippet_span(payload: Payload, at: TextRange) -> Span:
    """Where a stretch of a payload is written."""
    snippet = payload.text[at.start : at.end]
    return within(payload.template.get(payload.key), snippet, payload.template.key_span(payload.key))


@rule("ORB010", consequence=Consequence.DEGRADED)
def nothing_to_send(config: Config) -> Iterator[Finding]:
    """A template has nothing that its adapter's class could send.

    Which key is read goes by the class in `implementation`: `sql_template` or else `sql` for SQL, `endpoint_template` or else `endpoint` for HTTP, `graphql_template`,
    `mongodb_query`, `query_dsl`. Without it the template fails each time; an HTTP template asks for `/`.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        query: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
    ```
    """
    yield from by_template(config, _nothing, "sql", "http", "graphql", "mongodb", "elasticsearch", "agent")


def _nothing(each: IntentAdapter, template: Template) -> Iterator[Found]:
    family = each.kind.family
    if family == "agent" and is_function(template):
        return
    key = template.payload(each.kind.payload)
    node = None if key is None else template.get(key)
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
        return
    if node is not None and family in _ALL_ROWS and not (isinstance(node, Scalar) and not node.value):
        # it asks for everything: another rule
        return
    keys = " nor ".join(f"`{name}`" for name in each.kind.payload[:1] + (each.kind.payload[1:] if family in ("sql", "http", "agent") else ()))
    what = f"has {'neither ' if ' nor ' in keys else 'no '}{keys}" if key is None else f"has {kind_of(node)} as `{key}`"
    follows = _ALONE.get(family) if key is None or (isinstance(node, Scalar) and node.value == "") else None
    yield Found(
        f"{template.label} {what}: " + (follows or "it never works"),
        template.span if key is None else template.key_span(key),
        f"write what it is to send, as a text, under `{each.kind.payload[0] if family != 'sql' else 'sql'}`",
        consequence=Consequence.DIFFERENT if follows else Consequence.DEGRADED,
    )


@rule("ORB011", consequence=Consequence.DEGRADED)
def jinja_refused(config: Config) -> Iterator[Finding]:
    """Jinja cannot read what a template sends.

    ORBIT logs the error and goes on with the text as it is written, marks and all, so that the template never works. A MongoDB or Elasticsearch template then asks for the whole
    collection (error).

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = {{ city | sqlstring }}
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = {{ city | sql_string }}
    ```
    """
    yield from by_template(config, _refused, "sql", "mongodb", "elasticsearch", "graphql")


def _refused(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None or not isinstance(payload.parts, JinjaFault):
        return
    fault = payload.parts
    is_all = each.kind.family in _ALL_ROWS
    follows = "it asks for everything" if is_all else "it never works"
    yield Found(
        f"{template.label}: Jinja cannot read `{payload.key}`, as {fault.why}, so {follows}",
        snippet_span(payload, fault.at),
        _jinja_remedy(fault.why),
        consequence=Consequence.MISLEADS if is_all else Consequence.DEGRADED,
    )


def _jinja_remedy(why: str) -> str:
    """What to write where Jinja cannot read a text, by what it says."""
    if found := re.search(r"no filter `(\w+)`", why):
        meant = nearest(found[1], FILTERS)
        return f"write `{meant}`" if meant else "take the filter out"
    if found := re.search(r"has no `(\w+)`", why):
        return f"write `{{% {found[1]} %}}` where it ends"
    if found := re.search(r"`(\{.)` is not closed", why):
        return f"close it with `{ {'{{': '}}', '{%': '%}', '{#': '#}'}[found[1]] }`"
    return "correct what is between the braces"


@rule("ORB012", consequence=Consequence.DIFFERENT)
def decided_too_early(config: Config) -> Iterator[Finding]:
    """A condition, a loop or a filter on a parameter is carried out before its value is known.

    ORBIT renders every text of a candidate once with the names of the domain alone, and runs what comes out. `{{ name }}` survives that, also with `tojson`, `json`, `sql_string`
    or `sql_identifier`; but `sql_list` writes `NULL`, `{% if name %}` is false, `{% for x in name %}` is empty, and `{{ name | default(1) }}` is always 1. So a limit or a filter is lost without a word: write one
    template for each case, or let the database decide.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city}]
        sql: "select * from item {% if city %} where city = {{ city | sql_string }} {% endif %}"
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: "select * from item where city = {{ city | sql_string }}"
    ```
    """
    yield from by_template(config, _decided)


def _decided(each: IntentAdapter, template: Template) -> Iterator[Found]:
    if not each.kind.renders_early:
        return
    for payload in texts_of(each, template):
        for decided in payload.first.decided:
            names = ", ".join(f"`{name}`" for name in decided.names)
            yield Found(f"{template.label}: {_what_happens(decided, names)}", snippet_span(payload, decided.at), _remedy(decided))


def texts_of(each: IntentAdapter, template: Template) -> Iterator[Payload]:
    """The texts of a template that are sent, as far as they are rendered."""
    payload = text_payload(each, template)
    if payload is not None and not isinstance(payload.parts, JinjaFault):
        yield payload
    for key, text in _others_of(template) if each.kind.is_http else ():
        part = Payload(template, key, text)
        if not isinstance(part.parts, JinjaFault):
            yield part


def _others_of(template: Template) -> Iterator[tuple[str, str]]:
    """The texts of a request beside its path that Jinja has a say in, each with its key."""
    by_query = {each.name for each in template.parameters if each.value("location") == "query"}
    for key in ("headers", "query_params", "body_template"):
        node = template.get(key)
        for path, below in walk(node) if node is not None else ():
            text = below.value if isinstance(below, Scalar) else None
            # the parameter itself goes under this name
            is_replaced = key == "query_params" and path[:1] and path[0] in by_query
            if isinstance(text, str) and "{" in text and len(text) <= MAX_TEXT and not is_replaced:
                yield key, text


def _what_happens(decided: Decided, names: str) -> str:
    match decided.kind:
        case "condition":
            ends = f"is always {decided.detail}" if decided.detail in ("true", "false") else "is decided"
            return f"the condition on {names} {ends}, as it is rendered before any parameter is known"
        case "loop":
            return f"the loop over {names} is always empty, as it is rendered before any parameter is known"
    if decided.detail in ("default", "d"):
        return f"the default is always taken for {names}, as it is rendered before any parameter is known"
    if decided.detail == "sql_list":
        return f"`sql_list` writes `NULL` for {names}, as it is rendered before any parameter is known"
    return f"the filter `{decided.detail}` works on the name {names}, as it is rendered before any parameter is known"


def _remedy(decided: Decided) -> str:
    match decided.kind:
        case "condition":
            return "write a template for each case, or put the condition into the query"
        case "loop":
            return "write the list with a filter that ORBIT keeps, such as `tojson`, or each value by a name of its own"
    if decided.detail == "sql_list":
        return "write each value by a name of its own, `{{ [first, second] | sql_list }}`"
    if decided.detail in ("default", "d"):
        return "write the value as `default` of the parameter, and the name alone here"
    return "write the name alone, and let the query do what the filter does"


@rule("ORB013", consequence=Consequence.DIFFERENT)
def name_without_value(config: Config) -> Iterator[Finding]:
    """What a template sends holds a name that no parameter and no domain gives.

    Rendering fails at it. An SQL template then runs as it is written, with the marks in it: in quotes it looks for the text `{{ name }}`, elsewhere the query is refused. A MongoDB or
    Elasticsearch template asks for the whole collection (error). A placeholder of DuckDB, PostgreSQL or Athena without a parameter is bound to null, which usually finds nothing.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: "select * from item where city = '{{ town }}'"
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: "select * from item where city = '{{ city }}'"
    ```
    """
    yield from by_template(config, _without_value, "sql", "mongodb", "elasticsearch")


def _without_value(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None or isinstance(payload.parts, JinjaFault):
        return
    is_all = each.kind.family in _ALL_ROWS
    bare = any(not quoted for _, _, quoted in payload.undeclared)
    for at, name, _ in payload.undeclared:
        follows = (
            "it asks for everything"
            if is_all
            else "the query runs with the placeholder in it, and is refused"
            if bare
            else "the query looks for the placeholder as a text"
        )
        yield Found(
            f"{template.label}: no parameter is called `{name}`, so {follows}",
            snippet_span(payload, at),
            declared_remedy(template, name),
            consequence=Consequence.MISLEADS if is_all else Consequence.DEGRADED if bare else Consequence.DIFFERENT,
        )


def declared_remedy(template: Template, name: str) -> str:
    """What to do about a name that no parameter has."""
    meant = nearest(name, template.declared)
    return f"write `{meant}`" if meant else f"add a parameter `{name}`"


def is_json(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


RULES = (nothing_to_send, jinja_refused, decided_too_early, name_without_value)
