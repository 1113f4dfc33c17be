"""`orbitcfg init`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument, option

Folder = Annotated[str, Argument(metavar="[FOLDER]", help="An empty folder, or a new one. Without it: here.")]
Provider = Annotated[
    str | None,
    option("--provider", metavar="NAME", help="Who answers. Without it: what is found on this machine.", offer=completion.vendors),
]
Model = Annotated[str | None, option("--model", metavar="NAME", help="The model. Without it: the first that is found.")]
DryRun = Annotated[bool, option("--dry-run", help="Show the files, and write nothing.")]


def command(
    folder: Folder = ".",
    provider: Provider = None,
    model: Model = None,
    dry_run: DryRun = False,
    format_name: Annotated[str | None, options.format_option("init")] = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a small complete configuration that starts, with what is found on this machine as its default.

    Servers on this machine are asked for their models, and no others. Exit status: 0 done, 2 the folder is not empty, no such provider, no model.
    """
    chosen = options.chosen_format("init", format_name)
    found = orbitcfg.init(folder, provider=provider, model=model)
    if not dry_run:
        orbitcfg.write_init(found)
    if dry_run or chosen == "json":
        streams.result(orbitcfg.render(found, chosen))
    streams.note(found.summary_line(dry_run=dry_run), quiet=quiet)
