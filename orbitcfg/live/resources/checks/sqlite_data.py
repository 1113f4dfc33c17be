"""SQLite databases that adapters look into: ORBIT makes a missing one, which holds nothing."""

import os
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.checks.sqlite import IN_MEMORY
from orbitcfg.live.resources.local import LocalStep, path_of
from orbitcfg.live.resources.paths import PathError, UncheckedError, check_file, check_folder
from orbitcfg.live.resources.sqlite_file import SqliteFile, tables_of
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget
from orbitcfg.plural import counted


@dataclass(frozen=True, slots=True)
class FilledDatabase(LocalStep):
    """The file is a database with tables, and has the one that is asked for."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "whether the file opens, read-only, and holds the table"
    table: str = ""

    def look(self, _context: Visit) -> str:
        """Looks at the file and at the names of its tables."""
        if not check_file(self.path, written=False):
            if not check_folder(os.path.dirname(self.path)):
                raise PathError(ResourceFault.NO_FOLDER, f"`{os.path.dirname(self.path)}` is not there, and ORBIT does not make it")
            raise PathError(ResourceFault.NO_FILE, "ORBIT makes an empty one in its place")
        file = SqliteFile.at(self.path)
        tables = file.read(tables_of)
        if self.table.lower() in tables or (tables and not self.table):
            return f"opens, {counted(len(tables), 'table')}"
        if not file.is_whole:
            raise UncheckedError("it has a log of changes that no program has open: what that holds is seen once the file is opened for writing")
        if not tables:
            raise PathError(ResourceFault.EMPTY_DATABASE, "")
        raise PathError(ResourceFault.NO_TABLE, f"`{self.table}`", ("table", "path"))


@dataclass(frozen=True, slots=True)
class NothingKept(ResourceStep):
    """A database in memory, which nobody can have filled."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "nothing, as it is in memory"

    async def run(self, context: Visit) -> bool:
        """Tells what is known already."""
        return context.failed(self, ResourceFault.EMPTY_DATABASE, "it is in memory", blames=("path",))


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The file, as it lies from ORBIT's folder, and the table that the adapter names."""
    if target.text("path") == IN_MEMORY:
        return (NothingKept(),)
    path = path_of(target, "path", options)
    if isinstance(path, Unusable):
        return (path,)
    return (FilledDatabase(path, blames=("path",), table=target.text("table")),)
