"""Streams of chat completions: bytes into events, and events compared with OpenAI's format. Pure."""

import codecs
import io
import re
from collections.abc import Iterator

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.shapes import Body
from orbitcfg.observed.foreign_json import Fields, text_of

DONE = "[DONE]"
MAX_PIECE = 256 * 1024
"""Characters of one event or line; what is longer comes in parts, which are no JSON."""
_REPEATED = re.compile(r"(?:data: ?)+")
_CHUNK = "chat.completion.chunk"


def _text_decoder() -> io.IncrementalNewlineDecoder:
    """UTF-8 with line feeds: it holds back half a character, and a carriage return whose line feed may follow."""
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")("replace"), translate=True)


@dataclass(slots=True)
class _Splitter:
    """Makes pieces of bytes, wherever these are cut."""

    end: str
    """What stands between two pieces."""
    ends_open: bool = False
    """Whether the last piece counts without its end."""
    _decoder: io.IncrementalNewlineDecoder = field(default_factory=_text_decoder)
    _rest: str = ""

    def feed(self, chunk: bytes, *, final: bool) -> list[str]:
        """The pieces that are complete with these bytes."""
        *pieces, self._rest = (self._rest + self._decoder.decode(chunk, final)).split(self.end)
        if len(self._rest) > MAX_PIECE or (final and self.ends_open):
            pieces, self._rest = [*pieces, self._rest], ""
        return pieces


@dataclass(slots=True)
class EventDecoder:
    """Makes the data of server-sent events of bytes, wherever these are cut."""

    _splitter: _Splitter = field(default_factory=lambda: _Splitter("\n\n"))

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[str]:
        """The events that are complete with these bytes; those of `final` are the last."""
        yield from (data for event in self._splitter.feed(chunk, final=final) if (data := _data(event)) is not None)


def _data(event: str) -> str | None:
    """The data of an event; None where it has none, as a comment. Old Shimmys wrote `data:` twice."""
    lines = [line for line in event.split("\n") if line.startswith("data:")]
    if not lines:
        return None
    return "\n".join(_REPEATED.sub("", line, count=1) for line in lines)


@dataclass(slots=True)
class LineDecoder:
    """Makes lines of bytes, wherever these are cut; blank ones are left out."""

    _splitter: _Splitter = field(default_factory=lambda: _Splitter("\n", ends_open=True))

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[str]:
        """The lines that are complete with these bytes; those of `final` are the last."""
        yield from filter(str.strip, self._splitter.feed(chunk, final=final))


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
    error_code: str = ""
    """Its code or type for that."""
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
        body = Body.of(data)
        if not isinstance(body.value, dict):
            self.add_defect("a frame is no JSON object")
            return False
        if body.value.get("error"):
            self.error = body.error_text or "an error without words"
            return False
        return self._take_chunk(Fields(body.value, self.defects))

    def _take_chunk(self, frame: Fields) -> bool:
        self.tokens = completion_tokens(frame) or self.tokens
        choices = frame.value.get("choices")
        # the frame that holds the usage has no choices; nor has Azure's first one, of its filters, which calls itself nothing
        if choices == []:
            return False
        if frame.value.get("object") != _CHUNK:
            self.add_defect(f"`object` is not `{_CHUNK}`")
        if not isinstance(choices, list):
            self.add_defect("a frame has no `choices`")
            return False
        choice = choices[0]
        delta = choice.get("delta") if isinstance(choice, dict) else None
        if not isinstance(delta, dict):
            self.add_defect("a choice has no `delta`")
            return False
        self.finish = Fields(choice, self.defects).text("finish_reason") or self.finish
        return self._take_message(Fields(delta, self.defects))

    def take_line(self, line: str) -> bool:
        """Takes one line of Ollama's own stream; gives whether it brought text."""
        body = Body.of(line)
        if not isinstance(body.value, dict):
            self.add_defect("a line is no JSON object")
            return False
        if body.value.get("error"):
            self.error = body.error_text or "an error without words"
            return False
        message, answer = body.value.get("message"), Fields(body.value, self.defects)
        if not isinstance(message, dict):
            self.add_defect("a line has no `message`")
            return False
        if body.value.get("done"):
            self.is_done, self.finish, self.tokens = True, answer.text("done_reason") or "stop", answer.count("eval_count")
        return self._take_message(Fields(message, self.defects))

    def _take_message(self, message: Fields) -> bool:
        """Takes a piece of the answer or of the thoughts before it."""
        content, reasoning = message.text("content"), has_reasoning(message)
        self.reasoning |= reasoning
        if content:
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

    @property
    def breaks_off(self) -> bool:
        """Whether text came, and neither an end nor a reason for it."""
        return self.chunks > 0 and not self.is_done and self.finish is None and not self.error

    def add_defect(self, text: str) -> None:
        """Adds a difference from the format, once."""
        if text not in self.defects:
            self.defects.append(text)


def completion_tokens(reply: Fields) -> int | None:
    """The number of tokens that the server counted; None where it counts none."""
    return reply.count("usage.completion_tokens")


def has_reasoning(message: Fields) -> bool:
    """Whether a message or a piece of one carries thoughts instead of an answer."""
    return any(text_of(message.value.get(key)) for key in ("reasoning", "reasoning_content", "thinking"))
