"""Chroma without a server: a folder with a SQLite file, which ORBIT opens itself."""

import os
import sqlite3
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.checks.sqlite import InMemory
from orbitcfg.live.resources.local import LocalStep, WritableFolder, path_of
from orbitcfg.live.resources.paths import PathError, UncheckedError, check_file
from orbitcfg.live.resources.sqlite_file import SqliteFile, tables_of
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.foreign_json import count_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget
from orbitcfg.plural import counted

FILE = "chroma.sqlite3"
_TABLE = "collections"


@dataclass(frozen=True, slots=True)
class ChromaFile(LocalStep):
    """The folder's file is a database of Chroma, where it is there."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "whether its file opens, read-only"

    def look(self, _context: Visit) -> str:
        """Opens the file."""
        sizes = collections_of(self.path)
        return "is not there yet: ORBIT makes it" if sizes is None else f"opens, {counted(len(sizes), 'collection')}"


@dataclass(frozen=True, slots=True)
class FilledCollection(LocalStep):
    """The collection is there, with vectors of the size that the embedding model gives."""

    kind: ClassVar = CheckKind.COLLECTION
    what: ClassVar = "the collection and the size of its vectors"
    collection: str = ""
    dimensions: int | None = None
    is_made: bool = False
    """Whether ORBIT makes a missing one."""

    def look(self, context: Visit) -> str:
        """Looks the collection up."""
        sizes = collections_of(self.path) or {}
        if self.collection not in sizes:
            if not self.is_made:
                raise PathError(ResourceFault.NO_COLLECTION, f"`{self.collection}`")
            context.remark(f"the collection `{self.collection}` is not there: ORBIT makes it, and it is empty")
            return "is not there yet: ORBIT makes it"
        size = sizes[self.collection]
        if size is not None and self.dimensions is not None and size != self.dimensions:
            raise PathError(ResourceFault.OTHER_SIZE, f"`{self.collection}` has vectors of {size}, the embedding model gives {self.dimensions}")
        return f"`{self.collection}` is there{f', with vectors of {size}' if size else ''}"


def collections_of(folder: str) -> dict[str, int | None] | None:
    """The collections in a folder, each with the size of its vectors where it has some; None where there is no file yet."""
    path = os.path.join(folder, FILE)
    if not check_file(path, written=True):
        return None
    return SqliteFile.at(path).read(_collections)


def _collections(connection: sqlite3.Connection) -> dict[str, int | None]:
    if _TABLE not in tables_of(connection):
        raise UncheckedError(f"it has no table `{_TABLE}`: its version is not known here")
    rows = connection.execute(f"SELECT name, dimension FROM {_TABLE} LIMIT 100000")  # noqa: S608 - a fixed name
    return {str(name): count_of(size) for name, size in rows}


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The folder, its file, and the collection that an adapter names."""
    if target.service == "store" and not target.content("path"):
        return (InMemory(),)
    path = path_of(target, "path", options)
    if isinstance(path, Unusable):
        return (path,)
    steps: tuple[ResourceStep, ...] = (WritableFolder(path), ChromaFile(path))
    collection = target.text("collection")
    if not collection:
        return steps
    is_made = truth(target.content("auto_create"), "raw") is True
    dimensions = count_of(target.content("dimensions"))
    return (*steps, FilledCollection(path, ("collection", "path"), collection, dimensions, is_made))
