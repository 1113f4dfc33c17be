"""Templates that are read, and are as good as not there."""

from collections.abc import Iterator

from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import Found, by_adapter, by_template, kind_of
from orbitcfg.rules.templates.indexing import LOGGED, refuses_twins, twice


@rule("ORB007", consequence=Consequence.DEGRADED)
def template_lost(config: Config) -> Iterator[Finding]:
    """A template is read, and is as good as not there.

    One without an `id` is never indexed, and found only by a question that repeats most of an example's words; so is one whose `id` is a number or `yes`, since what the
    index finds is text. Where `require_approved` is on, one without `approved: true` is left out. A text as `nl_examples` is indexed as its single characters.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
      - description: what is cheap
        nl_examples: [show cheap items]
        sql: select * from item where price < 5
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
      - id: cheap_items
        description: what is cheap
        nl_examples: [show cheap items]
        sql: select * from item where price < 5
    ```
    """
    yield from by_template(config, _lost)
    yield from by_adapter(config, _unapproved)
    yield from by_adapter(config, _twins)
    yield from by_adapter(config, _no_templates)


def _lost(each: IntentAdapter, template: Template) -> Iterator[Found]:
    if not template.id:
        if any(other.id for _, other in each.templates):
            what = "has no `id`" if not template.has("id") else "has an empty `id`"
            yield Found(f"{template.label} {what}, so it is never indexed", template.span, "give it an `id`")
    elif not isinstance(template.id, str):
        shown = template.value_span("id").text
        yield Found(
            f"the id `{shown}` is {kind_of(template.get('id'))}: the index finds it as text, and no template of that name",
            template.value_span("id"),
            f"write `id: '{shown}'`",
        )
    if template.text("nl_examples"):
        yield Found(
            f"`nl_examples` of {template.label} is a text, of which each character is indexed by itself",
            template.key_span("nl_examples"),
            "write a list of texts",
        )


def _unapproved(each: IntentAdapter) -> Iterator[Found]:
    if each.needs_approval and each.templates:
        for _, template in each.listed:
            if template.entries is not None and template.value("approved") is not True:
                node = template.get("approved")
                why = "is not approved" if node is None else f"has `approved: {node.span.text or 'null'}`, which is no boolean `true`"
                yield Found(f"{template.label} {why}, and is left out", template.key_span("approved"), "write `approved: true` where it may run")


def _no_templates(each: IntentAdapter) -> Iterator[Found]:
    """Entries that are no mappings, and are passed over."""
    if each.kind.family == "composite":
        return
    for index, (_, template) in enumerate(each.templates):
        if template.entries is None and not (each.kind.is_sql and index < LOGGED) and not each.is_strict:
            yield Found(f"{template.label} is {kind_of(template.node)}, and is passed over", template.span, "take it out, or write a mapping")


def _twins(each: IntentAdapter) -> Iterator[Found]:
    """Templates whose id another one has, where the index takes both: the first is always found."""
    if each.kind.family == "composite" or (refuses_twins(each) and any(True for _ in twice(each))):
        return
    first: dict[str, Template] = {}
    for _, template in each.templates:
        if template.entries is not None and isinstance(template.id, str | int) and template.id:
            other = first.setdefault(str(template.id), template)
            if other is not template:
                yield Found(
                    f"the id `{template.id}` is used twice: the first template of that name always wins", template.span, "give it an `id` of its own"
                )


RULES = (template_lost,)
