"""Name, connection, TLS: whether an address can be reached at all."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orbitcfg.observed.endpoint import Fault

MAX_ADDRESSES = 6
_VERIFY_CODES = {
    10: Fault.TLS_EXPIRED,
    18: Fault.TLS_SELF_SIGNED,
    19: Fault.TLS_SELF_SIGNED,
    20: Fault.TLS_UNKNOWN_CA,
    21: Fault.TLS_UNKNOWN_CA,
    62: Fault.TLS_WRONG_HOST,
    64: Fault.TLS_WRONG_HOST,
}
"""OpenSSL's X509_V_ERR codes."""
_PLAIN_REASONS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"})


@dataclass(frozen=True, slots=True)
class Tried:
    """An address and how connecting ended; `fault` None where it answered."""

    address: str
    ms: float
    fault: Fault | None = None


def context_of(variables: Mapping[str, str], *, verifying: bool) -> ssl.SSLContext:
    """What certificates are trusted: as ORBIT's client does, `SSL_CERT_FILE` or certifi's; none at all where nothing is to be verified."""
    return _context(variables.get("SSL_CERT_FILE") if verifying else None, verifying)


@cache
def _context(trusted: str | None, verifying: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if verifying:
        import certifi

        context.load_verify_locations(trusted or certifi.where())
    return context


async def resolved(host: str, port: int, timeout_s: float) -> tuple[str, ...] | None:
    """The addresses of a name, in the order in which the system prefers them; None where it is not known."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any] | None] = loop.create_future()

    def look_up() -> None:
        found: list[Any] | None = None
        with contextlib.suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with contextlib.suppress(RuntimeError):  # the loop is gone where the name took too long
            loop.call_soon_threadsafe(_settle, answer, found)

    # A thread of its own: asyncio waits for those of its pool when it ends, and a name server may take minutes.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        async with asyncio.timeout(timeout_s):
            found = await answer
    except TimeoutError:
        return None
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))[:MAX_ADDRESSES] if found else None


def _settle(answer: "asyncio.Future[list[Any] | None]", found: list[Any] | None) -> None:
    if not answer.done():
        answer.set_result(found)


async def connected(addresses: tuple[str, ...], port: int, timeout_s: float) -> list[Tried]:
    """What came of connecting to each address, in their order."""
    return list(await asyncio.gather(*(_connected(address, port, timeout_s) for address in addresses)))


async def _connected(address: str, port: int, timeout_s: float) -> Tried:
    began = time.perf_counter()
    fault = None
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(address, port)
        writer.close()
    except TimeoutError:
        fault = Fault.NO_CONNECTION
    except ConnectionRefusedError:
        fault = Fault.REFUSED
    except OSError:
        fault = Fault.NO_CONNECTION
    return Tried(address, (time.perf_counter() - began) * 1000, fault)


async def handshake(host: str, address: str, port: int, context: ssl.SSLContext, timeout_s: float) -> tuple[Fault | None, str, int | None]:
    """What came of a TLS handshake: its fault, a detail, and for how many days the certificate is valid."""
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return _VERIFY_CODES.get(error.verify_code, Fault.TLS_FAILED), error.verify_message, None
    except ssl.SSLError as error:
        return (Fault.PLAIN_ON_TLS if error.reason in _PLAIN_REASONS else Fault.TLS_FAILED), error.reason or "", None
    except TimeoutError:
        return Fault.SILENT, "", None
    except OSError:
        return Fault.CLOSED, "during the TLS handshake", None
    certificate = writer.get_extra_info("peercert") or {}
    writer.transport.abort()
    return None, "", _days(certificate.get("notAfter"))


async def speaks_tls(address: str, port: int, timeout_s: float) -> bool:
    """Whether the other side answers a TLS handshake, whatever its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    fault, _, _ = await handshake("", address, port, context, timeout_s)
    return fault is None


def _days(not_after: str | None) -> int | None:
    return int((ssl.cert_time_to_seconds(not_after) - time.time()) // 86400) if not_after else None
