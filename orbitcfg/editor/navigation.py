"""From a name to what it stands for, and back to all who use it."""

from collections.abc import Iterable, Iterator

from orbitcfg.commands.why.files import files_at
from orbitcfg.compile.discovery import project_root
from orbitcfg.compile.environment import declarations
from orbitcfg.document.graph import Import
from orbitcfg.document.source import Span
from orbitcfg.editor.cursor import Cursor, location
from orbitcfg.editor.diagnostics import UriOf
from orbitcfg.editor.models import blocks_of_model, model_places
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.project.symbols import Symbol, definition_of, symbol_at, usages_of


def definition(cursor: Cursor) -> list[types.Location]:
    """Where the name at the cursor is defined, or the file that an import or an adapter names; of a name that several files write, all of them; of a model its provider."""
    offset = cursor.tree_offset
    if offset is None:
        return []
    brought = import_at(cursor, offset)
    if brought is not None and brought.document is not None:
        return [types.Location(cursor.uri_of(cursor.snapshot.path(brought.document.source)), types.Range(types.Position(0, 0), types.Position(0, 0)))]
    place = cursor.place
    if place is not None and not place.is_key and (named := [each.place for each in files_at(cursor.config, place.path) if each.place is not None]):
        return _locations(cursor, named)
    symbol = symbol_at(cursor.config, cursor.source, offset)
    if symbol is None:
        return [] if place is None else _locations(cursor, blocks_of_model(cursor.config, place.path))
    return _locations(cursor, defined_at(cursor.snapshot, symbol))


def references(cursor: Cursor, *, with_definition: bool) -> list[types.Location]:
    """All uses of the name at the cursor; of a file what imports it; of a model where it is named."""
    offset = cursor.tree_offset
    if offset is None:
        return []
    brought = import_at(cursor, offset)
    if brought is not None and brought.document is not None:
        return _locations(cursor, (each.span for each in cursor.config.graph.importers.get(brought.document.source, ())))
    symbol = symbol_at(cursor.config, cursor.source, offset)
    if symbol is None:
        return [] if cursor.place is None else _locations(cursor, model_places(cursor.config, cursor.place.path))
    defined = defined_at(cursor.snapshot, symbol) if with_definition else []
    return _locations(cursor, (*defined, *(each.span for each in usages_of(cursor.config, symbol))))


def highlights(cursor: Cursor) -> list[types.DocumentHighlight]:
    """The uses of the name at the cursor in the same file."""
    uri = cursor.uri_of(cursor.snapshot.path(cursor.text))
    return [types.DocumentHighlight(each.range) for each in references(cursor, with_definition=True) if each.uri == uri]


def defined_at(snapshot: Snapshot, symbol: Symbol) -> list[Span]:
    """The places that define a name; of a variable the line that sets it, and the one that declares it."""
    place = definition_of(snapshot.config, symbol)
    found = [] if place is None else [place]
    if symbol.is_variable:
        declared = declarations(snapshot.files, project_root(snapshot.files, snapshot.config.graph.root.path)) or {}
        found += [declared[symbol.name]] if symbol.name in declared else []
    return found


def variable_at(snapshot: Snapshot, path: str, position: types.Position) -> tuple[Symbol, Span] | None:
    """The variable that the line of an env file at a real path sets or declares, and where; None where it does neither."""
    config, files = snapshot.config, snapshot.files
    set_here = ((name, each.place) for name, each in config.environment.variables.items() if each.place is not None)
    declared = declarations(files, project_root(files, config.graph.root.path)) or {}
    for name, span in (*set_here, *declared.items()):
        if snapshot.path(span.source) == path and span.begins.line == position.line + 1:
            return Symbol(name, None), span
    return None


def usages(snapshot: Snapshot, symbol: Symbol, uri_of: UriOf) -> list[types.Location]:
    """All uses of a name."""
    found = (location(snapshot, each.span, uri_of) for each in usages_of(snapshot.config, symbol))
    return [each for each in found if each is not None]


def import_at(cursor: Cursor, offset: int) -> Import | None:
    """The import that is written at an offset."""
    return next((each for each in imports_of(cursor) if each.span.start <= offset <= each.span.end), None)


def imports_of(cursor: Cursor) -> Iterator[Import]:
    """The imports of the cursor's file."""
    return (each for imports in cursor.document.imports.values() for each in imports)


def _locations(cursor: Cursor, spans: Iterable[Span]) -> list[types.Location]:
    found = (cursor.location(each) for each in dict.fromkeys(spans))
    return [each for each in found if each is not None]
