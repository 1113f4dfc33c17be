"""The texts that are open in the editor, and how it calls files."""

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.source import Source
from orbitcfg.editor.positions import span_of
from orbitcfg.editor.protocol.params import Params
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Files

_DRIVE = re.compile(r"/[A-Za-z]:")


def path_of(uri: str) -> str | None:
    """The path of a file's URI; None for what lies on no disk of this machine."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    # a host in the URI is another machine, which Windows would log in to as soon as it is looked for
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = os.fsdecode(unquote_to_bytes(parts.path))
    if os.name == "nt" and _DRIVE.match(path):
        path = path[1:].replace("/", "\\")
    return path if os.path.isabs(path) and "\0" not in path and not path.startswith(("//", "\\\\")) else None


def uri_of(path: str) -> str:
    """The URI of an absolute path."""
    return Path(path).as_uri()


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A text that is open: as the editor calls it, by its real path."""

    uri: str
    path: str
    text: str
    version: int | None = None


@dataclass(slots=True)
class Documents:
    """The open texts by real path. What lies behind a link that leaves its repository is none of them.

    `hidden` are those, by URI, over which the same file is open by another name, as through a link: the text that was opened last counts.
    """

    files: Files
    opened: dict[str, OpenDocument] = field(default_factory=dict)
    hidden: dict[str, OpenDocument] = field(default_factory=dict)

    def put(self, uri: str, text: str, version: int | None) -> OpenDocument | None:
        """Keeps a text; gives None where it is of no file that may be read."""
        path = self.real_path(uri)
        if path is None:
            return None
        before = self.opened.get(path)
        if before is not None and before.uri != uri:
            self.hidden[before.uri] = before
        self.hidden.pop(uri, None)
        document = self.opened[path] = OpenDocument(uri, path, text, version)
        return document

    def change(self, uri: str, changes: list[Params], version: int | None) -> OpenDocument | None:
        """Keeps what changes make of a text that is open, one after the other; gives None where it is not."""
        document = self.document(uri)
        if document is None:
            return None
        text = document.text
        for each in changes:
            new, old = each.text("text"), Source("", text)
            start, end = (0, len(text)) if each.at("range") is None else span_of(old, each.range("range"))[1:]
            text = text[:start] + new + text[max(start, end) :]
        return self.put(uri, text, version)

    def remove(self, uri: str) -> str | None:
        """Forgets a text; gives its path."""
        path = self.real_path(uri)
        shown = self.opened.get(path) if path is not None else None
        self.hidden.pop(uri, None)
        if path is not None and shown is not None and shown.uri == uri:
            others = [each for each in self.hidden.values() if each.path == path]
            del self.opened[path]
            if others:
                self.opened[path] = self.hidden.pop(others[-1].uri)
        return path

    def document(self, uri: str) -> OpenDocument | None:
        """The open text that the editor calls so."""
        path = self.real_path(uri)
        document = self.opened.get(path) if path is not None else None
        return document if document is not None and document.uri == uri else self.hidden.get(uri)

    def real_path(self, uri: str) -> str | None:
        """The real path of a URI; None for what is no file that may be read."""
        path = path_of(uri)
        try:
            return None if path is None else self.files.check_links(path)
        except (OSError, ValueError):
            return None

    def uri(self, path: str) -> str:
        """What the editor calls the file at a real path."""
        document = self.opened.get(path)
        return uri_of(path) if document is None else document.uri

    @property
    def overlay(self) -> Overlay:
        """The files with the open texts over them, as they are now. A text whose file is gone, or not there yet, is over nothing."""
        texts = {path: each.text for path, each in dict(self.opened).items() if self.files.is_file(path)}
        return Overlay(self.files, {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()})
