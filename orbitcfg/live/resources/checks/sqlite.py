"""SQLite databases that the server itself makes and writes: the file, and the folder that it lies in."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from orbitcfg.live.options import WHOLE_S, ProbeOptions
from orbitcfg.live.resources.visit import ResourceStep, Visit, in_thread
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class OpenDatabase(ResourceStep):
    """The file opens as a database; it is never made."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "whether the file opens, read-only"
    path: str

    async def run(self, context: Visit) -> bool:
        """Opens an existing file read-only; one that is missing is made by ORBIT."""
        if not await in_thread(lambda: os.path.lexists(self.path)):
            return context.passed(self, "is not there yet: ORBIT makes it")
        try:
            version = await in_thread(lambda: schema_version(self.path))
        except sqlite3.DatabaseError as error:
            return context.failed(self, ResourceFault.NOT_A_DATABASE, str(error), blames=("path",))
        return context.passed(self, f"opens, schema {version}")


def schema_version(path: str) -> int:
    """The number of changes of a database's schema. Raises sqlite3.DatabaseError where it is none. Never makes a file."""
    with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=WHOLE_S / 2)) as connection:
        return int(connection.execute("PRAGMA schema_version").fetchone()[0])


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The file, as it lies from ORBIT's folder."""
    return (OpenDatabase(options.path_of(target.text("path"))),)
