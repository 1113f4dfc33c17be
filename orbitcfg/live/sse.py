"""Streams of chat completions: bytes into events, and events compared with OpenAI's format. Pure."""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from orbitcfg.live.shapes import count_of, error_text, parse_json, text_of

DONE = "[DONE]"
_REPEATED = re.compile(r"(?:data: ?)+")
_CHUNK = "chat.completion.chunk"


def _text_decoder() -> io.IncrementalNewlineDecoder:
    """UTF-8 with line feeds: it holds back half a character, and a carriage return whose line feed may follow."""
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)


@dataclass(slots=True)
class EventDecoder:
    """Makes the data of server-sent events of bytes, wherever these are cut."""

    _decoder: io.IncrementalNewlineDecoder = field(default_factory=_text_decoder)
    _rest: str = ""

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[str]:
        """The events that are complete with these bytes; those of `final` are the last."""
        *events, self._rest = (self._rest + self._decoder.decode(chunk, final)).split("\n\n")
        yield from (data for event in events if (data := _data(event)) is not None)


def _data(event: str) -> str | None:
    """The data of an event; None where it has none, as a comment. Old Shimmys wrote `data:` twice."""
    lines = [line for line in event.split("\n") if line.startswith("data:")]
    if not lines:
        return None
    return "\n".join(_REPEATED.sub("", line, count=1) for line in lines)


@dataclass(slots=True)
class LineDecoder:
    """Makes lines of bytes, wherever these are cut; blank ones are left out."""

    _decoder: io.IncrementalNewlineDecoder = field(default_factory=_text_decoder)
    _rest: str = ""

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[str]:
        """The lines that are complete with these bytes; those of `final` are the last."""
        *lines, self._rest = (self._rest + self._decoder.decode(chunk, final)).split("\n")
        yield from filter(str.strip, lines)


@dataclass(slots=True)
class ChatStream:
    """What a stream brought so far."""

    text: list[str] = field(default_factory=list)
    """The pieces of the answer."""
    reasoning: bool = False
    """Whether thoughts came."""
    chunks: int = 0
    """How many pieces had text."""
    finish: str | None = None
    """Why the model ended."""
    tokens: int | None = None
    """How many tokens the server counted."""
    error: str = ""
    """What the server says went wrong."""
    is_done: bool = False
    """Whether the stream came to its own end."""
    defects: list[str] = field(default_factory=list)
    """How it differs from the format, each once."""

    def take_event(self, data: str) -> bool:
        """Takes the data of one event of OpenAI's stream; gives whether it brought text."""
        if self.is_done:
            self.add_defect("it goes on after `[DONE]`")
            return False
        if data.strip() == DONE:
            self.is_done = True
            return False
        value = parse_json(data)
        if not isinstance(value, dict):
            self.add_defect("a frame is no JSON object")
            return False
        if value.get("error"):
            self.error = error_text(data) or "an error without words"
            return False
        return self._take_chunk(value)

    def _take_chunk(self, value: Mapping[str, object]) -> bool:
        if value.get("object") != _CHUNK:
            self.add_defect(f"`object` is not `{_CHUNK}`")
        self.tokens = completion_tokens(value) or self.tokens
        choices = value.get("choices")
        if not isinstance(choices, list):
            self.add_defect("a frame has no `choices`")
            return False
        # the frame that holds the usage has no choices
        if not choices:
            return False
        choice = choices[0]
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(delta, dict):
            self.add_defect("a choice has no `delta`")
            return False
        self.finish = text_of(choice.get("finish_reason")) or self.finish
        if delta.get("content") is not None and not isinstance(delta["content"], str):
            self.reasoning |= has_reasoning(delta)
            self.add_defect("`content` is no text")
            return False
        return self._take_message(delta)

    def take_line(self, line: str) -> bool:
        """Takes one line of Ollama's own stream; gives whether it brought text."""
        value = parse_json(line)
        if not isinstance(value, dict):
            self.add_defect("a line is no JSON object")
            return False
        if value.get("error"):
            self.error = error_text(line)
            return False
        message = value.get("message")
        if not isinstance(message, dict):
            self.add_defect("a line has no `message`")
            return False
        if value.get("done"):
            self.is_done, self.finish, self.tokens = True, text_of(value.get("done_reason")) or "stop", count_of(value.get("eval_count"))
        return self._take_message(message)

    def _take_message(self, message: Mapping[str, object]) -> bool:
        """Takes a piece of the answer or of the thoughts before it."""
        content, reasoning = message.get("content"), has_reasoning(message)
        self.reasoning |= reasoning
        if isinstance(content, str) and content:
            self.text.append(content)
            self.chunks += 1
        return bool(content) or reasoning

    def close(self) -> None:
        """Adds what is missing now that the stream is over."""
        if self.error:
            return
        if not self.is_done:
            self.add_defect("it ends before it is done")
        if self.finish is None:
            self.add_defect("no frame has a `finish_reason`")

    def add_defect(self, text: str) -> None:
        """Adds a difference from the format, once."""
        if text not in self.defects:
            self.defects.append(text)


def completion_tokens(value: Mapping[str, object]) -> int | None:
    """The number of tokens that the server counted; None where it counts none."""
    usage = value.get("usage")
    return count_of(usage.get("completion_tokens")) if isinstance(usage, dict) else None


def has_reasoning(message: Mapping[str, object]) -> bool:
    """Whether a message or a piece of one carries thoughts instead of an answer."""
    return any(isinstance(message.get(key), str) and message[key] for key in ("reasoning", "reasoning_content", "thinking"))
