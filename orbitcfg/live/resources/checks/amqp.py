"""RabbitMQ: what it says before a login. No queue is declared."""

import ssl
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import Greeting, NotTried, connection_to
from orbitcfg.live.resources.unusable import bad_value
from orbitcfg.live.resources.visit import ResourceStep, Visit
from orbitcfg.live.resources.wire import CheckFailed, Wire, foreign
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

HEADER = b"AMQP\x00\x00\x09\x01"
"""Version 0-9-1 of the protocol, the one that ORBIT speaks."""

METHOD, START = 1, bytes((0, 10, 0, 10))
PORTS = {"amqp": 5672, "amqps": 5671}


@dataclass(frozen=True, slots=True)
class AskStart(Greeting):
    """It begins a connection of AMQP 0-9-1."""

    host: str
    is_secure: bool

    def tls(self, _context: Visit) -> ssl.SSLContext | None:
        """By the certificates of the system, as ORBIT's client does."""
        return ssl.create_default_context() if self.is_secure else None

    def named(self, _context: Visit) -> str:
        """The host of the address."""
        return self.host

    async def greet(self, wire: Wire, _context: Visit) -> str:
        """Sends the header of the protocol."""
        await wire.send(HEADER)
        start = await wire.take(1)
        if start == b"A":
            version = (await wire.take(7))[4:]
            raise CheckFailed(ResourceFault.FOREIGN, f"it speaks AMQP {'.'.join(map(str, version))}, and ORBIT 0-9-1", blames=("url",))
        header = start + await wire.take(6)
        if header[0] != METHOD or header[1:3] != bytes(2):
            raise foreign(header)
        body = await wire.take(int.from_bytes(header[3:], "big"))
        if not body.startswith(START):
            raise CheckFailed(ResourceFault.FOREIGN, "it does not answer as RabbitMQ does", blames=("url",))
        named = [_text_of(body, key) for key in ("product", "version")]
        return " ".join(each for each in named if each) or "AMQP 0-9-1"


def _text_of(body: bytes, key: str) -> str:
    """A text in the table of a server's properties; empty where it has none."""
    _, _, rest = body.partition(bytes((len(key),)) + key.encode() + b"S")
    return rest[4 : 4 + int.from_bytes(rest[:4], "big")].decode("utf-8", "replace")


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The host of the address."""
    try:
        parts = urlsplit(target.text("url"))
        host, port = parts.hostname or "localhost", parts.port
    except ValueError:
        return (bad_value(target, "url", "is no address"),)
    if parts.scheme not in PORTS:
        return (bad_value(target, "url", "begins neither with `amqp://` nor with `amqps://`"),)
    way = connection_to(target, host, port or PORTS[parts.scheme], ("url",))
    return (*way, AskStart(host, is_secure=parts.scheme == "amqps"), NotTried("the login is not tried: orbitcfg has no client for RabbitMQ"))
