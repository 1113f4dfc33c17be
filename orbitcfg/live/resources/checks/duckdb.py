"""DuckDB databases, told by the first bytes of their files: to open one, read-only too, fails while another program writes it."""

import os
import re
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.effective.switches import truth
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.checks.sqlite import IN_MEMORY, InMemory
from orbitcfg.live.resources.local import LocalStep, path_of
from orbitcfg.live.resources.paths import PathError, UncheckedError, check_file, check_folder, head_of
from orbitcfg.live.resources.sqlite_file import MAGIC as SQLITE
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

MAGIC, _AT = b"DUCK", 8
_ELSEWHERE = re.compile(r"(?:md|motherduck|[a-z][a-z0-9+.-]+(?=://)):", re.IGNORECASE)
"""How the name of a database begins that is no file of this machine."""
_READS = "read_only"
"""How ORBIT opens one that nobody may write, as `access_mode` says it in small letters."""


@dataclass(frozen=True, slots=True)
class DuckDatabase(LocalStep):
    """The file is one of DuckDB, and can be written where ORBIT writes it."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "the first bytes of the file"
    is_written: bool = True
    holds_data: bool = True
    """Whether somebody else has to have filled it."""

    def look(self, _context: Visit) -> str:
        """Looks at the file, and at its first bytes."""
        if not check_file(self.path, written=self.is_written):
            return self._missing()
        head = head_of(self.path, len(SQLITE))
        if not head or head == SQLITE:
            raise UncheckedError("the file is empty" if not head else "it is a database of SQLite, which DuckDB opens by an extension")
        if not head.startswith(MAGIC, _AT):
            raise PathError(ResourceFault.NOT_A_DATABASE, "it does not begin as those of DuckDB do")
        return "is a database of DuckDB"

    def _missing(self) -> str:
        folder = os.path.dirname(self.path)
        if not check_folder(folder):
            raise PathError(ResourceFault.NO_FOLDER, f"`{folder}` is not there, and ORBIT does not make it")
        if not self.is_written:
            raise PathError(ResourceFault.NO_FILE, "it is opened read-only, so that none is made")
        if self.holds_data:
            raise PathError(ResourceFault.EMPTY_DATABASE, "it is not there, and ORBIT makes an empty one in its place")
        return "is not there yet: ORBIT makes it"


@dataclass(frozen=True, slots=True)
class Elsewhere(ResourceStep):
    """A database that is no file of this machine."""

    kind: ClassVar = CheckKind.DATABASE
    what: ClassVar = "nothing, as it is no file of this machine"

    async def run(self, context: Visit) -> bool:
        """Tells what is known already."""
        return context.unchecked(self, "it is no file of this machine, and orbitcfg opens no database of DuckDB")


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The file, as it lies from ORBIT's folder; without one it is in memory."""
    if target.text("path") == IN_MEMORY:
        return (InMemory(),)
    if _ELSEWHERE.match(target.text("path")):
        return (Elsewhere(),)
    path = path_of(target, "path", options)
    if isinstance(path, Unusable):
        return (path,)
    reads = truth(target.content("read_only"), "raw") or target.text("access_mode").lower() == _READS
    return (DuckDatabase(path, is_written=not reads, holds_data=target.service == "datasource"),)
