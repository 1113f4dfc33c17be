"""memcached: its version, as ORBIT asks for it."""

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, way_to
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


@dataclass(frozen=True, slots=True)
class AskVersion(Greeting):
    """It tells its version."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Asks for the version."""
        await wire.send(b"version\r\n")
        line = await wire.line()
        word, _, version = line.partition(b" ")
        if word == b"VERSION":
            return f"memcached {version.decode('utf-8', 'replace')}"
        if word == b"SERVER_ERROR":
            raise CheckFailed(ResourceFault.SERVER_ERROR, version.decode("utf-8", "replace"))
        raise foreign(line)


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """A connection and the version: there is no login."""
    return (*way_to(target), AskVersion())
