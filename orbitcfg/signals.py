"""How the process answers Ctrl-C, SIGTERM and SIGHUP: it ends without a word, with 128 and the signal's number as its status.

Imports next to nothing: it is to stand before anything else is imported.
"""

import os
import signal
import sys

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def exit_at_once() -> None:
    """From now on a signal ends the process on the spot, as is right while there is nothing to clean up. One that was ignored from the start stays so."""
    _answer(_exit, _exit)


class Unwinding:
    """A block in which a signal raises, so that what is under way cleans up: Ctrl-C as KeyboardInterrupt, the others as SystemExit."""

    def __enter__(self) -> None:
        sys.unraisablehook = _unraisable
        # this very handler: asyncio puts its own in its place, which cancels what runs
        _answer(signal.default_int_handler, _raise)

    def __exit__(self, *_error: object) -> None:
        exit_at_once()


def is_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C lies behind an error: Python 3.11 makes another one of it where a class is being made."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _answer(interrupted: "signal._HANDLER", ended: "signal._HANDLER") -> None:
    for name in _NAMES:
        # Windows has no SIGHUP
        number = getattr(signal, name, None)
        # as `nohup` and the shell's `&` ask for
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupted if name == "SIGINT" else ended)


def _exit(number: int, _frame: object) -> None:
    os._exit(128 + number)


def _raise(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _unraisable(failed: "sys.UnraisableHookArgs") -> None:
    """What was raised where Python cannot pass it on, as while an object is taken apart: for a signal the process ends all the same."""
    if isinstance(failed.exc_value, KeyboardInterrupt):
        os._exit(128 + signal.SIGINT)
    if isinstance(failed.exc_value, SystemExit) and isinstance(failed.exc_value.code, int):
        os._exit(failed.exc_value.code)
    sys.__unraisablehook__(failed)
