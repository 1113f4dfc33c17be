"""MongoDB templates: parts of a query that are not carried out."""

from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.jinja import JinjaFault
from orbitcfg.effective.intent.jinja_expression import Name
from orbitcfg.effective.intent.payload import Payload
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template
from orbitcfg.rules.templates.payloads import text_payload
from orbitcfg.rules.templates.stores import payload_value, quoted_outputs


@rule("ORB022", consequence=Consequence.DIFFERENT)
def part_not_carried_out(config: Config) -> Iterator[Finding]:
    """A MongoDB query has a part that ORBIT does not carry out.

    `limit` and `skip` are numbers: with a text, `"{{n}}"` in quotes too, nothing is found. `sort` is a list of mappings, and anything else leaves the order open. A list in quotes is compared as one
    text. With an `$oid` the query never runs, since ORBIT cannot write it to its log; of a `$date` it makes no date.

    ```yaml bad
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: newest
        nl_examples: [the newest films]
        parameters: [{name: n, type: integer, default: 5}]
        mongodb_query: '{"filter": {}, "sort": [{"year": -1}], "limit": "{{n}}"}'
    ```

    ```yaml good
    # base: films
    # file: utils/templates.yaml
    templates:
      - id: newest
        nl_examples: [the newest films]
        parameters: [{name: n, type: integer, default: 5}]
        mongodb_query: '{"filter": {}, "sort": [{"year": -1}], "limit": {{n}}}'
    ```
    """
    yield from by_template(config, _not_carried_out, "mongodb")


def _not_carried_out(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None or isinstance(payload.parts, JinjaFault) or payload.undeclared:
        return
    value, place = payload_value(payload), template.key_span(payload.key)
    if isinstance(value, dict) and template.value("query_type") in (None, "find"):
        for key in ("limit", "skip"):
            if isinstance(value.get(key), str):
                yield Found(
                    f"{template.label} finds nothing: its `{key}` is a text, and no number", place, "write the value without quotes around it"
                )
        order = value.get("sort")
        if order and not (isinstance(order, list) and all(isinstance(item, dict) for item in order)):
            yield Found(f"{template.label} does not sort: its `sort` is no list of mappings", place, 'write `"sort": [{"name": -1}]`')
    if _holds(value, "$oid"):
        why = "ORBIT cannot write an `$oid` to its log"
        yield Found(f"{template.label} never works: {why}", place, "query a field that holds no `$oid`", consequence=Consequence.DEGRADED)
    if _holds(value, "$date"):
        yield Found(f"{template.label} finds nothing: ORBIT makes no date of a `$date`", place, "compare with what the field holds")
    yield from _quoted_lists(template, payload)


def _quoted_lists(template: Template, payload: Payload) -> Iterator[Found]:
    lists = {each.name for each in template.parameters if each.kind == "array"}
    for piece in quoted_outputs(payload):
        if isinstance(piece.expression, Name) and piece.expression.name in lists:
            name = piece.expression.name
            yield Found(
                f"{template.label} compares with the list `{name}` as one text, as it is in quotes",
                template.key_span(payload.key),
                f"write `{{{{ {name} | tojson }}}}`, without quotes around it",
            )


def _holds(value: object, kind: str) -> bool:
    """Whether a value of extended JSON of this kind is anywhere in a query."""
    match value:
        case dict():
            return (isinstance(value.get(kind), str) and len(value) == 1) or any(_holds(each, kind) for each in value.values())
        case list():
            return any(_holds(each, kind) for each in value)
    return False


RULES = (part_not_carried_out,)
