"""SQL templates: how values are bound, and what the query guard lets pass."""

from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.jinja import JinjaFault
from orbitcfg.effective.intent.sql_binding import Binding
from orbitcfg.effective.intent.sql_guard import parsers_refusal, refusals, writes
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.release import QUERY_GUARD
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, by_template, within
from orbitcfg.rules.templates.payloads import declared_remedy, text_payload


class _Bindings:
    """The binding of each template in each adapter, worked out once."""

    def __init__(self) -> None:
        # by id: adapters and libraries keep them alive
        self._known: dict[tuple[str, bool, int], Binding | None] = {}

    def of(self, each: IntentAdapter, template: Template) -> Binding | None:
        """The placeholders of a template's query; None where that is none that could run."""
        key = (each.kind.name, each.is_guarded, id(template))
        if key not in self._known:
            payload = text_payload(each, template)
            runs = payload is not None and not isinstance(payload.parts, JinjaFault) and not payload.undeclared
            self._known[key] = Binding(each, payload) if payload is not None and runs else None
        return self._known[key]


def bindings(config: Config) -> _Bindings:
    """The bindings of all templates, the same each time."""
    return config.once(_made)


def _made(_config: Config) -> _Bindings:
    return _Bindings()


@rule("ORB015", consequence=Consequence.DEGRADED)
def placeholder_never_works(config: Config) -> Iterator[Finding]:
    """A placeholder is of a form that the adapter's class, the query guard or the driver does not take.

    SQLite takes `?`, DuckDB and Athena `:name` or `?`, PostgreSQL `%(name)s`, MySQL none: there a value is written by Jinja, `{{ name | sql_string }}`. `{name}` is replaced nowhere. DuckDB takes
    whatever follows a colon for a placeholder, in `::date` and `'12:30'` too, and its guard reads no `SELECT :name`; PostgreSQL wants `%%` for a percent sign. In quotes nothing is bound.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = %(city)s
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = ?
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        for misfit in binding.misfits if binding is not None else ():
            assert binding is not None
            key = binding.payload.key
            place = within(template.get(key), misfit.snippet, template.key_span(key))
            yield Found(f"{template.label} never works: {misfit.why} ({each.kind.title})", place, misfit.remedy)

    yield from by_template(config, check, "sql")


@rule("ORB016", consequence=Consequence.DEGRADED)
def placeholders_uncounted(config: Config) -> Iterator[Finding]:
    """The placeholders of a query do not go with the number of its parameters.

    For `?` the values of all parameters are bound, one each, in the order of the list: a value that is used twice needs two parameters, and none may be left over. DuckDB refuses values for a
    query without any placeholder, also where Jinja writes them. SQLite counts a `?` in a text or a comment too, where a template has no parameters.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = ? or town = ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where ? in (city, town)
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is not None and binding.uncounted and not binding.misfits:
            key = binding.payload.key
            yield Found(f"{template.label} never works: {binding.uncounted.why}", template.key_span(key), binding.uncounted.remedy)

    yield from by_template(config, check, "sql")


@rule("ORB017", consequence=Consequence.DIFFERENT)
def placeholder_without_parameter(config: Config) -> Iterator[Finding]:
    """A placeholder names no parameter, so null is bound for it.

    A comparison with null is never true: the query finds nothing, and nothing is logged.

    ```yaml bad
    # base: ledger
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = %(town)s
    ```

    ```yaml good
    # base: ledger
    # file: utils/templates.yaml
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = %(city)s
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is None or binding.misfits:
            return
        for name in binding.unbound:
            key = binding.payload.key
            place = within(template.get(key), name, template.key_span(key))
            yield Found(f"{template.label}: no parameter is called `{name}`, so null is bound for it", place, declared_remedy(template, name))

    yield from by_template(config, check, "sql")


@rule("ORB018", consequence=Consequence.DIFFERENT)
def values_in_another_order(config: Config) -> Iterator[Finding]:
    """The `?` of a query are compared with the columns that the parameters are named after, in another order.

    Values are bound in the order of the `parameters` list, so that each goes to the column of another.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: cheap_in_city
        nl_examples: [items in Rome below 5]
        parameters: [{name: city, required: true}, {name: price, type: decimal, required: true}]
        sql: select * from item where price < ? and city = ?
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: cheap_in_city
        nl_examples: [items in Rome below 5]
        parameters: [{name: city, required: true}, {name: price, type: decimal, required: true}]
        sql: select * from item where city = ? and price < ?
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is not None and binding.misordered is not None and "?" in each.kind.binds:
            columns, names, fails = binding.misordered
            yield Found(
                f"{template.label}{' never works' if fails else ''}: the values of {names} are bound in this order, and the query compares {columns}",
                template.key_span("parameters"),
                "list the parameters in the order of their `?`",
                consequence=Consequence.DEGRADED if fails else None,
            )

    yield from by_template(config, check, "sql")


