"""The catalogue row by row: what it says of the key at a path."""

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from orbitcfg.cached import cached_property
from orbitcfg.catalog import annotation
from orbitcfg.catalog.conditions import holds
from orbitcfg.catalog.sections import sections_of
from orbitcfg.catalog.specs import AdapterSpec, KeySpec, ProviderSpec, ReferenceSpec, SectionSpec
from orbitcfg.catalog.store import ANNOTATION, ROOT, Schema, Store, shipped_store
from orbitcfg.catalog.table import RowTable
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.memo import NOTHING_KEPT, Memo
from orbitcfg.document.tree import KeyPath, Node, Scalar, Sequence, child, value_at
from orbitcfg.document.tree import Mapping as MappingNode

if TYPE_CHECKING:
    from orbitcfg.catalog.check import Mismatch


@dataclass(frozen=True)
class Row:
    """What the catalogue says of one key: a schema with its references followed.

    What stands beside a reference wins over what it means; annotations are merged word by word. Each kind of annotation is read at its first use.
    """

    schema: Schema

    @cached_property
    def spec(self) -> KeySpec:
        """What ORBIT does with the key."""
        found = self.schema.get(ANNOTATION)
        return annotation.key_spec(found) if found else _NO_KEY

    @cached_property
    def provider(self) -> ProviderSpec:
        """What ORBIT's provider makes of the block; without a protocol where it has none."""
        found = self.schema.get(ANNOTATION)
        return annotation.provider_spec(found) if found else _NO_PROVIDER

    @cached_property
    def refers_to(self) -> ReferenceSpec | None:
        """What the name in the value leads to; None where it is no name."""
        return annotation.reference_spec(self.schema.get(ANNOTATION, {}))

    @cached_property
    def section(self) -> SectionSpec:
        """What the section holds."""
        return annotation.section_spec(self.schema.get(ANNOTATION, {})) or SectionSpec()

    @cached_property
    def adapters(self) -> AdapterSpec:
        """What adapters ORBIT can build."""
        return annotation.adapter_spec(self.schema.get(ANNOTATION, {}))

    @cached_property
    def keys(self) -> "KeyRows":
        """The keys of a mapping that chooses none of its branches."""
        return KeyRows(self)

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
    def words(self) -> tuple[str, ...]:
        """The words of its annotation, and the format of its value: what rows of a kind are found by."""
        schema = self.schema
        return (*schema.get(ANNOTATION, ()), *((schema["format"],) if "format" in schema else ()))

    @property
    def effect(self) -> str | None:
        """Why a value does nothing; None where it works."""
        return self.spec.effect


class KeyRows:
    """The keys of mappings that have a row, and the branches that they choose, in common."""

    __slots__ = ("branches", "known", "row")

    def __init__(self, row: Row, branches: tuple[Row, ...] = ()) -> None:
        self.row, self.branches = row, branches
        self.known: dict[Hashable, Row] = {}
        """The rows of those that were asked for, as far as they are properties: trees ask for the same again and again."""

    @property
    def names(self) -> tuple[str, ...]:
        """Those that the catalogue names."""
        return tuple(dict.fromkeys([*self.row.properties, *(name for branch in self.branches for name in branch.properties)]))


_Chosen: TypeAlias = dict[tuple[int, int], tuple[Row, Node, KeyRows]]
_Reached: TypeAlias = dict[KeyPath, tuple[Row | None, Node | None]]
_NO_KEY, _NO_PROVIDER = KeySpec(), ProviderSpec()
UNKNOWN = Row({})
"""The row of a key that the catalogue lets pass, and says nothing of."""


