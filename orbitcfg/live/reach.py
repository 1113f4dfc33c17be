"""Name, connection, TLS: whether an address can be reached at all."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time

from orbitcfg.dataclass import dataclass
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.live.trust import any_trust
from orbitcfg.observed.check import ProbeFault

MAX_ADDRESSES = 6
POLL_S = 0.5
"""How often a server that is starting is asked again."""
_VERIFY_CODES = {
    10: ProbeFault.TLS_EXPIRED,
    18: ProbeFault.TLS_SELF_SIGNED,
    19: ProbeFault.TLS_SELF_SIGNED,
    20: ProbeFault.TLS_UNKNOWN_CA,
    21: ProbeFault.TLS_UNKNOWN_CA,
    62: ProbeFault.TLS_WRONG_HOST,
    64: ProbeFault.TLS_WRONG_HOST,
}
"""OpenSSL's X509_V_ERR codes."""
_PLAIN_REASONS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """An address and how connecting to it ended; `fault` is None where it answered."""

    address: str
    ms: float
    fault: ProbeFault | None = None


@dataclass(frozen=True, slots=True)
class Handshake:
    """How a TLS handshake ended; `certificate_days` is for how long the certificate is valid."""

    fault: ProbeFault | None = None
    detail: str = ""
    certificate_days: int | None = None


async def resolve(host: str, port: int, timeout_s: float) -> tuple[str, ...]:
    """The addresses of a name, in the order in which the system prefers them; none where it is not known."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(addresses: tuple[str, ...]) -> None:
        if not answer.done():
            answer.set_result(addresses)

    def look_up() -> None:
        addresses = _addresses(host, port)
        with contextlib.suppress(RuntimeError):  # the loop is gone where the name took too long
            loop.call_soon_threadsafe(settle, addresses)

    # A thread of its own: asyncio waits for those of its pool when it ends, and a name server may take minutes.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        async with asyncio.timeout(timeout_s):
            return await answer
    except TimeoutError:
        return ()


def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        # a label of more than 63 characters is a UnicodeError of the codec `idna`; a character of no name is a ValueError
        return ()
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))[:MAX_ADDRESSES]


async def connect(addresses: tuple[str, ...], port: int, timeout_s: float, wait_s: float = 0.0) -> list[Attempt]:
    """An attempt for each address, in their order; for so long as a server that is starting is waited for, the last ones."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + wait_s
    while True:
        attempts = list(await asyncio.gather(*(_attempt(address, port, timeout_s) for address in addresses)))
        if any(each.fault is None for each in attempts) or loop.time() >= ends_at:
            return attempts
        await asyncio.sleep(POLL_S)


async def _attempt(address: str, port: int, timeout_s: float) -> Attempt:
    watch, fault = Stopwatch(), None
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(address, port)
        writer.close()
    except TimeoutError:
        fault = ProbeFault.NO_CONNECTION
    except ConnectionRefusedError:
        fault = ProbeFault.REFUSED
    except OSError:
        fault = ProbeFault.NO_CONNECTION
    return Attempt(address, watch.ms, fault)


async def handshake(host: str, address: str, port: int, context: ssl.SSLContext, timeout_s: float) -> Handshake:
    """A TLS handshake with a host at one of its addresses."""
    try:
        # asyncio would leave the connection open: a name of more than 63 characters between two dots, or none, is in no certificate
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=host or None)
    except (TypeError, ValueError):
        return Handshake(ProbeFault.TLS_FAILED, "the host's name cannot be asked for")
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        # from the special to the general: each of these is an OSError as well
        return Handshake(_VERIFY_CODES.get(error.verify_code, ProbeFault.TLS_FAILED), error.verify_message)
    except ssl.SSLError as error:
        return Handshake(ProbeFault.PLAIN_ON_TLS if error.reason in _PLAIN_REASONS else ProbeFault.TLS_FAILED, error.reason or "")
    except TimeoutError:
        return Handshake(ProbeFault.SILENT)
    except OSError:
        return Handshake(ProbeFault.CLOSED, "during the TLS handshake")
    certificate = writer.get_extra_info("peercert") or {}
    # a polite end would wait for the other side's
    writer.transport.abort()
    return Handshake(certificate_days=_days(certificate.get("notAfter")))


async def speaks_tls(address: str, port: int, timeout_s: float) -> bool:
    """Whether the other side answers a TLS handshake, whatever its certificate."""
    return (await handshake("", address, port, any_trust(), timeout_s)).fault is None


def _days(not_after: str | None) -> int | None:
    try:
        return int((ssl.cert_time_to_seconds(not_after) - time.time()) // 86400) if not_after else None
    except ValueError:
        return None
