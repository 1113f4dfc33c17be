"""Checks that servers of many protocols have in common: what they are reached by, their greeting, their login."""

import ssl
import struct
from abc import abstractmethod
from ipaddress import ip_address
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.resources.paths import UncheckedError
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import ConnectTo, ResourceStep, Visit, in_thread
from orbitcfg.live.resources.wire import CheckFailed, Wire, open_wire
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


@dataclass(frozen=True, slots=True)
class NotTried(ResourceStep):
    """A login that doctor has no client for."""

    kind: ClassVar = CheckKind.AUTHORISE
    what: ClassVar = "nothing more"
    reason: str

    async def run(self, context: Visit) -> bool:
        """Says so."""
        return context.unchecked(self, self.reason)


def way_to(target: ResourceTarget) -> tuple[ResourceStep, ...]:
    """The connection to a resource that is reached by host and port, or why there is none."""
    return connection_to(target, target.text("host"), target.number("port"))


def connection_to(target: ResourceTarget, host: str, port: int | None, keys: tuple[str, ...] = ("host", "port")) -> tuple[ResourceStep, ...]:
    """The connection to a host and a port, None for one that is no number, or why there is none; `keys` are the values that they come from."""
    if not host:
        return (bad_value(target, keys[0], "names no host"),)
    if port is None or not 0 < port < 1 << 16:
        return (bad_value(target, keys[-1], f"is no port: `{target.text(keys[-1]) if port is None else port}`"),)
    return (ConnectTo(host, port, keys),)


class Greeting(ResourceStep):
    """The server speaks the protocol that ORBIT speaks to it."""

    __slots__ = ()
    kind: ClassVar = CheckKind.IDENTIFY
    what: ClassVar = "its greeting"

    async def run(self, context: Visit) -> bool:
        """Greets it."""
        watch = Stopwatch()
        try:
            async with open_wire(context, self.tls(context), self.named(context)) as wire:
                detail = await self.greet(wire, context)
        except CheckFailed as error:
            return context.failed(self, error.fault, error.detail, blames=error.blames, ms=watch.ms)
        return context.passed(self, detail, watch.ms)

    def tls(self, _context: Visit) -> ssl.SSLContext | None:
        """What the connection is made under; None for none."""
        return None

    def named(self, context: Visit) -> str:
        """The host that a certificate is for."""
        return context.target.text("host")

    @abstractmethod
    async def greet(self, wire: Wire, context: Visit) -> str:
        """Who answers, for people. Raises CheckFailed."""


_OUT_OF_PROTOCOL = (ValueError, LookupError, AssertionError, AttributeError, TypeError, struct.error)
"""What clients raise of a reply that is none of the protocol: they trust servers to keep to it."""


class Login(ResourceStep):
    """The server takes the login, and does what ORBIT asks of it at the start."""

    __slots__ = ()
    kind: ClassVar = CheckKind.AUTHORISE
    what: ClassVar = "the login"
    extra: ClassVar[str]
    """Which of orbitcfg's extras brings the client."""

    async def run(self, context: Visit) -> bool:
        """Logs in by the client, if that is installed."""
        watch = Stopwatch()
        try:
            detail = await in_thread(lambda: self.log_in(context))
        except ImportError:
            return context.unchecked(self, f"`pip install 'orbitcfg[{self.extra}]'` would try the login")
        except UncheckedError as reason:
            return context.unchecked(self, str(reason))
        except CheckFailed as error:
            return context.failed(self, error.fault, error.detail, blames=error.blames, ms=watch.ms)
        except _OUT_OF_PROTOCOL:
            return context.failed(self, ResourceFault.BROKEN_REPLY, "it does not keep to the protocol", blames=("host", "port"), ms=watch.ms)
        return context.passed(self, detail, watch.ms)

    @abstractmethod
    def log_in(self, context: Visit) -> str:
        """What came of it, for people. Waits for the server; raises CheckFailed, UncheckedError where it may not be tried, and ImportError without the client."""


def is_here(address: str) -> bool:
    """Whether an address is of this machine alone."""
    return ip_address(address.partition("%")[0]).is_loopback
