"""Folds a document's imports into it, left to right and depth first: what is there wins, lists are concatenated.

The order is ORBIT's and cannot be another: the merge is not associative, since of a list and a single value the first that comes stays.
"""

from collections.abc import Hashable
from collections.abc import Sequence as SequenceType

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.events import Event, ImportRepeated, Loss, ValueLost
from orbitcfg.document.graph import IMPORT_KEY, Document, Import, ImportGraph
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import AnyEntry, Entry, KeyPath, Mapping, Merged, Node, Origin, OriginStep, Scalar, Sequence, Shadowed, walk, with_origin
from orbitcfg.record import NamedTuple


def merge_imports(graph: ImportGraph) -> tuple[Mapping | None, list[Event]]:
    """The merged tree of a graph, and every value that got lost in it."""
    merger = _Merger([], {}, {}, {})
    return merger.merged(graph.root), merger.events


class _Other(NamedTuple):
    """A value that comes later, with its key, and the position of the import that brings it."""

    node: Node
    key: Span
    position: int


@dataclass(slots=True)
class _Sites:
    """The imports of a mapping, None where it has no such key, and those of what stands in it."""

    imports: tuple[Import, ...] | None = None
    below: "dict[Hashable, _Sites]" = field(default_factory=dict)


@dataclass(slots=True)
class _Merger:
    """One fold over a graph. `merged_at` holds, for each file already merged, the import that brought it; `trees` what a file gave, `lists` the lists in it.

    All that is imported into one mapping is merged at once, since a step for each would copy what is there as often as there are imports.
    """

    events: list[Event]
    merged_at: dict[Source, Span]
    trees: dict[Source, Mapping | None]
    lists: dict[Source, tuple[KeyPath, ...]]

    def merged(self, document: Document) -> Mapping | None:
        """The document's root with all its imports merged in; None where it has no root. A file is worked on once, however often it is imported."""
        if document.source not in self.trees:
            root = None if document.root is None else self._with_imports(document.root, _sites(document), ())
            self.trees[document.source] = root if isinstance(root, Mapping) else None
        return self.trees[document.source]

    def _with_imports(self, node: Node, sites: _Sites, path: KeyPath) -> Node:
        """The node, with the imports merged in, its own before those below it. Lists only grow at their end, so the paths hold."""
        if sites.imports is not None and isinstance(node, Mapping):
            node = self._merged_into(node, path, sites.imports)
        match node:
            case Mapping(entries=entries) if sites.below:
                below = {key: entries[key] for key in sites.below if key in entries}
                filled = {key: Entry(each.key_span, self._with_imports(each.node, sites.below[key], (*path, key))) for key, each in below.items()}
                return Mapping({**entries, **filled}, node.origin)
            case Sequence(items=items) if sites.below:
                there = enumerate(items)
                return Sequence(
                    tuple(self._with_imports(each, sites.below[index], (*path, index)) if index in sites.below else each for index, each in there),
                    node.origin,
                )
        return node

    def _merged_into(self, node: Mapping, site: KeyPath, imports: tuple[Import, ...]) -> Mapping:
        # the key goes, whatever became of its imports (loader §5.1)
        node = Mapping({key: entry for key, entry in node.entries.items() if key != IMPORT_KEY}, node.origin)
        others = []
        for position, each in enumerate(imports):
            new = self.merged(each.document) if each.document else None
            if each.document is not None and new is not None:
                self._note_repetition(each, each.document.source, new)
                others.append(_Other(new, each.span, position))
        losses: list[tuple[int, ValueLost]] = []
        merged = _merge(node, others, site, node.span, losses)
        # in the order of the imports, as ORBIT comes to them
        self.events += [loss for _, loss in sorted(losses, key=lambda each: each[0])]
        assert isinstance(merged, Mapping)
        return merged

    def _note_repetition(self, each: Import, source: Source, new: Mapping) -> None:
        earlier = self.merged_at.setdefault(source, each.span)
        if earlier is not each.span:
            self.events.append(ImportRepeated(each.span, earlier, each.name, self._lists_of(source, new)))

    def _lists_of(self, source: Source, tree: Mapping) -> tuple[KeyPath, ...]:
        """The paths of the lists in what a file gives, worked out at its first repetition."""
        if source not in self.lists:
            self.lists[source] = tuple(path for path, node in walk(tree) if isinstance(node, Sequence) and node.items)
        return self.lists[source]


def _sites(document: Document) -> _Sites:
    """Where a document imports something, as a tree."""
    root = _Sites()
    for path, imports in document.imports.items():
        site = root
        for key in path:
            site = site.below.setdefault(key, _Sites())
        site.imports = imports
    return root


def _merge(have: Node, others: SequenceType[_Other], path: KeyPath, have_key: Span, losses: list[tuple[int, ValueLost]]) -> Node:
    """ORBIT's merge of values for one path, of which `have` stood first."""
    alike: list[_Other] = []
    steps: list[OriginStep] = []
    for other in others:
        if not isinstance(have, Scalar) and type(other.node) is type(have):
            alike.append(other)
            if path and not _is_empty_list(other.node):
                steps.append(Merged(other.node))
        elif (loss := _loss(have, other.node)) is not None:
            losses.append((other.position, ValueLost(loss, path, have, other.node, have_key, other.key)))
            steps.append(Shadowed(other.node))
    origin = Origin(have.span, (*have.steps, *steps)) if steps else have.origin
    match have:
        case Mapping():
            return Mapping(_merged_entries(have, alike, path, losses), origin)
        case Sequence(items=items) if alike:
            more = (item for each in alike if isinstance(each.node, Sequence) for item in each.node.items)
            return Sequence((*items, *more), origin)
    return with_origin(have, origin) if steps else have


def _merged_entries(have: Mapping, others: SequenceType[_Other], path: KeyPath, losses: list[tuple[int, ValueLost]]) -> dict[Hashable, AnyEntry]:
    entries = dict(have.entries)
    clashes: dict[Hashable, list[_Other]] = {}
    for node, _, position in others:
        assert isinstance(node, Mapping)
        for key, theirs in node.entries.items():
            # a null is a scalar and counts as present (loader §6.3)
            if key in entries:
                clashes.setdefault(key, []).append(_Other(theirs.node, theirs.key_span, position))
            else:
                entries[key] = theirs
    for key, clashing in clashes.items():
        ours = entries[key]
        entries[key] = Entry(ours.key_span, _merge(ours.node, clashing, (*path, key), ours.key_span, losses))
    return entries


def _is_empty_list(node: Node) -> bool:
    return isinstance(node, Sequence) and not node.items


def _loss(have: Node, new: Node) -> Loss | None:
    """What is lost where the earlier value stays; None where both mean the same."""
    if isinstance(have, Scalar) and isinstance(new, Scalar):
        same = have.value == new.value and type(have.value) is type(new.value)  # to Python `true` equals 1
        return None if same else Loss.SCALAR
    if isinstance(have, Scalar) and have.value is None:
        # an `adapters:` with nothing behind it hides every imported list (loader §6.3)
        is_empty = _is_empty_list(new) or (isinstance(new, Mapping) and not new.entries)
        return None if is_empty else Loss.NULL
    if isinstance(new, Scalar) and new.value is None:  # nothing is lost with a null
        return None
    return Loss.MISMATCH
