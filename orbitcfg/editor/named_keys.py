"""Completion of keys inside of the files that adapters name: domains and template libraries."""

from orbitcfg.document.graph import keys_of
from orbitcfg.document.source import Source
from orbitcfg.document.tree import at
from orbitcfg.editor.abilities import Abilities
from orbitcfg.editor.items import ItemWriter, typing_place
from orbitcfg.editor.named import named_rows
from orbitcfg.editor.positions import offset_at
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types


def named_keys(snapshot: Snapshot, path: str, text: str, position: types.Position, abilities: Abilities) -> list[types.CompletionItem]:
    """The keys that may be typed at a position of the text of the file at a real path."""
    source = Source(path, text)
    place = typing_place(source, offset_at(source, position))
    if place is None or place.context.kind not in ("key", "item"):
        return []
    written, writer = {str(key) for key in keys_of(at(place.tree, place.context.path))}, ItemWriter(place, abilities)
    rows = named_rows(snapshot, path, place.context.path)
    return [writer.key(name, row) for name, row in rows.items() if name not in written]
