"""Looks again whenever something has changed that the last look rests on: files, what they import, `.env`, settings."""

from collections.abc import Callable, Iterator

from orbitcfg.dataclass import dataclass
from orbitcfg.errors import UsageError
from orbitcfg.files.recording import RecordingFiles
from orbitcfg.files.store import Disk, Files
from orbitcfg.files.watch import Wait, check_watchable, wait_for_change
from orbitcfg.report.diagnostics import Diagnostic, Report

__all__ = ["Files", "Look", "Round", "rounds"]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: its report, and as it is to be printed, with a note beside it."""

    report: Report
    output: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One look, or why there was none; the file that led to it, None for the first and where time alone did; and the findings that came and went since."""

    look: Look | None
    failure: str = ""
    changed: str | None = None
    new: tuple[Diagnostic, ...] = ()
    gone: tuple[Diagnostic, ...] = ()


def rounds(look: Callable[[Files], Look], again_s: float | None = None, *, wait: Wait | None = None) -> Iterator[Round]:
    """Looks without end: anew when an answer of the disk has changed, and where that is wanted every so many seconds.

    A configuration that cannot be looked at meanwhile ends nothing. Raises UsageError where nothing can be watched here.
    """
    if wait is None:
        check_watchable()
        wait = wait_for_change
    changed: str | None = None
    before: Look | None = None
    while True:
        recorder = RecordingFiles(Disk())
        try:
            found, failure = look(recorder), ""
        except (UsageError, OSError) as error:
            found, failure = None, str(error)
        yield _round(before, found, failure, changed)
        before = found or before
        path = wait(recorder.recording, Disk(), again_s)
        changed = None if path is None else Disk().name(path)


def _round(before: Look | None, found: Look | None, failure: str, changed: str | None) -> Round:
    if before is None or found is None:
        return Round(found, failure, changed)
    old, now = ({_identity(each): each for each in look.report.counting} for look in (before, found))
    new, gone = (tuple(each for identity, each in one.items() if identity not in other) for one, other in ((now, old), (old, now)))
    return Round(found, failure, changed, new, gone)


def _identity(finding: Diagnostic) -> tuple[object, ...]:
    return finding.code, finding.severity, finding.file, finding.key, finding.message
