"""Server-sent events of a chat completion, compared with OpenAI's format. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from orbitcfg.live.shapes import parsed_json, said

DONE = "[DONE]"
_REPEATED = re.compile(r"(?:data: ?)+")
_CHUNK = "chat.completion.chunk"


@dataclass(slots=True)
class Frames:
    """Cuts a text that comes in pieces into the data of its events."""

    rest: str = ""

    def fed(self, text: str) -> Iterator[str]:
        """The events that are complete with this piece."""
        self.rest = (self.rest + text).replace("\r\n", "\n").replace("\r", "\n")
        while "\n\n" in self.rest:
            event, _, self.rest = self.rest.partition("\n\n")
            data = _data(event)
            if data is not None:
                yield data


def _data(event: str) -> str | None:
    """The data of an event; None where it has none, as a comment. Old Shimmys wrote `data:` twice."""
    lines = [line for line in event.split("\n") if line.startswith("data:")]
    if not lines:
        return None
    return "\n".join(_REPEATED.sub("", line, count=1) for line in lines)


@dataclass(slots=True)
class Lines:
    """Cuts a text that comes in pieces into its lines."""

    rest: str = ""

    def fed(self, text: str) -> Iterator[str]:
        """The lines that are complete with this piece."""
        *lines, self.rest = (self.rest + text).split("\n")
        yield from filter(str.strip, lines)


@dataclass(slots=True)
class StreamState:
    """What a stream said so far."""

    text: list[str] = field(default_factory=list)
    reasoning: bool = False
    chunks: int = 0
    finish: str | None = None
    tokens: int | None = None
    error: str = ""
    is_done: bool = False
    defects: list[str] = field(default_factory=list)

    def take(self, data: str) -> bool:
        """Takes the data of one event; gives whether it brought text."""
        if self.is_done:
            self.defect("it goes on after `[DONE]`")
            return False
        if data.strip() == DONE:
            self.is_done = True
            return False
        value = parsed_json(data)
        if not isinstance(value, dict):
            self.defect("a frame is no JSON object")
            return False
        if value.get("error"):
            self.error = said(data) or "an error without words"
            return False
        return self._chunk(value)

    def _chunk(self, value: dict[str, Any]) -> bool:
        if value.get("object") != _CHUNK:
            self.defect(f"`object` is not `{_CHUNK}`")
        self.tokens = completion_tokens(value) or self.tokens
        choices = value.get("choices")
        if not isinstance(choices, list):
            self.defect("a frame has no `choices`")
            return False
        if not choices:
            return False
        choice = choices[0]
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(delta, dict):
            self.defect("a choice has no `delta`")
            return False
        self.finish = choice.get("finish_reason") or self.finish
        self.reasoning |= has_reasoning(delta)
        content = delta.get("content")
        if content is not None and not isinstance(content, str):
            self.defect("`content` is no text")
            return False
        if content:
            self.text.append(content)
            self.chunks += 1
        return bool(content) or has_reasoning(delta)

    def take_line(self, line: str) -> bool:
        """Takes one line of Ollama's own stream; gives whether it brought text."""
        value = parsed_json(line)
        if not isinstance(value, dict):
            self.defect("a line is no JSON object")
            return False
        if value.get("error"):
            self.error = said(line)
            return False
        message = value.get("message")
        if not isinstance(message, dict):
            self.defect("a line has no `message`")
            return False
        if value.get("done"):
            self.is_done, self.finish, self.tokens = True, value.get("done_reason") or "stop", value.get("eval_count")
        self.reasoning |= has_reasoning(message)
        content = message.get("content")
        if isinstance(content, str) and content:
            self.text.append(content)
            self.chunks += 1
        return bool(content) or has_reasoning(message)

    def ended(self) -> None:
        """Notes what is missing now that the stream is over."""
        if self.error:
            return
        if not self.is_done:
            self.defect("it ends before it is done")
        if self.finish is None:
            self.defect("no frame has a `finish_reason`")

    def defect(self, text: str) -> None:
        """Notes a difference from the format, once."""
        if text not in self.defects:
            self.defects.append(text)


def completion_tokens(value: Any) -> int | None:
    """The number of tokens that the server counted; None where it counts none."""
    usage = value.get("usage") if isinstance(value, dict) else None
    number = usage.get("completion_tokens") if isinstance(usage, dict) else None
    return number if isinstance(number, int) and number > 0 else None


def has_reasoning(message: dict[str, Any]) -> bool:
    """Whether a message or a piece of one carries thoughts instead of an answer."""
    return any(isinstance(message.get(key), str) and message[key] for key in ("reasoning", "reasoning_content", "thinking"))
