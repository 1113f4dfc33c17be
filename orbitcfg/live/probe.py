"""One endpoint, step by step, until a step makes the next ones pointless."""

import asyncio
from dataclasses import dataclass

from orbitcfg.effective.address import Address, mapped, parsed
from orbitcfg.live import generate, reach, scan, shapes
from orbitcfg.live.connect import POLL_S, Way, look_elsewhere
from orbitcfg.live.details import detailed
from orbitcfg.live.http import Reply, Wire, opened
from orbitcfg.live.identify import Answers, identified, is_loading, version_of
from orbitcfg.live.log import ProbeLog, ProbeOptions
from orbitcfg.live.match import matched
from orbitcfg.live.products import meant_by
from orbitcfg.observed.endpoint import Fault, Fit, Generation, Match, Product, State, Step, Target, Wanted

SHORTEST_SECRET = 6
"""A key of fewer characters is a dummy, and masking it would spoil the replies."""

TLS_GUESS_S = 1.0
"""How long to try whether a server that gives no HTTP speaks TLS."""

_ENDING = frozenset({Fault.CLOSED, Fault.SILENT, Fault.REFUSED})
"""Faults of a generation after which no other is tried."""


async def visit(diary: ProbeLog, manner: ProbeOptions, ends_at: float) -> None:
    """Fills the diary of one endpoint."""
    target = diary.target
    meant = meant_by(target.provider)
    diary.facts["meant"] = meant
    address = parsed(target.url)
    if address is None:
        diary.failed(Step.RESOLVE, Fault.BAD_URL, target.shown_url)
        return
    way = await Way.to(diary, manner, address, meant)
    if way is None:
        return
    if target.key_required and not target.key:
        diary.stop("the key is not set here")
        return
    headers, secrets = key_headers(diary, manner, address)
    async with opened(manner.timeout_s, headers, secrets, way.context, way.proxy) as wire:
        wire.trace = diary.trace
        await _Conversation(diary, manner, way, wire, meant, ends_at).run()


def key_headers(diary: ProbeLog, manner: ProbeOptions, address: Address) -> tuple[dict[str, str], tuple[str, ...]]:
    """The headers that carry the key, and what is to be masked. A secret goes over https or to this machine only."""
    target = diary.target
    if not target.key:
        return {}, ()
    secrets = (target.key,) if target.key_is_secret and len(target.key) >= SHORTEST_SECRET else ()
    if target.key_is_secret and address.scheme != "https" and not is_here(address, manner):
        diary.facts["key_withheld"] = True
        return {}, secrets
    match target.protocol:
        case "anthropic":
            return {"x-api-key": target.key, "anthropic-version": "2023-06-01"}, secrets
        case "gemini":
            return {"x-goog-api-key": target.key}, secrets
    return {"authorization": f"Bearer {target.key}"}, secrets


def is_here(address: Address, manner: ProbeOptions) -> bool:
    """Whether an address leads to this machine, by itself or by `--map`."""
    host, port = mapped(address, manner.places)
    return Address(address.scheme, host, port).is_loopback


@dataclass(slots=True)
class _Conversation:
    """The steps that need HTTP."""

    diary: ProbeLog
    manner: ProbeOptions
    way: Way
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
        if not await self._allowed(reply):
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
            await asyncio.sleep(POLL_S)
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
        if speaks_tls and await reach.speaks_tls(self.way.reached, self.way.asked.port, min(self.manner.timeout_s, TLS_GUESS_S)):
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
        if self.product and self.product.health:
            await answers.at(self.product.health)
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
        for each in (reply, health):
            if each and is_loading(each, self.product or self.meant):
                self.diary.facts["is_ready"] = False
                self.diary.note(Step.HEALTH, State.UNCHECKED, "still loading its model")
                return False
        if health and health.status == 503 and reply and reply.is_ok:
            self.diary.facts["is_dead"] = True
            self.diary.note(Step.HEALTH, State.FAILED, "lists models, but says itself that it is not healthy (503)")
            return True
        self.diary.note(Step.HEALTH, State.OK, "ready")
        return True

    async def _allowed(self, reply: Reply) -> bool:
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
            await self._other_base(f"{reply.status} at {self.list_url()}", reply.ms)
            return False
        diary.note(Step.AUTHORISE, State.OK, "the key is accepted" if self._sent_secret() else "no key is wanted", reply.ms)
        return True

    def _sent_secret(self) -> bool:
        return bool(self.wire.headers) and self.target.key_is_secret

    async def _other_base(self, why: str, ms: float) -> None:
        """Looks for the list where it usually is, since it was not where the base says."""
        for suffix in ("/v1", ""):
            path = f"{suffix}/api/tags" if self.target.protocol == "ollama" else f"{suffix}/models"
            url = self.way.asked.root + path
            if url == self.list_url() or (self.target.protocol == "ollama" and suffix):
                continue
            other = await self.wire.get(url)
            if other.is_ok and shapes.listed(other.body) is not None:
                self.diary.facts["right_url"] = self.way.asked.root + suffix
                break
        self.diary.note(Step.LIST, State.FAILED, why, ms)

    async def _list(self, answers: Answers, reply: Reply) -> bool:
        models = shapes.listed(reply.body)
        if models is None:
            self.diary.facts["shape"] = "html" if shapes.is_html(reply.body) else "other"
            await self._other_base("the answer is a web page" if shapes.is_html(reply.body) else "the answer is no list of models", reply.ms)
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
        nearest = (
            f": the server writes `{listed.name}`"
            if listed and match.fit is Fit.NORMALISED
            else f": the nearest is `{listed.name}`"
            if listed
            else ""
        )
        self.diary.note(Step.MODEL, State.FAILED, f"`{asked}` is not listed{nearest}")

    async def _elsewhere(self) -> None:
        self.diary.facts["owner"] = scan.owner_of(self.way.asked.port) if self.way.asked.is_loopback else None
        if self.way.asked.is_loopback and self.meant and self.meant.ports[1]:
            await look_elsewhere(self.diary, self.manner, self.way.asked, self.meant)

    def _answers_to(self, wanted: Wanted) -> bool:
        """Whether a chat with this model can be more than the refusal that the list foretells."""
        ignores = self.product is not None and self.product.ignores_model
        return ignores or any(match.wanted is wanted and match.fit.is_served for match in self.diary.facts["matches"])

    async def _generate(self) -> None:
        done: list[Generation] = []
        url = self.base + generate.path_of(self.target)
        loop = asyncio.get_running_loop()
        for wanted in self.target.wanted:
            if not self.manner.generates(self.target, wanted) or not self._answers_to(wanted):
                continue
            for step, send in ((Step.STREAM, generate.streamed), (Step.GENERATE, generate.whole)):
                left = max(self.ends_at - loop.time() - 0.2, 0.1)
                one = await send(self.wire, url, self.target, wanted, left)
                if one.fault is Fault.CLOSED:
                    one = generate.with_life(one, alive=(await self.wire.get(self.way.asked.root + "/health")).status > 0)
                done.append(one)
                self.diary.facts["generations"] = tuple(done)
                self.diary.note(step, generate.state_of(one), f"`{wanted.model}`: {generate.told(one)}", one.total_ms)
                if one.fault in _ENDING:
                    return
