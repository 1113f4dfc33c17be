"""The command line: flags to settings, one call of a command, the result to stdout, the outcome to an exit status."""

import gc
import sys
from collections.abc import Sequence

from orbitcfg.cli import overview, version
from orbitcfg.cli.outcome import Program, leave
from orbitcfg.errors import ExitStatus
from orbitcfg.signals import Unwinding, exit_at_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from typer._click.exceptions import ClickException

    from orbitcfg.cli.program import Called


def main() -> None:
    """Runs the program and ends the process with its exit status.

    Its garbage is left to the end of the process: a run makes no cycles worth a search, and the searches cost a fifth of its time.
    """
    exit_at_once()
    gc.disable()
    leave(Program(lambda: run(sys.argv[1:]))())


def run(arguments: Sequence[str]) -> "NoReturn":
    """Runs the program for these arguments; raises SystemExit with its status, or what ends a command."""
    arguments = _as_known(arguments)
    with Unwinding():
        if len(arguments) == 1 and arguments[0] in version.FLAGS:
            # alone it can mean nothing else to typer, whose import takes longer than the answer
            version.tell()
            raise SystemExit
        if len(arguments) == 2 and arguments[0] == "rule" and version.tell_rule(arguments[1]):
            raise SystemExit
        raise SystemExit(_run(arguments))


def _as_known(arguments: Sequence[str]) -> Sequence[str]:
    """The arguments as the program knows them: `help [COMMAND]` and `version` are options, `explain` and `--explain` are `rule`."""
    match arguments:
        case ["help", *named]:
            return [*named, "--help"]
        case ["version"]:
            return ["--version"]
        case ["explain" | "--explain", *named] | ["validate", "--explain", *named]:
            return ["rule", *named]
    return arguments


def _run(arguments: Sequence[str]) -> int:
    called = _called(arguments)
    if isinstance(called, int):
        return called
    name, given = called
    overview.command(name)(**given)
    return ExitStatus.OK


def _called(arguments: Sequence[str]) -> "Called | int":
    """The command that a line calls, with what it is given; the exit status of a line that calls none."""
    from orbitcfg.cli.accept import accept

    if arguments and arguments[0] in overview.COMMANDS:
        given = accept(overview.command(arguments[0]), arguments[1:])
        if given is not None:
            return arguments[0], given
    from typer._click.exceptions import ClickException

    from orbitcfg.cli.program import read

    try:
        return read(arguments)
    except ClickException as error:
        _tell(error)
        return error.exit_code


def _tell(error: "ClickException") -> None:
    import io

    from orbitcfg.cli import streams

    said = io.StringIO()
    error.show(said)
    streams.note(said.getvalue().rstrip("\n"))
