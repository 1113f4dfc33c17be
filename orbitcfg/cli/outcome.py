"""What the process does when a command ends, in whatever way."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from orbitcfg.dataclass import dataclass
from orbitcfg.errors import ExitStatus, UsageError
from orbitcfg.signals import is_interrupt


@dataclass(frozen=True, slots=True)
class Program:
    """A command-line program whose every ending is an exit status."""

    run: Callable[[], object]

    def __call__(self) -> int:
        """Runs it and gives the exit status; never raises."""
        try:
            return self._status()
        except BrokenPipeError:
            # before OSError, which it is as well
            return _closed_pipe()
        except KeyboardInterrupt:
            return ExitStatus.INTERRUPTED
        except OSError as error:
            _tell(f"`{error.filename}`: {error.strerror}" if error.filename else error.strerror or str(error))
            return ExitStatus.USAGE
        except Exception as error:  # noqa: BLE001 - the last place where a fault of orbitcfg can be reported
            return ExitStatus.INTERRUPTED if is_interrupt(error) else _fault(error)

    def _status(self) -> int:
        try:
            self.run()
        except SystemExit as exit_:
            # Python has None for a stream that was closed from the start
            if sys.stdout is not None:
                # here, where a pipe that is closed can still be caught
                sys.stdout.flush()
            return exit_.code if isinstance(exit_.code, int) else ExitStatus.OK
        except UsageError as error:
            from orbitcfg.report.terminal import error_text

            _tell(error_text(error))
            return ExitStatus.USAGE
        return ExitStatus.OK


def leave(status: int) -> NoReturn:
    """Ends the process at once: what a run has made is left to the system, which is quicker than to take it apart piece by piece."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # a stream may be closed, full, or not there at all
            stream.flush()
    os._exit(status)


def _closed_pipe() -> int:
    """Nobody reads any more: end in silence, also when Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitStatus.OK


def _fault(error: Exception) -> int:
    import traceback

    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    place = f" at {os.path.basename(last.filename)}:{last.lineno}" if last else ""
    # not what the error says: that may be a value of the configuration
    _tell(f"a fault inside orbitcfg: {type(error).__name__}{place}")
    _tell("please report it, with the command and the configuration that led to it")
    return ExitStatus.FAULT


def _tell(text: str) -> None:
    """Writes a line on stderr; without one it goes unsaid."""
    # imported here: few runs end so
    from orbitcfg.cli import streams

    with suppress(OSError, ValueError):
        streams.error(text)
