"""`orbitcfg why`."""

import sys
from typing import Annotated

import orbitcfg
from orbitcfg.cli import completion, options, streams
from orbitcfg.cli.parameters import Argument
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus
from orbitcfg.report.style import Style

Key = Annotated[str, Argument(metavar="KEYPATH", help="Such as `general.port` or `adapters[simple-chat].model`.", offer=completion.key_paths)]


def command(
    key: Key,
    path: options.PathArgument = None,
    format_name: Annotated[str | None, options.format_option("why")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
) -> None:
    """Say why a value is what it is: where it was written, what it overrode, which variable, default or preset made it.

    The newest step comes first. Exit status: 0 printed, 1 the root file gives no configuration, 2 no such key or no configuration.
    """
    settings = orbitcfg.load_settings(path, env_files=env_file, no_env=no_env, orbit=orbit)
    with Waiting("reading the configuration", quiet=False):
        found = orbitcfg.why(key, path, settings)
    if isinstance(found, orbitcfg.Report):
        streams.note(orbitcfg.render(found, "full", streams.note_style()).rstrip("\n"))
        raise SystemExit(ExitStatus.FINDINGS)
    streams.result(
        orbitcfg.render(
            found, options.chosen_format("why", format_name), Style(width=options.terminal_width(), encoding=streams.encoding(sys.stdout))
        )
    )
