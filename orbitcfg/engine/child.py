"""Runs the embedded engine in a child process that can hang, crash or talk nonsense without harm."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import IO, Any, Self

from orbitcfg.engine.exits import cause, telling_line
from orbitcfg.observed.observation import Ending

COMMAND = (sys.executable, "-P", os.path.join(os.path.dirname(__file__), "engine.py"))
"""`-P`: neither the working directory nor the script's own folder may hold what is imported instead of the engine."""

RECORD = b"\x1e"
MAX_OUTPUT_BYTES = 1 << 22
"""What a child may say before it counts as garbled."""
LOG_BYTES = 1 << 17
LAST_WORDS_S = 2.0
_POLL_S = 0.1
_TEMPLATE_ERRORS = ("Template", "Undefined")
"""How Jinja's exceptions begin."""

Listener = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to generate. `memory_limit` caps the address space; None leaves it."""

    model: str
    prompt: str
    raw: bool
    context: int
    parameters: Mapping[str, object]
    memory_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request. `messages` holds the last message of each kind, `text` all pieces of the answer."""

    ending: Ending
    text: str = ""
    reason: str = ""
    log: str = ""
    messages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Child:
    """The engine's process, which starts when the `with` block is entered and is gone when it is left, however that happens."""

    def __init__(self, environment: Mapping[str, str], command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._environment = {**environment, "GGML_NO_BACKTRACE": "1"}
        self._records: queue.Queue[bytes | None] = queue.Queue()
        self._log = _Tail(LOG_BYTES)
        self._readers: list[tuple[threading.Thread, IO[bytes]]] = []

    def __enter__(self) -> Self:
        groups: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if os.name == "nt" else {"start_new_session": True}
        )
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment, **groups)  # noqa: S603
        assert self._process.stdout is not None
        assert self._process.stderr is not None
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

    def run(self, request: Request, timeout_s: float, listener: Listener = lambda _message: None) -> Outcome:
        """Sends the request and waits for its end, at most so long. The listener hears every message as it comes."""
        deadline = time.monotonic() + timeout_s
        self._send(request)
        messages: dict[str, Mapping[str, Any]] = {}
        pieces: list[str] = []
        while True:
            if time.monotonic() >= deadline:
                return self._outcome(Ending.TIMED_OUT, pieces, messages, f"no end within {timeout_s:g} s")
            try:
                record = self._records.get(timeout=_POLL_S)
            except queue.Empty:
                if self._process.poll() is None or self._has_more(deadline):
                    continue
                record = None
            if record is None:
                return self._ended(pieces, messages, deadline)
            message = _message(record)
            messages[message["event"]] = message
            if message["event"] == "text":
                pieces.append(str(message["text"]))
            listener(message)

    def _send(self, request: Request) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it died before; how, is told by its exit status
            self._process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            self._process.stdin.flush()

    def _has_more(self, deadline: float) -> bool:
        """Whether a dead child's pipe may still bring something: a grandchild could keep it open for ever."""
        time.sleep(min(_POLL_S, max(deadline - time.monotonic(), 0)))
        return not self._records.empty()

    def _ended(self, pieces: list[str], messages: Mapping[str, Mapping[str, Any]], deadline: float) -> Outcome:
        """The outcome, once the child says nothing any more."""
        if "done" in messages:
            return self._outcome(Ending.ANSWERED, pieces, messages, "")
        if "refused" in messages:
            return self._outcome(Ending.REFUSED, pieces, messages, _refusal(messages["refused"]))
        try:
            status = self._process.wait(min(LAST_WORDS_S, max(deadline - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            return self._outcome(Ending.GARBLED, pieces, messages, "the engine closed its pipe, or filled it with something else, and did not end")
        return self._outcome(Ending.DIED, pieces, messages, cause(status))

    def _outcome(self, ending: Ending, pieces: list[str], messages: Mapping[str, Mapping[str, Any]], reason: str) -> Outcome:
        failed = ending is not Ending.ANSWERED
        if failed:
            self._kill()
            self._log.ended.wait(LAST_WORDS_S)
        return Outcome(ending, "".join(pieces), reason, telling_line(self._log.text()) if failed else "", messages)

    def _kill(self) -> None:
        """Ends the child and whatever it started."""
        if os.name == "nt":
            self._process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that is ending
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _listen(self, stream: IO[bytes]) -> None:
        """Hands over the messages of a stream; whatever else it carries is passed over, up to a limit."""
        left = MAX_OUTPUT_BYTES
        while left > 0:
            line = stream.readline(left)
            left -= len(line)
            if not line:
                break
            if line.startswith(RECORD) and _is_message(line):
                self._records.put(line)
        self._records.put(None)


class _Tail:
    """The last bytes of a stream. `ended` is set when it has no more."""

    def __init__(self, limit: int) -> None:
        self.ended = threading.Event()
        self._limit = limit
        self._kept = b""

    def follow(self, stream: IO[bytes]) -> None:
        while block := os.read(stream.fileno(), 1 << 16):
            self._kept = (self._kept + block)[-self._limit :]
        self.ended.set()

    def text(self) -> str:
        return self._kept.decode(errors="replace")


def _refusal(message: Mapping[str, Any]) -> str:
    """The engine's exception in words; of a plain one its text is enough."""
    kind, reason = str(message.get("kind", "")), str(message["reason"])
    if kind.startswith(_TEMPLATE_ERRORS):
        return f"its chat template is faulty: {reason}"
    return reason if kind in ("", "ValueError", "RuntimeError") and reason else f"{kind}: {reason}".removesuffix(": ")


def _message(record: bytes) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(record[len(RECORD) :])
    return message


def _is_message(line: bytes) -> bool:
    """Whether a line is a message that has what messages of its kind have."""
    try:
        message = _message(line)
    except (ValueError, RecursionError):
        return False
    match message:
        case {"event": "text", "text": str()} | {"event": "refused", "reason": str()} | {"event": "ready" | "loaded" | "done"}:
            return True
    return False
