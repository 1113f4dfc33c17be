"""What a person sees while a command takes its time: what it is doing and for how long, on a terminal alone."""

import sys
import time
from types import TracebackType
from typing import Self

from orbitcfg.cli import streams

_PATIENCE_S, _TICK_S = 1.0, 0.2
"""What is done sooner needs no word."""
_ERASE = "\r\x1b[K"


class Waiting:
    """Says on stderr, on a terminal alone, what is being done and for how long, once that takes longer than a second. Nothing else may be written before its end."""

    def __init__(self, doing: str = "reading the configuration", *, quiet: bool) -> None:
        is_live = sys.stderr is not None and sys.stderr.isatty() and not quiet
        self._ticker = _Ticker(doing) if is_live else None

    def __enter__(self) -> Self:
        if self._ticker is not None:
            self._ticker.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Takes the words off, so that others may be written; for good."""
        if self._ticker is not None:
            self._ticker.end()


class _Ticker:
    """Writes the words anew until its end."""

    def __init__(self, doing: str) -> None:
        import threading  # for a terminal alone

        self._doing = doing
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self.start = self._thread.start

    def _tick(self) -> None:
        wait_s = _PATIENCE_S
        while not self._ended.wait(wait_s):
            wait_s = _TICK_S
            streams.write(f"{_ERASE}{self._doing} … {time.monotonic() - self._began:.1f} s", sys.stderr)

    def end(self) -> None:
        """Takes the words off, once."""
        if not self._ended.is_set():
            self._ended.set()
            self._thread.join()
            if time.monotonic() - self._began > _PATIENCE_S:
                streams.write(_ERASE, sys.stderr)
