"""The program in this process: fenced in, timed, and with the traceback of a fault that it would only name."""

import io
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

from orbitcfg.cli import run as run_program
from orbitcfg.cli.outcome import Program
from orbitcfg.document.events import RuleCrashed
from orbitcfg.errors import UsageError
from orbitcfg.lint import runner

TIME_LIMIT_S = 10.0
"""What a run may take on a tree that is within the limits."""

_PACKAGE = f"orbitcfg{os.sep}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed, its exit status (None where it did not end in time), and where in orbitcfg an exception arose that is no UsageError."""

    status: int | None
    stdout: str = ""
    stderr: str = ""
    origin: str = ""
    seconds: float = 0.0


class OvertimeError(BaseException):
    """A run takes longer than it may. Not an Exception: nothing in orbitcfg shall catch it."""


def run(arguments: Sequence[str], folder: Path, limit_s: float = TIME_LIMIT_S) -> Outcome:
    """Runs `orbitcfg` with these arguments in a folder."""
    origins: list[str] = []

    def work() -> None:
        try:
            run_program(list(arguments))
        except UsageError:
            raise
        except Exception as error:  # an OSError too: it says what failed, but not with which file
            origins.append(origin(error))
            raise

    def crashed(code: str, name: str, error: str) -> RuleCrashed:
        raised = sys.exception()
        if isinstance(raised, Exception):
            origins.append(f"{code}: {origin(raised)}")
        return RuleCrashed(code, name, error)

    began = time.perf_counter()
    with patch.object(runner, "RuleCrashed", crashed), patch.object(sys, "argv", ["orbitcfg", *arguments]), chdir(folder):
        outcome = _captured(Program(work), limit_s)
    return replace(outcome, origin=outcome.origin or "; ".join(dict.fromkeys(origins)), seconds=time.perf_counter() - began)


def _captured(whole: Program, limit_s: float) -> Outcome:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    status, hung = None, ""
    with redirect_stdout(out), redirect_stderr(err):
        try:
            with time_limit(limit_s):
                status = whole()
        except OvertimeError as error:
            hung = origin(error)
    return Outcome(status, _written(out), _written(err), hung)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8", "backslashreplace")


def origin(error: BaseException) -> str:
    """The last place in orbitcfg that an exception went through, and what it is."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if _PACKAGE in each.filename]
    name = type(error).__name__
    if not frames:
        return name
    last = frames[-1]
    return f"{last.filename.rpartition(_PACKAGE)[2]}:{last.lineno} {last.name}: {name}"


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OvertimeError in the main thread where the block takes longer."""

    def end(*_: object) -> NoReturn:
        raise OvertimeError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def fenced(variables: Mapping[str, str], home: Path) -> Iterator[None]:
    """No network, and an environment that is the same everywhere."""

    def refused(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a static command opened a socket")

    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "HOME": str(home),
        "XDG_CACHE_HOME": os.path.abspath(os.devnull),
        **variables,
    }
    with patch.dict(os.environ, environment, clear=True), patch.object(socket, "socket", refused):
        yield
