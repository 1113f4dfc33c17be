"""What ORBIT's own check of templates refuses, by the schemas of `schemas/orbit/`: it logs that, and where the check is strict the adapter does not load."""

from collections.abc import Iterator

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.document.tree import Mapping, Node, Scalar, Sequence
from orbitcfg.effective.intent.template import Template
from orbitcfg.record import NamedTuple

_SCHEMA = "intent-template.schema.json#/$defs/"
_TRUTHS = frozenset({"true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0"})


class UnknownKey(NamedTuple):
    """A key that the check does not know. `read`: ORBIT reads it all the same; `known` are the keys beside it that it does know."""

    key: str
    span: Span
    read: bool
    known: tuple[str, ...]
    of_parameter: bool


class WrongType(NamedTuple):
    """A value that the check refuses. `types` are the JSON types that it takes, none for a key that is missing."""

    path: tuple[object, ...]
    span: Span
    types: tuple[str, ...]
    node: Node | None


Refusal = UnknownKey | WrongType


class _Known(NamedTuple):
    """What the check takes under a key, and in the items of a list there."""

    types: tuple[str, ...]
    items: tuple[str, ...]


class _Keys(NamedTuple):
    """The keys of a mapping: those that the check knows, those that it misses, and those that ORBIT reads besides."""

    known: dict[object, _Known]
    names: tuple[str, ...]
    required: tuple[str, ...]
    read: frozenset[str]


@dataclass(frozen=True)
class TemplateCheck:
    """ORBIT's check of templates, over the catalogue."""

    catalog: Catalog

    @cached_property
    def _template(self) -> _Keys:
        return self._keys("template", "read_template")

    @cached_property
    def _parameter(self) -> _Keys:
        return self._keys("parameter", "read_parameter")

    def _keys(self, name: str, read: str) -> _Keys:
        row = self._row(name)
        known: dict[object, _Known] = {key: self._known(self.catalog.row(schema)) for key, schema in row.properties.items()}
        return _Keys(known, tuple(row.properties), tuple(row.schema.get("required", ())), frozenset(self._row(read).properties))

    def _known(self, row: Row) -> _Known:
        items = row.schema.get("items")
        return _Known(row.types, self.catalog.row(items).types if items is not None else ())

    def _row(self, name: str) -> Row:
        return self.catalog.row(self.catalog.store.at(_SCHEMA + name))

    def refusals(self, template: Template) -> Iterator[Refusal]:
        """Everything in a template that the check refuses, in its order."""
        node = template.entries
        if node is None:
            yield WrongType((), template.span, ("object",), template.node)
            return
        yield from self._of_mapping(node, self._template, (), template.span)

    def _of_mapping(self, node: Mapping, keys: _Keys, path: tuple[object, ...], place: Span) -> Iterator[Refusal]:
        for key, entry in node.entries.items():
            known = keys.known.get(key)
            if known is None:
                # a key such as `on` is a boolean, and named as it is written
                name = key if isinstance(key, str) else entry.key_span.text or str(key)
                yield UnknownKey(name, entry.key_span, key in keys.read, keys.names, of_parameter=bool(path))
            # nearly all are texts where texts belong
            elif not (isinstance(entry.node, Scalar) and type(entry.node.value) is str and "string" in known.types):
                yield from self._of_value(entry.node, known, (*path, key), entry.key_span)
        for key in keys.required:
            if key not in node.entries:
                yield WrongType((*path, key), place, (), None)

    def _of_value(self, node: Node, known: _Known, path: tuple[object, ...], place: Span) -> Iterator[Refusal]:
        if path == ("semantic_tags",) and isinstance(node, Sequence):
            return
        if not fits(node, known.types):
            yield WrongType(path, node.span if node.span.text else place, known.types, node)
            return
        for index, item in enumerate(node.items) if isinstance(node, Sequence) and known.items else ():
            if path == ("parameters",) and isinstance(item, Mapping):
                start = next(iter(item.entries.values())).key_span if item.entries else item.span
                yield from self._of_mapping(item, self._parameter, (*path, index), start)
            elif not fits(item, known.items):
                yield WrongType((*path, index), item.span if item.span.text else place, known.items, item)


def fits(node: Node, types: tuple[str, ...]) -> bool:
    """Whether ORBIT's check takes a value for one of these types: a text for a number or a switch too, where it reads as one."""
    return not types or ("string" in types and isinstance(node, Scalar) and isinstance(node.value, str)) or any(_is(node, each) for each in types)


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
