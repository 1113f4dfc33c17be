"""One chat completion, as ORBIT sends it, and what is odd about the reply."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from orbitcfg.live import shapes
from orbitcfg.live.http import Reply, Wire, fault_of
from orbitcfg.live.sse import Frames, Lines, StreamState, completion_tokens, has_reasoning
from orbitcfg.observed.endpoint import NOT_CHECKED, Fault, Generation, State, Target, Wanted

PROMPT = "Say hello in one short sentence."
_OWN_FIELDS = frozenset({"model", "messages", "stream"})


def body_of(wanted: Wanted, *, stream: bool) -> dict[str, Any]:
    """The request that ORBIT would send with this prompt: its parameters by their names on the wire, dots meaning nested fields."""
    body: dict[str, Any] = {"model": wanted.model, "messages": [{"role": "user", "content": PROMPT}], "stream": stream}
    for name, value in wanted.parameters.items():
        if name in _OWN_FIELDS:
            continue
        place = body
        *outer, last = name.removeprefix("extra_body.").split(".")
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return body


def path_of(target: Target) -> str:
    """Where chats go, from the base."""
    return "/api/chat" if target.protocol == "ollama" else "/chat/completions"


async def whole(wire: Wire, url: str, target: Target, wanted: Wanted, timeout_s: float) -> Generation:
    """A completion in one piece."""
    reply = await wire.post(url, body_of(wanted, stream=False), timeout_s)
    base = Generation(wanted, stream=False, status=reply.status or None, fault=reply.fault, total_ms=reply.ms)
    if not reply.is_ok:
        return _with(base, error=shapes.said(reply.body) if reply.status else reply.detail)
    if reply.is_stream:
        return _streamed_unasked(base, reply.body)
    return _judged_whole(base, reply.body, native=target.protocol == "ollama")


def _streamed_unasked(base: Generation, body: str) -> Generation:
    state = StreamState()
    for data in Frames().fed(body + "\n\n"):
        state.take(data)
    state.ended()
    defects = ("it is a stream, though none was asked for", *state.defects)
    return _with(base, text="".join(state.text), finish=state.finish, chunks=state.chunks, error=state.error, defects=defects)


def _judged_whole(base: Generation, body: str, *, native: bool) -> Generation:
    value = shapes.parsed_json(body)
    if isinstance(value, dict) and value.get("error"):
        return _with(base, error=shapes.said(body))
    message = shapes.at(value, "message") if native else _message(value)
    if not isinstance(value, dict) or not isinstance(message, dict):
        return _with(base, defects=("it has no `message`" if native else "it has no `choices[0].message`",))
    content = message.get("content")
    finish = value.get("done_reason") if native else value["choices"][0].get("finish_reason")
    return _with(
        base,
        text=content if isinstance(content, str) else "",
        reasoning=has_reasoning(message),
        finish=finish if isinstance(finish, str) else None,
        tokens=value.get("eval_count") if native else completion_tokens(value),
        defects=() if native else tuple(_defects(value, message)),
    )


def _message(value: Any) -> Any:
    match value:
        case {"choices": [{"message": message}, *_]}:
            return message
    return None


def _defects(value: Mapping[str, Any], message: Mapping[str, Any]) -> list[str]:
    defects = []
    if value.get("object") != "chat.completion":
        defects.append("`object` is not `chat.completion`")
    if message.get("role") != "assistant":
        defects.append("`role` is not `assistant`")
    if not isinstance(message.get("content"), str | None):
        defects.append("`content` is no text")
    if not value["choices"][0].get("finish_reason"):
        defects.append("it has no `finish_reason`")
    return defects


async def streamed(wire: Wire, url: str, target: Target, wanted: Wanted, timeout_s: float) -> Generation:
    """A completion in pieces. Where the time runs out while text comes, it counts as what came."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    state, first, status, fault = StreamState(), None, None, None
    said = ""
    try:
        async with asyncio.timeout(timeout_s), wire.stream(url, body_of(wanted, stream=True)) as (head, texts):
            status = head.status
            if head.is_ok and (head.is_stream or target.protocol == "ollama"):
                cut, take = (Lines(), state.take_line) if target.protocol == "ollama" else (Frames(), state.take)
                async for text in texts:
                    for piece in cut.fed(text):
                        if take(piece) and first is None:
                            first = (loop.time() - began) * 1000
                state.ended()
            else:
                said = await _said(texts)
                _note_kind(state, head)
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        fault = fault_of(error)
        if fault is Fault.SILENT and state.chunks:
            fault = Fault.DEADLINE
    return Generation(
        wanted,
        stream=True,
        status=status,
        fault=fault,
        text=wire.scrubbed("".join(state.text)),
        reasoning=state.reasoning,
        finish=state.finish,
        tokens=state.tokens,
        chunks=state.chunks,
        first_token_ms=first,
        total_ms=(loop.time() - began) * 1000,
        defects=tuple(state.defects),
        error=wire.scrubbed(state.error or shapes.said(said)),
    )


async def _said(texts: Any) -> str:
    parts = [text async for text in texts]
    return "".join(parts)[:4096]


def _note_kind(state: StreamState, head: Reply) -> None:
    if head.is_ok:
        state.defect("it is no stream, though one was asked for")


def _with(base: Generation, **values: Any) -> Generation:
    return replace(base, **values)


def with_life(generation: Generation, *, alive: bool) -> Generation:
    """The generation with what came of asking the server once more."""
    return replace(generation, alive_after=alive)


def state_of(generation: Generation) -> State:
    """How the check ended."""
    if generation.fault in NOT_CHECKED and not generation.chunks:
        return State.UNCHECKED
    is_good = generation.status == 200 and not generation.error and bool(generation.text)
    return State.OK if is_good and generation.fault in (None, Fault.DEADLINE) else State.FAILED


def told(generation: Generation) -> str:
    """What came, in words."""
    if generation.fault is Fault.DEADLINE and generation.chunks:
        return f"{generation.chunks} pieces of text, still going on at the deadline"
    if generation.fault:
        return generation.fault.value
    if generation.status != 200:
        return f"{generation.status} {generation.error}".strip()
    if generation.error:
        return f"an error in the stream: {generation.error}"
    if not generation.text:
        return "no text"
    parts = []
    if generation.first_token_ms is not None:
        parts.append(f"first token after {generation.first_token_ms:.0f} ms")
    if generation.tokens_per_s is not None:
        parts.append(f"{generation.tokens_per_s:.0f} tokens/s")
    if generation.finish:
        parts.append(f"finish `{generation.finish}`")
    return ", ".join(parts) or "text"
