"""Checks of this machine's own files: what they share."""

from abc import abstractmethod
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.paths import PathError, UncheckedError, check_folder, wrong_path
from orbitcfg.live.resources.unusable import Unusable, bad_value
from orbitcfg.live.resources.visit import ResourceStep, Visit, in_thread
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class LocalStep(ResourceStep):
    """A check that blocks, and is made in a thread."""

    path: str
    blames: tuple[str, ...] = ("path",)

    @abstractmethod
    def look(self, context: Visit) -> str:
        """What was found, for people. Raises PathError where it is of no use, and UncheckedError where that cannot be told."""

    async def run(self, context: Visit) -> bool:
        """Makes the check."""
        try:
            found = await in_thread(lambda: self.look(context))
        except PathError as error:
            return context.failed(self, error.fault, error.detail, blames=error.blames or self.blames)
        except UncheckedError as reason:
            return context.unchecked(self, str(reason))
        return context.passed(self, found)


@dataclass(frozen=True, slots=True)
class WritableFolder(LocalStep):
    """The folder is there and can be written, or can be made."""

    kind: ClassVar = CheckKind.FOLDER
    what: ClassVar = "whether the folder can be made and written"

    def look(self, _context: Visit) -> str:
        """Looks at the folder, or at the nearest above it."""
        return "can be written" if check_folder(self.path) else "is not there yet: ORBIT makes it"


def path_of(target: ResourceTarget, name: str, options: ProbeOptions) -> str | Unusable:
    """Where a value leads from ORBIT's folder, or the check that says why nowhere."""
    reason = wrong_path(target, name)
    return options.path_of(target.text(name)) if reason is None else bad_value(target, name, reason)
