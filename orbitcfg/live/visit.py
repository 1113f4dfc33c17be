"""One endpoint, step by step, until a step makes the next ones pointless."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orbitcfg.address import Address, mapped, parsed, proxy
from orbitcfg.endpoint import Fault, Fit, Match, Product, Row, Sighting, State, Step, Target, Wanted
from orbitcfg.live import generate, reach, scan, shapes
from orbitcfg.live.details import detailed
from orbitcfg.live.identify import Answers, identified, is_loading, version_of
from orbitcfg.live.match import matched
from orbitcfg.live.products import meant_by
from orbitcfg.live.wire import Reply, Wire, opened

GENERATING_PROTOCOLS = frozenset({"openai", "ollama"})
_POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Manner:
    """How endpoints are looked at. `variables` is the environment that ORBIT would have, `places` what `--map` says."""

    timeout_s: float = 5.0
    deadline_s: float = 30.0
    wait_s: float = 0.0
    generate: bool = False
    billable: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def generates(self, target: Target, wanted: Wanted) -> bool:
        """Whether a chat is sent for a wanted model."""
        may = self.billable or target.location != "cloud"
        return self.generate and may and wanted.is_chat and wanted.model is not None and target.protocol in GENERATING_PROTOCOLS


OnRow = Callable[[Target, Row], None]


@dataclass(slots=True)
class Diary:
    """What is known of one endpoint so far; whole at any moment, so that an interrupted visit still counts."""

    target: Target
    planned: list[tuple[Step, str]]
    on_row: OnRow
    rows: list[Row] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)

    def note(self, step: Step, state: State, detail: str, ms: float | None = None) -> None:
        """Adds a row, and tells who watches."""
        row = Row(step, state, detail, ms)
        self.rows.append(row)
        self.on_row(self.target, row)

    def sighting(self, reason: str = "an earlier check failed") -> Sighting:
        """What was seen; the checks that were not made are rows too."""
        done: dict[Step, int] = {}
        for row in self.rows:
            done[row.step] = done.get(row.step, 0) + 1
        for step, subject in self.planned:
            if done.get(step, 0) > 0:
                done[step] -= 1
                continue
            self.note(step, State.UNCHECKED, f"{subject}: not checked, {reason}" if subject else f"not checked: {reason}")
        return Sighting(self.target, tuple(self.rows), trace=tuple(self.trace), **self.facts)

    def failed(self, step: Step, fault: Fault, detail: str = "", ms: float | None = None) -> None:
        """Notes the fault that ends the visit."""
        self.facts.update(fault=fault, fault_detail=detail)
        text = f"{fault.value}: {detail}" if detail else fault.value
        self.note(step, State.UNCHECKED if fault in (Fault.DEADLINE, Fault.INTERRUPTED) else State.FAILED, text, ms)


def planned_steps(target: Target, manner: Manner) -> list[tuple[Step, str]]:
    """The checks to be made, each with what it is about."""
    address = parsed(target.url)
    steps = [(Step.RESOLVE, ""), (Step.CONNECT, "")]
    if address and address.scheme == "https":
        steps.append((Step.TLS, ""))
    if target.location != "cloud":
        steps += [(Step.IDENTIFY, ""), (Step.HEALTH, "")]
    if target.models_path:
        steps += [(Step.AUTHORISE, ""), (Step.LIST, "")]
        steps += [(Step.MODEL, f"`{wanted.model}`") for wanted in target.wanted if wanted.model is not None]
    for wanted in target.wanted:
        if manner.generates(target, wanted):
            steps += [(Step.STREAM, f"`{wanted.model}`"), (Step.GENERATE, f"`{wanted.model}`")]
    return steps


async def visit(diary: Diary, manner: Manner, ends_at: float) -> None:
    """Fills the diary of one endpoint."""
    target = diary.target
    meant = meant_by(target.provider)
    diary.facts["meant"] = meant
    address = parsed(target.url)
    if address is None:
        diary.failed(Step.RESOLVE, Fault.BAD_URL, target.url)
        return
    way = await _Way.to(diary, manner, address, meant)
    if way is None:
        return
    headers, secrets = _key_headers(diary, manner, address)
    async with opened(manner.timeout_s, headers, secrets, way.context, way.proxy) as wire:
        wire.trace = diary.trace
        await _Conversation(diary, manner, way, wire, meant, ends_at).run()


@dataclass(frozen=True, slots=True)
class _Way:
    """How to get to the server: the address to ask, and through what."""

    asked: Address
    reached: str
    context: ssl.SSLContext
    proxy: str | None

    @classmethod
    async def to(cls, diary: Diary, manner: Manner, address: Address, meant: Product | None) -> "_Way | None":
        """The way to an address; None where there is none, which the diary then tells."""
        host, port = mapped(address, manner.places)
        asked = Address(address.scheme, host, port, address.path)
        through = proxy(address, manner.variables)
        if through:
            diary.facts.update(proxy_variable=through[0], proxy=_place(through[1]))
        used = through[1] if through and not asked.is_loopback else None
        context = reach.context_of(manner.variables, verifying=address.scheme == "https")
        goal = (parsed(used) or asked) if used else asked
        reached = await _reached(diary, manner, goal, meant)
        if reached is None:
            return None
        if address.scheme == "https" and not used and not await _secured(diary, manner, address, asked, reached, context):
            return None
        if address.scheme == "https" and used:
            diary.note(Step.TLS, State.UNCHECKED, "behind the proxy: the request below shows it")
        return cls(asked, reached, context, used)


async def _reached(diary: Diary, manner: Manner, address: Address, meant: Product | None) -> str | None:
    """The first address of the host that answers."""
    began = time.perf_counter()
    addresses = await reach.resolved(address.host, address.port, manner.timeout_s)
    ms = (time.perf_counter() - began) * 1000
    if not addresses:
        diary.failed(Step.RESOLVE, Fault.UNRESOLVED, address.host, ms)
        return None
    diary.note(Step.RESOLVE, State.OK, ", ".join(addresses), ms)
    patience = time.perf_counter() + (manner.wait_s if address.is_loopback else 0)
    while True:
        tried = await reach.connected(addresses, address.port, manner.timeout_s)
        answered = next((each for each in tried if each.fault is None), None)
        if answered or time.perf_counter() >= patience:
            break
        await asyncio.sleep(_POLL_S)
    diary.facts["refused"] = tuple(each.address for each in tried if each.fault is Fault.REFUSED)
    diary.facts["slow"] = tuple(each.address for each in tried if each.fault is Fault.NO_CONNECTION and each.ms > 200)
    if answered is None:
        await _unreachable(diary, manner, address, tried, meant)
        return None
    diary.facts["answered"] = answered.address
    silent = [each.address for each in tried if each.fault]
    others = f", not on {', '.join(silent)}" if silent else ""
    diary.note(Step.CONNECT, State.OK, f"port {address.port} on {answered.address}{others}", answered.ms)
    return answered.address


async def _unreachable(diary: Diary, manner: Manner, address: Address, tried: list[reach.Tried], meant: Product | None) -> None:
    refused = any(each.fault is Fault.REFUSED for each in tried)
    fault = Fault.BIND_ADDRESS if address.is_bind_address else Fault.REFUSED if refused else Fault.NO_CONNECTION
    diary.failed(Step.CONNECT, fault, f"port {address.port}", max(each.ms for each in tried))
    if address.is_loopback and meant and meant.ports[1]:
        await _look_elsewhere(diary, manner, address, meant)


async def _look_elsewhere(diary: Diary, manner: Manner, address: Address, meant: Product) -> None:
    context = reach.context_of({}, verifying=False)
    async with opened(manner.timeout_s, {}, (), context, None) as wire:
        root = await scan.found_elsewhere(wire, meant, address.port)
    if root:
        diary.facts["found_at"] = root


async def _secured(diary: Diary, manner: Manner, address: Address, asked: Address, reached: str, context: ssl.SSLContext) -> bool:
    began = time.perf_counter()
    fault, detail, days = await reach.handshake(address.host, reached, asked.port, context, manner.timeout_s)
    ms = (time.perf_counter() - began) * 1000
    if fault:
        diary.failed(Step.TLS, fault, detail, ms)
        return False
    diary.facts["certificate_days"] = days
    diary.note(Step.TLS, State.OK, f"certificate valid for {days} more days" if days is not None else "certificate valid", ms)
    return True


def _key_headers(diary: Diary, manner: Manner, address: Address) -> tuple[dict[str, str], tuple[str, ...]]:
    """The headers that carry the key, and what is to be masked. A secret goes over https or to this machine only."""
    target = diary.target
    if not target.key:
        return {}, ()
    secrets = (target.key,) if target.key_is_secret else ()
    if target.key_is_secret and address.scheme != "https" and not is_here(address, manner):
        diary.facts["shape"] = "key-withheld"
        return {}, secrets
    match target.protocol:
        case "anthropic":
            return {"x-api-key": target.key, "anthropic-version": "2023-06-01"}, secrets
        case "gemini":
            return {"x-goog-api-key": target.key}, secrets
    return {"authorization": f"Bearer {target.key}"}, secrets


def is_here(address: Address, manner: Manner) -> bool:
    """Whether an address leads to this machine, by itself or by `--map`."""
    host, port = mapped(address, manner.places)
    return Address(address.scheme, host, port).is_loopback


@dataclass(slots=True)
class _Conversation:
    """The steps that need HTTP."""

    diary: Diary
    manner: Manner
    way: _Way
    wire: Wire
    meant: Product | None
    ends_at: float
    product: Product | None = None

    @property
    def target(self) -> Target:
        return self.diary.target

    @property
    def base(self) -> str:
        return self.way.asked.root + self.way.asked.path

    def list_url(self) -> str:
        """Where the list of models is, from the base that ORBIT's client uses; Shimmy's from the root is the same place, unless the base is wrong."""
        path = self.target.models_path or ""
        if self.target.models_from_root and self.target.protocol == "openai":
            return self.base + "/models"
        return (self.way.asked.root if self.target.models_from_root else self.base) + path

    async def run(self) -> None:
        answers = Answers(self.wire, self.way.asked.root)
        if self.target.models_path is None:
            await self._identify(answers)
            return
        reply = await self._first_reply(answers)
        if reply.fault or not await self._identify(answers, reply):
            return
        if not await self._allowed(answers, reply):
            return
        if await self._list(answers, reply):
            await self._generate()

    async def _first_reply(self, answers: Answers) -> Reply:
        """The list of models, once the server is ready or the patience is over; and its health, where that is no generation."""
        patience = asyncio.get_running_loop().time() + self.manner.wait_s
        while True:
            reply = answers.replies["models"] = await self.wire.get(self.list_url())
            if not is_loading(reply, self.meant) or asyncio.get_running_loop().time() >= patience:
                break
            await asyncio.sleep(_POLL_S)
        if reply.fault and reply.fault not in (Fault.REDIRECTED, Fault.REDIRECT_LOOP, Fault.TOO_LARGE):
            await self._no_reply(reply)
        elif reply.fault:
            self.diary.facts["redirect"] = reply.detail if reply.fault is Fault.REDIRECTED else None
            self.diary.failed(self._first_step(), reply.fault, reply.detail, reply.ms)
        return reply

    async def _no_reply(self, reply: Reply) -> None:
        assert reply.fault is not None
        fault = reply.fault
        speaks_tls = self.way.asked.scheme == "http" and fault in (Fault.CLOSED, Fault.NOT_HTTP, Fault.SILENT)
        if speaks_tls and await reach.speaks_tls(self.way.reached, self.way.asked.port, self.manner.timeout_s):
            fault = Fault.TLS_ON_PLAIN
        self.diary.failed(self._first_step(), fault, reply.detail, reply.ms)
        if fault is not Fault.TLS_ON_PLAIN and self.way.asked.is_loopback:
            self.diary.facts["owner"] = scan.owner_of(self.way.asked.port)

    def _first_step(self) -> Step:
        return Step.AUTHORISE if self.target.location == "cloud" else Step.IDENTIFY

    async def _identify(self, answers: Answers, reply: Reply | None = None) -> bool:
        """Who answers, and whether it is ready; false where nothing more can be asked."""
        if self.target.location == "cloud":
            return reply is not None
        began = asyncio.get_running_loop().time()
        self.product = await identified(answers, self.meant)
        version = await version_of(answers, self.product) if self.product else None
        self.diary.facts.update(product=self.product, version=version)
        ms = (asyncio.get_running_loop().time() - began) * 1000 + (reply.ms if reply else 0)
        return self._named(version, ms) and self._ready(answers, reply)

    def _named(self, version: str | None, ms: float) -> bool:
        if self.product is None:
            self.diary.note(Step.IDENTIFY, State.OK, "an HTTP server of unknown make", ms)
            return True
        name = f"{self.product.name} {version}" if version else self.product.name
        if self.product.serves(self.target.provider):
            self.diary.note(Step.IDENTIFY, State.OK, name, ms)
            return True
        self.diary.note(Step.IDENTIFY, State.FAILED, f"{name}, not {self.meant.name if self.meant else self.target.provider}", ms)
        return True

    def _ready(self, answers: Answers, reply: Reply | None) -> bool:
        health = answers.replies.get("/health")
        self.diary.facts["health_open"] = bool(health and health.is_ok)
        for each in (reply, health):
            if each and is_loading(each, self.product):
                self.diary.facts["is_ready"] = False
                self.diary.note(Step.HEALTH, State.UNCHECKED, "still loading its model")
                return False
        if health and health.status == 503 and reply and reply.is_ok:
            self.diary.facts["is_dead"] = True
            self.diary.note(Step.HEALTH, State.FAILED, "lists models, but says itself that it is not healthy (503)")
            return True
        self.diary.note(Step.HEALTH, State.OK, "ready")
        return True

    async def _allowed(self, answers: Answers, reply: Reply) -> bool:
        diary = self.diary
        diary.facts.update(status=reply.status, said=shapes.said(reply.body))
        if reply.status in (401, 403):
            diary.note(Step.AUTHORISE, State.FAILED, f"{reply.status} {diary.facts['said']}".strip(), reply.ms)
            return False
        if reply.status == 429 or reply.status >= 500:
            diary.note(Step.AUTHORISE, State.FAILED, f"{reply.status} {diary.facts['said']}".strip(), reply.ms)
            return False
        if not reply.is_ok:
            diary.note(Step.AUTHORISE, State.OK, "nothing is refused")
            await self._other_base(answers, reply)
            return False
        diary.note(Step.AUTHORISE, State.OK, "the key is accepted" if self._sent_secret() else "no key is wanted", reply.ms)
        return True

    def _sent_secret(self) -> bool:
        return bool(self.wire.headers) and self.target.key_is_secret

    async def _other_base(self, answers: Answers, reply: Reply) -> None:
        """The list was not where the base says: is it where it usually is?"""
        for suffix in ("/v1", ""):
            path = f"{suffix}/api/tags" if self.target.protocol == "ollama" else f"{suffix}/models"
            url = self.way.asked.root + path
            if url == self.list_url() or (self.target.protocol == "ollama" and suffix):
                continue
            other = await self.wire.get(url)
            if other.is_ok and shapes.listed(other.body) is not None:
                self.diary.facts["right_url"] = self.way.asked.root + suffix
                break
        self.diary.note(Step.LIST, State.FAILED, f"{reply.status} at {self.list_url()}", reply.ms)

    async def _list(self, answers: Answers, reply: Reply) -> bool:
        models = shapes.listed(reply.body)
        if models is None:
            self.diary.facts["shape"] = "html" if shapes.is_html(reply.body) else "other"
            self.diary.note(Step.LIST, State.FAILED, "the answer is a web page" if shapes.is_html(reply.body) else "the answer is no list of models", reply.ms)
            return False
        if self.product:
            models, self.diary.facts["idle"] = await detailed(answers, self.product, models)
        self.diary.facts["models"] = models
        number = f"{len(models)} model{'' if len(models) == 1 else 's'}"
        self.diary.note(Step.LIST, State.OK if models else State.FAILED, number if models else "none", reply.ms)
        names = self.product.names if self.product else "exact"
        matches = tuple(matched(wanted, models, names) for wanted in self.target.wanted)
        self.diary.facts["matches"] = matches
        for match in matches:
            self._note_match(match)
        if self.product and not self.product.serves(self.target.provider):
            await self._elsewhere()
        return True

    def _note_match(self, match: Match) -> None:
        asked, listed = match.wanted.model, match.listed
        if asked is None:
            return
        if listed is not None and listed.has_file is False and match.fit.is_served:
            self.diary.note(Step.MODEL, State.FAILED, f"`{asked}` is listed, but nothing shows that a file stands behind it")
            return
        other = f" as `{listed.name}`" if listed and listed.name != asked else ""
        if match.fit.is_served:
            self.diary.note(Step.MODEL, State.OK, f"`{asked}` is listed{other}")
            return
        nearest = f": the server writes `{listed.name}`" if listed and match.fit is Fit.NORMALISED else f": the nearest is `{listed.name}`" if listed else ""
        self.diary.note(Step.MODEL, State.FAILED, f"`{asked}` is not listed{nearest}")

    async def _elsewhere(self) -> None:
        self.diary.facts["owner"] = scan.owner_of(self.way.asked.port) if self.way.asked.is_loopback else None
        if self.way.asked.is_loopback and self.meant and self.meant.ports[1]:
            await _look_elsewhere(self.diary, self.manner, self.way.asked, self.meant)

    async def _generate(self) -> None:
        done: list[Any] = []
        url = self.base + generate.path_of(self.target)
        loop = asyncio.get_running_loop()
        for wanted in self.target.wanted:
            if not self.manner.generates(self.target, wanted):
                continue
            for step, send in ((Step.STREAM, generate.streamed), (Step.GENERATE, generate.whole)):
                left = max(self.ends_at - loop.time() - 0.2, 0.1)
                one = await send(self.wire, url, self.target, wanted, left)
                if one.fault is Fault.CLOSED:
                    one = generate.with_life(one, alive=(await self.wire.get(self.way.asked.root + "/health")).status > 0)
                done.append(one)
                self.diary.facts["generations"] = tuple(done)
                self.diary.note(step, generate.state_of(one), f"`{wanted.model}`: {generate.told(one)}", one.total_ms)
                if one.fault in (Fault.CLOSED, Fault.SILENT, Fault.REFUSED):
                    return


def _place(url: str) -> str:
    address = parsed(url)
    return address.place if address else "an address that cannot be used"
