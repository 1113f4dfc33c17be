"""`orbitcfg schema`."""

from typing import Annotated

import typer

import orbitcfg
from orbitcfg.cli import options, streams


def _names(incomplete: str) -> list[str]:
    """Schema names for the shell's completion."""
    return [name for name in orbitcfg.schema().splitlines() if name.startswith(incomplete)]


Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A schema's name. Without it: their names.", autocompletion=_names)]


def command(
    name: Name = None,
    path: options.PathArgument = None,
    bundle: Annotated[bool, typer.Option("--bundle", help="All schemas in one file for editors, with this repository's names.")] = False,
) -> None:
    """Print the schemas of what ORBIT reads, for editors and for reading.

    With `--bundle`, the one argument is the configuration whose provider and adapter names are filled in. Exit status: 0 printed, 2 no such schema.
    """
    streams.result(orbitcfg.schema(None, path or name, bundle=True) if bundle else orbitcfg.schema(name))
