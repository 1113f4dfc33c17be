"""`orbitcfg diff`."""

from typing import Annotated

import typer

import orbitcfg
from orbitcfg.cli import options, streams
from orbitcfg.errors import ExitStatus

Base = Annotated[str, typer.Argument(metavar="BASE", help="The older side: a folder, a root file, or else a git revision.")]
Head = Annotated[str | None, typer.Argument(metavar="[HEAD]", help="The newer side, likewise. Without it: the working tree.")]
Inside = Annotated[
    str | None,
    typer.Argument(
        metavar="[PATH]", help="The configuration's folder or root file, in the working tree and in revisions. Without it: found upward from here."
    ),
]


def command(
    base: Base,
    head: Head = None,
    path: Inside = None,
    format_name: Annotated[str | None, options.format_option("diff")] = None,
    orbit: options.OrbitOption = None,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Say what ORBIT will do otherwise: adapters by provider, then every other key, each with the line that decides it.

    Revisions are read from git's objects, nothing is checked out. Placeholders stay as they are written, no variable is looked up, secrets are masked. What only
    moves to another file or line is no difference. Exit status: 0 equal, 1 they differ, 2 a side cannot be read.
    """
    settings = orbitcfg.load_settings(path, format=format_name, orbit=orbit, color=color)
    chosen = options.chosen_format("diff", settings.format)
    found = orbitcfg.diff(base, head, path, settings)
    for line in found.notes:
        streams.note(line, quiet=quiet)
    style = options.style_of(settings)
    streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    raise typer.Exit(ExitStatus.OK if found.is_empty else ExitStatus.FINDINGS)
