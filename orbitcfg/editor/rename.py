"""A name changed wherever it stands, as one fix of all files."""

from collections import Counter

from orbitcfg.compile.discovery import project_root
from orbitcfg.compile.environment import declarations
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import Mapping, Scalar, at
from orbitcfg.document.yaml_reader import parse
from orbitcfg.edit.apply import Remedy, edited_texts, encode_text
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.diagnostics import UriOf
from orbitcfg.editor.positions import range_of
from orbitcfg.editor.project import Project, Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.errors import UsageError
from orbitcfg.files.overlay import Overlay
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.project.config import Config
from orbitcfg.project.symbols import NAME, VARIABLE_NAME, Symbol, definition_of, symbol_at, symbols, usages_of
from orbitcfg.report.diagnostics import Edit, Severity


def name_range(cursor: Cursor) -> types.PrepareRenamePlaceholder | None:
    """The name at the cursor, where orbitcfg can rename it."""
    symbol, span = _named(cursor)
    return None if symbol is None or span is None else placeholder(symbol, span)


def placeholder(symbol: Symbol, span: Span) -> types.PrepareRenamePlaceholder | None:
    """The name as it stands at a place; None where it is not written out there."""
    inner = _inner(symbol, span)
    return None if inner is None else types.PrepareRenamePlaceholder(range_of(inner), symbol.name)


def renamed(cursor: Cursor, name: str) -> tuple[Edit, ...]:
    """The edits that give the name at the cursor another name; none where none stands there. Raises UsageError, with the reason, where that cannot be done everywhere."""
    symbol, _ = _named(cursor)
    return () if symbol is None else renamed_symbol(cursor.snapshot, symbol, name)


def renamed_symbol(snapshot: Snapshot, symbol: Symbol, name: str) -> tuple[Edit, ...]:
    """The edits that give a name another name. Raises UsageError likewise."""
    if snapshot.stale:
        broken = next(iter(snapshot.stale.values()))
        raise UsageError(f"`{symbol.name}` is not renamed: `{broken.name}` cannot be read at the moment")
    _check_name(snapshot.config, symbol, name)
    return tuple(Edit(_inner_span(symbol, span), name) for span in _places(snapshot, symbol))


def check_promise(project: Project, snapshot: Snapshot, edits: tuple[Edit, ...]) -> None:
    """Raises UsageError for a renaming after which something is wrong that was not before."""
    contents = {}
    for source, text in edited_texts([Remedy(edits, ())]).items():
        path = snapshot.path(source)
        contents[path] = encode_text(text, snapshot.files.read(path, MAX_FILE_BYTES))
    before, after = project.report(snapshot.files), project.report(Overlay(snapshot.files, contents))
    known = Counter(each.code for each in before.counting)
    for each in after.counting:
        known[each.code] -= 1
        if known[each.code] < 0 and each.severity > Severity.INFO:
            raise UsageError(f"it is not renamed, since then {each.message} ({each.code})")


def as_edit(snapshot: Snapshot, edits: tuple[Edit, ...], uri_of: UriOf) -> types.WorkspaceEdit:
    """Edits as the protocol's."""
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        uri = uri_of(snapshot.path(edit.span.source))
        changes.setdefault(uri, []).append(types.TextEdit(range_of(edit.span), edit.replacement))
    return types.WorkspaceEdit(changes)


def joined(edits: list[types.WorkspaceEdit]) -> types.WorkspaceEdit:
    """Edits of several configurations as one: those of a file that they share once."""
    changes: dict[str, list[types.TextEdit]] = {}
    for uri, each in ((uri, each) for edit in edits for uri, listed in edit.changes.items() for each in listed):
        there = changes.setdefault(uri, [])
        there += [] if each in there else [each]
    return types.WorkspaceEdit(changes)


def _named(cursor: Cursor) -> tuple[Symbol | None, Span | None]:
    """The name at the cursor, and where it stands there."""
    offset = cursor.tree_offset
    symbol = symbol_at(cursor.config, cursor.source, offset) if offset is not None else None
    if symbol is None or offset is None:
        return None, None
    here = (each for each in _places(cursor.snapshot, symbol) if each.source is cursor.source and each.start <= offset <= each.end)
    return symbol, next(here, None)


def _places(snapshot: Snapshot, symbol: Symbol) -> list[Span]:
    """Where a name is defined, and where it is used."""
    config = snapshot.config
    defined = definition_of(config, symbol)
    found = [defined] if defined is not None else []
    if symbol.is_variable:
        files = snapshot.files
        declared = (declarations(files, project_root(files, config.graph.root.path)) or {}).get(symbol.name)
        found += [declared] if declared is not None else []
    else:
        found += _written_in_files(config, symbol)
    return list(dict.fromkeys((*found, *(each.span for each in usages_of(config, symbol) if not each.by_orbit))))


def _written_in_files(config: Config, symbol: Symbol) -> list[Span]:
    """Where several files write one block: each has its key."""
    if symbol.path is None or symbol.is_listed:
        return []
    holders = (at(document.root, symbol.path[:-1]) for document in config.graph.documents)
    return [each.entries[symbol.path[-1]].key_span for each in holders if isinstance(each, Mapping) and symbol.path[-1] in each.entries]


def _inner(symbol: Symbol, span: Span) -> Span | None:
    """The name itself in what is written, without quotes or the braces of a placeholder; None where it is not written out, as where a variable gives it."""
    start = span.text.find(symbol.name)
    around = span.text[:start], span.text[start + len(symbol.name) :]
    if start < 0 or (not symbol.is_variable and around not in (("", ""), ("'", "'"), ('"', '"'))):
        return None
    return Span(span.source, span.start + start, span.start + start + len(symbol.name))


def _inner_span(symbol: Symbol, span: Span) -> Span:
    inner = _inner(symbol, span)
    if inner is None:
        raise UsageError(f"`{symbol.name}` is not renamed: at {span.label} it is not written out")
    return inner


def _check_name(config: Config, symbol: Symbol, name: str) -> None:
    if symbol.is_variable:
        if not VARIABLE_NAME.fullmatch(name):
            raise UsageError(f"`{name}` cannot be the name of a variable")
        if config.environment[name] is not None or usages_of(config, Symbol(name, None)):
            raise UsageError(f"there is a variable `{name}` already")
        value = config.environment[symbol.name]
        if value is not None and value.place is None:
            raise UsageError(f"`{symbol.name}` is not renamed: it is set outside of the files, by {value.source}")
        block = next((each.path for each in usages_of(config, symbol) if each.by_orbit), None)
        if block is not None:
            raise UsageError(f"`{symbol.name}` is not renamed: ORBIT looks for it by this name, for `{config.format_path(block)}`")
        return
    if not NAME.fullmatch(name) or not _is_text(name):
        raise UsageError(f"`{name}` cannot be written as a name: use letters, digits, `-`, `_` and `.`")
    if symbol.path is not None and any(each.name == name and _beside(each, symbol) for each in symbols(config)):
        raise UsageError(f"there is a `{name}` already")


def _is_text(name: str) -> bool:
    """Whether YAML reads a name as text: not as a switch, a number or a date."""
    root, _ = parse(Source("", name))
    return isinstance(root, Scalar) and root.value == name


def _beside(one: Symbol, other: Symbol) -> bool:
    return one.path is not None and other.path is not None and one.path[0] == other.path[0] and one.is_listed == other.is_listed
