"""What the editor shows inside of the files that adapters name: domains and template libraries."""

from collections.abc import Hashable

from orbitcfg.catalog.meaning import describe, meaning_of
from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.compile.named_files import NamedFile
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Sequence
from orbitcfg.editor.markup import code, content, prose
from orbitcfg.editor.positions import offset_at, range_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types

_DOMAIN = "intent-domain.schema.json#/$defs/domain"
_LIBRARY = "intent-template.schema.json#/$defs/library"
_READ_BESIDES = {f"{name}s": f"intent-template.schema.json#/$defs/read_{name}" for name in ("template", "parameter")}
"""Keys that ORBIT reads in the items of a list, though its own check does not know them."""


def named_hover(snapshot: Snapshot, path: str, position: types.Position, *, is_rendered: bool) -> types.Hover | None:
    """What a key means in the domain or library at a real path; None where no key stands there, or none that ORBIT knows."""
    file = _file(snapshot, path)
    if file is None or file.root is None:
        return None
    found = _key_at(file, offset_at(file.source, position))
    row = None if found is None else _row(snapshot.config.catalog, _shape(snapshot, file), found[0])
    if found is None or row is None:
        return None
    meaning = list(describe(meaning_of(row)))
    lines = [f"**{code('.'.join(map(str, found[0])))}**", *(prose(text) for label, text in meaning if label == "what it is")]
    lines += ["\n".join(f"- {label}: {code(text)}" for label, text in meaning if label != "what it is")]
    return types.Hover(content("\n\n".join(filter(None, lines)), is_rendered=is_rendered), range_of(found[1]))


def named_rows(snapshot: Snapshot, path: str, key_path: KeyPath) -> dict[str, Row]:
    """The keys that may stand in a mapping of the domain or library at a real path, with what the catalogue says of them."""
    file, catalog = _file(snapshot, path), snapshot.config.catalog
    if file is None:
        return {}
    shape = _shape(snapshot, file)
    row = _row(catalog, shape, key_path)
    if row is None:
        return {}
    besides = _READ_BESIDES.get(str(key_path[-2])) if shape == _LIBRARY and len(key_path) > 1 else None
    read = {} if besides is None else catalog.row(catalog.store.at(besides)).properties
    return {name: catalog.row(each) for name, each in {**row.properties, **read}.items() if isinstance(each, dict)}


def _file(snapshot: Snapshot, path: str) -> NamedFile | None:
    return next((each for each in snapshot.config.named_files.values() if each is not None and snapshot.files.realpath(each.path) == path), None)


def _shape(snapshot: Snapshot, file: NamedFile) -> str:
    return _DOMAIN if any(each.domain is file for each in snapshot.config.intents) else _LIBRARY


def _key_at(file: NamedFile, offset: int) -> tuple[KeyPath, Span] | None:
    """The key at an offset, with its place."""
    path: tuple[Hashable, ...] = ()
    node = file.root
    while node is not None:
        match node:
            case Mapping(entries=entries):
                for key, entry in entries.items():
                    if entry.key_span.source is file.source and entry.key_span.start <= offset <= entry.key_span.end:
                        return (*path, key), entry.key_span
                below = [(key, entry.node) for key, entry in entries.items()]
            case Sequence(items=items):
                below = list(enumerate(items))
            case _:
                return None
        holding = [each for each in below if each[1].span.start <= offset <= each[1].span.end]
        if not holding:
            return None
        key, node = holding[-1]
        path = (*path, key)
    return None


def _row(catalog: Catalog, start: str, path: KeyPath) -> Row | None:
    """What the catalogue says of a key of a file."""
    row = catalog.row(catalog.store.at(start))
    for key in path:
        others = row.schema.get("additionalProperties")
        below = row.schema.get("items") if isinstance(key, int) else row.properties.get(str(key), others if isinstance(others, dict) else None)
        if below is None and start == _LIBRARY:
            besides = (catalog.row(catalog.store.at(each)).properties for each in _READ_BESIDES.values())
            below = next((properties[str(key)] for properties in besides if str(key) in properties), None)
        if below is None:
            return None
        row = catalog.row(below)
    return row
