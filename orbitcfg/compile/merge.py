"""Folds a document's imports into it, left to right and depth first: what is there wins, lists are concatenated.

The order is ORBIT's and cannot be another: the merge is not associative, since of a list and a single value the first that comes stays.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from orbitcfg.document.events import Event, FileFault, FileProblem, ImportRepeated, Loss, ValueLost
from orbitcfg.document.graph import IMPORT_KEY, Document, Import, ImportGraph
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Entry, KeyPath, Mapping, Merged, Node, Scalar, Sequence, Shadowed, plain, walk, with_step

MAX_ITEMS = 100_000
"""Items that a list may grow to. Files that import others twice double their lists at each step, in ORBIT until memory runs out."""


def merge_imports(graph: ImportGraph) -> tuple[Mapping | None, list[Event]]:
    """The merged tree of a graph, and every value that got lost in it."""
    merger = _Merger([], {}, {})
    return merger.merged(graph.root), merger.events


@dataclass(slots=True)
class _Merger:
    """One fold over a graph. `merged_at` holds, for each file already merged, the import that brought it; `trees` what a file gave."""

    events: list[Event]
    merged_at: dict[Source, Span]
    trees: dict[Source, Mapping | None]

    def merged(self, document: Document) -> Mapping | None:
        """The document's root with all its imports merged in; None where it has no root. A file is worked on once, however often it is imported."""
        if document.source not in self.trees:
            self.trees[document.source] = self._merge_imports_of(document)
        return self.trees[document.source]

    def _merge_imports_of(self, document: Document) -> Mapping | None:
        root: Node | None = document.root
        if root is None:
            return None
        for site, imports in document.imports.items():
            root = self._with_imports(root, site, site, imports)
        return root if isinstance(root, Mapping) else None

    def _with_imports(self, node: Node, rest: KeyPath, site: KeyPath, imports: tuple[Import, ...]) -> Node:
        """The node, with the imports merged in at a path below it. Lists only grow at their end, so the path holds."""
        match node:
            case Mapping(entries=entries) if not rest:
                return self._merged_into(node, site, imports)
            case Mapping(entries=entries) if rest[0] in entries:
                entry = entries[rest[0]]
                below = self._with_imports(entry.node, rest[1:], site, imports)
                return Mapping({**entries, rest[0]: Entry(entry.key_span, below)}, node.origin)
            case Sequence(items=items) if rest and isinstance(rest[0], int):
                below = self._with_imports(items[rest[0]], rest[1:], site, imports)
                return Sequence((*items[: rest[0]], below, *items[rest[0] + 1 :]), node.origin)
        return node

    def _merged_into(self, node: Mapping, site: KeyPath, imports: tuple[Import, ...]) -> Mapping:
        # the key goes, whatever became of its imports (loader §5.1)
        node = Mapping({key: entry for key, entry in node.entries.items() if key != IMPORT_KEY}, node.origin)
        for each in imports:
            new = self.merged(each.document) if each.document else None
            if each.document is None or new is None:
                continue
            self._note_repetition(each, each.document.source, new)
            merged = self.merge(node, new, site, each.span, each.span)
            assert isinstance(merged, Mapping)
            node = merged
        return node

    def _note_repetition(self, each: Import, source: Source, new: Mapping) -> None:
        earlier = self.merged_at.setdefault(source, each.span)
        if earlier is not each.span:
            lists = tuple(path for path, node in walk(new) if isinstance(node, Sequence) and node.items)
            self.events.append(ImportRepeated(each.span, earlier, each.name, lists))

    def merge(self, have: Node, new: Node, path: KeyPath, have_key: Span, new_key: Span) -> Node:
        """ORBIT's merge of two values for one path, of which `have` stood first."""
        match have, new:
            case Mapping(), Mapping():
                return self._merged_mapping(have, new, path)
            case Sequence(), Sequence() if len(have.items) + len(new.items) > MAX_ITEMS:
                self.events.append(FileFault(FileProblem.TOO_MANY_ITEMS, new_key))
                return have
            case Sequence(), Sequence():
                return with_step(Sequence((*have.items, *new.items), have.origin), Merged(new)) if new.items else have
        loss = _loss(have, new)
        if loss is None:
            return have
        self.events.append(ValueLost(loss, path, have, new, have_key, new_key))
        return with_step(have, Shadowed(new))

    def _merged_mapping(self, have: Mapping, new: Mapping, path: KeyPath) -> Mapping:
        entries: dict[Hashable, Entry] = dict(have.entries)
        for key, theirs in new.entries.items():
            ours = entries.get(key)
            # None is a key that is missing; a null is a scalar and counts as present (loader §6.3)
            if ours is None:
                entries[key] = theirs
            else:
                below = self.merge(ours.node, theirs.node, (*path, key), ours.key_span, theirs.key_span)
                entries[key] = Entry(ours.key_span, below)
        return Mapping(entries, have.origin if not path else have.origin.then(Merged(new)))


def _loss(have: Node, new: Node) -> Loss | None:
    """What is lost where the earlier value stays; None where both mean the same."""
    if isinstance(have, Scalar) and isinstance(new, Scalar):
        same = have.value == new.value and type(have.value) is type(new.value)  # to Python `true` equals 1
        return None if same else Loss.SCALAR
    if isinstance(have, Scalar) and have.value is None:
        # an `adapters:` with nothing behind it hides every imported list (loader §6.3)
        return Loss.NULL if plain(new) not in ({}, []) else None
    if isinstance(new, Scalar) and new.value is None:  # nothing is lost with a null
        return None
    return Loss.MISMATCH
