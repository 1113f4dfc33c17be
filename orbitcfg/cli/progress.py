"""What a person sees beside the result of a command: progress, on a terminal only, and findings, all on stderr."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING

import orbitcfg
from orbitcfg.cli import streams
from orbitcfg.cli.waiting import Waiting
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters
from orbitcfg.settings.model import Settings

if TYPE_CHECKING:
    from orbitcfg.commands.smoke.start import Message


class Watcher(Waiting):
    """Hears the engine's messages and says on stderr what it is doing. With `stream` the text is written as it comes, on a terminal or not."""

    def __init__(self, *, stream: bool, quiet: bool) -> None:
        super().__init__(quiet=quiet)
        self._stream = stream
        self._text: streams.Pieces | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
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
                    self.end()
                self._text.add(text)


def findings(report: Report, settings: Settings, *, quiet: bool) -> None:
    """Writes the findings of a report for the person who watches."""
    if quiet or not report.diagnostics:
        return
    in_color = settings.color == "always" or (settings.color == "auto" and sys.stderr.isatty())
    streams.note(
        orbitcfg.render(
            report, "full", Style(in_color, settings.verbose, width=streams.columns(sys.stderr), encoding=streams.encoding(sys.stderr))
        ).rstrip("\n"),
        in_color=in_color,
    )
