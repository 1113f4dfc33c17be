"""The program as typer has it: each command is imported when it is called, and the help of all of them imports none."""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, signature
from types import FunctionType
from typing import Annotated, Any, TypeAlias

import typer
from typer._click import Command, Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup

from orbitcfg.cli import overview, version
from orbitcfg.cli.overview import COMMANDS
from orbitcfg.cli.parameters import Argument, Offer, Option, parameters_of

Called: TypeAlias = tuple[str, dict[str, Any]]
"""A command by its name, with the values of its parameters."""

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
            self.commands[cmd_name] = command_of(cmd_name, overview.command(cmd_name))
        return super().get_command(ctx, cmd_name)

    # not `help`, which the list would cut in the middle of a sentence
    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        TyperGroup(commands=[TyperCommand(name, short_help=summary) for name, summary in COMMANDS.items()]).format_commands(ctx, formatter)


def command_of(name: str, function: FunctionType) -> Command:
    """A command as typer makes it of its function; called, it gives the name and the values of the parameters."""
    alone = typer.Typer(add_completion=False, **_PLAIN)
    alone.command(name=name)(_reader(name, function))
    return typer.main.get_command(alone)


def _reader(name: str, function: FunctionType) -> Callable[..., Called]:
    """What typer takes for a command: it has its page, and its parameters as typer declares them."""

    def read(**values: Any) -> Called:
        return name, values

    hints = {each.name: Annotated[each.written, _declared(each.declared)] for each in parameters_of(function)}
    given = signature(function).parameters
    read.__doc__, read.__annotations__ = function.__doc__, hints
    vars(read)["__signature__"] = Signature(
        [Parameter(each, Parameter.KEYWORD_ONLY, default=given[each].default, annotation=hint) for each, hint in hints.items()]
    )
    return read


def _declared(declared: Argument | Option) -> Any:
    offered: dict[str, Any] = {"metavar": declared.metavar, "help": declared.help, "autocompletion": declared.offer and _offered(declared.offer)}
    if isinstance(declared, Argument):
        return typer.Argument(**offered)
    return typer.Option(*declared.names, min=declared.least, **offered)


def _offered(offer: Offer) -> Callable[[Context, str], list[str]]:
    def offered(context: Context, incomplete: str) -> list[str]:
        return offer(context.params.get("path"), incomplete)

    return offered


def read(arguments: Sequence[str]) -> Called | int:
    """What a line calls; the exit status of one that calls nothing, as it asks for help. Raises ClickException for one that is wrong."""
    # not typer's own mode: it would write what was typed as it is
    found: Called | int = program().main(list(arguments), standalone_mode=False)
    return found


def program() -> Command:
    """The program as typer has it."""
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
