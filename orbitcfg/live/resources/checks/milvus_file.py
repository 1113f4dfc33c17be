"""Milvus without a server: a file, whose folder has to be there."""

import os
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.local import LocalStep, path_of
from orbitcfg.live.resources.paths import PathError, check_folder, standing
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

_ENDING = ".db"
"""How the client tells a file from an address."""


@dataclass(frozen=True, slots=True)
class FolderOfFile(LocalStep):
    """The folder is there, and can be written."""

    kind: ClassVar = CheckKind.FOLDER
    what: ClassVar = "whether its folder is there, and can be written"

    def look(self, _context: Visit) -> str:
        """Looks at the folder; what the file holds is the business of its program."""
        folder = os.path.dirname(self.path)
        if not self.path.endswith(_ENDING):
            raise PathError(ResourceFault.BAD_VALUE, f"it is neither an address nor a file that ends with `{_ENDING}`")
        if not check_folder(folder):
            raise PathError(ResourceFault.NO_FOLDER, f"`{folder}` is not there, and ORBIT does not make it")
        return "can be written" if standing(self.path) else "is not there yet: ORBIT makes it"


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The folder of the file."""
    path = path_of(target, "path", options)
    return (path if isinstance(path, Unusable) else FolderOfFile(path),)