@rule("ORB019", consequence=Consequence.WITHOUT_EFFECT, counted="parameters that no query uses")
def parameter_unused(config: Config) -> Iterator[Finding]:
    """A parameter stands nowhere in the query of its template.

    ORBIT looks for its value in each question, and where it is `required` leaves the template out without it; the query is the same whatever it is.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        parameters: [{name: city}]
        sql: select * from item
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

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is None or binding.uncounted or binding.misfits:
            return
        for name in binding.unused:
            span = next(parameter.span for parameter in template.parameters if parameter.name == name)
            yield Found(f"{template.label} uses its parameter `{name}` nowhere", span, "use it in the query, or take it out")

    yield from by_template(config, check, "sql")


@rule("ORB020", consequence=Consequence.DEGRADED, since=QUERY_GUARD)
def query_refused(config: Config) -> Iterator[Finding]:
    """ORBIT's query guard refuses the query of a template, so that it never works.

    What is rendered must be one statement that reads: `SELECT` or `WITH` first, nothing behind a `;`, not even a comment, no `PRAGMA`, `EXPLAIN`, `SHOW` or `VALUES`, no word that writes. Its row count must be a
    number or a placeholder, and it must be of the dialect of the adapter's class. With `orbitcfg[sql]` the parser that ORBIT uses is asked as well.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item; -- all of them
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: |
          select * from item -- all of them
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is None or not each.is_guarded or binding.misfits:
            return
        why = next(refusals(binding.sql, each.kind.dialect), None) if binding.payload.is_exact or binding.payload.first.exact else None
        if why is None and binding.payload.is_exact and binding.foreign is None:
            why = parsers_refusal(binding.sql, each.kind.dialect)
        if why is not None:
            yield Found(
                f"{template.label} never works: the query guard refuses it, as {why} ({each.kind.title})",
                template.key_span(binding.payload.key),
                f"write a single query that only reads, in the SQL of {each.kind.title}",
            )

    yield from by_template(config, check, "sql")


@rule("ORB021", consequence=Consequence.EXPOSED, since=QUERY_GUARD)
def query_writes(config: Config) -> Iterator[Finding]:
    """A template writes to the database, and the query guard is off.

    Without `query_guard_enabled` the statement runs and is committed, for whoever asks the question that it answers.

    ```yaml bad
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma, query_guard_enabled: false}}]  # orbitcfg: ignore[ORB610]
    # file: utils/templates.yaml
    templates:
      - id: forget
        nl_examples: [forget the items]
        sql: delete from item
    ```

    ```yaml good
    # base: shelf
    adapters: [{name: shelf, config: {domain_config_path: utils/shop.yaml, template_library_path: utils/templates.yaml, store_name: chroma, query_guard_enabled: false}}]  # orbitcfg: ignore[ORB610]
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
    ```
    """

    def check(each: IntentAdapter, template: Template) -> Iterator[Found]:
        binding = bindings(config).of(each, template)
        if binding is not None and not each.is_guarded and (word := writes(binding.sql)):
            yield Found(
                f"{template.label} runs `{word}`, as the query guard is off",
                template.key_span(binding.payload.key),
                "write a query, or switch `query_guard_enabled` on",
            )

    yield from by_template(config, check, "sql")


@rule("ORB049", consequence=Consequence.PURPOSE_LOST)
def no_query_works(config: Config) -> Iterator[Finding]:
    """Of several SQL templates of an adapter none works.

    Each of them has a finding of its own. Whatever is asked, the adapter has no data to answer with.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    # orbitcfg: ignore-file[ORB010, ORB015]
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = %(city)s
      - id: all_items
        nl_examples: [show all items]
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    # orbitcfg: ignore-file[ORB010]
    templates:
      - id: of_city
        nl_examples: [items in Rome]
        parameters: [{name: city, required: true}]
        sql: select * from item where city = ?
      - id: all_items
        nl_examples: [show all items]
    ```
    """

    def fails(each: IntentAdapter, template: Template) -> bool:
        binding = bindings(config).of(each, template)
        if binding is None:
            payload, key = text_payload(each, template), template.payload(each.kind.payload)
            return (key is None or not template.text(key)) if payload is None else isinstance(payload.parts, JinjaFault)
        return bool(binding.uncounted or binding.misfits or (binding.foreign is not None and not binding.foreign.runs))

    def check(each: IntentAdapter) -> Iterator[Found]:
        templates = [template for _, template in each.templates if template.entries is not None]
        if each.kind.is_sql and len(templates) > 1 and all(fails(each, template) for template in templates):
            yield Found(f"none of the adapter's {len(templates)} templates works", templates[0].span, "fix what is found in each of them")

    yield from by_adapter(config, check)


RULES = (
    no_query_works,
    placeholder_never_works,
    placeholders_uncounted,
    placeholder_without_parameter,
    values_in_another_order,
    parameter_unused,
    query_refused,
    query_writes,
)
