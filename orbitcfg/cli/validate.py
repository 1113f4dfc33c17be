"""`orbitcfg validate`."""

import os
import time
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orbitcfg.cli import options, streams
from orbitcfg.cli.outcome import FAULT, FINDINGS, OK
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.report.diagnostics import Report
from orbitcfg.settings.model import Settings

if TYPE_CHECKING:
    from orbitcfg.lint.cache import CachedResult

_THRESHOLDS = ("error", "warning", "info", "never")
_FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")

Paths = Annotated[
    Optional[list[str]],
    typer.Argument(metavar="[PATH]...", help="Configuration folders, root files, or imported files. Without any: found upward from here."),
]
FailOn = Annotated[Optional[str], typer.Option("--fail-on", metavar="|".join(_THRESHOLDS), help="Exit 1 from this severity on. [default: error]")]
StrictEnv = Annotated[bool, typer.Option("--strict-env", help="An unset variable that something enabled needs is an error.")]
Baseline = Annotated[Optional[str], typer.Option("--baseline", metavar="FILE", help="Leave out the findings that this file holds.")]
WriteBaseline = Annotated[
    Optional[str], typer.Option("--write-baseline", metavar="FILE", help="Write all findings to this file, as known and left for later.")
]

ApplyFixes = Annotated[bool, typer.Option("--fix", help="Mend what has a safe fix, and show what is left.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --fix: show the changes as a diff, and write nothing.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="With --no-env: look anew, also where nothing has changed since the last run.")]
UnsafeFixes = Annotated[bool, typer.Option("--unsafe-fixes", help="With --fix: also mend where something else may be meant.")]


def command(
    paths: Paths = None,
    format_name: Annotated[Optional[str], options.format_option(*_FORMATS)] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: FailOn = None,
    strict_env: StrictEnv = False,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    no_cache: NoCache = False,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    fix: ApplyFixes = False,
    dry_run: DryRun = False,
    unsafe_fixes: UnsafeFixes = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Say what is wrong with a configuration, at the line that causes it.

    Touches no network and needs no secrets: a variable that is not set here counts as unknown. Exit status: 0 nothing at or above
    `--fail-on`, 1 findings, 2 no configuration, 3 a fault inside orbitcfg.
    """
    began = time.monotonic()
    settings = options.settings_of(
        paths[0] if paths else None,
        format=format_name and options.chosen(format_name, _FORMATS, "--format"),
        select=select,
        ignore=ignore,
        fail_on=fail_on and options.chosen(fail_on, _THRESHOLDS, "--fail-on"),
        strict_env=strict_env,
        env_files=env_file,
        no_env=no_env,
        verbose=verbose,
        color=color,
    )
    chosen = options.chosen(settings.format, _FORMATS, "--format")
    _refuse_nonsense(fix=fix, needs_fix=dry_run or unsafe_fixes, write_baseline=bool(write_baseline))
    if write_baseline:
        raise typer.Exit(_known_from_now_on(paths, settings, write_baseline))
    if fix:
        answer = _fixed(paths, settings, chosen, baseline, dry_run=dry_run, unsafe=unsafe_fixes, quiet=quiet)
    else:
        answer = _said(paths, settings, chosen, baseline, anew=no_cache or not settings.no_env)
    streams.result(answer.output)
    streams.note(f"{answer.note}, {time.monotonic() - began:.2f} s", quiet=quiet)
    raise typer.Exit(answer.status)


def _refuse_nonsense(*, fix: bool, needs_fix: bool, write_baseline: bool) -> None:
    if needs_fix and not fix:
        raise UsageError("--dry-run and --unsafe-fixes go with --fix")
    if fix and write_baseline:
        raise UsageError("--fix and --write-baseline do not go together: mend first, then write what is left")


def _known_from_now_on(paths: list[str] | None, settings: Settings, path: str) -> int:
    """Writes a baseline; gives the exit status."""
    import orbitcfg
    from orbitcfg.commands import validate as validate_command

    return streams.deliver(validate_command.baseline_text(orbitcfg.validate(paths or None, settings), path), path, None)


def _said(paths: list[str] | None, settings: Settings, format_name: str, baseline: str | None, *, anew: bool) -> "CachedResult":
    """What is to be said of configurations; what was said of them before, unless it is to be found `anew`."""

    def work(files: Files) -> "CachedResult":
        import orbitcfg

        return _answer(orbitcfg.validate(paths or None, settings, baseline=baseline, files=files), settings, format_name)

    if anew:
        return work(Disk())
    from orbitcfg.lint.cache import ResultCache

    cache = ResultCache.of_user(os.environ)
    request = (paths, settings, format_name, baseline, options.in_color(settings.color))
    return work(Disk()) if cache is None else cache.get_or_run(request, Disk(), work)


def _fixed(
    paths: list[str] | None, settings: Settings, format_name: str, baseline: str | None, *, dry_run: bool, unsafe: bool, quiet: bool
) -> "CachedResult":
    """Mends, and gives what is left to be said; with `dry_run` what there is, and what mending would change."""
    import orbitcfg

    outcome = orbitcfg.plan_fixes(paths or None, settings, unsafe=unsafe, baseline=baseline)
    if not dry_run:
        orbitcfg.write_fixes(outcome)
    streams.note(outcome.summary(dry_run=dry_run), quiet=quiet)
    return _answer(outcome.before, settings, format_name, outcome.diff) if dry_run else _answer(outcome.after, settings, format_name)


def _answer(found: Report, settings: Settings, format_name: str, result: str | None = None) -> "CachedResult":
    """What a report says, as it is to be printed; or another result, with the report's note and exit status."""
    from orbitcfg import report
    from orbitcfg.commands import summary
    from orbitcfg.lint.cache import CachedResult

    if result is None:
        result = report.render(found, format_name, report.Style(options.in_color(settings.color), settings.verbose))
    status = FAULT if found.crashed else FINDINGS if found.fails(settings.fail_on) else OK
    return CachedResult(result, summary.summed_up(found), status, lasting=not found.crashed)
