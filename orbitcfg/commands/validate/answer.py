"""What `validate` prints: a new result, or the kept one while nothing has changed. The rules are imported only for a new one."""

import os
from collections.abc import Sequence

from orbitcfg.commands.formats import BY_REPOSITORY, render
from orbitcfg.commands.summary import result_line, statistics, summary_line
from orbitcfg.dataclass import dataclass
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.printed import CachedResult
from orbitcfg.report.diagnostics import Report, Severity
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

    from orbitcfg.commands.watching import Look

__all__ = ["CachedResult", "ValidateRequest", "answer_fix", "answer_stream", "answer_validate", "look_validate"]


_FOR_CI = ("sarif", "github", "gitlab", "junit")
"""Formats whose findings become annotations, alerts and failed tests, each for a person to look at."""


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What is to be validated, and how it is to be printed."""

    paths: Sequence[str] | None
    settings: Settings
    format_name: str
    style: Style
    baseline: str | None = None
    min_severity: Severity | None = None
    """Findings below are left out; None: info from what machines read, where `verbose` does not ask for it."""
    statistics: bool = False
    """Whether to note how often each rule found something."""

    @property
    def least(self) -> Severity:
        """The severity from which on findings are printed."""
        if self.min_severity is not None:
            return self.min_severity
        return Severity.WARNING if self.format_name in _FOR_CI and not self.style.verbose else Severity.INFO


def answer_validate(request: ValidateRequest, *, cached: bool) -> CachedResult:
    """What `validate` says; with `cached` what it said before, while the files and orbitcfg itself are as they were then."""

    def work(files: Files) -> CachedResult:
        return _answer(request, _validated(request, files), files)

    if not cached:
        return work(Disk())
    from orbitcfg.lint.cache import ResultCache  # with what digests and signs

    cache = ResultCache.of_user(os.environ)
    return work(Disk()) if cache is None else cache.get_or_run(request, Disk(), work)


def answer_stream(request: ValidateRequest, name: str, stream: "IO[bytes]") -> CachedResult:
    """What `validate` says of a text that stands for what a file holds."""
    from orbitcfg.files.overlay import Overlay
    from orbitcfg.limits import MAX_FILE_BYTES

    # one byte more than a file may have, so that one that is too long is told as that
    files = Overlay(Disk(), {Disk().realpath(name): stream.read(MAX_FILE_BYTES + 1)})
    return _answer(request, _validated(request, files), files)


def look_validate(request: ValidateRequest, files: Files) -> "Look":
    """What `validate` says now, to be compared with what it says later."""
    from orbitcfg.commands.watching import Look

    report = _validated(request, files)
    return Look(report, render(report.at_least(request.least), request.format_name, request.style), _note(request, report))


def _validated(request: ValidateRequest, files: Files) -> Report:
    # imported here: a kept result needs no rules
    from orbitcfg.commands.validate.command import validate

    return validate(request.paths, request.settings, baseline=request.baseline, files=files)


def answer_fix(request: ValidateRequest, *, dry_run: bool, unsafe: bool) -> tuple[str, CachedResult]:
    """Fixes what can be fixed; gives a line about that, and what is left. With `dry_run` nothing is written, and the changes are the result."""
    from orbitcfg.commands.validate.fixes import plan_fixes, write_fixes

    outcome = plan_fixes(request.paths, request.settings, unsafe=unsafe, baseline=request.baseline)
    if dry_run:
        return outcome.summary_line(dry_run=True), _answer(request, outcome.before, Disk(), outcome.diff)
    write_fixes(outcome)
    return outcome.summary_line(dry_run=False), _answer(request, outcome.after, Disk())


def _answer(request: ValidateRequest, report: Report, files: Files, text: str | None = None) -> CachedResult:
    """A report as it is to be printed; or another text, with the report's note and exit status."""
    if text is None:
        shown = report.at_least(request.least)
        shown = _named_by_repository(shown, files) if request.format_name in BY_REPOSITORY else shown
        text = render(shown, request.format_name, request.style)
    return CachedResult(
        text, _note(request, report), request.settings.policy.status(report), lasting=not report.crashed and not _rests_on_code(report)
    )


def _note(request: ValidateRequest, report: Report) -> str:
    """What is noted beside the result: what was found, with `verbose` behind what was looked at."""
    lines = [statistics(report.at_least(request.least))] if request.statistics else []
    if request.style.verbose:
        lines.append(summary_line(report))
    return "\n".join([*filter(None, lines), result_line(report)])


def _named_by_repository(report: Report, files: Files) -> Report:
    """The report with its files named from the root of the repository in which the command runs; those that lie outside of it by their whole path."""
    from orbitcfg.files.sandbox import is_inside, root_of
    from orbitcfg.report.renamed import renamed

    root = root_of(files, ".") or files.realpath(".")

    def name(shown: str) -> str:
        # links as they are: the server knows a file by the name in its repository
        path = os.path.normpath(os.path.join(files.realpath("."), shown))
        return (os.path.relpath(path, root) if is_inside(path, root) else path).replace(os.sep, "/")

    return renamed(report, name)


def _rests_on_code(report: Report) -> bool:
    """Whether it may rest on ORBIT's code, which is no file of the configuration and remembered by itself."""
    orbit = report.summary.orbit
    return orbit is not None and orbit.folder is not None and (not orbit.is_catalogued or orbit.known_by in ("option", "setting"))
