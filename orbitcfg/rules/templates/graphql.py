"""GraphQL templates."""

import re
from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.first_rendering import DOMAIN_NAMES
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template, kind_of, within
from orbitcfg.rules.templates._responses import of_response
from orbitcfg.rules.templates.payloads import declared_remedy, text_payload

_IGNORED = re.compile(r'"""(?:[^"]|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*')
_VARIABLE = re.compile(r"\$([^\W\d]\w*)")
_DECLARED = re.compile(r"\$([^\W\d]\w*+)\s*+:\s*+\[?\s*+(\w++)")
_DEFAULTED = re.compile(r"\$([^\W\d]\w*+)\s*+:\s*+[\w!\[\]\s]++=")
_OPERATION = re.compile(r"\b(?:query|mutation|subscription)\s+(\w+)")
_MARK = re.compile(r"\{\{-?\s*+([^\W\d]\w*+)[^{}]*+\}\}")
_NUMERIC = {"Int": ("Int", "Integer"), "Float": ("Float", "Int", "Integer"), "Boolean": ("Boolean",)}
_CLOSES = {")": "(", "}": "{", "]": "["}


@rule("ORB030", consequence=Consequence.DIFFERENT)
def graphql_not_as_written(config: Config) -> Iterator[Finding]:
    """A GraphQL query is sent otherwise than it is meant.

    Values go as variables: each declared parameter is sent under its name, and a `$name` without a parameter never is, so that only its default counts. The query has to declare
    each `$name` that it uses. The text itself is not rendered with values, so `{{name}}` stays in it. ORBIT does not read the
    query: one with a bracket that is not closed is refused by the server. A parameter is sent as a text unless its `graphql_type` says otherwise.

    ```yaml bad
    # base: rockets
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [launches from Rome]
        parameters: [{name: city, required: true}]
        graphql_template: "query Q($town: String!) { launches(city: $town) { id } }"
    ```

    ```yaml good
    # base: rockets
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [launches from Rome]
        parameters: [{name: city, required: true}]
        graphql_template: "query Q($city: String!) { launches(city: $city) { id } }"
    ```
    """
    yield from by_template(config, _not_as_written, "graphql")


def _not_as_written(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None:
        return
    node, key_span = template.get(payload.key), template.key_span(payload.key)
    for found in _MARK.finditer(payload.text):
        if found[1] not in DOMAIN_NAMES:
            yield Found(
                f"{template.label} sends `{found[0]}` unchanged: a GraphQL query is not rendered with values",
                within(node, found[0], key_span),
                f"write `${found[1]}`, and declare it as a variable of the query",
            )
    read = _IGNORED.sub(" ", payload.text)
    of_query, defaulted = {name for name, _ in _DECLARED.findall(read)}, set(_DEFAULTED.findall(read))
    for name in dict.fromkeys(_VARIABLE.findall(read)):
        if name in template.declared and name not in of_query:
            yield Found(
                f"{template.label} uses `${name}`, which its query does not declare, so the server refuses it",
                within(node, f"${name}", key_span),
                f"declare it, as in `query Name(${name}: String)`",
            )
        elif name not in template.declared | defaulted:
            remedy = declared_remedy(template, name)
            yield Found(
                f"{template.label} never sends `${name}`: no parameter has that name",
                within(node, f"${name}", key_span),
                remedy.replace("write `", "write `$"),
            )
    if not _is_closed(_MARK.sub(" ", read)):
        yield Found(f"{template.label} sends a query whose brackets do not match", key_span, "write a closing bracket for each that opens")
    yield from _of_name(template, read)
    yield from _of_types(template, read)
    yield from of_response(template)


def _of_name(template: Template, read: str) -> Iterator[Found]:
    """An `operation_name` that none of the operations has."""
    wanted, names = template.value("operation_name"), _OPERATION.findall(read)
    if isinstance(wanted, str) and wanted and wanted not in names:
        yield Found(
            f"{template.label} asks for the operation `{wanted}`, which its query does not have, so the server refuses it",
            template.value_span("operation_name"),
            f"write `{names[0]}`" if names else "take the key out",
        )


def _of_types(template: Template, read: str) -> Iterator[Found]:
    """Variables that are numbers in the query and texts in the request, or of no type at all."""
    wanted = dict(_DECLARED.findall(read))
    for parameter in template.parameters:
        kind = wanted.get(parameter.name, "")
        given = parameter.value("graphql_type")
        if "graphql_type" in parameter.node.entries and not isinstance(given, str):
            entry = parameter.node.entries["graphql_type"]
            why = f"`graphql_type` of the parameter `{parameter.name}` is {kind_of(entry.node)}, and no text"
            yield Found(f"{template.label} never works: {why}", entry.key_span, "name a type of GraphQL", consequence=Consequence.DEGRADED)
            continue
        base = given.rstrip("!").strip("[]") if isinstance(given, str) else "String"
        if kind in _NUMERIC and base in ("String", "ID"):
            yield Found(
                f"{template.label} sends `{parameter.name}` as a text, and the query wants `{kind}`",
                parameter.span,
                f"write `graphql_type: {kind}`",
            )


def _is_closed(text: str) -> bool:
    stack: list[str] = []
    for sign in text:
        if sign in "({[":
            stack.append(sign)
        elif sign in _CLOSES and (not stack or stack.pop() != _CLOSES[sign]):
            return False
    return not stack


RULES = (graphql_not_as_written,)
