"""One template that spoils its whole adapter: at indexing, or for every question that it comes up for."""

from collections.abc import Hashable, Iterator
from datetime import date

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child, plain, walk
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import Parameter, Template
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.templates._found import WITHOUT_QUOTES, Found, by_adapter, gathered, kind_of, span_of
from orbitcfg.rules.templates._schema import is_refused

Places = Iterator[tuple[Span, str]]

LOGGED = 3
"""Templates whose ids ORBIT writes to its log before it indexes."""


@rule("ORB005", consequence=Consequence.PURPOSE_LOST)
def index_emptied(config: Config) -> Iterator[Finding]:
    """A template empties the index of its whole adapter.

    ORBIT indexes all templates of an adapter in one batch: one that cannot be indexed takes the others with it, and only questions that share most of their words with an
    example are still answered. It is an example that is no text (an unquoted number, date, `yes`, or `show: all`), an `id` that another has, a `description` that
    is null or a list, a `category` or a query that is null or a mapping, `semantic_tags` that are no mapping, or an unquoted date or binary data among the parameters.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
      - id: of_a_year
        nl_examples: [2024]
        sql: select * from item where made like '2024%'
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        sql: select * from item
      - id: of_a_year
        nl_examples: ["2024"]
        sql: select * from item where made like '2024%'
    ```
    """
    yield from by_adapter(config, _emptied)


