"""SQL templates: values to which ORBIT adds percent signs by itself."""

import re
from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.payload import Payload
from orbitcfg.effective.intent.template import Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template
from orbitcfg.rules.templates.payloads import text_payload

_PLACE = re.compile(r"(=|\b(?:i?like|glob)\b)\s*+(\?|:(\w+)|%\((\w+)\)s)|\?", re.IGNORECASE)


@rule("ORB023", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="values that are compared with or without percent signs of ORBIT's")
def percent_signs_by_name(config: Config) -> Iterator[Finding]:
    """A value is compared with percent signs around it, or without any, by the name of its parameter.

    Where a query has `LIKE` in it, ORBIT puts `%` around each text whose parameter has `name` in its own name, wherever it is compared, with `=` too. All other values are compared as they are.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city like ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city_name, required: true}]
        sql: select * from item where city like ?
    ```
    """
    yield from by_template(config, _by_name, "sql")


def _by_name(each: IntentAdapter, template: Template) -> Iterator[Found]:
    payload = text_payload(each, template)
    if payload is None or "like" not in payload.text.lower():
        return
    for operator, parameter in _compared(template, payload):
        is_name = "name" in parameter.name.lower()
        if operator == "=" and is_name and parameter.kind in ("string", "text", "str", "varchar"):
            yield Found(
                f"{template.label} compares by `=` with `%` around the value of `{parameter.name}`, as its query has `LIKE`",
                parameter.span,
                "give the parameter a name without `name` in it",
            )
        elif operator != "=" and not is_name:
            yield Found(
                f"{template.label} compares by `LIKE` with the value of `{parameter.name}` as it is, without `%` around it",
                parameter.span,
                "give the parameter a name with `name` in it, or put the `%` into the query",
            )


def _compared(template: Template, payload: Payload) -> Iterator[tuple[str, Parameter]]:
    """The parameters that are compared by themselves, each with how."""
    parameters = template.parameters
    by_name = {each.name: each for each in parameters}
    marks = iter(parameters)
    for found in _PLACE.finditer(payload.text):
        name = found[3] or found[4]
        parameter = by_name.get(name) if name else next(marks, None)
        if parameter is not None and found[1]:
            yield found[1].lower(), parameter


RULES = (percent_signs_by_name,)
