"""What a person sees beside the result of `smoke` and `models`: progress, on a terminal only, and findings, all on stderr."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import orbitcfg
from orbitcfg.cli import streams
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters
from orbitcfg.settings.model import Settings

if TYPE_CHECKING:
    from orbitcfg.commands.smoke.start import Message

_TICK_S = 0.2
_ERASE = "\r\x1b[K"


class Watcher:
    """Hears the engine's messages and says on stderr what it is doing. With `stream` the text is written as it comes, on a terminal or not."""

    def __init__(self, *, stream: bool, quiet: bool) -> None:
        self._stream = stream
        self._live = sys.stderr.isatty() and not quiet
        self._doing = "reading the configuration"
        self._ended = threading.Event()
        self._began = time.monotonic()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._text: streams.Pieces | None = None

    def __enter__(self) -> Self:
        if self._live:
            self._ticker.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._leave_line()
        if self._text:
            self._text.end()

    def __call__(self, message: "Message") -> None:
        """Hears one message."""
        from orbitcfg.commands.smoke.start import Loaded, ModelChosen, TextPiece  # loaded by now: who sends messages has imported it

        match message:
            case ModelChosen(model=model, size_bytes=size):
                self._doing = f"loading {strip_control_characters(model)} ({size / 1e6:,.0f} MB)"
            case Loaded():
                self._doing = "generating"
            case TextPiece(text=text) if self._stream:
                if self._text is None:
                    self._text = streams.Pieces()
                    self._leave_line()
                self._text.add(text)

    def _tick(self) -> None:
        while not self._ended.wait(_TICK_S):
            streams.write(f"{_ERASE}{self._doing} … {time.monotonic() - self._began:.1f} s", sys.stderr)

    def _leave_line(self) -> None:
        if self._live and not self._ended.is_set():
            self._ended.set()
            self._ticker.join()
            streams.write(_ERASE, sys.stderr)


def findings(report: Report, settings: Settings, *, quiet: bool) -> None:
    """Writes the findings of a report for the person who watches."""
    if quiet or not report.diagnostics:
        return
    in_color = settings.color == "always" or (settings.color == "auto" and sys.stderr.isatty())
    streams.note(orbitcfg.render(report, "full", Style(in_color, settings.verbose)).rstrip("\n"), in_color=in_color)