def _emptied(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family == "composite":
        return

    def places() -> Places:
        for index, (_, template) in enumerate(each.templates):
            # the log of the first three is what fails
            if template.entries is None and each.kind.is_sql and index < LOGGED:
                yield template.span, f"the template is {kind_of(template.node)}, and no mapping"
            yield from _unindexable(each, template)
        yield from twice(each)

    yield from gathered(places(), "no template of the adapter is indexed")


def _unindexable(each: IntentAdapter, template: Template) -> Places:
    if template.entries is None or not template.id:
        return
    yield from _bad_examples(template)
    if not has_example(template):
        yield from _bad_fallback(template)
    yield from _bad_description(template)
    yield from _bad_stored(each, template)
    yield from _bad_tags(template)
    yield from _bad_parameters(template)


def _bad_examples(template: Template) -> Places:
    examples = template.get("nl_examples")
    if examples is None:
        return
    if isinstance(examples, Mapping):
        # its keys are taken for the examples
        items: tuple[Node, ...] = tuple(Scalar(key, entry.node.origin._replace(span=entry.key_span)) for key, entry in examples.entries.items())
    elif isinstance(examples, Sequence):
        items = examples.items
    elif isinstance(examples, Scalar) and isinstance(examples.value, str):
        return
    else:
        yield template.key_span("nl_examples"), f"`nl_examples` is {kind_of(examples)}, and no list of texts"
        return
    for item in items:
        # a void one is passed over
        if isinstance(item, Scalar) and (isinstance(item.value, str) or not item.value):
            continue
        if not isinstance(item, Scalar) and not (item.entries if isinstance(item, Mapping) else item.items):
            continue
        yield span_of(item, template.key_span("nl_examples")), _of_example(item)


def _of_example(item: Node) -> str:
    is_plain = isinstance(item, Scalar) and not isinstance(item.value, bool)
    return f"this example is {kind_of(item)}{f' {WITHOUT_QUOTES}' if is_plain else ''}, and no text"


def _bad_description(template: Template) -> Places:
    found = template.get("description")
    # `false` and 0 are left out of what is indexed, and the store takes them
    if found is None or (isinstance(found, Scalar) and (isinstance(found.value, str) or (found.value is not None and not found.value))):
        return
    yield template.key_span("description"), f"`description` is {kind_of(found)}, and no text"


def _bad_stored(each: IntentAdapter, template: Template) -> Places:
    """What stands beside a template in the index: Chroma takes texts, numbers and lists of them alone."""
    if not refuses_twins(each):
        return
    # of what is sent only the key `sql` is stored
    for key in ("category", "sql") if each.kind.is_sql else ("category",):
        found = template.get(key)
        is_void = isinstance(found, Sequence) and not found.items
        is_other = isinstance(found, Mapping) or (isinstance(found, Scalar) and not isinstance(found.value, str | int | float))
        if found is not None and (is_void or is_other):
            yield template.key_span(key), f"`{key}` is {'an empty list' if is_void else kind_of(found)}, and no text"


def _bad_tags(template: Template) -> Places:
    tags = template.get("semantic_tags")
    if tags is None:
        return
    place = template.key_span("semantic_tags")
    if isinstance(tags, Sequence):
        if is_refused(template):
            yield place, "`semantic_tags` is a list, which ORBIT takes only where the rest of the template is without fault"
        return
    if not isinstance(tags, Mapping):
        yield place, f"`semantic_tags` is {kind_of(tags)}, and no mapping"
        return
    for key in ("primary_entity", "action"):
        node = child(tags, key)
        if node is not None and not (isinstance(node, Scalar) and (isinstance(node.value, str) or not node.value)):
            yield tags.entries[key].key_span, f"`{key}` is {kind_of(node)}, and no text"


def _bad_parameters(template: Template) -> Places:
    parameters = template.get("parameters")
    if parameters is None:
        return
    for _, node in walk(parameters):
        if isinstance(node, Scalar) and isinstance(node.value, date):
            yield node.span, f"this is a date {WITHOUT_QUOTES}, which cannot be stored"
        elif isinstance(node, Scalar) and isinstance(node.value, bytes | set):
            yield span_of(node, template.key_span("parameters")), f"this is {kind_of(node)}, which cannot be stored"


def _bad_fallback(template: Template) -> Places:
    """Without an example ORBIT indexes a text of all that the template says."""
    parameters, tags = template.get("parameters"), template.get("tags")
    if parameters is not None:
        if not isinstance(parameters, Sequence):
            yield template.key_span("parameters"), f"`parameters` is {kind_of(parameters)}, in a template without examples"
        else:
            for item in parameters.items:
                if not isinstance(item, Mapping):
                    yield span_of(item, template.key_span("parameters")), f"the parameter is {kind_of(item)}, in a template without examples"
    if isinstance(tags, Scalar) and not isinstance(tags.value, str):
        yield template.key_span("tags"), f"`tags` is {kind_of(tags)}, in a template without examples"
    examples = template.get("nl_examples")
    for item in examples.items if isinstance(examples, Sequence) else ():
        if not (isinstance(item, Scalar) and isinstance(item.value, str)) and not (isinstance(item, Scalar) and item.value):
            yield span_of(item, template.key_span("nl_examples")), f"this example is {kind_of(item)}, and there is no other"


def has_example(template: Template) -> bool:
    """Whether it has an example that is indexed."""
    examples = template.get("nl_examples")
    items = examples.items if isinstance(examples, Sequence) else ()
    return any(isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip() for item in items) or bool(
        template.text("nl_examples")
    )


def twice(each: IntentAdapter) -> Places:
    """Templates whose id another one of the adapter has: the store refuses them all."""
    if not refuses_twins(each):
        return
    first: dict[str, Template] = {}
    for _, template in each.templates:
        if template.entries is not None and template.id and isinstance(template.id, Hashable):
            other = first.get(str(template.id))
            if other is None:
                first[str(template.id)] = template
            elif _entries(other) & _entries(template):
                yield (
                    template.span,
                    f"the template `{template.id}` is read twice" if other.node is template.node else f"the id `{template.id}` is used twice",
                )
                if other.node is not template.node:
                    yield other.span, "the first of the two"


def _entries(template: Template) -> frozenset[str]:
    """What the entries of a template in the index end with: each example's place."""
    examples = template.get("nl_examples")
    items = examples.items if isinstance(examples, Sequence) else ()
    found = frozenset(
        f"ex{index}" for index, item in enumerate(items) if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip()
    )
    text = template.text("nl_examples") or ""
    return found or frozenset(f"ex{index}" for index, letter in enumerate(text) if letter.strip()) or frozenset({"desc"})


def refuses_twins(each: IntentAdapter) -> bool:
    """Whether the store of the index refuses equal ids; one that it cannot be told of is taken to do what ORBIT's usual one does."""
    return _store(each) in ("chroma", "")


def _store(each: IntentAdapter) -> str:
    name = each.setting("store_name")
    return name.lower() if isinstance(name, str) else ""


@rule("ORB006", consequence=Consequence.PURPOSE_LOST)
def question_ends_in_error(config: Config) -> Iterator[Finding]:
    """A template ends every question that it comes up for in an error.

    ORBIT looks at all candidates before it chooses one, so that a fault in a template spoils the answer that another one would have given: `parameters` that are no list of mappings
    with a text as `name`, a `type` that is a list, `tags` with a number in them, `qualifiers` that are null, `type: enum` with values
    that are no texts.

    ```yaml bad
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        tags: [2024]
        sql: select * from item
    ```

    ```yaml good
    # base: shelf
    # file: utils/templates.yaml
    templates:
      - id: all_items
        nl_examples: [show all items]
        tags: ["2024"]
        sql: select * from item
    ```
    """
    yield from by_adapter(config, _ending)


def _ending(each: IntentAdapter) -> Iterator[Found]:
    if each.kind.family == "composite":
        return

    def places() -> Places:
        for _, template in each.templates:
            if template.entries is not None:
                yield from _raising(each, template)

    yield from gathered(places(), "every question for which the template comes up ends in an error")


def _raising(each: IntentAdapter, template: Template) -> Places:
    yield from _raising_parameters(each, template)
    if each.kind.renders_early:
        yield from _raising_tags(template)


def _raising_parameters(each: IntentAdapter, template: Template) -> Places:
    parameters = template.get("parameters")
    if parameters is None:
        return
    if not isinstance(parameters, Sequence):
        # what is null in a template without examples does not even come up
        if has_example(template):
            yield template.key_span("parameters"), f"`parameters` is {kind_of(parameters)}, and no list"
        return
    for item in parameters.items:
        if not isinstance(item, Mapping):
            yield span_of(item, template.key_span("parameters")), f"the parameter is {kind_of(item)}, and no mapping"
        elif (name := child(item, "name")) is None:
            yield span_of(item, template.key_span("parameters")), "the parameter has no `name`"
        elif not (isinstance(name, Scalar) and isinstance(name.value, str)):
            yield span_of(name, item.entries["name"].key_span), f"the `name` of the parameter is {kind_of(name)}, and no text"
    for parameter in template.parameters:
        yield from _raising_types(each, parameter)
        # ORBIT knows the word in lower case alone
        if parameter.value("type") == "enum":
            yield from _raising_values(parameter)


def _raising_types(each: IntentAdapter, parameter: Parameter) -> Places:
    """What ORBIT looks up by to find a value in a question."""
    for key in ("type", "semantic_type") if each.kind.renders_early else ():
        node = child(parameter.node, key)
        if isinstance(node, Mapping | Sequence) and (key == "type" or plain(node)):
            yield parameter.node.entries[key].key_span, f"`{key}` of the parameter is {kind_of(node)}, and no text"


def _raising_values(parameter: Parameter) -> Places:
    values = child(parameter.node, "allowed_values")
    if isinstance(values, Scalar) and not isinstance(values.value, str):
        yield parameter.span, f"the values of the enumeration are {kind_of(values)}, and no list"
    for item in values.items if isinstance(values, Sequence) else ():
        if not (isinstance(item, Scalar) and isinstance(item.value, str)):
            yield span_of(item, parameter.span), f"this value of the enumeration is {kind_of(item)}, and no text"


def _raising_tags(template: Template) -> Places:
    tags = template.get("tags")
    if tags is not None:
        if not isinstance(tags, Sequence):
            if not (isinstance(tags, Scalar) and isinstance(tags.value, str)) and not isinstance(tags, Mapping):
                yield template.key_span("tags"), f"`tags` is {kind_of(tags)}, and no list"
        else:
            yield from _no_words(tags, "tag", mappings=True)
    qualifiers = child(template.get("semantic_tags"), "qualifiers")
    if qualifiers is not None:
        if isinstance(qualifiers, Sequence):
            yield from _no_words(qualifiers, "qualifier", mappings=False)
        elif isinstance(qualifiers, Mapping) and all(isinstance(key, str) for key in qualifiers.entries):
            # its keys are taken for the qualifiers
            return
        elif not (isinstance(qualifiers, Scalar) and isinstance(qualifiers.value, str)):
            yield template.key_span("semantic_tags"), f"`qualifiers` is {kind_of(qualifiers)}, and no list"


def _no_words(listed: Sequence, what: str, *, mappings: bool) -> Places:
    for item in listed.items:
        if not (isinstance(item, Scalar) and isinstance(item.value, str)) and not (mappings and isinstance(item, Mapping)):
            yield span_of(item, listed.span), f"this {what} is {kind_of(item)}, and no text"


RULES = (index_emptied, question_ends_in_error)
