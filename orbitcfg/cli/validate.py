"""`orbitcfg validate`."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument, option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from orbitcfg.commands.validate.answer import CachedResult, ValidateRequest
    from orbitcfg.commands.watching import Files
    from orbitcfg.report.diagnostics import Severity

_SEVERITIES = ("error", "warning", "info")
_WATCHED_FORMATS = ("full", "concise")

Paths = Annotated[
    list[str] | None,
    Argument(metavar="[PATH]...", help="Configuration folders, root files, or imported files. Without any: found upward from here."),
]
MinSeverity = Annotated[
    str | None,
    option(
        "--min-severity",
        metavar="|".join(_SEVERITIES),
        help="Show no finding that is less bad than this. [default: warning in formats for CI, else info]",
        offer=completion.words(_SEVERITIES),
    ),
]
Statistics = Annotated[bool, option("--statistics", help="Say on stderr how often each rule found something.")]
StrictEnv = Annotated[bool, option("--strict-env", help="An unset variable that something enabled needs is an error.")]
Baseline = Annotated[str | None, option("--baseline", metavar="FILE", help="Leave out the findings that this file holds.")]
WriteBaseline = Annotated[
    str | None, option("--write-baseline", metavar="FILE", help="Write all findings to this file, as known and left for later.")
]

ApplyFixes = Annotated[bool, option("--fix", help="Fix what has a safe fix, and show what is left.")]
DryRun = Annotated[bool, option("--dry-run", help="With --fix: show the changes as a diff, and write nothing.")]
Every = Annotated[bool, option("--all", help="Read the domains and template libraries of adapters that are off, too.")]
NoCache = Annotated[bool, option("--no-cache", help="With --no-env: look anew, also where nothing has changed since the last run.")]
StdinFilename = Annotated[str | None, option("--stdin-filename", metavar="FILE", help="With `-` as the path: the file whose text stdin is.")]
Watch = Annotated[bool, option("--watch", help="Look again whenever one of its files changes, until Ctrl-C.")]
UnsafeFixes = Annotated[bool, option("--unsafe-fixes", help="With --fix: also fix where something else may be meant.")]


def command(
    paths: Paths = None,
    format_name: Annotated[str | None, options.format_option("validate")] = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fail_on: options.FailOn = None,
    min_severity: MinSeverity = None,
    statistics: Statistics = False,
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
    stdin_filename: StdinFilename = None,
    watch: Watch = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Say what is wrong with a configuration, at the line that causes it.

    Touches no network and needs no secrets: a variable that is not set here counts as unknown. Exit status: 0 nothing at or above
    `--fail-on`, 1 findings, 2 no configuration, 3 a fault inside orbitcfg.
    """
    began = time.monotonic()
    paths = _paths(paths, stdin_filename)
    level = fail_on and options.option_value(fail_on, options.THRESHOLDS, "--fail-on")
    here: dict[str, Any] = {"env_files": env_file, "no_env": no_env, "orbit": orbit, "every": every, "verbose": verbose, "color": color}
    flags = {"format": format_name, "select": select, "ignore": ignore, "fail_on": level, "strict_env": strict_env, **here}
    shown = {"baseline": baseline, "min_severity": _severity(min_severity), "statistics": statistics}
    request = _request(paths, flags, shown, watch=watch)
    _refuse_nonsense(fix=fix, needs_fix=dry_run or unsafe_fixes, write_baseline=bool(write_baseline), stdin=stdin_filename is not None, watch=watch)
    if watch:
        _watch(lambda files: _request(paths, flags, shown, watch=True, files=files), in_color=request.style.color)
    if write_baseline:
        _write_baseline(request, write_baseline)
    with Waiting("reading the configuration", quiet=quiet):
        said, answer = _fixed(request, dry_run=dry_run, unsafe=unsafe_fixes) if fix else ("", _answered(request, stdin_filename, no_cache=no_cache))
    streams.note(said, quiet=quiet or not said)
    # a diff holds lines of files, none of which is a command
    streams.result(answer.output, in_color=request.style.color, has_commands=request.format_name == "github" and not dry_run)
    streams.note(answer.note + (f" {time.monotonic() - began:.2f} s" if verbose else ""), quiet=quiet)
    raise SystemExit(answer.status)


def _paths(paths: list[str] | None, stdin_filename: str | None) -> list[str] | None:
    """What is to be looked at: for `-` the file that stdin stands for."""
    if "-" not in (paths or []) and stdin_filename is None:
        return paths
    if paths != ["-"] or stdin_filename is None:
        raise UsageError("`-` reads one file from stdin: `orbitcfg validate - --stdin-filename config/inference.yaml`")
    return [stdin_filename]


def _severity(name: str | None) -> "Severity | None":
    """The severity of a name; None where none is given."""
    from orbitcfg.settings.model import threshold

    return None if name is None else threshold(options.option_value(name, _SEVERITIES, "--min-severity"))


def _request(
    paths: list[str] | None, flags: dict[str, Any], shown: dict[str, Any], *, watch: bool, files: "Files | None" = None
) -> "ValidateRequest":
    """What is asked for, with the settings of now. Raises UsageError for a format that is not to be watched."""
    from orbitcfg.commands.validate.answer import ValidateRequest

    settings = orbitcfg.load_settings(paths[0] if paths else None, files=files, **flags)
    chosen = options.chosen_format("validate", settings.format or (None if watch else settings.server_format))
    if watch and chosen not in _WATCHED_FORMATS:
        raise UsageError(f"--watch prints for people to read: use --format {' or '.join(_WATCHED_FORMATS)}")
    return ValidateRequest(paths or None, settings, chosen, options.style_of(settings), **shown)


def _answered(request: "ValidateRequest", stdin_filename: str | None, *, no_cache: bool) -> "CachedResult":
    from orbitcfg.commands.validate.answer import answer_stream, answer_validate

    if stdin_filename is None:
        return answer_validate(request, cached=request.settings.no_env and not no_cache)
    return answer_stream(request, stdin_filename, sys.stdin.buffer)


def _watch(request_now: "Callable[[Files], ValidateRequest]", *, in_color: bool) -> NoReturn:
    from orbitcfg.cli.watch import watch
    from orbitcfg.commands.validate.answer import look_validate

    watch(lambda files: look_validate(request_now(files), files), in_color=in_color)


def _write_baseline(request: "ValidateRequest", path: str) -> NoReturn:
    """Keeps the findings from warnings on, or from the severity that is asked for: what is info fails no run."""
    from orbitcfg.report.diagnostics import Severity

    least = request.min_severity or Severity.WARNING
    orbitcfg.write_baseline(orbitcfg.validate(request.paths, request.settings).at_least(least), path)
    raise SystemExit


def _fixed(request: "ValidateRequest", *, dry_run: bool, unsafe: bool) -> "tuple[str, CachedResult]":
    """What came of the fixes, in a line, and what is left after them."""
    from orbitcfg.commands.validate.answer import answer_fix

    return answer_fix(request, dry_run=dry_run, unsafe=unsafe)


def _refuse_nonsense(*, fix: bool, needs_fix: bool, write_baseline: bool, stdin: bool, watch: bool) -> None:
    if needs_fix and not fix:
        raise UsageError("--dry-run and --unsafe-fixes go with --fix")
    if fix and write_baseline:
        raise UsageError("--fix and --write-baseline do not go together: fix first, then write what is left")
    if stdin and (fix or write_baseline or watch):
        raise UsageError("what stdin holds is looked at once: leave out --fix, --write-baseline and --watch")
    if watch and (fix or write_baseline):
        raise UsageError("--watch looks and writes nothing: leave out --fix and --write-baseline")
