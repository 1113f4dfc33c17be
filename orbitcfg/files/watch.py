"""Waits until something that a run asked of the disk has another answer."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

from orbitcfg.errors import UsageError
from orbitcfg.files.recording import Recording, first_change
from orbitcfg.files.store import Files

Wait: TypeAlias = Callable[[Recording, Files, float | None], str | None]
"""Waits for another answer, or for so many seconds; gives the path that it is about, None where time has run out."""

_LOOK_MS = 1000
_SETTLED_MS = 300
"""How long a burst of changes is gathered, as an editor or git makes them."""


def check_watchable() -> None:
    """Raises UsageError where the library that watches is not installed."""
    try:
        import watchfiles  # noqa: F401 - asked for here, where nothing has been printed yet
    except ImportError:
        raise UsageError("--watch needs a library that is not installed: `pip install 'orbitcfg[watch]'`") from None


def wait_for_change(recording: Recording, files: Files, seconds: float | None) -> str | None:
    """Waits until files no longer give the answers of a recording, or for so many seconds."""
    import watchfiles

    began, is_first = time.monotonic(), True
    # folders, not files: most programs write a file anew beside the old one
    for changes in watchfiles.watch(
        *_folders(recording, files),
        recursive=False,
        watch_filter=None,
        debounce=2 * _SETTLED_MS,
        step=_SETTLED_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
        ignore_permission_denied=True,
    ):
        # something may have changed before it was watched
        path = first_change(recording, files) if changes or is_first else None
        is_first = False
        if path is not None or (seconds is not None and time.monotonic() - began >= seconds):
            return path
    raise KeyboardInterrupt


def _folders(recording: Recording, files: Files) -> Iterator[str]:
    """The folders in which an answer may change: for what is not there the nearest one that is."""
    paths = dict.fromkeys(folder for (_, path, *_), _ in recording for folder in (os.path.abspath(path), files.realpath(path)))
    yield from dict.fromkeys(_nearest_folder(each) for path in paths for each in (path, os.path.dirname(path)) if "\0" not in each)


def _nearest_folder(path: str) -> str:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path
