"""Cassandra: a contact point that answers OPTIONS. One that lives is enough for ORBIT."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live import reach
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, NotTried, connection_to
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import CONNECT_S, ConnectTo, ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

OPTIONS = bytes((4, 0, 0, 0, 5, 0, 0, 0, 0))
"""A whole frame: version 4 of the protocol, no flags, stream 0, OPTIONS, no body."""

ERROR, SUPPORTED = 0, 6
MAX_POINTS = 4
"""Contact points that are tried."""


@dataclass(frozen=True, slots=True)
class ConnectToAny(ResourceStep):
    """A connection to the first contact point that takes one."""

    kind: ClassVar = CheckKind.CONNECT
    what: ClassVar = "a connection"
    points: tuple[str, ...]
    port: int

    async def run(self, context: Visit) -> bool:
        """Tries one after the other."""
        watch, fault, context.led_by = Stopwatch(), ProbeFault.UNRESOLVED, ("contact_points", "port")
        for point in self.points[:MAX_POINTS]:
            host, port = context.server_of(point, self.port)
            attempts = await reach.connect(await reach.resolve(host, port, CONNECT_S / 2), port, CONNECT_S / 2)
            living = next((each for each in attempts if each.fault is None), None)
            if living is not None:
                context.reached, context.port = living.address, port
                return context.passed(self, f"port {port} on {living.address}", living.ms)
            context.remark(f"the contact point `{point}` takes no connection")
            fault = next((each.fault for each in attempts if each.fault), fault)
        tried = ", ".join(self.points[:MAX_POINTS])
        detail = tried if fault is ProbeFault.UNRESOLVED else f"{tried}, port {self.port}"
        return context.failed(self, fault, detail, blames=context.led_by, ms=watch.ms)


@dataclass(frozen=True, slots=True)
class AskOptions(Greeting):
    """It tells what it supports."""

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Sends OPTIONS."""
        await wire.send(OPTIONS)
        start = await wire.take(1)
        if not start[0] & 0x80 or not 1 <= start[0] & 0x7F <= 6:
            raise foreign(start + await wire.take(3))
        header = await wire.take(8)
        body = await wire.take(int.from_bytes(header[4:], "big"))
        if header[3] == ERROR:
            raise CheckFailed(ResourceFault.SERVER_ERROR, body[6:].decode("utf-8", "replace"))
        if header[3] != SUPPORTED:
            raise CheckFailed(ResourceFault.FOREIGN, "it does not answer as Cassandra does")
        version = _first_of(body, "CQL_VERSION")
        return f"CQL {version}" if version else "answers OPTIONS"


def _first_of(body: bytes, key: str) -> str:
    """The first value of a key in a multimap of texts; empty where it has none."""
    name = len(key).to_bytes(2, "big") + key.encode()
    _, _, rest = body.partition(name)
    # how many values there are, and the length of the first
    length = int.from_bytes(rest[2:4], "big")
    return rest[4 : 4 + length].decode("utf-8", "replace")


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The contact points as ORBIT parts them."""
    content = target.content("contact_points")
    points = tuple(map(str, content)) if isinstance(content, list) else tuple(each.strip() for each in target.text("contact_points").split(","))
    if not points or not all(points):
        return (bad_value(target, "contact_points", "names no host, or an empty one"),)
    port = target.number("port")
    # what is wrong with the port is said as of any other server
    (way,) = connection_to(target, points[0], port, ("contact_points", "port"))
    first = ConnectToAny(points, port) if port is not None and isinstance(way, ConnectTo) else way
    return (first, AskOptions(), NotTried("login and keyspace are not tried: orbitcfg has no client for Cassandra"))
