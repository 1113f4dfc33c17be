"""ORBIT's own port: whether it can be bound, and who has it where it cannot."""

import errno
import os
import socket
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import open_client
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.orbit.reads import CARD, TITLES
from orbitcfg.live.resources.visit import ResourceStep, Visit, in_thread
from orbitcfg.live.trust import any_trust
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

MAX_PORT = 65535
_ASK_S = 1.0
"""For each question to whoever has the port."""

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, nothing listens there
"""How a server is asked that listens on all addresses."""


@dataclass(frozen=True, slots=True)
class BindPort(ResourceStep):
    """The port is free. It is bound for a moment as ORBIT binds it, and never listened on."""

    kind: ClassVar = CheckKind.PORT
    what: ClassVar = "whether the port can be bound; who has it is asked for its name"
    host: str
    port: int | None
    is_tls: bool

    async def run(self, context: Visit) -> bool:
        """Binds it, and asks who has it where that fails."""
        if self.port is None or not 0 <= self.port <= MAX_PORT:
            return context.failed(self, ResourceFault.BAD_VALUE, f"a port is a number up to {MAX_PORT}", blames=("port",))
        port = self.port
        try:
            await in_thread(lambda: bind(self.host, port))
        except OSError as error:
            return await self._refused(context, port, error)
        except (OverflowError, UnicodeError):
            return context.failed(self, ProbeFault.UNRESOLVED, self.host, blames=("host",))
        return context.passed(self, "it is free")

    async def _refused(self, context: Visit, port: int, error: OSError) -> bool:
        if isinstance(error, socket.gaierror):
            return context.failed(self, ProbeFault.UNRESOLVED, self.host, blames=("host",))
        if isinstance(error, PermissionError):
            return context.failed(self, ResourceFault.BAD_VALUE, "the user who runs this may not open so low a port", blames=("port",))
        if error.errno == errno.EADDRNOTAVAIL:
            return context.failed(self, ResourceFault.BAD_VALUE, "this machine has no such address", blames=("host",))
        if error.errno != errno.EADDRINUSE:
            return context.failed(self, ResourceFault.BAD_VALUE, error.strerror or "", blames=("host", "port"))
        name = await self._tenant(context, port)
        if name in TITLES:
            context.remark(f"an ORBIT runs there already: a second one does not start on port {port}")
            return context.passed(self, "an ORBIT runs there already")
        return context.failed(self, ResourceFault.PORT_TAKEN, name, blames=("port", "host"))

    async def _tenant(self, context: Visit, port: int) -> str:
        """What the program that has the port calls itself; empty where it does not say."""
        host = _ANYWHERE.get(self.host, self.host)
        url = f"{'https' if self.is_tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        async with open_client(_ASK_S, {}, context.log.secrets, any_trust(), None) as client:
            client.trace = context.log.trace
            reply = await client.get(f"{url}{CARD}")
        return text_of(at(reply.body.value, "name")) or reply.headers.get("server", "")


def bind(host: str, port: int) -> None:
    """Binds a port and gives it back. Raises OSError where it cannot be bound."""
    family, kind, protocol, _, place = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, kind, protocol) as bound:
        if os.name != "nt":
            # as asyncio does for servers: connections that have just ended do not hold a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(place)


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The port that ORBIT opens."""
    return (BindPort(target.text("host"), target.number("port"), is_tls=target.kind.endswith("https")),)
