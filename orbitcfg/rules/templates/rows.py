"""SQL templates: queries that run, and whose rows ORBIT does not read."""

from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.sql_binding import Binding
from orbitcfg.effective.intent.sql_guard import refusals
from orbitcfg.effective.intent.sql_tokens import MORE_QUERY_WORDS, QUERY_WORDS
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_template
from orbitcfg.rules.templates.sql import bindings

_READ = tuple(QUERY_WORDS)


@rule("ORB014", consequence=Consequence.DIFFERENT)
def rows_not_read(config: Config) -> Iterator[Finding]:
    """A query begins with something else than `SELECT` or `WITH`, and its rows are not read.

    ORBIT tells by the first letters whether a query has rows: behind a comment, a bracket, `FROM` or `TABLE` it runs the query, reads nothing, and answers with a number of affected rows. MySQL's client then
    refuses every further query on that connection.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: |
          -- all of them
          select * from item
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
        if binding is not None and (found := _unread(each, binding)) is not None:
            begins, remedy = found
            fails = each.kind.dialect == "mysql"
            effect = "fails, and with it each question that follows" if fails else "answers with a number of affected rows"
            yield Found(
                f"{template.label} {effect}: ORBIT does not read the rows of a query that begins with {begins}",
                template.key_span(binding.payload.key),
                remedy,
                consequence=Consequence.PURPOSE_LOST if fails else None,
            )

    yield from by_template(config, check, "sql")


def _unread(each: IntentAdapter, binding: Binding) -> tuple[str, str] | None:
    """What a query begins with whose rows are not read, and what to do; None for one that has none, that is read, or that does not run."""
    if binding.payload.filled.lstrip()[:6].upper().startswith(_READ) or not binding.payload.first.exact:
        return None
    sql = binding.sql
    if sql.first_word not in QUERY_WORDS | MORE_QUERY_WORDS or binding.misfits or binding.uncounted:
        return None
    if each.is_guarded and next(refusals(sql, each.kind.dialect), None) is not None:
        return None
    first = sql.all_tokens[0]
    if first.kind == "comment":
        return "a comment", f"put the comment behind `{sql.first_word}`"
    if first.text == "(":
        return "`(`", "write `SELECT * FROM (…) AS found`"
    return f"`{first.word}`", "begin the query with `SELECT`"


RULES = (rows_not_read,)
