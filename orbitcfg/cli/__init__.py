"""The command line: flags to settings, one call into `app`, the result to stdout, the outcome to an exit status."""

from typing import Annotated

import typer

from orbitcfg.cli import resolve, rule, validate, why
from orbitcfg.cli.outcome import Program

app = typer.Typer(
    name="orbitcfg",
    help="The compiler and the doctor for ORBIT configurations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (validate, resolve, why, rule):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)


def _version(asked: bool) -> None:
    if asked:
        from orbitcfg import __version__
        from orbitcfg.app import ORBIT_VERSION

        typer.echo(f"orbitcfg {__version__}, for ORBIT {ORBIT_VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    _asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions and exit.")] = False,
) -> None:
    """The compiler and the doctor for ORBIT configurations."""


def main() -> None:
    """Runs the program and ends the process with its exit status."""
    raise SystemExit(Program(app)())
