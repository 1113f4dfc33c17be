"""`orbitcfg env`."""

from typing import Annotated, Optional

import typer

from orbitcfg.cli import options, streams
from orbitcfg.cli.outcome import FINDINGS, OK

_FORMATS = ("full", "json", "markdown")

WriteExample = Annotated[
    Optional[str],
    typer.Option("--write-example", metavar="FILE", help="Add to this file, such as `env.example`, what it lacks; what it holds stays as it is."),
]


def command(
    path: options.PathArgument = None,
    write_example: WriteExample = None,
    format_name: Annotated[Optional[str], options.format_option(*_FORMATS)] = None,
    env_file: options.EnvFiles = None,
    no_env: options.NoEnv = False,
    quiet: options.Quiet = False,
    color: options.Color = None,
) -> None:
    """List every variable: where it is used, its default, what needs it, and whether and by what it is set here. Values are never shown.

    Exit status: 0 printed, 1 a file of the configuration cannot be read, so that variables may be missing, 2 no configuration.
    """
    from orbitcfg.commands.env import command, variables

    settings = options.settings_of(path, format=format_name, env_files=env_file, no_env=no_env, color=color)
    chosen = options.chosen(settings.format, _FORMATS, "--format")
    found = command.env(path, settings)
    for words in command.notes(found):
        streams.note(words, quiet=quiet)
    if write_example is None:
        streams.result(variables.render(found, chosen, color=options.in_color(settings.color)))
    else:
        for words in command.told(command.write_example(found, write_example), write_example):
            streams.note(words, quiet=quiet)
    raise typer.Exit(FINDINGS if found.unread else OK)
