"""SQL templates: queries of another database than the adapter's."""

from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template
from orbitcfg.rules.templates.sql import bindings


@rule("ORB009", consequence=Consequence.DEGRADED)
def database_lacks_it(config: Config) -> Iterator[Finding]:
    """A query uses what the database of the adapter's class does not have, and the query guard lets it pass.

    SQLite has no `ILIKE`, `::`, `FETCH FIRST`, `EXTRACT` and `INTERVAL`, and none of the functions for dates that others have; MySQL no `ILIKE`, `::` and `FULL OUTER JOIN`, and takes `||` for `OR`; Athena no `ILIKE` and `::`, and wants
    `OFFSET` before `LIMIT`. `LIMIT 5, 10` is of SQLite and MySQL. Nowhere does `SELECT … INTO` give rows.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city ilike ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = ? collate nocase
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        found = binding.foreign if binding is not None and not binding.misfits else None
        if binding is None or found is None:
            return
        place = template.key_span(binding.payload.key)
        if found.runs:
            told = (
                f"{template.label} finds other rows: {each.kind.title} takes `{found.snippet}` for `OR`, unless its `sql_mode` has `PIPES_AS_CONCAT`"
            )
            yield Found(told, place, found.remedy, consequence=Consequence.DIFFERENT)
        else:
            what = (
                f"a query with `{found.snippet}` gives no rows" if found.snippet == "INTO" else f"{each.kind.title} does not read `{found.snippet}`"
            )
            yield Found(f"{template.label} never works: {what}", place, found.remedy)

    yield from by_template(config, check, "sql")


RULES = (database_lacks_it,)
