"""A program that is spoken to by lines over its pipes, and ended for sure with all that it started."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

MAX_OUTPUT_BYTES = 4 << 20
"""What a program may write before it is heard no more."""
_TAIL_BYTES = 4096
"""Of what it says on stderr, the last."""
_POLITE_S, _LAST_S, _POLL_S = 0.5, 0.5, 0.02


class PipedProgram:
    """A program in a group of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        """Starts it. Raises OSError where it cannot be, and ValueError where an argument can be none."""
        # a group of its own: Ctrl-C reaches orbitcfg alone, which then ends the program with all that it started
        group: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if os.name == "nt" else {"start_new_session": True}
        )
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(list(command), stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environment), cwd=folder or None, **group)  # noqa: S603
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._tail = b""
        self._is_over = False
        self._readers = [self._follow(self._listen, self._process.stdout), self._follow(self._keep, self._process.stderr)]

    def send(self, message: Mapping[str, object]) -> None:
        """Writes a line; one that nobody reads any more is lost."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self, ends_at: float) -> bytes | None:
        """The next line; None once there is no more. Raises TimeoutError where none comes until a moment of the monotonic clock."""
        try:
            return self._lines.get(timeout=max(ends_at - time.monotonic(), 0))
        except queue.Empty:
            raise TimeoutError from None

    @property
    def last_words(self) -> str:
        """The last line that it wrote to stderr."""
        self._readers[1].join(_POLITE_S)
        lines = [line.strip() for line in self._tail.decode("utf-8", "replace").splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def leave(self) -> None:
        """Lets it end by itself, as the protocol wants it, for a moment."""
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        ends_at = time.monotonic() + _POLITE_S
        while not self._is_over and not self._has_ended() and time.monotonic() < ends_at:
            time.sleep(_POLL_S)

    def end(self) -> None:
        """Ends it, and what it started; once only."""
        if self._is_over:
            return
        self._is_over = True
        if os.name == "nt":
            self._process.kill()
        else:
            # before it is waited for: its number is its own until then
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for reader in self._readers:
            reader.join(_LAST_S)
        # closing a stream that is being read would wait for ever: who keeps it open is no more of its group
        if not any(reader.is_alive() for reader in self._readers):
            for stream in filter(None, (self._process.stdin, self._process.stdout, self._process.stderr)):
                with suppress(OSError, ValueError):
                    stream.close()

    def _has_ended(self) -> bool:
        """Whether it has ended, without taking note of that, so that its number stays its own."""
        if os.name == "nt":
            return self._process.poll() is not None
        # macOS has it from Python 3.13 on: before, a moment is waited for nothing
        return hasattr(os, "waitid") and os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _follow(self, read: Any, stream: IO[bytes] | None) -> threading.Thread:
        # in threads: a pipe that nobody reads fills up and blocks the program
        reader = threading.Thread(target=read, args=(stream,), daemon=True)
        reader.start()
        return reader

    def _listen(self, stream: IO[bytes]) -> None:
        left = MAX_OUTPUT_BYTES
        while left > 0 and (line := stream.readline(left)):
            left -= len(line)
            self._lines.put(line)
        self._lines.put(None)

    def _keep(self, stream: IO[bytes]) -> None:
        # `os.read` gives what is there; `read` would wait for a whole block
        while block := os.read(stream.fileno(), 1 << 16):
            self._tail = (self._tail + block)[-_TAIL_BYTES:]
