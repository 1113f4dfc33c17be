"""The options that several commands share: the same word means the same everywhere."""

import os
import sys
from typing import Annotated, Any, Optional, TypeAlias

import typer

PathArgument: TypeAlias = Annotated[
    Optional[str],
    typer.Argument(metavar="[PATH]", help="The configuration folder, the folder that holds it, or a root file. Without it: found upward from here."),
]
EnvFiles: TypeAlias = Annotated[
    Optional[list[str]],
    typer.Option("--env-file", metavar="FILE", help="Read this file instead of searching for `.env`, over the process environment. May be repeated."),
]
NoEnv: TypeAlias = Annotated[bool, typer.Option("--no-env", help="Use neither a `.env` nor the process environment.")]
Verbose: TypeAlias = Annotated[bool, typer.Option("-v", "--verbose", help="Show what is only worth knowing one by one.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("-q", "--quiet", help="Leave out notes on stderr.")]
Color: TypeAlias = Annotated[Optional[str], typer.Option("--color", metavar="auto|always|never", help="When to use colour. [default: auto]")]
Select: TypeAlias = Annotated[
    Optional[list[str]], typer.Option("--select", metavar="CODE", help="Only these rules: codes, beginnings of codes, or names, by comma.")
]
Ignore: TypeAlias = Annotated[Optional[list[str]], typer.Option("--ignore", metavar="CODE", help="Not these rules.")]


def format_option(*formats: str) -> Any:
    """The option `--format` of a command that knows these formats, the first by default."""
    return typer.Option("--format", metavar="|".join(formats), help=f"How to print the result. [default: {formats[0]}]")


def chosen(value: str | None, allowed: tuple[str, ...], option: str) -> str:
    """The value of an option with a closed list of words, the first where none is given."""
    from orbitcfg.errors import UsageError
    from orbitcfg.suggest import nearest

    if value is None:
        return allowed[0]
    if value not in allowed:
        meant = nearest(value, allowed)
        raise UsageError(f"{option} takes {', '.join(allowed)}, not `{value}`" + (f": did you mean `{meant}`?" if meant else ""))
    return value


def settings_of(path: str | None = None, **flags: Any) -> Any:
    """The settings that the file of the path's project, the environment and these flags give; a flag that was not given is None or false."""
    from orbitcfg.files.store import Disk
    from orbitcfg.settings import file
    from orbitcfg.settings.model import merged

    given = {name: value for name, value in flags.items() if value not in (None, False)}
    for name in ("select", "ignore"):
        if name in given:
            from orbitcfg.lint.selection import codes

            given[name] = codes(",".join(given[name]).split(","))
    if "env_files" in given:
        given["env_files"] = tuple(given["env_files"])
    return merged(os.environ, given, file.values(Disk(), path))


def in_color(color: str) -> bool:
    """Whether to write colour on stdout."""
    when = chosen(color, ("auto", "always", "never"), "--color")
    return when == "always" or (when == "auto" and sys.stdout is not None and sys.stdout.isatty())
