"""The questions: one of random words to each adapter that a key opens, whole and streamed, as a client would ask it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.live.http import FAULTS, Reply, fault_of, read_whole
from orbitcfg.live.orbit.talk import Credential, Talk
from orbitcfg.live.shapes import Body
from orbitcfg.live.sse import EventDecoder
from orbitcfg.live.step import Step
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.foreign_json import text_of
from orbitcfg.observed.orbit import AnswerEnding, QuestionSeen

CHAT = "/v1/chat"
ASK_S = 45.0
"""For each question: ORBIT gives a dead Ollama 30 s, and any other provider three tries (orbit-api §3)."""


@dataclass(frozen=True, slots=True)
class AskAdapter(Step[Talk]):
    """A question whose answer comes whole."""

    credential: Credential
    kind: ClassVar = CheckKind.GENERATE
    is_streamed: ClassVar = False

    @property
    def subject(self) -> str:
        """The variable that holds the key."""
        return f"`{self.credential.variable}`"

    async def run(self, context: Talk) -> bool:
        """Asks, and judges the answer as recorded: a sentence of ORBIT's own comes with status 200 too."""
        key = next((each for each in context.seen.keys if each.variable == self.credential.variable), None)
        if key is None or key.adapter is None:
            context.log.record(self, CheckState.UNCHECKED, f"{self.subject}: not asked, it opens no adapter")
            return True
        if context.seen.is_paused:
            context.log.record(self, CheckState.UNCHECKED, f"`{key.adapter}`: not asked, the server is paused")
            return True
        watch = Stopwatch()
        ending, status, text = await self._ask(context)
        context.saw(questions=(*context.seen.questions, QuestionSeen(key.variable, key.adapter, self.is_streamed, ending, status, text)))
        context.log.record(self, *_told(context.seen.questions[-1]), watch.ms)
        return True

    async def _ask(self, context: Talk) -> tuple[AnswerEnding, int | None, str]:
        client = context.with_headers(_headers(context, self.credential))
        reply = await client.post(context.base + CHAT, _question(stream=False), ASK_S)
        return judged(reply)


@dataclass(frozen=True, slots=True)
class AskAdapterStreamed(AskAdapter):
    """A question whose answer comes in pieces."""

    kind: ClassVar = CheckKind.STREAM
    is_streamed: ClassVar = True

    async def _ask(self, context: Talk) -> tuple[AnswerEnding, int | None, str]:
        client = context.with_headers(_headers(context, self.credential))
        try:
            async with asyncio.timeout(ASK_S), client.stream(context.base + CHAT, _question(stream=True)) as (head, chunks):
                if not head.is_ok:
                    return judged(Reply(head.status, head.headers, Body.of(await read_whole(chunks))))
                return await judged_stream(head.status, chunks)
        except FAULTS as error:
            return AnswerEnding.NOTHING, None, fault_of(error).value


def judged(reply: Reply) -> tuple[AnswerEnding, int | None, str]:
    """How a question ended whose answer came whole: answered is a text under `response`, and no `error`."""
    if reply.fault:
        return AnswerEnding.NOTHING, None, f"{reply.fault.value}{f' ({ASK_S:.0f} s)' if reply.fault is ProbeFault.SILENT else ''}"
    if not reply.is_ok:
        return AnswerEnding.REFUSED, reply.status, reply.body.error_text
    fields = reply.body.fields
    if fields.get("error"):
        return AnswerEnding.SENTENCE, reply.status, reply.body.error_text
    text = text_of(fields.get("response"))
    if text is None:
        return AnswerEnding.NOTHING, reply.status, "no answer of ORBIT's"
    return (AnswerEnding.ANSWERED if text.strip() else AnswerEnding.EMPTY), reply.status, text


async def judged_stream(status: int, chunks: AsyncIterator[bytes]) -> tuple[AnswerEnding, int | None, str]:
    """The same of one in pieces: without an event that says `done` what came is a sentence of ORBIT's."""
    decoder, pieces = EventDecoder(), []
    async for data in _events(decoder, chunks):
        body = Body.of(data)
        if body.fields.get("error"):
            return AnswerEnding.SENTENCE, status, body.error_text
        pieces.append(text_of(body.fields.get("response")) or "")
        if body.fields.get("done") is True:
            text = "".join(pieces)
            return (AnswerEnding.ANSWERED if text.strip() else AnswerEnding.EMPTY), status, text
    text = "".join(pieces)
    return (AnswerEnding.SENTENCE if text.strip() else AnswerEnding.EMPTY), status, text


async def _events(decoder: EventDecoder, chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    async for chunk in chunks:
        for data in decoder.feed(chunk):
            yield data
    for data in decoder.feed(b"", final=True):
        yield data


def _headers(context: Talk, credential: Credential) -> dict[str, str]:
    # a session of its own: that of another key is refused
    session = f"orbitcfg-{secrets.token_hex(8)}"
    return {context.options.key_header.lower(): credential.secret, context.options.session_header.lower(): session}


def _question(*, stream: bool) -> dict[str, object]:
    # ORBIT gives the same words the same answer for 30 s, and asks nobody
    return {"messages": [{"role": "user", "content": f"ping {secrets.token_hex(4)}"}], "stream": stream}


def _told(seen: QuestionSeen) -> tuple[CheckState, str]:
    status = f" ({seen.status})" if seen.status is not None else ""
    if seen.ending is AnswerEnding.ANSWERED:
        return CheckState.OK, f"`{seen.adapter}` answers: {' '.join(seen.text.split())[:60]!r}"
    return CheckState.FAILED, f"`{seen.adapter}`: {seen.ending.value}{status}{f': {seen.text}' if seen.text else ''}"
