"""What was measured, as a table for people, as JSON, and as a row of the history."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from tests.shared import PROJECT

HISTORY = PROJECT / "docs" / "performance.md"
MARK = "<!-- history -->\n"
"""Where the newest rows go in the history."""


class Figure(NamedTuple):
    """One figure beside what is promised of it."""

    what: str
    value: float
    unit: Literal["s", "ms", "MiB", "µs/line"]
    peer: str = ""
    """What it is compared with; empty where it stands by itself."""
    peer_value: float | None = None
    bound: float | None = None
    """The most that its ratio may be, or where it has no peer its value; None where nothing is promised."""
    noise: float | None = None
    """How far the median lies above the best; None of a single run."""
    clock: Literal["wall", "cpu", ""] = "wall"

    @property
    def ratio(self) -> float | None:
        """To its peer."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def verdict(self) -> Literal["holds", "OVER", "–"]:
        """Whether what is promised holds."""
        if self.bound is None:
            return "–"
        return "holds" if (self.value if self.ratio is None else self.ratio) <= self.bound else "OVER"


HEADER = ("figure", "value", "peer", "its value", "ratio", "bound", "noise", "clock", "verdict")


def cells(figure: Figure) -> tuple[str, ...]:
    """A row of the table."""
    bound = "" if figure.bound is None else _value(figure.bound, figure.unit) if figure.ratio is None else f"{figure.bound:g} x"
    return (
        figure.what,
        _value(figure.value, figure.unit),
        figure.peer,
        "" if figure.peer_value is None else _value(figure.peer_value, figure.unit),
        "" if figure.ratio is None else f"{figure.ratio:.2f} x",
        bound,
        "" if figure.noise is None else f"{figure.noise:.0%}",
        figure.clock,
        figure.verdict,
    )


def _value(value: float, unit: str) -> str:
    return f"{value * 1000:.0f} ms" if unit == "s" and value < 1 else f"{value:.2f} s" if unit == "s" else f"{value:.0f} {unit}"


def table(figures: Iterable[Figure]) -> str:
    """All of them, in columns."""
    rows = [HEADER, *map(cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows)


def as_json(figures: Iterable[Figure]) -> str:
    """All of them, for programs."""
    return json.dumps([{**each._asdict(), "ratio": each.ratio, "verdict": each.verdict} for each in figures], indent=1, ensure_ascii=False) + "\n"


def record(figures: Sequence[Figure], path: Path = HISTORY) -> None:
    """Puts them into the history, above those of earlier commits."""
    before, mark, after = path.read_text("utf-8").partition(MARK)
    assert mark, f"{path.name} has no place for the history"
    rows = "".join(f"| {' | '.join(each)} |\n" for each in (HEADER, ("---",) * len(HEADER), *map(cells, figures)))
    path.write_text(f"{before}{mark}\n### {commit()}, {datetime.now(UTC):%Y-%m-%d}\n\n{rows}{after}", "utf-8")


def commit() -> str:
    """The commit that is measured, with a plus where the work tree has changes."""
    command = ("git", "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=9")
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()
