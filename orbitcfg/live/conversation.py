"""What the checks over HTTP share: the client, and what the server answered so far."""

import asyncio
from base64 import b64encode
from urllib.parse import unquote, urlsplit

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.effective.address import Address
from orbitcfg.live import reach, scan
from orbitcfg.live.connect import GUESS_S, Route
from orbitcfg.live.http import HttpClient, Reply
from orbitcfg.live.identify import MODEL_LIST, Answers, is_loading
from orbitcfg.live.log import ProbeLog
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.step import PlannedCheck
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.endpoint import ProbeTarget

_WHOLE_LIST = {"anthropic": "?limit=1000", "gemini": "?pageSize=1000"}
"""What asks for more than the first page of a list, by protocol: 20 models at Anthropic's, 50 at Gemini's. Both take no more than 1,000."""

_WITH_ANSWER = frozenset({ProbeFault.REDIRECTED, ProbeFault.REDIRECT_LOOP, ProbeFault.TOO_LARGE, ProbeFault.TLS_ON_PLAIN})
"""Faults of a server that did answer."""


@dataclass(frozen=True, slots=True)
class KeyHeaders:
    """The headers that carry the key, and whether the key is kept back."""

    headers: dict[str, str]
    is_withheld: bool = False


def key_headers(target: ProbeTarget, asked: Address) -> KeyHeaders:
    """How the key is sent to an address, or the user and the password that stand in it. A secret goes over https or to this machine only."""
    if not target.key and not target.sends_user:
        return KeyHeaders({})
    if target.sends_secret and asked.scheme != "https" and not asked.is_loopback:
        return KeyHeaders({}, is_withheld=True)
    if target.sends_user or not target.key:
        return KeyHeaders({"authorization": basic_header(target.url)})
    match target.protocol:
        case "anthropic":
            return KeyHeaders({"x-api-key": target.key, "anthropic-version": "2023-06-01"})
        case "gemini":
            return KeyHeaders({"x-goog-api-key": target.key})
    return KeyHeaders({"authorization": f"Bearer {target.key}"})


def basic_header(url: str) -> str:
    """The header that a client makes of the user and the password in an address."""
    parts = urlsplit(url)
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


@dataclass(slots=True)
class Conversation:
    """A connection to a server that can be asked."""

    log: ProbeLog
    """What was found so far."""
    options: ProbeOptions
    """How the endpoint is looked at."""
    route: Route
    """Where requests go."""
    reached: str
    """The address of the host that answered."""
    client: HttpClient
    """What sends them."""
    answers: Answers
    """What was answered so far."""
    ends_at: float
    """When the run is over, by the loop's clock."""
    asked: dict[bool, Reply] = field(default_factory=dict)
    """The answers to the question of the access, without and with the key."""

    @property
    def target(self) -> ProbeTarget:
        """The endpoint."""
        return self.log.target

    @property
    def sends_secret(self) -> bool:
        """Whether requests carry what opens a server that wants it."""
        return bool(self.client.headers) and self.target.sends_secret

    @property
    def root(self) -> str:
        """The server's root."""
        return self.route.asked.root

    @property
    def base(self) -> str:
        """The address below which the server's paths are, where it is not known what ORBIT's client makes of it."""
        return self.root + self.route.asked.path

    @property
    def list_url(self) -> str:
        """Where the list of models is, as ORBIT's client asks for it."""
        url = self.asked_for(self.target.list_url) or (self.root if self.target.models_from_root else self.base) + (self.target.models_path or "")
        return url + _WHOLE_LIST.get(self.target.protocol, "")

    @property
    def chat_url(self) -> str:
        """Where chats go, as ORBIT's client sends them."""
        return self.asked_for(self.target.chat_url) or self.base + ("/api/chat" if self.target.protocol == "ollama" else "/chat/completions")

    def asked_for(self, url: str) -> str:
        """An address of ORBIT's, at the place where it is reached from here."""
        path = url.partition("://")[2].partition("/")
        return f"{self.root}/{path[2]}" if path[1] else ""

    async def list_reply(self) -> Reply:
        """The answer to the request for the list of models, asked for once; while the server is starting, again as long as it is waited for."""
        if MODEL_LIST in self.answers.replies:
            return self.answers.replies[MODEL_LIST]
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self.options.wait_s
        while True:
            reply = self.answers.replies[MODEL_LIST] = await self.client.get(self.list_url)
            if not is_loading(reply, self.log.identity.meant) or loop.time() >= ends_at:
                return reply
            await asyncio.sleep(reach.POLL_S)

    async def question(self, *, with_key: bool) -> Reply:
        """The answer to a chat without a model and without messages, asked once: nobody answers it, and who wants a key wants it here too."""
        if with_key not in self.asked:
            self.asked[with_key] = await self.client.post(self.chat_url, {}, self.options.timeout_s, with_key=with_key)
        return self.asked[with_key]

    async def fail(self, check: PlannedCheck, reply: Reply, fault: ProbeFault) -> None:
        """Records that the server cannot be asked anything, and what more can be seen of why."""
        log, asked = self.log, self.route.asked
        if fault in _WITH_ANSWER:
            redirect = reply.detail if fault is ProbeFault.REDIRECTED else None
            log.saw(access=replace(log.access, redirect=redirect))
            log.fail(check, fault, reply.detail, reply.ms)
            return
        if await self._speaks_tls(fault):
            log.fail(check, ProbeFault.TLS_ON_PLAIN, reply.detail, reply.ms)
            return
        log.fail(check, fault, reply.detail, reply.ms)
        if asked.is_loopback:
            log.saw(identity=replace(log.identity, owner=scan.port_owner(asked.port)))

    async def _speaks_tls(self, fault: ProbeFault) -> bool:
        asked = self.route.asked
        may = asked.scheme == "http" and fault in (ProbeFault.CLOSED, ProbeFault.NOT_HTTP, ProbeFault.SILENT)
        return may and await reach.speaks_tls(self.reached, asked.port, min(self.options.timeout_s, GUESS_S))
