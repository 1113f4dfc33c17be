"""Requests over HTTP, bounded in time and size, that leak no key and follow no redirect to another host."""

import asyncio
import json
import ssl
import sys
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Any, cast
from urllib.parse import urljoin

import httpx

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.effective.address import Address, parse_address
from orbitcfg.live.secrets import Secrets
from orbitcfg.live.shapes import Body
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.masking.names import MASK
from orbitcfg.observed.check import ProbeFault
from orbitcfg.version import __version__

if "sniffio" not in sys.modules and find_spec("sniffio") is None:
    # httpcore asks for it at each lock that it makes: where it is not there, a search of the path each time, 50 ms for 50 servers
    sys.modules.update({"sniffio": cast("ModuleType", None)})

MAX_BYTES = 1024 * 1024
MAX_STREAM_BYTES = 4 * MAX_BYTES
MAX_REDIRECTS = 3
# uncompressed: a small body could unfold to gigabytes
_HEADERS = {"user-agent": f"orbitcfg/{__version__}", "accept": "*/*", "accept-encoding": "identity"}
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key", "api-key")
_REFUSALS = ("refused", "all connection attempts")
"""What httpx's message of a refused connection holds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request; `status` 0 where there is a fault instead."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    ms: float = 0.0
    fault: ProbeFault | None = None
    detail: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300

    @property
    def is_stream(self) -> bool:
        """Whether the server sent events."""
        return self.headers.get("content-type", "").startswith("text/event-stream")


@dataclass(slots=True)
class HttpClient:
    """Asks one server. `trace` gets a line for each request, without the secrets. What comes back is as the server sent it: who shows it has it masked."""

    client: httpx.AsyncClient
    timeout_s: float
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=Secrets)
    trace: list[str] = field(default_factory=list)
    named: Address | None = None
    """The server as it is configured, where requests are sent elsewhere: it is asked by that name, and its certificate has to hold it."""

    async def get(self, url: str, *, with_key: bool = True) -> Reply:
        """The answer to a GET."""
        headers = {**_HEADERS, **(self.headers if with_key else {})}
        seen = {url}
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._once("GET", url, headers, None, self.timeout_s)
            target = reply.headers.get("location")
            if not 300 <= reply.status < 400 or not target:
                return reply
            following = _joined(url, target)
            # the key must not go along to a host that nobody configured
            if following is None or _origin(following) != _origin(url):
                return replace(reply, fault=ProbeFault.REDIRECTED, detail=following or target)
            if following in seen:
                break
            seen.add(following)
            url = following
        return replace(reply, fault=ProbeFault.REDIRECT_LOOP, detail=url)

    async def post(self, url: str, body: Mapping[str, object], timeout_s: float, *, with_key: bool = True) -> Reply:
        """The answer to a POST of JSON; a redirect is not followed."""
        headers = {**_HEADERS, **(self.headers if with_key else {}), "content-type": "application/json"}
        return await self._once("POST", url, headers, json.dumps(body).encode(), timeout_s)

    async def ask(self, method: str, url: str, content: bytes | None = None, headers: Mapping[str, str] = _NO_HEADERS) -> Reply:
        """The answer to one request, with these headers beside its own; a redirect is not followed."""
        return await self._once(method, url, {**_HEADERS, **self.headers, **headers}, content, self.timeout_s)

    async def _once(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, timeout_s: float) -> Reply:
        watch = Stopwatch()
        try:
            # one deadline for all of it: httpx's own time-outs hold for each read, and a server that drips never exceeds them
            async with asyncio.timeout(timeout_s), self._open(method, url, headers, content) as response:
                body, whole = await _body(response)
            reply = _reply(response, Body.of(body) if whole else None)
        except FAULTS as error:
            fault, detail = _fault(error)
            reply = Reply(fault=fault, detail=detail)
        reply = replace(reply, ms=watch.ms)
        self.trace.append(self._traced(method, url, headers, reply))
        return reply

    @asynccontextmanager
    async def stream(self, url: str, body: Mapping[str, object]) -> AsyncIterator[tuple[Reply, AsyncIterator[bytes]]]:
        """The head of the answer to a POST, and its body as it comes. Raises what httpx raises; `fault_of` says what it means."""
        # not kept for the next request: llama-server closes it behind a stream that took long, without a word
        headers = {**_HEADERS, **self.headers, "content-type": "application/json", "connection": "close"}
        async with self._open("POST", url, headers, json.dumps(body).encode()) as response:
            head = Reply(response.status_code, _lower_case(response.headers))
            self.trace.append(self._traced("POST", url, headers, head))
            yield head, _chunks(response)

    def _open(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> AbstractAsyncContextManager[httpx.Response]:
        """The answer as it comes, from the server by the name that it is configured by."""
        extensions = {}
        if self.named is not None:
            extensions = {"sni_hostname": self.named.host}
            headers = {"host": self.named.root.partition("://")[2], **headers}
        return self.client.stream(method, url, headers=_encoded(headers), content=content, extensions=extensions)

    def _traced(self, method: str, url: str, headers: Mapping[str, str], reply: Reply) -> str:
        sent = "".join(f", {name}: {MASK}" for name in _KEY_HEADERS if name in headers)
        kind, server = (self.secrets.masked(reply.headers.get(name, "")) for name in ("content-type", "server"))
        size = len(reply.body.text)
        came = f"{reply.status} {kind or 'no content type'}, {size} characters" if reply.status else reply.fault.value if reply.fault else "nothing"
        return f"{method} {self.secrets.masked(url)}{sent} → {came}{f', server: {server}' if server else ''}, {reply.ms:.0f} ms"


@asynccontextmanager
async def open_client(
    timeout_s: float, headers: Mapping[str, str], secrets: Secrets, context: ssl.SSLContext, proxy: str | None
) -> AsyncIterator[HttpClient]:
    """A client that holds one connection and reads nothing from the process environment."""
    limits = httpx.Limits(max_connections=1)
    # no server sets what the next request holds
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    async with httpx.AsyncClient(
        verify=context,
        trust_env=False,
        timeout=None,  # noqa: S113 - every request has a deadline of its own
        limits=limits,
        proxy=proxy,
        follow_redirects=False,
        cookies=cookies,
    ) as client:
        yield HttpClient(client, timeout_s, headers, secrets)


def _reply(response: httpx.Response, body: Body | None) -> Reply:
    """What came; the body is None where it is longer than may be."""
    fault = ProbeFault.TOO_LARGE if body is None else ProbeFault.TLS_ON_PLAIN if response.status_code == 400 and body.wants_tls else None
    return Reply(response.status_code, _lower_case(response.headers), body or Body(), fault=fault)


FAULTS = (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, zlib.error)
"""What a request may raise."""


def fault_of(error: Exception) -> ProbeFault:
    """What an exception of httpx means."""
    return _fault(error)[0]


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body of a stream up to its limit."""
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_STREAM_BYTES:
            return
        yield chunk


