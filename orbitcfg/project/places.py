"""Which key stands at a place of a file."""

from bisect import bisect_right
from collections.abc import Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.document.graph import Document
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Entry, KeyPath, Mapping, Node, Origin, Scalar, Sequence
from orbitcfg.project.config import Config


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A key, or a single value, where it is written: its path in the compiled configuration."""

    path: KeyPath
    span: Span
    is_key: bool


def place_at(config: Config, source: Source, offset: int) -> KeyPlace | None:
    """The key or the value at an offset of a source; None where neither stands there."""
    starts, places = config.once(_places).get(source, ([], []))
    # of what ends where the next begins, the next one is meant
    for index in range(bisect_right(starts, offset) - 1, max(bisect_right(starts, offset) - 4, -1), -1):
        if places[index].span.start <= offset <= places[index].span.end:
            return places[index]
    return None


def file_tree(config: Config, document: Document) -> Mapping | None:
    """What a file holds, at the paths that it has in the configuration: below the mapping that imports it."""
    return None if document.root is None else below(import_site(config, document), document.root)


def below(site: KeyPath, root: Mapping) -> Mapping:
    """A mapping put below a path of keys."""
    for key in reversed(site):
        root = Mapping({key: Entry(root.span, root)}, Origin(root.span))
    return root


def import_site(config: Config, document: Document) -> KeyPath:
    """The path of the mapping that a file is imported into, of several the first; that of one in a list is not followed."""
    for importer in config.graph.documents:
        for site, imports in importer.imports.items():
            if any(each.document is not None and each.document.source is document.source for each in imports) and importer is not document:
                return (*import_site(config, importer), *site) if not any(isinstance(key, int) for key in site) else ()
    return ()


def _places(config: Config) -> dict[Source, tuple[list[int], list[KeyPlace]]]:
    """The places of each source in their order, with where they start. What lost against another file is among them, at the path that it lost."""
    found: dict[Span, KeyPlace] = {}
    trees = [config.tree]
    for document in (*config.graph.documents, *(each.document for each in config.graph.orphans)):
        tree = file_tree(config, document)
        trees += [] if tree is None else [tree]
    for tree in trees:
        for place in _written(tree):
            found.setdefault(place.span, place)
    by_source: dict[Source, list[KeyPlace]] = {}
    for place in sorted(found.values(), key=lambda each: (each.span.start, each.span.end)):
        by_source.setdefault(place.span.source, []).append(place)
    return {source: ([each.span.start for each in places], places) for source, places in by_source.items()}


def _written(tree: Node) -> Iterator[KeyPlace]:
    pending: list[tuple[KeyPath, Node]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        match node:
            case Mapping(entries=entries):
                for key, entry in entries.items():
                    yield KeyPlace((*path, key), entry.key_span, is_key=True)
                pending += [((*path, key), entry.node) for key, entry in entries.items()]
            case Sequence(items=items):
                pending += [((*path, index), item) for index, item in enumerate(items)]
            case Scalar(origin=origin):
                yield KeyPlace(path, origin.span, is_key=False)
