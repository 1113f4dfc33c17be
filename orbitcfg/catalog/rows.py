"""The catalogue row by row: what it says of the key at a path."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema, Store
from orbitcfg.document.tree import KeyPath, Node, Scalar, Sequence, Unknown, child
from orbitcfg.document.tree import Mapping as MappingNode


@dataclass(frozen=True, slots=True)
class Row:
    """What the catalogue says of one key: a schema with its references followed.

    What stands beside a reference wins over what it means; the words of `x-orbit` are merged one by one.
    """

    schema: Schema

    @property
    def words(self) -> Mapping[str, Any]:
        """The `x-orbit` annotation; empty where there is none."""
        words: Mapping[str, Any] = self.schema.get(ANNOTATION, {})
        return words

    @property
    def description(self) -> str:
        """What the key is, for an operator."""
        return str(self.schema.get("description", ""))

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types that work; none where anything does."""
        types = self.schema.get("type", ())
        return (types,) if isinstance(types, str) else tuple(types)

    @property
    def properties(self) -> Mapping[str, Schema]:
        """The keys that it may hold, before branches."""
        properties: Mapping[str, Schema] = self.schema.get("properties", {})
        return properties

    @property
    def effect(self) -> str | None:
        """Why a value does nothing: never-read, no-effect, log-only, report-only, elsewhere; None where it works."""
        effect: str | None = self.words.get("effect")
        return effect


@dataclass(frozen=True)
class Catalog:
    """The rows of a store. A row is made at its first use, and kept by the schema that it was made of."""

    store: Store
    _followed: dict[int, Row] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> Row:
        """The row of the whole configuration."""
        return self.row(self.store.documents[ROOT])

    def row(self, schema: Schema | bool) -> Row:
        """The row of a schema, its references followed; `true` and `false` say nothing of a key but that they know it."""
        if isinstance(schema, bool):
            return Row({})
        found = self._followed.get(id(schema))
        if found is None:
            found = self._followed[id(schema)] = Row(self._merged(schema))
        return found

    def _merged(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        if reference is None:
            return schema
        meant = self.row(self.store.at(reference)).schema
        return laid_over(meant, {word: value for word, value in schema.items() if word != "$ref"})

    def below(self, row: Row, node: Node | None, key: Hashable) -> Row | None:
        """The row of a key or of a list's items, in a mapping that holds `node`; None where the catalogue knows no such key."""
        return self._below(row, tuple(self.branches(row, node)), node, key)

    def _below(self, row: Row, branches: tuple[Row, ...], node: Node | None, key: Hashable) -> Row | None:
        if isinstance(key, int) and "items" in row.schema and not isinstance(node, MappingNode):
            return self.row(row.schema["items"])
        name = str(key)
        schema = row.properties.get(name)
        found = None if schema is None else self.row(schema)
        for branch in branches:
            more = branch.properties.get(name)
            if isinstance(more, dict):
                found = self.row(more) if found is None else Row(laid_over(found.schema, self.row(more).schema))
        if found is not None:
            return found
        additional = row.schema.get("additionalProperties", True)
        if isinstance(additional, dict):
            return self.row(additional)
        return Row({}) if additional else None

    def branches(self, row: Row, node: Node | None) -> Iterator[Row]:
        """The branches of a row that this node chooses."""
        for branch in row.schema.get("allOf", ()):
            match branch:
                case {"if": condition, "then": then} if node is not None and _holds(condition, node):
                    yield self.row(then)

    def names(self, row: Row, node: Node | None) -> tuple[str, ...]:
        """The keys that the catalogue knows in a mapping, those of the chosen branches too."""
        return tuple(dict.fromkeys([*row.properties, *(name for branch in self.branches(row, node) for name in branch.properties)]))

    def at(self, tree: Node | None, path: KeyPath) -> Row | None:
        """The row of what stands, or might stand, at a path; None where the catalogue knows nothing of it."""
        row: Row | None = self.root
        node = tree
        for key in path:
            if row is None:
                return None
            row = self.below(row, node, key)
            node = child(node, key)
        return row

    def walk(self, tree: Node) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Every node below the root with its path, its row and its holder's row; None where the holder knows no such key."""
        return self._walk(tree, self.root, ())

    def _walk(self, node: Node, row: Row, path: KeyPath) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        pairs: Iterator[tuple[Hashable, Node]]
        branches: tuple[Row, ...] = ()
        match node:
            case MappingNode(entries=entries):
                pairs = ((key, entry.node) for key, entry in entries.items())
                branches = tuple(self.branches(row, node))
            case Sequence(items=items):
                pairs = iter(enumerate(items))
            case _:
                return
        for key, each in pairs:
            below = self._below(row, branches, node, key)
            yield (*path, key), each, below, row
            if below is not None and not isinstance(each, Scalar):
                yield from self._walk(each, below, (*path, key))


def laid_over(below: Schema, above: Schema) -> Schema:
    """A schema with another's words over its own; annotations are merged word by word, properties key by key."""
    merged = {**below, **above}
    for word in (ANNOTATION, "properties"):
        if word in below and word in above:
            merged[word] = {**below[word], **above[word]}
    return merged


def _holds(condition: Schema | bool, node: Node | None) -> bool | None:
    """Whether a branch's condition holds, for what is not there too.

    None where that cannot be said: of the unknown, or by words that are not known here.
    """
    if isinstance(condition, bool):
        return condition or node is None
    if node is None:
        return True
    if isinstance(node, Scalar) and isinstance(node.value, Unknown):
        return None
    return _all(_says(word, asked, node) for word, asked in condition.items() if word not in _SAYING_NOTHING)


def _says(word: str, asked: Any, node: Node) -> bool | None:
    value = node.value if isinstance(node, Scalar) else node
    match word:
        case "required":
            return all(child(node, name) is not None for name in asked)
        case "properties":
            return _all(_holds(wanted, child(node, name)) for name, wanted in asked.items())
        case "not":
            inner = _holds(asked, node)
            return None if inner is None else not inner
        case "type":
            return any(_is_of(value, each) for each in ([asked] if isinstance(asked, str) else asked))
        case "const":
            return bool(value == asked)
        case "enum":
            return value in asked
        case "minLength":
            return isinstance(value, str) and len(value) >= asked
        case "pattern":
            return isinstance(value, str) and re.search(asked, value) is not None
    return None


def _is_of(value: object, kind: str) -> bool:
    """Whether a value is of one of JSON's types: a boolean is no number."""
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for each in verdicts:
        if each is False:
            return False
        found = each if found else None
    return found


_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
    "object": MappingNode,
    "array": Sequence,
}
_SAYING_NOTHING = frozenset({"title", "description", "$comment", "examples", "default", ANNOTATION})
