"""The texts that are open in the editor, and how it calls files."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from pygls import uris

from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Files


def path_of(uri: str) -> str | None:
    """The path of a file's URI; None for what lies on no disk of this machine."""
    if not uri.startswith("file:"):
        return None
    path = uris.to_fs_path(uri)
    # a host in the URI is another machine, which Windows would log in to as soon as it is looked for
    return path if path and os.path.isabs(path) and "\0" not in path and not path.startswith(("//", "\\\\")) else None


def uri_of(path: str) -> str:
    """The URI of an absolute path."""
    return str(uris.from_fs_path(path) or "")


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A text that is open: as the editor calls it, by its real path."""

    uri: str
    path: str
    text: str
    version: int | None = None


@dataclass(slots=True)
class Documents:
    """The open texts by real path. What lies behind a link that leaves its repository is none of them."""

    files: Files
    opened: dict[str, OpenDocument] = field(default_factory=dict)

    def put(self, uri: str, text: str, version: int | None) -> OpenDocument | None:
        """Keeps a text; gives None where it is of no file that may be read."""
        path = self.real_path(uri)
        if path is None:
            return None
        document = self.opened[path] = OpenDocument(uri, path, text, version)
        return document

    def remove(self, uri: str) -> str | None:
        """Forgets a text; gives its path."""
        path = self.real_path(uri)
        if path is not None:
            self.opened.pop(path, None)
        return path

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
        """The files with the open texts over them, as they are now."""
        return Overlay(self.files, {path: each.text.encode("utf-8", "surrogatepass") for path, each in dict(self.opened).items()})

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(tuple(self.opened.values()))