@dataclass(frozen=True)
class Catalog:
    """The rows of a store. A row is made at its first use, and kept by the schemas that it was made of."""

    store: Store
    # by id: schemas cannot be hashed, and the store and the rows keep them alive
    _followed: dict[int, Row] = field(default_factory=dict, repr=False)
    _laid: dict[tuple[int, int], Row] = field(default_factory=dict, repr=False)
    _branched: dict[tuple[int, ...], KeyRows] = field(default_factory=dict, repr=False)
    """The keys of rows with branches."""
    # What an id belongs to is kept beside it, so that nothing else can get the same one.
    _chosen: _Chosen = field(default_factory=dict, repr=False)
    _chosen_before: _Chosen = field(default_factory=dict, repr=False)
    """Those of the tree before, most of which is in this one as well."""

    _reached: dict[int, tuple[Node | None, _Reached]] = field(default_factory=dict, repr=False)
    """For each tree that was asked about, what stands at its paths and what the catalogue says of them."""
    memo: Memo = field(default=NOTHING_KEPT, repr=False)
    """What was made of the nodes of the tree, and of those that it shares with the tree before."""

    def of_no_tree(self) -> "Catalog":
        """The same rows, without what they and the schemas came to for one tree, which would be kept alive by it."""
        return Catalog(self.store, self._followed, self._laid, self._branched)

    def for_another_tree(self, memo: Memo = NOTHING_KEPT) -> "Catalog":
        """The same, with the branches that mappings choose which the next tree may share; `memo` holds what else was made of them."""
        return Catalog(self.store, self._followed, self._laid, self._branched, _chosen_before=self._chosen, memo=memo)

    def mismatches(self, tree: Node) -> "tuple[Mismatch, ...]":
        """Everything that the schemas refuse, unknown keys left out."""
        from orbitcfg.catalog.check import mismatches

        return tuple(mismatches(self.store, tree, self.memo))

    @property
    def root(self) -> Row:
        """The row of the whole configuration."""
        return self.row(self.store.documents[ROOT])

    @cached_property
    def sections(self) -> Mapping[str, SectionSpec]:
        """What the sections at the top hold, in the catalogue's order, as far as it says so."""
        return sections_of(self.store)

    def row(self, schema: Schema | bool) -> Row:
        """The row of a schema, its references followed; `true` and `false` say nothing of a key but that they know it."""
        if isinstance(schema, bool):
            return UNKNOWN
        found = self._followed.get(id(schema))
        if found is None:
            found = self._followed[id(schema)] = self._made(schema)
        return found

    def _made(self, schema: Schema) -> Row:
        reference = schema.get("$ref")
        if reference is None:
            return Row(schema)
        meant = self.row(self.store.at(reference))
        # nearly all references stand alone, and mean one of a few kinds of keys
        return meant if len(schema) == 1 else Row(overlay(meant.schema, {word: value for word, value in schema.items() if word != "$ref"}))

    def below(self, row: Row, node: Node | None, key: Hashable) -> Row | None:
        """The row of a key or of a list's items, in a mapping that holds `node`; None where the catalogue knows no such key."""
        keys = self._keys(row, node)
        # a key that is no text is none of those that are known by their name
        return keys.known.get(key) or self._below(keys, node, key)

    def _below(self, keys: KeyRows, node: Node | None, key: Hashable) -> Row | None:
        schema = keys.row.schema
        # a mapping, too, may have a number as a key
        if isinstance(key, int) and "items" in schema and not isinstance(node, MappingNode):
            return self.row(schema["items"])
        found = self._property(keys, str(key))
        if found is not None:
            keys.known[str(key)] = found
            return found
        additional = schema.get("additionalProperties", True)
        if isinstance(additional, dict):
            return self.row(additional)
        return UNKNOWN if additional else None

    def _property(self, keys: KeyRows, name: str) -> Row | None:
        """The row of a key that a row, or one of its branches, has as a property."""
        schema = keys.row.properties.get(name)
        found = None if schema is None else self.row(schema)
        for branch in keys.branches:
            more = branch.properties.get(name)
            if isinstance(more, dict):
                found = self.row(more) if found is None else self._over(found, self.row(more))
        return found

    def _over(self, below: Row, above: Row) -> Row:
        """One row laid over another."""
        key = (id(below.schema), id(above.schema))
        found = self._laid.get(key)
        if found is None:
            found = self._laid[key] = Row(overlay(below.schema, above.schema))
        return found

    def branches(self, row: Row, node: Node | None) -> tuple[Row, ...]:
        """The branches of a row that this node chooses."""
        return self._keys(row, node).branches

    def _keys(self, row: Row, node: Node | None) -> KeyRows:
        """The keys of a mapping, or of a list, with the branches that it chooses."""
        if node is None or "allOf" not in row.schema:
            return row.keys
        by = (id(row), id(node))
        found = self._chosen.get(by)
        if found is None:
            found = self._chosen[by] = self._chosen_before.get(by) or (row, node, self._with_branches(row, tuple(self._holding(row, node))))
        return found[2]

    def _with_branches(self, row: Row, branches: tuple[Row, ...]) -> KeyRows:
        of = (id(row), *map(id, branches))
        found = self._branched.get(of)
        if found is None:
            found = self._branched[of] = KeyRows(row, branches)
        return found

    def _holding(self, row: Row, node: Node) -> Iterator[Row]:
        every = self.store.branches(row.schema["allOf"])
        for branch in every.open_to(lambda key: value_at(node, (key,))) if isinstance(node, MappingNode) else every.every:
            match branch:
                case {"if": condition, "then": then} if holds(condition, node):
                    yield self.row(then)

    def names(self, row: Row, node: Node | None) -> tuple[str, ...]:
        """The keys that the catalogue knows in a mapping, those of the chosen branches too."""
        return self._keys(row, node).names

    def keys(self, row: Row, node: Node | None) -> dict[str, Row]:
        """The row of every key that the catalogue knows in a mapping, those of the chosen branches too."""
        keys = self._keys(row, node)
        found = ((name, keys.known.get(name) or self._below(keys, node, name)) for name in keys.names)
        return {name: below for name, below in found if below is not None}

    def at(self, tree: Node | None, path: KeyPath) -> Row | None:
        """The row of what stands, or might stand, at a path; None where the catalogue knows nothing of it."""
        reached = self._reached.get(id(tree))
        if reached is None:
            reached = self._reached[id(tree)] = (tree, {(): (self.root, tree)})
        known = reached[1]
        return (known.get(path) or _reach(self, known, path))[0]

    def table(self, tree: Node) -> RowTable[Row]:
        """The row of every node below the root; None where the holder knows no such key. What lies below such a one is left out."""
        found: RowTable[Row] = RowTable(self.root)
        if self.memo.keeps and isinstance(tree, MappingNode):
            self._collect_parts(tree, found)
        else:
            self._collect(tree, self.root, -1, found)
        return found

    def _collect_parts(self, tree: MappingNode, found: RowTable[Row]) -> None:
        """Each section, and each item of one that is a list, as a table of its own, which serves again in the next tree that it is in."""
        for key, entry in tree.entries.items():
            node, row = entry.node, self.below(self.root, tree, key)
            place = found.add(-1, key, node, row)
            if row is None or isinstance(node, Scalar):
                continue
            if isinstance(node, MappingNode):
                found.join(place, self._part(row, node))
                continue
            for index, item in enumerate(node.items):
                below = self.below(row, node, index)
                position = found.add(place, index, item, below)
                if below is not None and not isinstance(item, Scalar):
                    found.join(position, self._part(below, item))

    def _part(self, row: Row, node: Node) -> RowTable[Row]:
        def made() -> RowTable[Row]:
            part: RowTable[Row] = RowTable(row)
            self._collect(node, row, -1, part)
            return part

        return self.memo.kept(Catalog.table, (row, node), made)

    def _collect(self, node: Node, row: Row, position: int, found: RowTable[Row]) -> None:
        match node:
            case MappingNode(entries=entries):
                keys = self._keys(row, node)
                known = keys.known
                for key, entry in entries.items():
                    self._collect_below(entry.node, key, known.get(key) or self._below(keys, node, key), position, found)
            case Sequence(items=items):
                for index, item in enumerate(items):
                    self._collect_below(item, index, self.below(row, node, index), position, found)

    def _collect_below(self, node: Node, key: Hashable, row: Row | None, holder: int, found: RowTable[Row]) -> None:
        place = found.add(holder, key, node, row)
        if row is not None and not isinstance(node, Scalar):
            self._collect(node, row, place, found)


