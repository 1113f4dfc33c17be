"""Servers that ORBIT calls over HTTP: the way there, one request after the other, and what each kind of answer means."""

import base64
import json
import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.effective.address import parse_address
from orbitcfg.live import reach
from orbitcfg.live.connect import Route
from orbitcfg.live.http import Reply, open_client
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import CONNECT_S, ConnectTo, ResourceStep, Visit
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.live.trust import FILE, FOLDER, any_trust
from orbitcfg.observed.check import CheckKind, ProbeFault
from orbitcfg.observed.foreign_json import without_halves
from orbitcfg.observed.resource import ResourceFault, ResourceTarget
from orbitcfg.record import NamedTuple

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110 §5.6.2)."""


_OF_THE_CLIENT = frozenset({"content-length", "transfer-encoding"})
"""Headers that a client writes itself: with another value no request goes out, ORBIT's neither."""


class HttpLibrary(NamedTuple):
    """What a client library of ORBIT's takes from the environment."""

    heeds_proxies: bool = True
    """Whether it goes through the proxies of the environment."""
    bundles: tuple[str, ...] = (FILE, FOLDER)
    """The variables that name the certificates that it trusts, the first that is set; none: certifi's own alone."""

    def options(self, options: ProbeOptions) -> ProbeOptions:
        """The options, with what this library trusts where the way to a server looks for it."""
        if self.bundles == (FILE, FOLDER):
            return options
        bundle = next((value for name in self.bundles if (value := options.variables.get(name))), "")
        others = {name: value for name, value in options.variables.items() if name not in (FILE, FOLDER)}
        return replace(options, variables={**others, FILE: bundle})


