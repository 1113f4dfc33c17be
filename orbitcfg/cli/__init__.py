"""The command line: flags to settings, one call of a command, the result to stdout, the outcome to an exit status."""

import gc
import io
import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer
from typer._click.exceptions import ClickException

import orbitcfg
from orbitcfg.cli.outcome import Program, leave
from orbitcfg.signals import Unwinding, exit_at_once

COMMANDS = (
    "validate",
    "resolve",
    "why",
    "providers",
    "diff",
    "env",
    "doctor",
    "models",
    "templates",
    "smoke",
    "use",
    "init",
    "rule",
    "schema",
    "lsp",
)
"""Each is a module of this package with a function `command`, in the order of the help."""


def program(arguments: list[str]) -> typer.Typer:
    """The program for these arguments: only the command that they name is imported, all of them where they name none."""
    app = typer.Typer(
        name="orbitcfg",
        no_args_is_help=True,
        # its tracebacks may show local values, among them secrets
        pretty_exceptions_enable=False,
        # its markup would need rich, which is slow to import
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    named = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
    for name in named:
        app.command(name=name)(import_module(f"orbitcfg.cli.{name}").command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"orbitcfg {orbitcfg.__version__}, for ORBIT {orbitcfg.orbit_here()}")
        raise typer.Exit


def _options(
    _version_wanted: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions and exit.")] = False,
) -> None:
    """The compiler and the doctor for ORBIT configurations."""


def main() -> None:
    """Runs the program and ends the process with its exit status.

    Its garbage is left to the end of the process: a run makes no cycles worth a search, and the searches cost a fifth of its time.
    """
    exit_at_once()
    gc.disable()
    leave(Program(lambda: run(sys.argv[1:]))())


def run(arguments: list[str]) -> NoReturn:
    """Runs the program for these arguments; raises SystemExit with its status, or what ends a command."""
    app = program(arguments)
    with Unwinding():
        try:
            # not typer's own mode: it would write what was typed as it is
            status = app(arguments, standalone_mode=False)
        except ClickException as error:
            _tell(error)
            status = error.exit_code
    raise SystemExit(status)


def _tell(error: ClickException) -> None:
    from orbitcfg.cli import streams

    said = io.StringIO()
    error.show(said)
    streams.note(said.getvalue().rstrip("\n"))
