"""What a person sees while doctor runs: the plan, and on a terminal each row as it comes, with how far it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from orbitcfg.cli import streams
from orbitcfg.commands.doctor.checkup import Checkup, CheckupListener
from orbitcfg.commands.doctor.full import check_line, plan_text
from orbitcfg.report.style import Style


@contextmanager
def progress_listener(style: Style, *, as_json: bool, quiet: bool) -> Iterator[CheckupListener]:
    """A listener that prints the plan before the run, unless JSON is wanted; on a terminal it shows the rows as they come until the result stands there."""
    if as_json:
        yield CheckupListener()
        return
    if quiet or not sys.stdout.isatty():
        yield CheckupListener(planned=lambda checkup: streams.result(plan_text(checkup, style)))
        return
    with _Screen(style) as screen:
        yield CheckupListener(planned=screen.planned, check=lambda target, check: screen.add(target.label, check_line(check, style)))


class _Screen:
    """Rows by endpoint under a moving line, gone when the run ends."""

    def __init__(self, style: Style) -> None:
        # imported here: rich is slow to import, and only a terminal needs it
        from rich.console import Console
        from rich.live import Live

        self._style = style
        self._rows: dict[str, list[str]] = {}
        self._done = 0
        self._live = Live(console=Console(no_color=not style.color, highlight=False), transient=True, auto_refresh=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._live.stop()

    def planned(self, checkup: Checkup) -> None:
        """Prints the plan above the moving part."""
        from rich.text import Text

        self._live.console.print(Text.from_ansi(plan_text(checkup, self._style)))
        self._rows = {target.label: [] for target in checkup.targets}
        self._show()

    def add(self, endpoint: str, line: str) -> None:
        """Adds a check to those of an endpoint."""
        self._rows.setdefault(endpoint, []).append(line)
        self._done += 1
        self._show()

    def _show(self) -> None:
        from rich.console import Group
        from rich.spinner import Spinner
        from rich.text import Text

        lines = [line for label, rows in self._rows.items() for line in (label, *rows) if rows]
        self._live.update(Group(*map(Text.from_ansi, lines), Spinner("dots", f"{self._done} checked")))
