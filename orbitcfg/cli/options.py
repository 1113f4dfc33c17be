"""The options that several commands share: the same word means the same everywhere."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from orbitcfg.cli import completion, streams
from orbitcfg.cli.parameters import Argument, option
from orbitcfg.commands.formats import FORMATS
from orbitcfg.commands.names import check_choice
from orbitcfg.report.style import Style

if TYPE_CHECKING:
    from orbitcfg.settings.model import Settings

_COLORS = ("auto", "always", "never")
PathArgument: TypeAlias = Annotated[
    str | None,
    Argument(metavar="[PATH]", help="The configuration folder, the folder that holds it, or a root file. Without it: found upward from here."),
]
EnvFiles: TypeAlias = Annotated[
    list[str] | None,
    option("--env-file", metavar="FILE", help="Read this file instead of searching for `.env`, over the process environment. May be repeated."),
]
NoEnv: TypeAlias = Annotated[bool, option("--no-env", help="Use neither a `.env` nor the process environment.")]
OrbitOption: TypeAlias = Annotated[
    str | None,
    option(
        "--orbit",
        metavar="RELEASE|FOLDER",
        help="The release of ORBIT that it is for, or a folder with its `server/`. [default: the ORBIT that lies here, else the newest]",
    ),
]
Verbose: TypeAlias = Annotated[bool, option("-v", "--verbose", help="List findings of severity info one by one.")]
Quiet: TypeAlias = Annotated[bool, option("-q", "--quiet", help="Leave out notes on stderr.")]
Color: TypeAlias = Annotated[
    str | None,
    option("--color", metavar="auto|always|never", help="When to use colour. [default: auto]", offer=completion.words(_COLORS)),
]
Select: TypeAlias = Annotated[
    list[str] | None,
    option(
        "--select",
        metavar="CODE",
        help="Only these rules: codes, beginnings of codes, or names, separated by commas.",
        offer=completion.rules,
    ),
]
Ignore: TypeAlias = Annotated[list[str] | None, option("--ignore", metavar="CODE", help="Not these rules.", offer=completion.rules)]
THRESHOLDS = ("error", "warning", "info", "never")
"""From where on findings fail a command."""

FailOn: TypeAlias = Annotated[
    str | None,
    option(
        "--fail-on",
        metavar="|".join(THRESHOLDS),
        help="Exit with 1 where a finding is as bad as this, or worse. [default: error]",
        offer=completion.words(THRESHOLDS),
    ),
]


def format_option(command: str) -> Any:
    """The option `--format` of a command."""
    formats = FORMATS[command]
    return option("--format", metavar="|".join(formats), help=f"How to print the result. [default: {formats[0]}]", offer=completion.words(formats))


def option_value(value: str | None, allowed: tuple[str, ...], option: str) -> str:
    """The value of an option with a closed list of words, the first where none is given."""
    return allowed[0] if value is None else check_choice(option, value, allowed)


def chosen_format(command: str, value: str | None) -> str:
    """The format of a command's result, its usual one where none is given."""
    return option_value(value, FORMATS[command], "--format")


def style_of(settings: "Settings") -> Style:
    """How the result is to look on stdout."""
    return Style(in_color(settings.color), settings.verbose, width=terminal_width(), encoding=streams.encoding(sys.stdout))


def terminal_width() -> int | None:
    """The columns of the terminal that stdout is; None where it is none."""
    return streams.columns(sys.stdout)


def in_color(color: str) -> bool:
    """Whether to write colour on stdout."""
    when = option_value(color, _COLORS, "--color")
    return when == "always" or (when == "auto" and sys.stdout is not None and sys.stdout.isatty())
