"""Folders that ORBIT makes and writes, and a file in them where one is named."""

import os
import shutil
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.local import LocalStep, WritableFolder, path_of
from orbitcfg.live.resources.paths import check_file, nearest
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceTarget

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class WritableFile(LocalStep):
    """The file can be written, or made."""

    kind: ClassVar = CheckKind.FILE
    what: ClassVar = "whether the file can be written"

    def look(self, _context: Visit) -> str:
        """Looks at what stands there."""
        return "can be written" if check_file(self.path, written=True) else "is not there yet: ORBIT makes it"


@dataclass(frozen=True, slots=True)
class FreeSpace(LocalStep):
    """The disk has room for one upload."""

    kind: ClassVar = CheckKind.FOLDER
    what: ClassVar = "free space"
    needed_mib: float = 0

    def look(self, context: Visit) -> str:
        """Asks the file system."""
        free = shutil.disk_usage(nearest(self.path)).free
        if free < self.needed_mib * _MIB:
            context.remark(f"{_size(free)} are free: one upload may have {_size(self.needed_mib * _MIB)}")
        return f"{_size(free)} free"


def _size(number: float) -> str:
    return f"{number / _MIB:,.0f} MiB" if number < 1024 * _MIB else f"{number / (1024 * _MIB):,.1f} GiB"


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The folder; the file in it, and room for an upload, where the row names them."""
    path = path_of(target, "path", options)
    if isinstance(path, Unusable):
        return (path,)
    steps: tuple[ResourceStep, ...] = (WritableFolder(path),)
    if "file" in target.values:
        name = path_of(target, "file", options)
        steps += (name if isinstance(name, Unusable) else WritableFile(os.path.join(path, target.text("file")), ("file", "path")),)
    limit = target.number("limit_mib")
    return steps if limit is None else (*steps, FreeSpace(path, needed_mib=limit))
