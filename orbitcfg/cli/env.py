"""`orbitcfg env`."""

from typing import Annotated

import orbitcfg
from orbitcfg.cli import options, streams
from orbitcfg.cli.parameters import option
from orbitcfg.cli.waiting import Waiting
from orbitcfg.errors import ExitStatus

WriteExample = Annotated[
    str | None,
    option("--write-example", metavar="FILE", help="Add to this file, such as `env.example`, what it lacks; what it holds stays as it is."),
]


def command(
    path: options.PathArgument = None,
    write_example: WriteExample = None,
    format_name: Annotated[str | None, options.format_option("env")] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    orbit: options.OrbitOption = None,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """List every variable: where it is used, its default, who needs it, and whether and by what it is set here. Values are never shown.

    Exit status: 0 printed, 1 a file of the configuration cannot be read, so that variables may be missing, 2 no configuration.
    """
    settings = orbitcfg.load_settings(path, format=format_name, env_files=env_file, no_env=no_env, orbit=orbit, color=color)
    chosen = options.chosen_format("env", settings.format)
    with Waiting("reading the configuration", quiet=quiet):
        found = orbitcfg.env(path, settings)
    streams.verdict(found.verdict, quiet=quiet)
    for line in found.notes:
        streams.note(line, quiet=quiet)
    if write_example is None:
        style = options.style_of(settings)
        streams.result(orbitcfg.render(found, chosen, style), in_color=style.color)
    else:
        for line in orbitcfg.write_example(found, write_example).describe(write_example):
            streams.note(line, quiet=quiet)
    raise SystemExit(ExitStatus.FINDINGS if found.unread else ExitStatus.OK)
