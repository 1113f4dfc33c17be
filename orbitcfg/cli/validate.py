"""`orbitcfg validate`."""

import time
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import orbitcfg
from orbitcfg.cli import options, streams
from orbitcfg.errors import UsageError

if TYPE_CHECKING:
    from orbitcfg.commands.validate.answer import CachedResult, ValidateRequest
    from orbitcfg.settings.model import Settings

_THRESHOLDS = ("error", "warning", "info", "never")

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Configuration folders, root files, or imported files. Without any: found upward from here."),
]
FailOn = Annotated[str | None, typer.Option("--fail-on", metavar="|".join(_THRESHOLDS), help="Exit 1 from this severity on. [default: error]")]
StrictEnv = Annotated[bool, typer.Option("--strict-env", help="An unset variable that something enabled needs is an error.")]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="FILE", help="Leave out the findings that this file holds.")]
WriteBaseline = Annotated[
    str | None, typer.Option("--write-baseline", metavar="FILE", help="Write all findings to this file, as known and left for later.")
]

ApplyFixes = Annotated[bool, typer.Option("--fix", help="Mend what has a safe fix, and show what is left.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --fix: show the changes as a diff, and write nothing.")]
Every = Annotated[bool, typer.Option("--all", help="Read the domains and template libraries of adapters that are off, too.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="With --no-env: look anew, also where nothing has changed since the last run.")]
UnsafeFixes = Annotated[bool, typer.Option("--unsafe-fixes", help="With --fix: also mend where something else may be meant.")]


def command(
    paths: Paths = None,
    format_name: Annotated[str | None, options.format_option("validate")] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: FailOn = None,
    strict_env: StrictEnv = False,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    every: Every = False,
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
    from orbitcfg.commands.validate.answer import ValidateRequest, answer_validate

    began = time.monotonic()
    level = fail_on and options.option_value(fail_on, _THRESHOLDS, "--fail-on")
    here: dict[str, Any] = {"env_files": env_file, "no_env": no_env, "orbit": orbit, "every": every, "verbose": verbose, "color": color}
    settings = orbitcfg.load_settings(
        paths[0] if paths else None, format=format_name, select=select, ignore=ignore, fail_on=level, strict_env=strict_env, **here
    )
    request = ValidateRequest(paths or None, settings, options.chosen_format("validate", settings.format), options.style_of(settings), baseline)
    _refuse_nonsense(fix=fix, needs_fix=dry_run or unsafe_fixes, write_baseline=bool(write_baseline))
    if write_baseline:
        _write_baseline(paths, settings, write_baseline)
    uses_cache = settings.no_env and not no_cache
    answer = _fixed(request, dry_run=dry_run, unsafe=unsafe_fixes, quiet=quiet) if fix else answer_validate(request, cached=uses_cache)
    streams.result(answer.output, in_color=request.style.color, has_commands=request.format_name == "github")
    streams.note(f"{answer.note}, {time.monotonic() - began:.2f} s", quiet=quiet)
    raise typer.Exit(answer.status)


def _write_baseline(paths: list[str] | None, settings: "Settings", path: str) -> NoReturn:
    orbitcfg.write_baseline(orbitcfg.validate(paths or None, settings), path)
    raise typer.Exit


def _fixed(request: "ValidateRequest", *, dry_run: bool, unsafe: bool, quiet: bool) -> "CachedResult":
    """What is left after fixes, whose outcome is noted."""
    from orbitcfg.commands.validate.answer import answer_fix

    note, answer = answer_fix(request, dry_run=dry_run, unsafe=unsafe)
    streams.note(note, quiet=quiet)
    return answer


def _refuse_nonsense(*, fix: bool, needs_fix: bool, write_baseline: bool) -> None:
    if needs_fix and not fix:
        raise UsageError("--dry-run and --unsafe-fixes go with --fix")
    if fix and write_baseline:
        raise UsageError("--fix and --write-baseline do not go together: mend first, then write what is left")
