"""Talks to servers that speak a protocol of their own, by bytes: as far as it takes to know who answers."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.resources.visit import CONNECT_S, Visit
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault

MAX_REPLY = 1 << 20
"""Bytes of one reply; greetings have a few hundred."""

T = TypeVar("T")

_OF_TLS = ("use_ssl", "url", "host")

_BEGINNINGS = {
    b"HTTP": "it speaks HTTP",
    b"SSH-": "it speaks SSH",
    b"\x15\x03": "it speaks TLS",
    b"AMQP": "it speaks AMQP",
    b"-ERR": "it speaks as Redis does",
    b"-DEN": "it speaks as Redis does",
    b"ERRO": "it speaks as memcached does",
}


class CheckFailed(Exception):
    """A check that failed: the fault, what of it changes from one server to the next, and the values that it comes from."""

    def __init__(self, fault: ResourceFault | ProbeFault, detail: str = "", *, blames: tuple[str, ...] = ("port", "host", "url")) -> None:
        super().__init__(fault, detail)
        self.fault, self.detail, self.blames = fault, detail.rstrip(". "), blames


def foreign(start: bytes) -> CheckFailed:
    """What is wrong where an answer begins as none of the protocol does."""
    known = next((words for beginning, words in _BEGINNINGS.items() if start.startswith(beginning)), "")
    return CheckFailed(ResourceFault.FOREIGN, known or f"it begins with {start[:16]!r}")


@dataclass(slots=True)
class Wire:
    """A connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    taken: int = 0
    """How many bytes came so far."""

    async def send(self, content: bytes) -> None:
        """Sends something."""
        self.writer.write(content)
        await self._heard(self.writer.drain())

    async def first(self) -> bytes:
        """What comes first, up to four bytes of it. Raises CheckFailed where nothing does."""
        content = await self._heard(self.reader.read(4))
        if not content:
            raise self._ended(b"")
        return content

    async def take(self, count: int) -> bytes:
        """So many bytes. Raises CheckFailed where fewer come, or more than any answer has are announced."""
        if not 0 <= count <= MAX_REPLY:
            raise CheckFailed(ResourceFault.FOREIGN, "it announces an answer of more than 1 MiB")
        content = await self._heard(self.reader.readexactly(count))
        self.taken += count
        return content

    async def line(self) -> bytes:
        """A line, without its end. Raises CheckFailed where none ends within 64 KiB."""
        return (await self._heard(self.reader.readuntil(b"\n"))).rstrip(b"\r\n")

    async def _heard(self, coming: Awaitable[T]) -> T:
        try:
            return await coming
        except asyncio.IncompleteReadError as error:
            raise self._ended(error.partial) from error
        except asyncio.LimitOverrunError as error:
            raise CheckFailed(ResourceFault.FOREIGN, "it sends no end of a line") from error
        except ConnectionError as error:
            raise self._ended(b"") from error

    def _ended(self, partial: bytes) -> CheckFailed:
        if not self.taken and partial.startswith(tuple(_BEGINNINGS)):
            return foreign(partial)
        return CheckFailed(ResourceFault.BROKEN_REPLY if self.taken or partial else ProbeFault.CLOSED)


@asynccontextmanager
async def open_wire(context: Visit, tls: ssl.SSLContext | None = None, name: str = "") -> AsyncIterator[Wire]:
    """A connection to what a visit has reached, under `tls` as a host of this name. Raises CheckFailed where it breaks."""
    try:
        async with asyncio.timeout(CONNECT_S if tls else None) as limit:
            reader, writer = await asyncio.open_connection(context.reached, context.port, ssl=tls, server_hostname=name if tls else None)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise CheckFailed(ResourceFault.FOREIGN, "it does not speak TLS", blames=_OF_TLS) from error
    except ssl.SSLCertVerificationError as error:
        raise CheckFailed(ProbeFault.TLS_FAILED, error.verify_message, blames=_OF_TLS) from error
    except ssl.SSLError as error:
        raise CheckFailed(ResourceFault.FOREIGN, "it does not speak TLS", blames=_OF_TLS) from error
    except OSError as error:
        raise CheckFailed(ProbeFault.CLOSED, "during the TLS handshake" if tls else "") from error
    except ValueError as error:
        raise CheckFailed(ProbeFault.TLS_FAILED, "the host's name cannot be asked for") from error
    try:
        yield Wire(reader, writer)
    finally:
        # a polite end would wait for the other side's
        writer.transport.abort()
