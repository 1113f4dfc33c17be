"""A value that keeps a resource from being asked at all: it is told without a question."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


@dataclass(frozen=True, slots=True)
class Unusable(ResourceStep):
    """Values that are missing or wrong."""

    kind: ClassVar = CheckKind.VALUE
    what: ClassVar = "nothing, as a value is missing or wrong"
    fault: ResourceFault | ProbeFault
    detail: str
    blames: tuple[str, ...]

    async def run(self, context: Visit) -> bool:
        """Says which."""
        return context.failed(self, self.fault, self.detail, blames=self.blames)


def bad_value(target: ResourceTarget, name: str, reason: str) -> Unusable:
    """Says why one value cannot be used; the reason goes on behind its name."""
    return Unusable(ResourceFault.BAD_VALUE, f"`{target.key_name(name)}` {reason}", (name,))
