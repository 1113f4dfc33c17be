"""What a file holds at a glance: its adapters and providers, what folds, and the files that it names."""

from collections.abc import Iterator

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.document.source import Span
from orbitcfg.document.tree import AnyEntry, Entry, KeyPath, Mapping, Node, Scalar, Sequence, value_at
from orbitcfg.editor.cursor import Cursor, location
from orbitcfg.editor.diagnostics import UriOf
from orbitcfg.editor.markup import code
from orbitcfg.editor.navigation import imports_of
from orbitcfg.editor.positions import range_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.masking.url import shown_name
from orbitcfg.project.symbols import definition_of
from orbitcfg.project.symbols import symbols as defined_symbols

_DEEPEST = 2
"""Levels of keys that are listed: sections, and what stands in them."""


def symbols(cursor: Cursor) -> list[types.DocumentSymbol]:
    """The sections of a file, with the adapters, providers and other entries in them."""
    root = cursor.document.root
    return [] if root is None else list(_symbols(cursor, root, ()))


def flat_symbols(cursor: Cursor) -> list[types.SymbolInformation]:
    """The same for an editor that takes a list alone."""
    uri = cursor.uri_of(cursor.snapshot.path(cursor.text))
    found = [(None, each) for each in symbols(cursor)]
    nested = [(outer.name, each) for _, outer in found for each in outer.children or ()]
    return [types.SymbolInformation(types.Location(uri, each.range), each.name, each.kind, container_name=outer) for outer, each in (*found, *nested)]


def workspace_symbols(snapshot: Snapshot, query: str, uri_of: UriOf) -> list[types.SymbolInformation]:
    """The adapters, providers and other names of a configuration that hold a text, in any case of its letters."""
    found: list[types.SymbolInformation] = []
    for symbol in defined_symbols(snapshot.config):
        span = definition_of(snapshot.config, symbol)
        place = location(snapshot, span, uri_of) if span is not None else None
        name = shown_name(symbol.name)
        if place is not None and symbol.path is not None and query.lower() in name.lower() and name.strip():
            found.append(types.SymbolInformation(place, name, types.SymbolKind.Object, container_name=shown_name(str(symbol.path[0]))))
    return found


def folds(cursor: Cursor) -> list[types.FoldingRange]:
    """The mappings and lists that go over several lines."""
    root = cursor.document.root
    found = dict.fromkeys(_folds(cursor, root)) if root is not None else {}
    return [types.FoldingRange(start, end) for start, end in found]


def links(cursor: Cursor) -> list[types.DocumentLink]:
    """The files that a file imports."""
    found = ((cursor.snapshot.written(each.span), each.document) for each in imports_of(cursor))
    return [
        types.DocumentLink(range_of(span), target=cursor.uri_of(cursor.snapshot.path(document.source)))
        for span, document in found
        if span is not None and document is not None
    ]


def _symbols(cursor: Cursor, node: Node, path: KeyPath) -> Iterator[types.DocumentSymbol]:
    match node:
        case Mapping(entries=entries):
            for key, entry in entries.items():
                yield from _symbol(cursor, shown_name(str(key)), (*path, key), entry)
        case Sequence(items=items) if path == (ADAPTERS,):
            for index, item in enumerate(items):
                name = value_at(item, ("name",))
                if isinstance(item, Mapping) and isinstance(name, str) and "name" in item.entries:
                    yield from _symbol(cursor, shown_name(name), (*path, index), Entry(item.entries["name"].node.span, item))


def _symbol(cursor: Cursor, name: str, path: KeyPath, entry: AnyEntry) -> Iterator[types.DocumentSymbol]:
    key = cursor.snapshot.written(entry.key_span)
    value = cursor.snapshot.written(entry.node.span)
    if key is None or value is None or key.source is not cursor.text or not name.strip():
        return
    whole = key if value.source is not key.source else Span(key.source, min(key.start, value.start), max(key.end, value.end))
    children = list(_symbols(cursor, entry.node, path)) if len(path) < _DEEPEST and not isinstance(entry.node, Scalar) else []
    kind = types.SymbolKind.Module if len(path) == 1 else types.SymbolKind.Object if isinstance(entry.node, Mapping) else types.SymbolKind.Property
    yield types.DocumentSymbol(name, kind, range_of(whole), range_of(key), detail=_detail(path, entry.node), children=children or None)


def _detail(path: KeyPath, node: Node) -> str | None:
    kind = value_at(node, ("type",)) if path[:1] == (ADAPTERS,) else None
    return code(kind).strip("`") if isinstance(kind, str) else None


def _folds(cursor: Cursor, root: Node) -> Iterator[tuple[int, int]]:
    pending: list[tuple[Span | None, Node]] = [(None, root)]
    while pending:
        key, node = pending.pop()
        span = cursor.snapshot.written(node.span)
        start = cursor.snapshot.written(key) if key is not None else span
        if span is not None and start is not None and start.source is span.source and not isinstance(node, Scalar):
            first, last = start.begins.line - 1, span.ends.line - 1
            if key is not None and last > first:
                yield first, last
        match node:
            case Mapping(entries=entries):
                pending += [(entry.key_span, entry.node) for entry in entries.values()][::-1]
            case Sequence(items=items):
                pending += [(item.span, item) for item in items][::-1]
