"""What of a domain fails while ORBIT looks in a question for the values of a template, or checks them."""

from collections.abc import Iterator

from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence, at, child, plain, value_at
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.template import NUMBERS, Parameter
from orbitcfg.rules.templates._found import kind_of
from orbitcfg.rules.templates.files import is_text, semantic_types

Places = Iterator[tuple[Span, str]]

_WORDS = ("regex_patterns", "patterns")
"""Hints that are gone through whatever they are."""

_VOID_WORKS = ("relative_terms", "formats")
"""Hints that are gone through where they are not void."""

_NOT_TEXTS = NUMBERS | {"boolean", "bool", "array"}


def looking_fails(each: IntentAdapter, root: Mapping, searched: list[Mapping]) -> Places:
    """Where looking for the value of a field or a parameter ends in an exception."""
    parameters = [parameter.node for _, template in each.templates for parameter in template.parameters]
    named = [node for parameter in parameters if (node := field_of(root, parameter)) is not None]
    own = [parameter for parameter in parameters if field_of(root, parameter) is None]
    fields = [*{id(node): node for node in (*searched, *named)}.values()]
    for node in (*fields, *own):
        yield from _of_hints(node)
    for node in fields:
        pattern, kind = child(node, "extraction_pattern"), child(node, "semantic_type")
        if pattern is not None and plain(pattern) and not is_text(pattern):
            yield node.entries["extraction_pattern"].key_span, f"`extraction_pattern` is {kind_of(pattern)}, and no text"
        if isinstance(kind, Mapping | Sequence) and plain(kind):
            yield node.entries["semantic_type"].key_span, f"`semantic_type` is {kind_of(kind)}, and no text"
    used = {str(value_at(node, ("semantic_type",))) for node in (*fields, *own)}
    for name, type_ in semantic_types(root):
        if name in used and isinstance(type_, Mapping):
            yield from _of_list(type_, "patterns", void_works=True)


def field_of(root: Mapping, parameter: Mapping) -> Mapping | None:
    """The field of the domain that a parameter names by `entity` and `field`."""
    entity, field = value_at(parameter, ("entity",)), value_at(parameter, ("field",))
    found = at(root, ("fields", entity, field)) if isinstance(entity, str) and isinstance(field, str) else None
    return found if isinstance(found, Mapping) else None


def _of_hints(node: Mapping) -> Places:
    yield from _no_mapping(node, "extraction_hints")
    hints = child(node, "extraction_hints")
    if not isinstance(hints, Mapping):
        return
    for key in _WORDS:
        yield from _of_list(hints, key, void_works=False)
    for key in _VOID_WORKS:
        yield from _of_list(hints, key, void_works=True)


def _no_mapping(holder: Mapping, key: str) -> Places:
    """A value that is gone through as a mapping, and is none; a void one is passed over."""
    node = child(holder, key)
    if node is not None and not isinstance(node, Mapping) and plain(node):
        yield holder.entries[key].key_span, f"`{key}` is {kind_of(node)}, and no mapping"


def _of_list(holder: Mapping, key: str, *, void_works: bool) -> Places:
    """A list of texts; a mapping is gone through by its keys, a text by its letters."""
    node = child(holder, key)
    if node is None or is_text(node) or (void_works and not plain(node)):
        return
    place = holder.entries[key].key_span
    if isinstance(node, Scalar):
        yield place, f"`{key}` is {kind_of(node)}, and no list"
    for item in node.items if isinstance(node, Sequence) else ():
        if not (is_text(item) or (key == "formats" and isinstance(item, Scalar))):
            yield (
                (item.span if isinstance(item, Scalar) and item.span.text else place),
                f"this one of `{key}` is {kind_of(item)}, and no text",
            )


def checking_fails(field: Mapping, parameter: Parameter) -> Places:
    """Where holding a value against the field of its name ends in an exception."""
    kind = child(field, "data_type")
    if isinstance(kind, Mapping | Sequence):
        yield field.entries["data_type"].key_span, f"`data_type` is {kind_of(kind)}, and no text"
        return
    yield from _no_mapping(field, "validation_rules")
    rules = child(field, "validation_rules")
    if not isinstance(rules, Mapping):
        return
    is_number, is_words = parameter.kind in NUMBERS, parameter.kind not in _NOT_TEXTS
    for key in ("min", "max") if is_number else ("min_length", "max_length") if is_words else ():
        limit = child(rules, key)
        if limit is not None and not _is_number(limit):
            yield rules.entries[key].key_span, f"`{key}` is {kind_of(limit)}, and no number"
    pattern, allowed = child(rules, "pattern"), child(rules, "allowed_values")
    if is_words and pattern is not None and not is_text(pattern):
        yield rules.entries["pattern"].key_span, f"`pattern` is {kind_of(pattern)}, and no text"
    if isinstance(allowed, Scalar) and not (is_words and is_text(allowed)):
        yield rules.entries["allowed_values"].key_span, f"`allowed_values` is {kind_of(allowed)}, and no list"


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, int | float)
