"""What of the answers to requests is not read as it is written."""

from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, child
from orbitcfg.effective.intent.template import Template
from orbitcfg.report.consequence import Consequence
from orbitcfg.rules.templates._found import Found, kind_of, never_works, span_of
from orbitcfg.rules.templates.files import is_text


def of_response(template: Template) -> Iterator[Found]:
    """What of `response_mapping` makes an error text of every answer."""
    node = template.get("response_mapping")
    if node is None:
        return
    if not isinstance(node, Mapping):
        yield Found(
            f"every answer of {template.label} is an error text: `response_mapping` is {kind_of(node)}",
            template.key_span("response_mapping"),
            "write a mapping, or take the key out",
        )
        return
    items = child(node, "items_path")
    if items is not None and not is_text(items):
        yield Found(
            f"{template.label} never finds anything: `items_path` is {kind_of(items)}, and no text",
            node.entries["items_path"].key_span,
            "write the path as a text, such as `data.items`, or take the key out",
        )
    fields = child(node, "fields")
    place = node.entries["fields"].key_span if fields is not None else template.key_span("response_mapping")
    if isinstance(fields, Sequence):
        wrong = next((item for item in fields.items if not isinstance(item, Mapping)), None)
        if wrong is not None:
            yield Found(
                f"every answer of {template.label} is an error text: a field is {kind_of(wrong)}", place, "write each field as `{name: …, path: …}`"
            )
        else:
            yield from _of_names(template, fields, place)
    elif fields is not None and not (isinstance(fields, Scalar) and not fields.value):
        yield Found(
            f"every answer of {template.label} is an error text: `fields` is {kind_of(fields)}", place, "write a list of `{name: …, path: …}`"
        )


def of_agents_response(template: Template) -> Iterator[Found]:
    """What of `response_mapping` an agent fails at: it reads `items_path` alone."""
    node = template.get("response_mapping")
    items = child(node, "items_path")
    if node is not None and not isinstance(node, Mapping):
        yield never_works(template, "response_mapping", f"`response_mapping` is {kind_of(node)}", "write a mapping, or take the key out")
    elif items is not None and not is_text(items):
        yield never_works(
            template, "response_mapping", f"`items_path` is {kind_of(items)}, and no text", "write the path as a text, such as `$.items`"
        )


def _of_names(template: Template, fields: Sequence, place: Span) -> Iterator[Found]:
    """Fields whose name is no text: the answer's lines are made from the names of what was found."""
    nodes = [(item, child(item, "name")) for item in fields.items]
    wrong = next(((item, name) for item, name in nodes if not (isinstance(name, Scalar) and isinstance(name.value, str)) and _is_found(item)), None)
    # with these only what they name is shown
    if wrong is None or template.value("display_fields"):
        return
    item, name = wrong
    why = "a field has no `name`" if name is None else f"the name of a field is {kind_of(name)}"
    at = span_of(item, place) if name is None else span_of(name, place)
    yield Found(f"{template.label} never works: {why}", at, "write each field as `{name: …, path: …}`", consequence=Consequence.DEGRADED)


def _is_found(field: Node) -> bool:
    """Whether a field names a path: without one it is looked for under its name."""
    path = child(field, "path")
    return isinstance(path, Scalar) and isinstance(path.value, str)
