"""What a template says and ORBIT does not heed."""

import re
from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Edit, Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, by_template

_LEFT = re.compile(r"#[ \t]*(FIXME|TODO)\b", re.IGNORECASE)


@rule("ORB046", consequence=Consequence.WITHOUT_EFFECT, counted="keys of parameters that nothing enforces")
def limits_not_enforced(config: Config) -> Iterator[Finding]:
    """A parameter has limits that nothing enforces.

    ORBIT's check of templates takes `min`, `max`, `max_length`, `pattern`, `aliases`, `format` and `validation_hint`, and no part of ORBIT looks at them when a question is answered.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: cheap_items
        nl_examples: [items below 5]
        parameters: [{name: price, type: decimal, max: 100, required: true}]
        sql: select * from item where price < ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: cheap_items
        nl_examples: [items below 5]
        parameters: [{name: price, type: decimal, required: true}]
        sql: select * from item where price < ? and price <= 100
    ```
    """
    row = config.catalog.row(config.catalog.store.at("intent-template.schema.json#/$defs/parameter"))
    dead = frozenset(name for name, schema in row.properties.items() if config.catalog.row(schema).effect == "never-read")

    def check(_each: IntentAdapter, template: Template) -> Iterator[Found]:
        for parameter in template.parameters:
            for key, entry in parameter.node.entries.items():
                if key in dead:
                    yield Found(
                        f"nothing enforces `{key}` of the parameter `{parameter.name}`", entry.key_span, "let the query do it, or take the key out"
                    )
            allowed, default = parameter.value("allowed_values"), parameter.value("default")
            if isinstance(allowed, list) and default is not None and default not in allowed:
                place = parameter.node.entries["default"].key_span
                yield Found(
                    f"the default of the parameter `{parameter.name}` is not among its `allowed_values`", place, "name one of them as the default"
                )

    yield from by_template(config, check)


@rule("ORB047", consequence=Consequence.DIFFERENT)
def required_by_truth(config: Config) -> Iterator[Finding]:
    """A parameter is required, since `required` is a text.

    ORBIT goes by the truth of what is written, so that `'false'` and `'no'` in quotes are yes: without a value the template is left out.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: "false"}]
        sql: select * from item where city = ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: false}]
        sql: select * from item where city = ?
    ```
    """

    def check(_each: IntentAdapter, template: Template) -> Iterator[Found]:
        for parameter in template.parameters:
            written = parameter.value("required")
            if isinstance(written, str) and written.lower() in ("false", "no", "off", "0", "n", "f"):
                span = parameter.node.entries["required"].node.span
                fix = Fix((Edit(span, "false"),), safe=False)
                yield Found(
                    f"the parameter `{parameter.name}` is required: `'{written}'` is a text, and counts as true",
                    span,
                    "write `false`, without quotes",
                    fix=fix,
                )

    yield from by_template(config, check)


@rule("ORB048", consequence=Consequence.WITHOUT_EFFECT, counted="payloads that are not read")
def payload_not_read(config: Config) -> Iterator[Finding]:
    """A template has two keys for what it sends, of which one counts.

    `sql_template` counts before `sql`, and `endpoint_template` before `endpoint`.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select 1
        sql_template: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql_template: select * from item
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        first, *others = each.kind.payload
        for key in others:
            if template.has(first) and template.has(key):
                yield Found(f"`{key}` of {template.label} is not read, as it has `{first}`", template.key_span(key), f"take `{key}` out")

    yield from by_template(config, check, "sql", "http", "mongodb", "elasticsearch")


@rule("ORB024", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="comments that say that something is left to do")
def left_to_do(config: Config) -> Iterator[Finding]:
    """A comment in a library says that something is left to do.

    ORBIT logs a warning for each `# TODO` and `# FIXME` at every start.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items  # TODO: name the columns
        nl_examples: [show all items]
        sql: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items  # all columns are wanted
        nl_examples: [show all items]
        sql: select * from item
    ```
    """

    def check(each: IntentAdapter) -> Iterator[Found]:
        for _, library in each.libraries if each.kind.family != "composite" else ():
            source = library.file.source
            for found in _LEFT.finditer(source.text):
                yield Found(f"a comment says `{found[1].upper()}`", Span(source, *found.span(1)), "take it out once it is done")

    yield from by_adapter(config, check)


RULES = (left_to_do, limits_not_enforced, required_by_truth, payload_not_read)
