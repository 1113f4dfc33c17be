"""The checks over HTTP: who answers, whether it lets us in, what it lists, and whether it chats."""

import asyncio
from abc import abstractmethod
from typing import ClassVar

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.live import chat, embed, scan
from orbitcfg.live.access import admission, has_chats
from orbitcfg.live.connect import find_elsewhere
from orbitcfg.live.conversation import Conversation
from orbitcfg.live.details import with_details
from orbitcfg.live.http import Reply
from orbitcfg.live.identify import HEALTH, MODEL_LIST, identify, is_loading, version_of
from orbitcfg.live.match import match_model
from orbitcfg.live.shapes import is_router, model_list
from orbitcfg.live.step import Step
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.nearest import nearest
from orbitcfg.observed.probe import ChatReply, Fit, ListedModel, ModelList, ModelMatch, ServerHealth, WrongBody
from orbitcfg.observed.product import NameStyle
from orbitcfg.plural import counted

_ENDING = frozenset({ProbeFault.CLOSED, ProbeFault.SILENT, ProbeFault.REFUSED})
"""Faults of a chat after which no other is tried."""

_NAMES: dict[str | None, NameStyle] = {"ollama": "ollama", "anthropic": "dated"}
"""How servers of unknown make compare names, by their protocol. Anthropic lists names with dates, and takes them without."""

_SPARED_S = 0.2
"""What of the run's time a chat leaves, so that its end can be recorded."""

_LEAST_S = 0.3
"""What a chat needs at least to be tried."""


@dataclass(frozen=True, slots=True)
class Identify(Step[Conversation]):
    """Who answers, and in which version."""

    kind: ClassVar = CheckKind.IDENTIFY

    async def run(self, context: Conversation) -> bool:
        """Compares the answers with the fingerprints of all products."""
        log, answers = context.log, context.answers
        list_ms = 0.0
        if context.target.models_path is not None:
            reply = await context.list_reply()
            if reply.fault:
                await context.fail(self, reply, reply.fault)
                return False
            list_ms = reply.ms
        watch = Stopwatch()
        product = await identify(answers, log.identity.meant)
        if product and product.health:
            await answers.at(product.health)
        version = await version_of(answers, product, log.odd) if product else None
        log.saw(identity=replace(log.identity, product=product, version=version))
        log.record(self, *self._described(context), watch.ms + list_ms)
        return True

    def _described(self, context: Conversation) -> tuple[CheckState, str]:
        identity = context.log.identity
        name = identity.product_name
        if identity.product is None or name is None:
            return CheckState.OK, "an HTTP server of unknown make"
        missed = identity.missed(context.target.providers)
        if missed is None:
            return CheckState.OK, name
        # a list of models where this provider asks for it is an API that works, whoever gives it
        listed = context.answers.replies.get(MODEL_LIST)
        works = listed is not None and listed.is_ok and model_list(listed.body, []) is not None
        return CheckState.OK if works else CheckState.FAILED, f"{name}, not {missed.name}"


@dataclass(frozen=True, slots=True)
class CheckHealth(Step[Conversation]):
    """Whether the server says that it is ready, by what it answered so far."""

    kind: ClassVar = CheckKind.HEALTH

    async def run(self, context: Conversation) -> bool:
        """Nothing more is asked of a server that still loads its model."""
        health = self._health(context)
        context.log.saw(identity=replace(context.log.identity, health=health))
        states = {ServerHealth.LOADING: CheckState.UNCHECKED, ServerHealth.UNHEALTHY: CheckState.FAILED}
        context.log.record(self, states.get(health, CheckState.OK), health.value)
        return health is not ServerHealth.LOADING

    def _health(self, context: Conversation) -> ServerHealth:
        identity, replies = context.log.identity, context.answers.replies
        listed, health = replies.get(MODEL_LIST), replies.get(HEALTH)
        if any(reply and is_loading(reply, identity.product or identity.meant) for reply in (listed, health)):
            return ServerHealth.LOADING
        is_unhealthy = health and health.status == 503 and listed and listed.is_ok
        return ServerHealth.UNHEALTHY if is_unhealthy else ServerHealth.READY


@dataclass(frozen=True, slots=True)
class CheckAccess(Step[Conversation]):
    """Whether the server takes the key, or wants none."""

    kind: ClassVar = CheckKind.AUTHORISE

    async def run(self, context: Conversation) -> bool:
        """Asks for the list of models, where that was not done before, and more where a list that is open to all shows nothing."""
        log, reply = context.log, await context.list_reply()
        if reply.fault:
            await context.fail(self, reply, reply.fault)
            return False
        seen = await admission(context, reply)
        log.saw(access=seen.access)
        log.record(self, seen.state, log.secrets.masked(seen.words), reply.ms)
        return reply.is_ok or seen.state is CheckState.OK


