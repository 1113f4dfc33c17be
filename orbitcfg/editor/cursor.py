"""Where the user points: a place in the text of now, and what stands there in the compiled configuration."""

from orbitcfg.dataclass import dataclass
from orbitcfg.document.graph import Document
from orbitcfg.document.source import Source, Span
from orbitcfg.editor.diagnostics import UriOf
from orbitcfg.editor.positions import offset_at, range_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.editor.shift import shift_between
from orbitcfg.project.config import Config
from orbitcfg.project.places import KeyPlace, place_at


@dataclass(frozen=True, slots=True)
class Cursor:
    """An offset in the text of a document. `text` is its source of now, `offset` the place in it."""

    snapshot: Snapshot
    document: Document
    text: Source
    offset: int
    uri_of: UriOf

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.snapshot.config

    @property
    def source(self) -> Source:
        """The source that the tree was read from: the last good one of a file that is broken."""
        return self.document.source

    @property
    def tree_offset(self) -> int | None:
        """The offset in that source; None in what was changed since."""
        return self.offset if self.text is self.source else shift_between(self.text.text, self.source.text).moved(self.offset)

    @property
    def place(self) -> KeyPlace | None:
        """The key or the value at the cursor."""
        offset = self.tree_offset
        return None if offset is None else place_at(self.config, self.source, offset)

    def location(self, span: Span) -> types.Location | None:
        """A span as the protocol's location; None where it has no place in the text of now."""
        return location(self.snapshot, span, self.uri_of)


def cursor_at(snapshot: Snapshot, path: str, position: types.Position, uri_of: UriOf) -> Cursor | None:
    """The cursor in the file at a real path; None where that is no file of the configuration."""
    document = snapshot.documents.get(path)
    if document is None:
        return None
    text = snapshot.stale.get(document.source, document.source)
    return Cursor(snapshot, document, text, offset_at(text, position), uri_of)


def location(snapshot: Snapshot, span: Span, uri_of: UriOf) -> types.Location | None:
    """A span as the protocol's location; None where it has no place in the text of now."""
    written = snapshot.written(span)
    return None if written is None else types.Location(uri_of(snapshot.path(written.source)), range_of(written))
