"""`orbitcfg resolve`."""

from typing import Annotated, Optional

import typer

from orbitcfg.cli import options, streams
from orbitcfg.cli.outcome import FINDINGS
from orbitcfg.report.diagnostics import Report

_FORMATS = ("yaml", "json")


def command(
    path: options.PathArgument = None,
    format_name: Annotated[Optional[str], options.format_option(*_FORMATS)] = None,
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Print every value, also secret ones.")] = False,
    adapter: Annotated[Optional[str], typer.Option("--adapter", metavar="NAME", help="Only this adapter, with everything that it will use.")] = None,
    symbolic: Annotated[bool, typer.Option("--symbolic", help="Leave every `${VARIABLE}` as written: the same bytes on every machine.")] = False,
    annotate: Annotated[bool, typer.Option("--annotate", help="Say behind each value where it was written.")] = False,
    output: Annotated[Optional[str], typer.Option("--output", metavar="FILE", help="Write to a file.")] = None,
    check: Annotated[Optional[str], typer.Option("--check", metavar="FILE", help="Exit 1 where this file is not what would be written.")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    quiet: options.Quiet = False,
) -> None:
    """Print the configuration as ORBIT's loader returns it: merged, filled, presets applied.

    What a variable gave is printed as `${NAME}`, a secret that is written out as `***`, unless `--show-secrets` is given. Exit status: 0 printed, 1 ORBIT
    would not start or `--check` found a stale file, 2 no configuration.
    """
    import orbitcfg
    from orbitcfg.commands import resolve as resolve_command
    from orbitcfg.commands import summary

    settings = options.settings_of(path, env_files=env_file, no_env=no_env)
    resolution = orbitcfg.resolve(path, settings, symbolic=symbolic, adapter=adapter)
    chosen = options.chosen(format_name, _FORMATS, "--format")
    text = resolve_command.printed(resolution, chosen, show_secrets=show_secrets, annotate=annotate)
    if text is None:
        raise typer.Exit(_refused(resolution.report))
    streams.note(summary.advice(resolution.report), quiet=quiet or not summary.advice(resolution.report))
    raise typer.Exit(streams.deliver(text, output, check))


def _refused(found: Report) -> int:
    """Prints why ORBIT would not start; stdout stays empty."""
    from orbitcfg import report

    streams.note(report.render(found, "full", report.Style()).rstrip("\n"))
    return FINDINGS