@dataclass(frozen=True, slots=True)
class ListModels(Step[Conversation]):
    """The models that the server lists."""

    kind: ClassVar = CheckKind.LIST

    async def run(self, context: Conversation) -> bool:
        """Reads the list and compares the expected models with it; looks for the list elsewhere where it is not there."""
        log, reply = context.log, await context.list_reply()
        models = model_list(reply.body, log.odd) if reply.is_ok else None
        if models is None:
            return await self._found_none(context, reply)
        product, is_idle = log.identity.product, False
        names = product.names if product else _NAMES.get(context.target.protocol, "exact")
        if product:
            models, is_idle = await with_details(context.answers, product, models, self._meant(context, models, names), log.odd)
            replies = context.answers.replies
            router = is_router(reply.body.value, replies["/props"].body.value if "/props" in replies else None)
            log.saw(identity=replace(log.identity, is_router=router))
        matches = tuple(match_model(expected, models, names) for expected in context.target.expected)
        log.saw(model_list=ModelList(models, matches, is_idle))
        number = counted(len(models), "model")
        log.record(self, CheckState.OK if models else CheckState.FAILED, number if models else "none", reply.ms)
        if log.identity.missed(context.target.providers):
            await self._find_meant(context)
        return True

    async def _found_none(self, context: Conversation, reply: Reply) -> bool:
        """Records that there is no list, where it is instead, and whether chats may be answered nevertheless."""
        log = context.log
        wrong = None if not reply.is_ok else WrongBody.WEB_PAGE if reply.body.is_html else WrongBody.OTHER
        log.saw(model_list=ModelList(wrong_body=wrong))
        log.saw(model_list=replace(log.model_list, right_url=await self._right_url(context)))
        if log.model_list.right_url is None and await has_chats(context, reply):
            log.saw(model_list=ModelList(is_lacking=True))
            log.record(
                self,
                CheckState.UNCHECKED,
                f"{reply.status}: it {'keeps its list from the key' if log.access.list_refused else 'has no list'}, and only `--generate` shows what it serves",
                reply.ms,
            )
            return True
        log.record(self, CheckState.FAILED, self._why(context, reply, wrong), reply.ms)
        return False

    def _meant(self, context: Conversation, models: tuple[ListedModel, ...], names: NameStyle) -> list[str]:
        """The models that are asked for, and those that may be instead of one that is not there."""
        matches = [match_model(expected, models, names) for expected in context.target.expected]
        found = [match.listed.name for match in matches if match.listed and match.fit.is_served]
        instead = [model.name for match in matches if not match.fit.is_served for model in nearest(match.expected, models)]
        return [*found, *instead]

    def _why(self, context: Conversation, reply: Reply, wrong: WrongBody | None) -> str:
        match wrong:
            case WrongBody.WEB_PAGE:
                return "the answer is a web page"
            case WrongBody.OTHER:
                return "the answer is no list of models"
        return f"{reply.status} at {context.list_url}"

    async def _right_url(self, context: Conversation) -> str | None:
        """The base under which the list usually is, where it is there; None where it is not."""
        is_ollama = context.target.protocol == "ollama"
        for suffix, path in (("", "/api/tags"),) if is_ollama else (("/v1", "/v1/models"), ("", "/models")):
            url = context.root + path
            if url == context.list_url:
                continue
            reply = await context.client.get(url)
            if reply.is_ok and model_list(reply.body, []) is not None:
                return context.root + suffix
        return None

    async def _find_meant(self, context: Conversation) -> None:
        """Sees which program is in the place of the product that is meant, and where that is instead."""
        log, asked = context.log, context.route.asked
        if asked.is_loopback:
            log.saw(identity=replace(log.identity, owner=scan.port_owner(asked.port)))
        await find_elsewhere(log, context.options, asked)


@dataclass(frozen=True, slots=True)
class ModelStep(Step[Conversation]):
    """A check of one of the models that ORBIT will ask for."""

    expected: ExpectedModel

    @property
    def subject(self) -> str:
        """The model's name."""
        return f"`{self.expected.model}`"


