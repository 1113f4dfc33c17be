"""The program as typer has it: each command is imported when it is called, and the help of all of them imports none."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer._click import Command, Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup

from orbitcfg.cli import version

COMMANDS = {
    "validate": "Say what is wrong with a configuration, at the line that causes it.",
    "resolve": "Print the configuration that ORBIT makes of the files: imports merged, variables filled in, presets applied.",
    "why": "Say why a value is what it is: where it was written, what it overrode, which variable, default or preset made it.",
    "providers": "Say which provider, model and address ORBIT will really use for each adapter, and why.",
    "diff": "Say what ORBIT will do differently: adapters by provider, then every other key, each with the line that decides it.",
    "env": "List every variable: where it is used, its default, who needs it, and whether and by what it is set here. Values are never shown.",
    "doctor": "Say whether ORBIT would start and its adapters answer: whether the servers that they call are there, and serve the models that will be asked of them.",
    "models": "List the GGUF models of this machine, by the exact names that local servers give them.",
    "templates": "List the templates of intent adapters, with what is wrong with them.",
    "smoke": "Try a model without a server: a few tokens in an embedded engine, with the model and the parameters that ORBIT would use.",
    "use": "Use a provider, as the default or for one adapter: switch it on or add it, import what is missing, and leave all else as it is.",
    "init": "Write a small complete configuration that starts, with what is found on this machine as its default.",
    "rule": "Print a rule's page, or the table of all rules.",
    "schema": "Print the schemas of what ORBIT reads, for editors and for reading.",
    "lsp": "Serve an editor: the Language Server Protocol on the standard streams.",
}
"""In the order of the help, with the first line of each: a module of this package with a function `command`, whose docstring begins with that line."""

_BEGIN = "Begin with `orbitcfg validate` in the folder of your ORBIT; `orbitcfg COMMAND --help` says more about each."
"""What a person reads last who has asked for nothing."""

_PLAIN: dict[str, Any] = {
    # its tracebacks may show local values, among them secrets
    "pretty_exceptions_enable": False,
    # its markup would need rich, which is slow to import
    "rich_markup_mode": None,
}


class _Commands(TyperGroup):
    """The commands by name, None for one that was not called yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "commands": dict.fromkeys(COMMANDS)})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name in COMMANDS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = command_of(cmd_name)
        return super().get_command(ctx, cmd_name)

    # not `help`, which the list would cut in the middle of a sentence
    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        TyperGroup(commands=[TyperCommand(name, short_help=summary) for name, summary in COMMANDS.items()]).format_commands(ctx, formatter)


def command_of(name: str) -> Command:
    """A command as typer makes it of its function."""
    alone = typer.Typer(add_completion=False, **_PLAIN)
    alone.command(name=name)(import_module(f"orbitcfg.cli.{name}").command)
    return typer.main.get_command(alone)


def program() -> Command:
    """The program, to be called with its arguments."""
    app = typer.Typer(
        name="orbitcfg", cls=_Commands, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_BEGIN, **_PLAIN
    )
    app.callback()(_options)
    return typer.main.get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        version.tell()
        raise typer.Exit


def _options(
    _version_wanted: Annotated[bool, typer.Option("-V", "--version", callback=_version, is_eager=True, help="Print the versions and exit.")] = False,
) -> None:
    """The compiler and the doctor for ORBIT configurations."""
