"""One chat completion, as ORBIT sends it, and what is odd about the reply."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from orbitcfg.live.http import FAULTS, HttpClient, Reply, fault_of, read_whole
from orbitcfg.live.shapes import Body
from orbitcfg.live.sse import ChatStream, EventDecoder, LineDecoder, completion_tokens, has_reasoning
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import NOT_CHECKED, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.foreign_json import Fields
from orbitcfg.observed.probe import ChatReply

PROMPT = "Say hello in one short sentence."
_OWN_FIELDS = frozenset({"model", "messages", "stream"})


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat with one model of a server: where it is sent, and how long it may take."""

    client: HttpClient
    url: str
    is_native: bool
    """Whether it speaks Ollama's own API."""
    expected: ExpectedModel
    timeout_s: float

    async def whole(self) -> ChatReply:
        """A completion in one piece."""
        reply = await self.client.post(self.url, body_of(self.expected, stream=False), self.timeout_s)
        base = ChatReply(self.expected, stream=False, status=reply.status or None, fault=reply.fault, total_ms=reply.ms)
        if not reply.is_ok:
            return replace(base, error=reply.body.error_text if reply.status else reply.detail)
        if reply.is_stream:
            return _unasked_stream(base, reply.body.text)
        return _native(base, reply.body) if self.is_native else _openai(base, reply.body)

    async def streamed(self) -> ChatReply:
        """A completion in pieces. Where the time runs out while text comes, it counts as what came."""
        watch, stream = Stopwatch(), ChatStream()
        first_ms: float | None = None
        status, fault = None, None
        try:
            async with asyncio.timeout(self.timeout_s), self.client.stream(self.url, body_of(self.expected, stream=True)) as (head, chunks):
                status = head.status
                # Ollama's own streams have another content type than events
                if head.is_ok and (head.is_stream or self.is_native):
                    async for has_text in self._taken(stream, chunks):
                        if has_text and first_ms is None:
                            first_ms = watch.ms
                    stream.close()
                else:
                    await _refused(stream, head, chunks)
        except FAULTS as error:
            fault = fault_of(error)
            if fault is ProbeFault.SILENT and stream.chunks:
                fault = ProbeFault.DEADLINE
        return ChatReply(
            self.expected,
            stream=True,
            status=status,
            fault=fault,
            text="".join(stream.text),
            reasoning=stream.reasoning,
            finish=stream.finish,
            tokens=stream.tokens,
            chunks=stream.chunks,
            first_token_ms=first_ms,
            total_ms=watch.ms,
            defects=tuple(stream.defects),
            error=stream.error,
        )

    async def _taken(self, stream: ChatStream, chunks: AsyncIterator[bytes]) -> AsyncIterator[bool]:
        """For each event or line as it comes, whether it brought text."""
        decoder, take = (LineDecoder(), stream.take_line) if self.is_native else (EventDecoder(), stream.take_event)
        async for chunk in chunks:
            for piece in decoder.feed(chunk):
                yield take(piece)
        for piece in decoder.feed(b"", final=True):
            yield take(piece)


def body_of(expected: ExpectedModel, *, stream: bool) -> dict[str, Any]:
    """The request that ORBIT would send with this prompt: its parameters by their names on the wire, dots meaning nested fields."""
    body: dict[str, Any] = {"model": expected.model, "messages": [{"role": "user", "content": PROMPT}], "stream": stream}
    for name, value in expected.parameters.items():
        # what the check decides itself, whatever ORBIT's parameters hold
        if name in _OWN_FIELDS:
            continue
        place = body
        # `extra_body` is a name of OpenAI's SDK: on the wire its fields stand at the root
        *outer, last = name.removeprefix("extra_body.").split(".")
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return body


async def _refused(stream: ChatStream, head: Reply, chunks: AsyncIterator[bytes]) -> None:
    """Takes the server's message in place of a stream."""
    body = await read_whole(chunks)
    stream.error = Body.of(body).error_text
    if head.is_ok:
        stream.add_defect("it is no stream, though one was asked for")


def _unasked_stream(base: ChatReply, body: str) -> ChatReply:
    stream = ChatStream()
    # the blank line closes the last event, which a stream that breaks off leaves open
    for data in EventDecoder().feed(f"{body}\n\n".encode(), final=True):
        stream.take_event(data)
    stream.close()
    defects = ("it is a stream, though none was asked for", *stream.defects)
    return replace(base, text="".join(stream.text), finish=stream.finish, chunks=stream.chunks, error=stream.error, defects=defects)


def _native(base: ChatReply, body: Body) -> ChatReply:
    """The reply of Ollama's own API."""
    match body.value:
        case {"error": error} if error:
            return replace(base, error=body.error_text)
        case {"message": dict(message)}:
            reply = Fields(body.fields)
            tokens, finish = reply.count("eval_count"), reply.text("done_reason")
            return replace(_with_message(base, Fields(message, reply.odd), finish), tokens=tokens, defects=tuple(reply.odd))
    return replace(base, defects=("it has no `message`",))


def _openai(base: ChatReply, body: Body) -> ChatReply:
    """The reply of OpenAI's API, and how it differs from its form."""
    match body.value:
        case {"error": error} if error:
            return replace(base, error=body.error_text)
        case {"choices": [{"message": dict(message)} as choice, *_]}:
            reply = Fields(body.fields)
            if reply.value.get("object") != "chat.completion":
                reply.note("`object` is not `chat.completion`")
            if message.get("role") != "assistant":
                reply.note("`role` is not `assistant`")
            finish = Fields(choice, reply.odd).text("finish_reason")
            heard = _with_message(base, Fields(message, reply.odd), finish)
            if not choice.get("finish_reason"):
                reply.note("it has no `finish_reason`")
            tokens = completion_tokens(reply)
            return replace(heard, tokens=tokens, defects=tuple(reply.odd))
    return replace(base, defects=("it has no `choices[0].message`",))


def _with_message(base: ChatReply, message: Fields, finish: str | None) -> ChatReply:
    return replace(base, text=message.text("content") or "", reasoning=has_reasoning(message), finish=finish)


def state_of(reply: ChatReply) -> CheckState:
    """How the check ended."""
    if reply.fault in NOT_CHECKED and not reply.chunks:
        return CheckState.UNCHECKED
    is_good = reply.status == 200 and not reply.error and bool(reply.text)
    return CheckState.OK if is_good and reply.fault in (None, ProbeFault.DEADLINE) else CheckState.FAILED


def describe(reply: ChatReply) -> str:
    """What came, for people."""
    if reply.fault is ProbeFault.DEADLINE and reply.chunks:
        return f"{reply.chunks} pieces of text, still going on at the deadline"
    if reply.fault:
        return reply.fault.value
    if reply.status != 200:
        return f"{reply.status} {reply.error}".strip()
    if reply.error:
        return f"an error in the stream: {reply.error}"
    if not reply.text:
        return "no text"
    parts = []
    if reply.first_token_ms is not None:
        parts.append(f"first token after {reply.first_token_ms:.0f} ms")
    if reply.tokens_per_s is not None:
        parts.append(f"{reply.tokens_per_s:.0f} tokens/s")
    if reply.finish:
        parts.append(f"finish `{reply.finish}`")
    return ", ".join(parts) or "text"