@dataclass(frozen=True, slots=True)
class FindModel(ModelStep):
    """Whether a model that ORBIT will ask for is listed."""

    kind: ClassVar = CheckKind.MODEL

    async def run(self, context: Conversation) -> bool:
        """Compares the name with those of the list."""
        if context.log.model_list.is_lacking:
            context.log.record(self, CheckState.UNCHECKED, f"{self.subject}: there is no list to find it in")
            return True
        match = next(match for match in context.log.model_list.matches if match.expected is self.expected)
        is_failed = match.listed is not None and match.listed.failed
        is_found = match.fit.is_served and not match.is_without_file and not match.lacks and not is_failed
        context.log.record(self, CheckState.OK if is_found else CheckState.FAILED, f"{self.subject} {self._how(match)}")
        return True

    def _how(self, match: ModelMatch) -> str:
        if match.is_without_file:
            return "is listed, but nothing shows that it has a file for it"
        if match.listed is None:
            return "is not listed"
        name = f"`{match.listed.name}`"
        if match.fit.is_served and match.listed.failed:
            return "is listed, and could not be loaded"
        if match.lacks:
            return f"is listed, and cannot {' nor '.join(lack.value for lack in match.lacks)}"
        if match.fit.is_served:
            return "is listed" if match.fit is Fit.EXACT else f"is listed as {name}"
        return f"is not listed: {'the server writes' if match.fit is Fit.NORMALISED else 'the nearest is'} {name}"


@dataclass(frozen=True, slots=True)
class TryChat(ModelStep):
    """A chat with a model that ORBIT will ask for."""

    @abstractmethod
    async def send(self, talk: chat.Chat) -> ChatReply:
        """The completion."""

    async def run(self, context: Conversation) -> bool:
        """Sends the chat, unless it is foretold that it is refused, or no time is left."""
        log, left_s = context.log, context.ends_at - asyncio.get_running_loop().time() - _SPARED_S
        if not self._is_answered(context):
            return True
        if left_s < _LEAST_S:
            log.record(self, CheckState.UNCHECKED, f"{self.subject}: not checked, {ProbeFault.DEADLINE.value}: `--deadline 300` gives it more time")
            return True
        url, is_native = context.chat_url, context.target.protocol == "ollama"
        reply = await self.send(chat.Chat(context.client, url, is_native, self.expected, left_s))
        # a connection that is closed without a reply may be a crash: one more request tells
        if reply.fault is ProbeFault.CLOSED:
            reply = replace(reply, alive_after=(await context.client.get(context.root + HEALTH)).status > 0)
        reply = log.heard(reply)
        log.record(self, chat.state_of(reply), f"{self.subject}: {chat.describe(reply)}", reply.total_ms)
        if reply.fault is ProbeFault.DEADLINE and not any(each.was_heard for each in log.chats if each.expected is self.expected):
            log.fault = ProbeFault.DEADLINE
        return reply.fault not in _ENDING

    def _is_answered(self, context: Conversation) -> bool:
        """Whether the server lets chats in, and serves the model, or answers to any name, or has no list that would tell."""
        log = context.log
        if log.access.denial:
            return False
        is_served = any(match.expected is self.expected and match.fit.is_served for match in log.model_list.matches)
        return log.identity.ignores_model or is_served or log.model_list.is_lacking


@dataclass(frozen=True, slots=True)
class StreamChat(TryChat):
    """A chat whose answer comes in pieces."""

    kind: ClassVar = CheckKind.STREAM

    async def send(self, talk: chat.Chat) -> ChatReply:
        """The completion, piece by piece."""
        return await talk.streamed()


@dataclass(frozen=True, slots=True)
class WholeChat(TryChat):
    """A chat whose answer comes in one piece."""

    kind: ClassVar = CheckKind.GENERATE

    async def send(self, talk: chat.Chat) -> ChatReply:
        """The completion in one piece."""
        return await talk.whole()


@dataclass(frozen=True, slots=True)
class EmbedText(ModelStep):
    """A text that a model shall embed."""

    kind: ClassVar = CheckKind.EMBED

    async def run(self, context: Conversation) -> bool:
        """Sends a short one, as ORBIT would."""
        left_s = max(context.ends_at - asyncio.get_running_loop().time() - _SPARED_S, 0.1)
        url, is_native = context.asked_for(context.target.embed_url), context.target.protocol == "ollama"
        reply = context.log.embedded(await embed.embed(context.client, url, self.expected, left_s, is_native=is_native))
        context.log.record(self, embed.state_of(reply), f"{self.subject}: {embed.describe(reply)}", reply.total_ms)
        return reply.fault not in _ENDING
