"""What ORBIT's own check of templates refuses, by the schemas of `schemas/orbit/`: it logs that, and where the check is strict the adapter does not load."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.effective.intent.template import Template

_SCHEMA = "intent-template.schema.json#/$defs/"
_TRUTHS = frozenset({"true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"})


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that the check does not know. `read`: ORBIT reads it all the same; `known` are the keys beside it that it does know."""

    key: str
    span: Span
    read: bool
    known: tuple[str, ...]
    of_parameter: bool


@dataclass(frozen=True, slots=True)
class WrongType:
    """A value that the check refuses. `types` are the JSON types that it takes, none for a key that is missing."""

    path: tuple[object, ...]
    span: Span
    types: tuple[str, ...]
    node: Node | None


Refusal = UnknownKey | WrongType


@dataclass(frozen=True)
class TemplateCheck:
    """ORBIT's check of templates, over the catalogue."""

    catalog: Catalog

    @cached_property
    def _template(self) -> Row:
        return self._row("template")

    @cached_property
    def _parameter(self) -> Row:
        return self._row("parameter")

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(self._row("read_template").properties)

    @cached_property
    def _read_of_parameter(self) -> frozenset[str]:
        return frozenset(self._row("read_parameter").properties)

    def _row(self, name: str) -> Row:
        return self.catalog.row(self.catalog.store.at(_SCHEMA + name))

    def refusals(self, template: Template) -> Iterator[Refusal]:
        """Everything in a template that the check refuses, in its order."""
        node = template.entries
        if node is None:
            yield WrongType((), template.span, ("object",), template.node)
            return
        yield from self._of_mapping(node, self._template, self._read, (), template.span)

    def _of_mapping(self, node: Mapping, row: Row, read: frozenset[str], path: tuple[object, ...], place: Span) -> Iterator[Refusal]:
        for key, entry in node.entries.items():
            schema = row.properties.get(str(key))
            if schema is None:
                yield UnknownKey(str(key), entry.key_span, str(key) in read, tuple(row.properties), of_parameter=bool(path))
                continue
            yield from self._of_value(entry.node, self.catalog.row(schema), (*path, key), entry.key_span)
        for key in row.schema.get("required", ()):
            if key not in node.entries:
                yield WrongType((*path, key), place, (), None)

    def _of_value(self, node: Node, row: Row, path: tuple[object, ...], place: Span) -> Iterator[Refusal]:
        if path == ("semantic_tags",) and isinstance(node, Sequence):
            return
        if not fits(node, row.types):
            yield WrongType(path, node.origin.span if node.origin.span.text else place, row.types, node)
            return
        if not isinstance(node, Sequence) or "items" not in row.schema:
            return
        items = self.catalog.row(row.schema["items"])
        for index, item in enumerate(node.items):
            if path == ("parameters",) and isinstance(item, Mapping):
                start = next(iter(item.entries.values())).key_span if item.entries else item.origin.span
                yield from self._of_mapping(item, self._parameter, self._read_of_parameter, (*path, index), start)
            elif not fits(item, items.types):
                yield WrongType((*path, index), item.origin.span if item.origin.span.text else place, items.types, item)


def fits(node: Node, types: tuple[str, ...]) -> bool:
    """Whether ORBIT's check takes a value for one of these types: a text for a number or a switch too, where it reads as one."""
    return not types or any(_is(node, each) for each in types)


def _is(node: Node, kind: str) -> bool:
    match kind, node:
        case "object", Mapping():
            return True
        case "array", Sequence():
            return True
        case "null", Scalar(value=None):
            return True
        case "string", Scalar(value=str()):
            return True
        case "boolean", Scalar(value=value):
            return (
                isinstance(value, bool)
                or (isinstance(value, int | float) and value in (0, 1))
                or (isinstance(value, str) and value.lower() in _TRUTHS)
            )
        case (("number" | "integer"), Scalar(value=value)):
            return _is_number(value, whole=kind == "integer")
    return False


def _is_number(value: object, *, whole: bool) -> bool:
    if not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return False
    return not whole or number.is_integer()
