"""One chat completion, as ORBIT sends it, and what is odd about the reply."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.live.http import FAULTS, HttpClient, Reply, fault_of, read_whole
from orbitcfg.live.shapes import Body
from orbitcfg.live.sse import ChatStream, EventDecoder, LineDecoder, completion_tokens, has_reasoning
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.check import CheckState, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.foreign_json import Fields
from orbitcfg.observed.probe import ChatReply
from orbitcfg.plural import counted

PROMPT = "Say hello in one short sentence."
_OWN_FIELDS = frozenset({"model", "messages", "stream"})

MAX_TOKENS = 16
"""What is asked for at most: enough to hear that a model speaks."""

_EVENT = re.compile(r"\s*(?:data|event|id|retry)?:")
"""How a stream of events begins."""

_LIMITS = ("max_tokens", "max_completion_tokens", "max_new_tokens")
"""The names of the longest answer on the wire."""

_STREAM_SHARE = 1 / 3
"""How much of the time that is left a stream may go on for, once it is seen to work: the rest belongs to the chats after it."""


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
        body, is_short = self._body(stream=False)
        reply = await self.client.post(self.url, body, self.timeout_s)
        fault = _own(reply.fault)
        base = ChatReply(self.expected, stream=False, status=reply.status or None, fault=fault, total_ms=reply.ms, is_short=is_short)
        if not reply.is_ok:
            return replace(base, error=reply.body.error_text if reply.status else reply.detail, error_code=reply.body.error_code)
        if reply.is_stream:
            return _unasked_stream(base, reply.body.text)
        return _native(base, reply.body) if self.is_native else _openai(base, reply.body)

    async def streamed(self) -> ChatReply:
        """A completion in pieces. It is cut off once it is seen to work and has had its share of the time: then it counts as what came."""
        watch, stream = Stopwatch(), ChatStream()
        first_ms: float | None = None
        status, fault, is_unstreamed = None, None, False
        body, is_short = self._body(stream=True)
        try:
            async with asyncio.timeout(self.timeout_s) as limit, self.client.stream(self.url, body) as (head, chunks):
                status = head.status
                # Ollama's own streams have another content type than events
                if head.is_ok and (head.is_stream or self.is_native):
                    async for has_text in self._taken(stream, chunks):
                        if has_text and first_ms is None:
                            first_ms = watch.ms
                            limit.reschedule(asyncio.get_running_loop().time() + max(self.timeout_s * _STREAM_SHARE - first_ms / 1000, 0))
                    stream.close()
                else:
                    is_unstreamed = await _instead(stream, head, chunks)
        except FAULTS as error:
            fault = _own(fault_of(error))
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
            error_code=stream.error_code,
            is_short=is_short,
            is_unstreamed=is_unstreamed,
            breaks_off=fault in (None, ProbeFault.CLOSED) and stream.breaks_off,
        )

    def _body(self, *, stream: bool) -> tuple[dict[str, Any], bool]:
        """The request, and whether it asks for fewer tokens than ORBIT would."""
        body = body_of(self.expected, stream=stream)
        place = body.setdefault("options", {}) if self.is_native else body
        if not isinstance(place, dict):
            return body, False
        names = ("num_predict",) if self.is_native else [name for name in _LIMITS if name in body] or _LIMITS[:1]
        asked = [place.get(name) for name in names]
        place.update(dict.fromkeys(names, MAX_TOKENS) if not all(_is_few(each) for each in asked) else {})
        return body, not all(_is_few(each) for each in asked)

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


def _is_few(limit: object) -> bool:
    """Whether a limit of tokens is one, and no more than doctor asks for itself."""
    return isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit <= MAX_TOKENS


def _own(fault: ProbeFault | None) -> ProbeFault | None:
    """A fault of a chat: that its time is over is no fault of the server's, which may be slow."""
    return ProbeFault.DEADLINE if fault is ProbeFault.SILENT else fault


async def _instead(stream: ChatStream, head: Reply, chunks: AsyncIterator[bytes]) -> bool:
    """Takes what came in place of a stream; gives whether that is an answer which is no stream."""
    text = await read_whole(chunks)
    body = Body.of(text)
    # OpenAI's client reads events whatever the content type says
    if head.is_ok and _EVENT.match(text):
        _take_events(stream, text)
        return False
    if head.is_ok and not body.fields.get("error"):
        return True
    stream.error, stream.error_code = body.error_text, body.error_code
    return False


def _unasked_stream(base: ChatReply, body: str) -> ChatReply:
    stream = ChatStream()
    _take_events(stream, body)
    defects = ("it is a stream, though none was asked for", *stream.defects)
    return replace(base, text="".join(stream.text), finish=stream.finish, chunks=stream.chunks, error=stream.error, defects=defects)


def _take_events(stream: ChatStream, body: str) -> None:
    # the blank line closes the last event, which a stream that breaks off leaves open
    for data in EventDecoder().feed(f"{body}\n\n".encode(), final=True):
        stream.take_event(data)
    stream.close()


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
    if reply.breaks_off:
        return CheckState.FAILED
    if reply.status == 200 and not reply.error and (reply.text or (reply.reasoning and reply.is_cut)) and reply.fault in (None, ProbeFault.DEADLINE):
        return CheckState.OK
    return CheckState.UNCHECKED if reply.is_cut and not reply.error else CheckState.FAILED


def describe(reply: ChatReply) -> str:
    """What came, for people."""
    waited_s, kind = reply.total_ms / 1000, "stream" if reply.stream else "reply"
    if reply.fault is ProbeFault.DEADLINE and not reply.was_heard:
        return f"no answer after {waited_s:.0f} s, when the run's time was over: `--deadline 300` gives it more"
    if reply.breaks_off:
        return f"it breaks off after {counted(reply.chunks, 'piece')} of text"
    if reply.fault and reply.fault is not ProbeFault.DEADLINE:
        return str(reply.fault.value)
    if reply.status != 200:
        return f"{reply.status} {reply.error}".strip()
    if reply.error:
        return f"an error in the {kind}: {reply.error}"
    if reply.is_unstreamed:
        return "one whole reply, which is no stream"
    if not reply.text:
        heard = "thoughts" if reply.reasoning else "no text"
        return f"{heard} within {MAX_TOKENS} tokens" if reply.is_cut else "no text"
    return ", ".join(_pace(reply)) or "text"


def _pace(reply: ChatReply) -> Iterator[str]:
    """How the text came, and how it ended."""
    if reply.first_token_ms is not None:
        yield f"first token after {reply.first_token_ms:.0f} ms"
    if reply.fault is ProbeFault.DEADLINE:
        yield f"cut off after {counted(reply.chunks, 'piece')} of text"
    if reply.tokens_per_s is not None:
        yield f"{reply.tokens_per_s:.0f} tokens/s"
    if reply.finish:
        yield f"finish `{reply.finish}`"
