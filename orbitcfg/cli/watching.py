"""What a person sees while doctor runs: on a terminal the plan, and each row as it comes, with how far it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from orbitcfg.commands.doctor.checkup import Checkup, CheckupListener
from orbitcfg.commands.doctor.full import check_line, plan_text
from orbitcfg.report.style import Style

_LEFT_FREE = 2
"""Lines of a terminal for the moving line and the cursor."""


@contextmanager
def progress_listener(style: Style, *, as_json: bool, quiet: bool) -> Iterator[CheckupListener]:
    """A listener that shows on stderr what is planned and the rows as they come, where that is a terminal; all of it is gone when the result is printed."""
    if as_json or quiet or sys.stderr is None or not sys.stderr.isatty():
        yield CheckupListener()
        return
    with _Screen(style) as screen:
        yield CheckupListener(planned=screen.planned, check=lambda target, check: screen.add(target.label, check_line(check, style)))


class _Screen:
    """The plan and the rows by endpoint over a moving line, gone when the run ends."""

    def __init__(self, style: Style) -> None:
        # imported here: rich is slow to import, and only a terminal needs it
        from rich.console import Console
        from rich.live import Live

        self._style = style
        self._plan: list[str] = []
        self._rows: dict[str, list[str]] = {}
        self._done = 0
        self._live = Live(console=Console(stderr=True, no_color=not style.color, highlight=False), transient=True, auto_refresh=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._live.stop()

    def planned(self, checkup: Checkup) -> None:
        """Shows the plan."""
        self._plan = plan_text(checkup, self._style).splitlines()
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

        lines = [*self._plan, *(line for label, rows in self._rows.items() for line in (label, *rows) if rows)]
        # the latest, where there are more than the terminal has room for
        lines = lines[-max(self._live.console.height - _LEFT_FREE, 1) :]
        self._live.update(Group(*map(Text.from_ansi, lines), Spinner("dots", f"{self._done} checked")))
