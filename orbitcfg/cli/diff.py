"""`orbitcfg diff`."""

from typing import Annotated, NoReturn

import orbitcfg
from orbitcfg.cli import options, streams
from orbitcfg.cli.parameters import Argument, option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus, UsageError

Base = Annotated[
    str | None,
    Argument(metavar="BASE", help="The older side: a folder, a root file, or else a git revision. With `--upgrade`: the configuration."),
]
Head = Annotated[str | None, Argument(metavar="[HEAD]", help="The newer side, likewise. Without it: the working tree.")]
Inside = Annotated[
    str | None,
    Argument(
        metavar="[PATH]", help="The configuration's folder or root file, in the working tree and in revisions. Without it: found upward from here."
    ),
]
Upgrade = Annotated[
    str | None,
    option("--upgrade", metavar="A..B", help="Compare two releases of ORBIT instead, such as `2.11.0..2.15.9`: what they make of the configuration."),
]


def command(
    base: Base = None,
    head: Head = None,
    path: Inside = None,
    format_name: Annotated[str | None, options.format_option("diff")] = None,
    upgrade: Upgrade = None,
    orbit: options.OrbitOption = None,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """Say what ORBIT will do differently: adapters by provider, then every other key, each with the line that decides it.

    Revisions are read from git's objects, nothing is checked out. Placeholders stay as they are written, no variable is looked up, secrets are masked. What only
    moves to another file or line is no difference. Exit status: 0 equal, 1 they differ, 2 a side cannot be read.
    """
    if upgrade is not None:
        _upgrade(upgrade, base, head, format_name, orbit, color, verbose=verbose)
    if base is None:
        raise UsageError("name the older side: a folder, a root file or a git revision; or two releases of ORBIT with `--upgrade`")
    settings = orbitcfg.load_settings(path, format=format_name, orbit=orbit, color=color)
    chosen = options.chosen_format("diff", settings.format)
    with Waiting("comparing", quiet=quiet):
        found = orbitcfg.diff(base, head, path, settings)
    for line in found.notes:
        streams.note(line, quiet=quiet)
    style = options.style_of(settings)
    streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    streams.note(f"for ORBIT {found.now.config.orbit}", quiet=quiet)
    raise SystemExit(ExitStatus.OK if found.is_empty else ExitStatus.FINDINGS)


def _upgrade(
    releases: str, path: str | None, more: str | None, format_name: str | None, orbit: str | None, color: str | None, *, verbose: bool
) -> NoReturn:
    """Compares two releases, and ends the command."""
    if more is not None:
        raise UsageError("--upgrade compares two releases for one configuration: name one path at most")
    settings = orbitcfg.load_settings(path, format=format_name, orbit=orbit, verbose=verbose, color=color)
    chosen = options.chosen_format("upgrade", settings.format)
    with Waiting("comparing the releases", quiet=False):
        found = orbitcfg.upgrade(releases, path, settings)
    style = options.style_of(settings)
    streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    raise SystemExit(ExitStatus.OK if found.is_empty else ExitStatus.FINDINGS)