async def read_whole(chunks: AsyncIterator[bytes]) -> str:
    """The text of a stream's body, up to the limit of a body."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            break
    return body[:MAX_BYTES].decode("utf-8", "replace")


async def _body(response: httpx.Response) -> tuple[str, bool]:
    """The decoded body up to the limit, and whether that was all of it."""
    decoder = _decoder(response.headers.get("content-encoding", ""))
    body = bytearray()
    # raw: httpx's own decoders know no limit
    async for chunk in response.aiter_raw():
        # the limit never is 0, which zlib takes for none
        body += decoder.decompress(chunk, MAX_BYTES + 1 - len(body)) if decoder else chunk
        if len(body) > MAX_BYTES:
            return body[:MAX_BYTES].decode("utf-8", "replace"), False
    return body.decode("utf-8", "replace"), True


def _decoder(encoding: str) -> Any:
    """A bounded decoder for a server that compresses unasked: a small body may unfold to gigabytes."""
    # `| 32`: zlib itself tells gzip from zlib by the first bytes
    return zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding.lower() in ("gzip", "deflate", "x-gzip") else None


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as they are sent: httpx takes no text beyond ASCII, which some clients of ORBIT send."""
    return [(name.encode(), text.encode()) for name, text in headers.items()]


def _joined(url: str, target: str) -> str | None:
    """Where a redirect leads; None where its target is no address."""
    try:
        return urljoin(url, target)
    except ValueError:
        return None


def _lower_case(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _origin(url: str) -> tuple[str, str, int] | None:
    address = parse_address(url)
    return (address.scheme, address.host, address.port) if address else None


def _fault(error: Exception) -> tuple[ProbeFault, str]:
    match error:
        case TimeoutError() | httpx.TimeoutException():
            return ProbeFault.SILENT, ""
        case httpx.ConnectError():
            # httpx hands on the system's message, but no number
            is_refused = any(mark in str(error).lower() for mark in _REFUSALS)
            return ProbeFault.REFUSED if is_refused else ProbeFault.NO_CONNECTION, str(error)
        case httpx.RemoteProtocolError() if "without sending a response" in str(error):
            # one class of httpx for all that breaks the protocol: its text tells the cases apart
            return ProbeFault.CLOSED, ""
        case httpx.RemoteProtocolError() if "peer closed" in str(error) or "incomplete" in str(error):
            return ProbeFault.CLOSED, "in the middle of the answer"
        case httpx.RemoteProtocolError() | httpx.DecodingError() | zlib.error():
            return ProbeFault.NOT_HTTP, str(error)
        case httpx.ReadError() | httpx.WriteError() | httpx.CloseError() | ConnectionError():
            return ProbeFault.CLOSED, "reset"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return ProbeFault.BAD_URL, str(error)
    return ProbeFault.NO_CONNECTION, str(error)
