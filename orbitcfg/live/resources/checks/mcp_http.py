"""MCP servers over http: a session is opened, its tools are listed, and it is closed again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.effective.address import parse_address
from orbitcfg.live.connect import Route
from orbitcfg.live.http import FAULTS, HttpClient, Reply, fault_of, open_client, read_whole
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpServer, steps_at, words_of
from orbitcfg.live.resources.mcp import INITIALIZE, INITIALIZED, LIST_TOOLS, McpAnswer, summary, texts_of, wait_s
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import CONNECT_S, ResourceStep, Visit
from orbitcfg.live.shapes import Body
from orbitcfg.live.sse import EventDecoder
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.masking.names import is_secret_name
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import parse_json
from orbitcfg.observed.resource import ResourceFault, ResourceTarget

ACCEPT = "application/json, text/event-stream"
SESSION, PROTOCOL = "mcp-session-id", "mcp-protocol-version"
MAX_MOVES = 3
"""Redirects that are followed within one server."""
_CLOSE_S = 1.0
"""For the end of a session, which is only polite."""
_KEEPS_POST = frozenset({307, 308})


class RefusedError(Exception):
    """A request brought no answer of the protocol."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.status))
        self.reply = reply


@dataclass(slots=True)
class McpSession:
    """One conversation with a server."""

    client: HttpClient
    url: str
    is_ours: bool = False
    """Whether the server has opened a session for it; the headers of the configuration may name one of somebody else."""

    async def request(self, message: Mapping[str, object]) -> tuple[Reply, McpAnswer]:
        """The answer to a request. Raises RefusedError where there is none."""
        for _ in range(MAX_MOVES + 1):
            async with self.client.stream(self.url, message) as (head, chunks):
                moved = _moved(self.url, head)
                if moved is None or not _is_within(self.url, moved):
                    answer, text = await _answer(message, head, chunks)
                    if answer is None or not head.is_ok:
                        raise RefusedError(replace(head, body=Body.of(text)))
                    return head, answer
            self.url = moved
        raise RefusedError(Reply(fault=ProbeFault.REDIRECT_LOOP))

    async def notify(self, message: Mapping[str, object]) -> None:
        """Tells something that has no answer."""
        async with self.client.stream(self.url, message):
            pass

    async def close(self) -> None:
        """Ends the session, where the server has given one."""
        if self.is_ours:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await self.client.ask("DELETE", self.url)


@dataclass(frozen=True, slots=True)
class ListTools(ResourceStep):
    """The server opens a session and offers tools."""

    kind: ClassVar = CheckKind.TOOLS
    what: ClassVar = "a session and the list of its tools"
    server: HttpServer
    seconds: float

    @property
    def whole_s(self) -> float:
        """As long as ORBIT waits, and for the connection."""
        return self.seconds + CONNECT_S

    async def run(self, context: Visit) -> bool:
        """Makes the whole conversation."""
        route, watch = self.server.route, Stopwatch()
        if route is None:
            return context.failed(self, ProbeFault.BAD_URL, blames=("url",))
        try:
            async with asyncio.timeout(self.seconds), self._session(context, route) as session:
                first, tools = await _converse(session)
        except RefusedError as refused:
            return self._refused(context, refused.reply)
        except TimeoutError:
            return context.failed(self, ProbeFault.SILENT, f"ORBIT waits {self.seconds:g} s for its tools", blames=("url",), ms=watch.ms)
        except FAULTS as error:
            return context.failed(self, fault_of(error), blames=("url",), ms=watch.ms)
        error_text = next((each.error for each in (first, tools) if each.error is not None), None)
        if error_text is not None:
            return context.failed(self, ResourceFault.SERVER_ERROR, error_text, blames=("url",), ms=watch.ms)
        if not tools.tools:
            return context.failed(self, ResourceFault.NO_TOOLS, first.server, blames=("url",), ms=watch.ms)
        return context.passed(self, summary(first.server, tools.tools), watch.ms)

    @asynccontextmanager
    async def _session(self, context: Visit, route: Route) -> AsyncIterator[McpSession]:
        async with open_client(self.seconds, {"accept": ACCEPT, **self.server.headers}, context.log.secrets, route.trust, route.via) as client:
            client.trace = context.log.trace
            client.named = route.address if route.asked != route.address else None
            parts = urlsplit(self.server.url)
            session = McpSession(client, f"{route.asked.root}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
            try:
                yield session
            finally:
                await session.close()

    def _refused(self, context: Visit, reply: Reply) -> bool:
        """Records why there was no answer of the protocol."""
        if _moved(self.server.url, reply) is not None:
            # ORBIT goes there, without the headers that are secret
            context.unchecked(self, "it redirects to another host, where it is not asked")
            return False
        if reply.fault:
            return context.failed(self, reply.fault, blames=("url",))
        refusal = self.server.refusal(reply) or ResourceFault.FOREIGN
        is_login = refusal in (ResourceFault.LOGIN_WANTED, ResourceFault.LOGIN_REFUSED, ResourceFault.NOT_ALLOWED)
        hint = f"{words_of(reply)}; MCP is at another path, often `/mcp`" if refusal is ResourceFault.FOREIGN else words_of(reply)
        return context.failed(self, refusal, hint, blames=("headers", "url") if is_login else ("url",))


async def _converse(session: McpSession) -> tuple[McpAnswer, McpAnswer]:
    """What the server says of itself, and of its tools."""
    head, first = await session.request(INITIALIZE)
    if first.error is not None:
        return first, first
    session.is_ours = SESSION in head.headers
    given = {SESSION: head.headers[SESSION]} if session.is_ours else {}
    session.client.headers = {**session.client.headers, **given, PROTOCOL: first.protocol}
    await session.notify(INITIALIZED)
    _, tools = await session.request(LIST_TOOLS)
    return first, tools


async def _answer(message: Mapping[str, object], head: Reply, chunks: AsyncIterator[bytes]) -> tuple[McpAnswer | None, str]:
    """The answer to a message in the body of a reply, and the body's text where it is no stream."""
    if not head.is_stream:
        text = await read_whole(chunks)
        return McpAnswer.to(message, parse_json(text)), text
    events = EventDecoder()
    # not to its end: a server may keep the stream open behind its answer
    async for chunk in chunks:
        for event in events.feed(chunk):
            if (answer := McpAnswer.to(message, parse_json(event))) is not None:
                return answer, ""
    last = (McpAnswer.to(message, parse_json(event)) for event in events.feed(b"", final=True))
    return next((answer for answer in last if answer is not None), None), ""


def _moved(url: str, head: Reply) -> str | None:
    """Where a redirect leads that keeps a POST what it is; None where there is none."""
    target = head.headers.get("location")
    if head.status not in _KEEPS_POST or not target:
        return None
    try:
        following = urljoin(url, target)
    except ValueError:
        return None
    return following if parse_address(following) else None


def _is_within(url: str, following: str) -> bool:
    """Whether two addresses are of one server."""
    here, there = parse_address(url), parse_address(following)
    return here is not None and there is not None and here.root == there.root


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The way to the server, and the conversation."""
    headers = texts_of(target.content("headers"), options.variables)
    if headers is None:
        return (Unusable(ResourceFault.BAD_VALUE, "`headers` is no map", ("headers",)),)
    sent = {name.lower(): text for name, text in headers.items()}
    has_login = any(map(is_secret_name, sent))
    server = HttpServer(target.text("url"), options, ("url",), sent, ("headers",), has_login=has_login)
    return steps_at(server, ListTools(server, wait_s(target)))