@cache
def shipped_rows() -> Catalog:
    """The rows of orbitcfg's own schemas, for all trees; of none is anything kept in it."""
    return Catalog(shipped_store())


def _reach(catalog: Catalog, known: _Reached, path: KeyPath) -> tuple[Row | None, Node | None]:
    """The row and the node at a path that is not known yet. What leads to it is gone through once, however many paths begin with it."""
    above, key = path[:-1], path[-1]
    row, node = known.get(above) or _reach(catalog, known, above)
    below = child(node, key)
    found = None if row is None else catalog.below(row, node, key), below
    # no path leads on from a single value, and most are asked for once
    if not isinstance(below, Scalar):
        known[path] = found
    return found


def overlay(below: Schema, above: Schema) -> Schema:
    """A schema with another's keywords over its own; annotations are merged word by word, properties key by key and each of them so in turn."""
    merged = {**below, **above}
    if ANNOTATION in below and ANNOTATION in above:
        merged[ANNOTATION] = {**below[ANNOTATION], **above[ANNOTATION]}
    if "properties" in below and "properties" in above:
        old, new = below["properties"], above["properties"]
        both = {key: overlay(old[key], new[key]) for key in old.keys() & new.keys() if isinstance(old[key], dict) and isinstance(new[key], dict)}
        merged["properties"] = {**old, **new, **both}
    return merged
