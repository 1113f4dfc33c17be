"""What `validate` prints: a new result, or the kept one while nothing has changed. The rules are imported only for a new one."""

import os
from collections.abc import Sequence

from orbitcfg.commands.formats import render
from orbitcfg.commands.summary import summary_line
from orbitcfg.dataclass import dataclass
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.cache import CachedResult, ResultCache
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings

__all__ = ["CachedResult", "ValidateRequest", "answer_fix", "answer_validate"]


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What is to be validated, and how it is to be printed."""

    paths: Sequence[str] | None
    settings: Settings
    format_name: str
    style: Style
    baseline: str | None = None


def answer_validate(request: ValidateRequest, *, cached: bool) -> CachedResult:
    """What `validate` says; with `cached` what it said before, while the files and orbitcfg itself are as they were then."""

    def work(files: Files) -> CachedResult:
        from orbitcfg.commands.validate.command import validate

        return _answer(request, validate(request.paths, request.settings, baseline=request.baseline, files=files))

    cache = ResultCache.of_user(os.environ) if cached else None
    return work(Disk()) if cache is None else cache.get_or_run(request, Disk(), work)


def answer_fix(request: ValidateRequest, *, dry_run: bool, unsafe: bool) -> tuple[str, CachedResult]:
    """Fixes what can be fixed; gives a line about that, and what is left. With `dry_run` nothing is written, and the changes are the result."""
    from orbitcfg.commands.validate.fixes import plan_fixes, write_fixes

    outcome = plan_fixes(request.paths, request.settings, unsafe=unsafe, baseline=request.baseline)
    if dry_run:
        return outcome.summary_line(dry_run=True), _answer(request, outcome.before, outcome.diff)
    write_fixes(outcome)
    return outcome.summary_line(dry_run=False), _answer(request, outcome.after)


def _answer(request: ValidateRequest, report: Report, text: str | None = None) -> CachedResult:
    """A report as it is to be printed; or another text, with the report's note and exit status."""
    if text is None:
        text = render(report, request.format_name, request.style)
    return CachedResult(text, summary_line(report), request.settings.policy.status(report), lasting=not report.crashed and not _rests_on_code(report))


def _rests_on_code(report: Report) -> bool:
    """Whether it may rest on ORBIT's code, which is no file of the configuration and remembered by itself."""
    orbit = report.summary.orbit
    return orbit is not None and orbit.folder is not None and (not orbit.is_catalogued or orbit.known_by in ("option", "setting"))
