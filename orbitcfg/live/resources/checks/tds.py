"""SQL Server: what it says before a login."""

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, NotTried, way_to
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

PRELOGIN = bytes((0x12, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 0, 0, 0, 0, 0, 0, 2))
"""A whole packet: our version, and that we have no encryption to offer."""

REPLY = 4
VERSION, END = 0, 0xFF
"""Names of options in a reply."""


@dataclass(frozen=True, slots=True)
class Prelogin(Greeting):
    """It answers PRELOGIN."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Sends PRELOGIN."""
        await wire.send(PRELOGIN)
        header = await wire.take(4)
        length = int.from_bytes(header[2:], "big")
        if header[0] != REPLY or length < 8:
            raise foreign(header)
        body = (await wire.take(length - 4))[4:]
        version = _option(body, VERSION)
        if len(version) < 4:
            raise CheckFailed(ResourceFault.BROKEN_REPLY)
        return f"version {version[0]}.{version[1]}.{int.from_bytes(version[2:4], 'big')}"


def _option(body: bytes, name: int) -> bytes:
    """What an option holds; empty where the reply has none of the name."""
    for start in range(0, len(body) - 4, 5):
        if body[start] == END:
            break
        if body[start] == name:
            place, length = int.from_bytes(body[start + 1 : start + 3], "big"), int.from_bytes(body[start + 3 : start + 5], "big")
            return body[place : place + length]
    return b""


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """A connection and PRELOGIN."""
    return (*way_to(target), Prelogin(), NotTried("login and database are not tried: orbitcfg has no client for SQL Server"))
