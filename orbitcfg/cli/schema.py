"""`orbitcfg schema`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument, option

Name = Annotated[str | None, Argument(metavar="[NAME]", help="A schema's name. Without it: their names.", offer=completion.schemas)]


def command(
    name: Name = None,
    path: options.PathArgument = None,
    bundle: Annotated[bool, option("--bundle", help="All schemas in one file for editors, with this repository's names.")] = False,
) -> None:
    """Print the schemas of what ORBIT reads, for editors and for reading.

    With `--bundle`, the one argument is the configuration whose provider and adapter names are filled in. Exit status: 0 printed, 2 no such schema.
    """
    streams.result(orbitcfg.schema(None, path or name, bundle=True) if bundle else orbitcfg.schema(name))
