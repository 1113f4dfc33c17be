"""Runs the embedded engine in a child process, which may hang, crash or print nonsense without harm."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import IO, Any, Self

from orbitcfg.dataclass import dataclass, field
from orbitcfg.engine.exits import exit_reason, telling_line
from orbitcfg.engine.messages import Done, Listener, Loaded, Message, Ready, Refused, TextPiece, parse_message
from orbitcfg.observed.observation import Ending

COMMAND = (sys.executable, "-P", os.path.join(os.path.dirname(__file__), "engine.py"))
"""`-P`: neither the working directory nor the script's own folder may hold what is imported instead of the engine."""

MAX_OUTPUT_BYTES = 1 << 22
"""What a child may print before it counts as garbled."""
LOG_BYTES = 1 << 17
LAST_WORDS_S = 2.0
_POLL_S = 0.1
_TEMPLATE_ERRORS = ("Template", "Undefined")
"""How Jinja's exceptions begin."""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What to generate. `memory_limit` caps the address space; None leaves it. `chat_format` None takes the file's own template."""

    model: str
    prompt: str
    raw: bool
    context: int
    parameters: Mapping[str, object]
    memory_limit: int | None = None
    chat_format: str | None = None


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """What came of a request."""

    ending: Ending
    """How the run ended."""
    text: str = ""
    """All pieces of the answer."""
    reason: str = ""
    """Why there is no answer."""
    log: str = ""
    """The line of the engine's own log that says most about a failure."""
    ready: Ready | None = None
    """What the engine said of itself once it was imported; None where it never was."""
    loaded: Loaded | None = None
    """What it said of the loaded model; None where none was loaded."""
    done: Done | None = None
    """What it counted; None where it did not come to the end."""


@dataclass(slots=True)
class _Transcript:
    """The engine's messages so far: the pieces of its answer, and the last message of each other kind."""

    pieces: list[str] = field(default_factory=list)
    ready: Ready | None = None
    loaded: Loaded | None = None
    refused: Refused | None = None
    done: Done | None = None

    def add(self, message: Message) -> None:
        match message:
            case TextPiece(text=text):
                self.pieces.append(text)
            case Ready():
                self.ready = message
            case Loaded():
                self.loaded = message
            case Refused():
                self.refused = message
            case Done():
                self.done = message


class Child:
    """The engine's process, which starts when the `with` block is entered and is gone when it is left, however that happens."""

    def __init__(self, environment: Mapping[str, str], command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        # without it ggml starts a debugger to print where it gave up
        self._environment = {**environment, "GGML_NO_BACKTRACE": "1"}
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._log = _Tail(LOG_BYTES)
        self._readers: list[tuple[threading.Thread, IO[bytes]]] = []

    def __enter__(self) -> Self:
        # a group of its own: Ctrl-C reaches orbitcfg alone, which then ends the engine with all that it started
        groups: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if os.name == "nt" else {"start_new_session": True}
        )
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment, **groups)  # noqa: S603
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        # in threads: a pipe that nobody reads fills up and blocks the child
        for target, stream in ((self._listen, self._process.stdout), (self._log.follow, self._process.stderr)):
            reader = threading.Thread(target=target, args=(stream,), daemon=True)
            reader.start()
            self._readers.append((reader, stream))
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._kill()
        assert self._process.stdin is not None
        with suppress(OSError):  # the child was gone before it had read all
            self._process.stdin.close()
        for reader, stream in self._readers:
            reader.join(LAST_WORDS_S)
            if not reader.is_alive():  # closing a stream that is being read would wait for ever
                stream.close()

    def run(self, request: GenerationRequest, timeout_s: float, listener: Listener = lambda _: None) -> GenerationResult:
        """Sends the request and waits for its end, at most so long. The listener hears every message as it comes."""
        deadline = time.monotonic() + timeout_s
        self._send(request)
        transcript = _Transcript()
        while True:
            if time.monotonic() >= deadline:
                return self._result(Ending.TIMED_OUT, transcript, f"no end within {timeout_s:g} s")
            try:
                message = self._messages.get(timeout=_POLL_S)
            except queue.Empty:
                if self._process.poll() is None or self._has_more(deadline):
                    continue
                message = None
            if message is None:
                return self._ended(transcript, deadline)
            transcript.add(message)
            listener(message)

    def _send(self, request: GenerationRequest) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it died before: its exit status says how
            self._process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            self._process.stdin.flush()

    def _has_more(self, deadline: float) -> bool:
        """Whether a dead child's pipe may still bring something: a grandchild could keep it open for ever."""
        time.sleep(min(_POLL_S, max(deadline - time.monotonic(), 0)))
        return not self._messages.empty()

    def _ended(self, transcript: _Transcript, deadline: float) -> GenerationResult:
        """The result, once the child's output is at its end."""
        if transcript.done:
            return self._result(Ending.ANSWERED, transcript, "")
        if transcript.refused:
            return self._result(Ending.REFUSED, transcript, _refusal_text(transcript.refused))
        try:
            status = self._process.wait(min(LAST_WORDS_S, max(deadline - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            return self._result(Ending.GARBLED, transcript, "the engine closed its pipe, or filled it with something else, and did not end")
        return self._result(Ending.DIED, transcript, exit_reason(status))

    def _result(self, ending: Ending, transcript: _Transcript, reason: str) -> GenerationResult:
        log = ""
        if ending is not Ending.ANSWERED:
            self._kill()
            self._log.ended.wait(LAST_WORDS_S)
            log = telling_line(self._log.text())
        return GenerationResult(ending, "".join(transcript.pieces), reason, log, transcript.ready, transcript.loaded, transcript.done)

    def _kill(self) -> None:
        """Ends the child and whatever it started."""
        if os.name == "nt":
            self._process.kill()
        else:  # its whole group: the engine may have started helpers
            with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that is ending
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _listen(self, stream: IO[bytes]) -> None:
        """Hands over the messages of a stream; whatever else it carries is passed over, up to a limit."""
        left = MAX_OUTPUT_BYTES
        while left > 0:
            # bounded: native code may print without ever ending a line
            line = stream.readline(left)
            left -= len(line)
            if not line:
                break
            message = parse_message(line)
            if message is not None:
                self._messages.put(message)
        self._messages.put(None)


class _Tail:
    """The last bytes of a stream. `ended` is set when it has no more."""

    def __init__(self, limit: int) -> None:
        self.ended = threading.Event()
        self._limit = limit
        self._kept = b""

    def follow(self, stream: IO[bytes]) -> None:
        # `os.read` gives what is there; `read` would wait for a whole block
        while block := os.read(stream.fileno(), 1 << 16):
            self._kept = (self._kept + block)[-self._limit :]
        self.ended.set()

    def text(self) -> str:
        return self._kept.decode(errors="replace")


def _refusal_text(refused: Refused) -> str:
    """The engine's exception as a reason; of a plain one its text is enough."""
    kind, reason = refused.kind, refused.reason
    if kind.startswith(_TEMPLATE_ERRORS):
        return f"its chat template is faulty: {reason}"
    return reason if kind in ("", "ValueError", "RuntimeError") and reason else f"{kind}: {reason}".removesuffix(": ")
