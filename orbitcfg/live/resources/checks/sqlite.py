"""SQLite databases that the server itself makes and writes: the file, and the folder that it lies in."""

import os
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.local import LocalStep, path_of
from orbitcfg.live.resources.paths import check_file, check_folder
from orbitcfg.live.resources.sqlite_file import SqliteFile, schema_version
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceTarget

IN_MEMORY = ":memory:"
"""What SQLite and DuckDB take for no file at all."""


@dataclass(frozen=True, slots=True)
class WritableDatabase(LocalStep):
    """The file can be made, or is a database that can be written; it is never made here."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "whether the file can be made, or opens, read-only"

    def look(self, _context: Visit) -> str:
        """Looks at the file, and at the folder, where SQLite writes its journal."""
        is_there = check_file(self.path, written=True)
        check_folder(os.path.dirname(self.path))
        if not is_there:
            return "is not there yet: ORBIT makes it"
        return f"opens, schema {SqliteFile.at(self.path).read(schema_version)}"


@dataclass(frozen=True, slots=True)
class InMemory(ResourceStep):
    """A database without a file."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "nothing, as it is in memory"

    async def run(self, context: Visit) -> bool:
        """Tells what becomes of it."""
        context.remark("it is kept in memory: each restart begins with an empty one")
        return context.passed(self, "in memory")


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The file, as it lies from ORBIT's folder."""
    if target.text("path") == IN_MEMORY:
        return (InMemory(),)
    path = path_of(target, "path", options)
    return (path if isinstance(path, Unusable) else WritableDatabase(path),)