HTTPX = HttpLibrary()
REQUESTS = HttpLibrary(bundles=("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
BOTO = HttpLibrary(bundles=("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"))
OWN = HttpLibrary(heeds_proxies=False, bundles=())
"""Clients that take nothing from the environment."""


@dataclass(frozen=True, slots=True)
class HttpServer:
    """A server, and how ORBIT's client calls it."""

    url: str = field(repr=False)
    """Its base address, as the client has it."""
    options: ProbeOptions
    """How it is looked at."""
    blames: tuple[str, ...] = ("url",)
    """The values that the address is made of."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What ORBIT gives its client to send with each request."""
    login: tuple[str, ...] = ()
    """The values that its credentials are made of."""
    has_login: bool = False
    """Whether there are credentials among the headers."""
    library: HttpLibrary = HTTPX
    """What sends ORBIT's requests."""
    verifies: bool = True
    """Whether ORBIT checks the server's certificate."""

    @property
    def route(self) -> Route | None:
        """The way there; None where the address cannot be used."""
        address = parse_address(self.url)
        if address is None:
            return None
        route = Route.to(address, "httpx", self.library.options(self.options), heeds_proxies=self.library.heeds_proxies)
        return route if self.verifies else replace(route, trust=any_trust(), trust_fault=None)

    @property
    def sent(self) -> Mapping[str, str]:
        """The headers, with what a client makes of a user in the address."""
        parts = urlsplit(self.url) if parse_address(self.url) is not None else None
        if parts is None or not (parts.username or parts.password):
            return self.headers
        return {**self.headers, **basic(unquote(parts.username or ""), unquote(parts.password or ""))}

    @property
    def sends_login(self) -> bool:
        """Whether credentials go along."""
        return self.has_login or self.sent is not self.headers

    async def ask(self, context: Visit, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a request for a path below the base address; the body is sent as JSON."""
        route = self.route
        if route is None:
            return Reply(fault=ProbeFault.BAD_URL)
        content = None if body is None else json.dumps(body).encode()
        more = {**({} if body is None else {"content-type": "application/json"}), **(headers or {})}
        async with open_client(self.options.whole_s, self.sent, context.log.secrets, route.trust, route.via) as client:
            client.trace = context.log.trace
            client.named = route.address if route.asked != route.address else None
            return await client.ask(method, f"{route.asked.root}{route.asked.path}{path}", content, more)

    def refusal(self, reply: Reply) -> ResourceFault | ProbeFault | None:
        """Why a server did not answer the question itself; None where it did."""
        match reply.status:
            case 401:
                return ResourceFault.LOGIN_REFUSED if self.sends_login else ResourceFault.LOGIN_WANTED
            case 403:
                return ResourceFault.NOT_ALLOWED if self.sends_login else ResourceFault.LOGIN_WANTED
            case 429:
                return ResourceFault.SERVER_ERROR
            case status if 300 <= status < 400:
                return ProbeFault.REDIRECTED
            case status if status >= 500:
                return ResourceFault.SERVER_ERROR
        return None


@dataclass(frozen=True, slots=True)
class Reach(ConnectTo):
    """A connection to the host of a server, or to the proxy before it."""

    is_open: bool = False
    """Whether the credentials go unencrypted to another machine."""

    async def run(self, context: Visit) -> bool:
        """Connects, and says what of the way a person should know."""
        # not `super()`: a slotted dataclass is another class than the one that the compiler saw
        if not await ConnectTo.run(self, context):
            return False
        if self.is_open:
            context.remark("the login goes unencrypted over plain http")
        return True


@dataclass(frozen=True, slots=True)
class CheckCertificate(ResourceStep):
    """The TLS handshake with a server, and its certificate."""

    kind: ClassVar = CheckKind.TLS
    what: ClassVar = "a TLS handshake"
    server: HttpServer

    async def run(self, context: Visit) -> bool:
        """Shakes hands at the address that took the connection, by the configured name."""
        route, watch, blames = self.server.route, Stopwatch(), self.server.blames
        if route is None:
            return context.failed(self, ProbeFault.BAD_URL, blames=blames)
        if route.trust_fault:
            return context.failed(self, ProbeFault.TLS_WITHOUT_TRUST, route.trust_fault.fact)
        done = await reach.handshake(route.address.host, context.reached, context.port, route.trust, CONNECT_S)
        if done.fault:
            return context.failed(self, done.fault, done.detail, blames=blames, ms=watch.ms)
        if not self.server.verifies:
            context.remark("ORBIT does not check the certificate of this server")
            return context.passed(self, "answered; ORBIT does not check the certificate", watch.ms)
        days = done.certificate_days
        return context.passed(self, f"certificate valid for {days} more days" if days is not None else "certificate valid", watch.ms)


@dataclass(frozen=True, slots=True)
class HttpCheck(ResourceStep):
    """A request to a server, and what its answer means."""

    method: ClassVar = "GET"
    server: HttpServer

    @property
    @abstractmethod
    def path(self) -> str:
        """What is asked for, below the base address."""

    @property
    def body(self) -> object:
        """What is sent as JSON."""
        return None

    async def run(self, context: Visit) -> bool:
        """Asks, and judges an answer that is one."""
        reply = await self.server.ask(context, self.method, self.path, self.body)
        if reply.fault is ProbeFault.TOO_LARGE:
            return context.unchecked(self, reply.fault.value)
        if reply.fault:
            return context.failed(self, reply.fault, reply.detail, blames=self.server.blames, ms=reply.ms)
        refusal = self.server.refusal(reply)
        if refusal is not None:
            return self.refused(context, reply, refusal)
        return self.judge(context, reply)

    def refused(self, context: Visit, reply: Reply, refusal: ResourceFault | ProbeFault) -> bool:
        """Records that the server did not answer the question."""
        is_login = refusal in (ResourceFault.LOGIN_WANTED, ResourceFault.LOGIN_REFUSED, ResourceFault.NOT_ALLOWED)
        return context.failed(
            self, refusal, words_of(reply), blames=(self.server.login or self.server.blames) if is_login else self.server.blames, ms=reply.ms
        )

    def foreign(self, context: Visit, reply: Reply, detail: str = "") -> bool:
        """Records that what answers is not what is meant."""
        return context.failed(self, ResourceFault.FOREIGN, detail or words_of(reply), blames=self.server.blames, ms=reply.ms)

    @abstractmethod
    def judge(self, context: Visit, reply: Reply) -> bool:
        """Records what an answer means that is no refusal: 1xx, 2xx, or a 4xx about the question."""


def words_of(reply: Reply) -> str:
    """An answer in a line: its status, and the server's own words or where it leads."""
    told = reply.headers.get("location", "") if 300 <= reply.status < 400 else reply.body.error_text
    return f"{reply.status}: {told}" if told else str(reply.status)


def steps_at(server: HttpServer, *steps: ResourceStep) -> tuple[ResourceStep, ...]:
    """The checks on the way to a server, then these."""
    route = server.route
    if not server.url:
        return (Unusable(ResourceFault.NOT_SET, "no address", server.blames),)
    if route is None:
        return (Unusable(ProbeFault.BAD_URL, server.url, server.blames),)
    if route.is_blocked:
        return (Unusable(ProbeFault.BAD_PROXY, route.proxy.variable if route.proxy else "", ()),)
    misnamed = next((name for name in server.headers if not _TOKEN.fullmatch(name) or name.lower() in _OF_THE_CLIENT), None)
    if misnamed is not None:
        return (Unusable(ResourceFault.BAD_VALUE, f"no header can be called `{misnamed}`", ("header", "headers", *server.login)),)
    unsendable = next((name for name, text in server.headers.items() if not is_sendable(text)), None)
    if unsendable is not None:
        return (Unusable(ResourceFault.BAD_VALUE, f"the header `{unsendable}` cannot hold it", server.login),)
    is_secure = route.address.scheme == "https"
    is_open = server.sends_login and not is_secure and not route.asked.is_loopback
    if route.via:
        proxy = route.proxy.variable if route.proxy else ""
        return (Reach(route.first_hop.host, route.first_hop.port, (), proxy, is_open=is_open), *steps)
    way = Reach(route.address.host, route.address.port, server.blames, is_open=is_open)
    return (way, *([CheckCertificate(server)] if is_secure else []), *steps)


def is_sendable(text: str) -> bool:
    """Whether a header can hold a text."""
    return text == text.strip() and text.isascii() and text.isprintable()


def lacking(target: ResourceTarget, *names: str, also: tuple[str, ...] = ()) -> tuple[ResourceStep, ...]:
    """A check that says why nothing can be asked, where one of these values is missing or of no use; `also` are those that may be missing."""
    odd = next((name for name in (*names, *also) if not _is_text(target.text(name))), None)
    if odd is not None:
        return (Unusable(ResourceFault.BAD_VALUE, f"`{target.key_name(odd)}` holds what is no text", (odd,)),)
    missing = [name for name in names if not target.text(name)]
    if missing:
        return (Unusable(ResourceFault.NOT_SET, ", ".join(f"`{target.key_name(name)}`" for name in missing), tuple(missing)),)
    return ()


def _is_text(text: str) -> bool:
    """Whether a text can be sent at all: a variable may hold bytes of any kind."""
    return "\0" not in text and without_halves(text) == text


def basic(user: str, password: str) -> dict[str, str]:
    """The header with a user and a password."""
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def part(text: str) -> str:
    """A name as one part of a path."""
    return quote(text, safe="")
