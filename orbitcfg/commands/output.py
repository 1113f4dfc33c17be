"""Results in files of their own: written whole or not at all, or compared with what is there."""

import os
from dataclasses import dataclass

from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import atomic_write
from orbitcfg.files.sandbox import is_inside
from orbitcfg.files.store import Disk

MAX_DIFF_LINES = 40


def real_path(path: str, files: Disk | None = None) -> str:
    """The real path of a file to write.

    Raises UsageError for a folder, a pipe or a device, which may never end, and for a link that a repository laid under a name of its own to a file elsewhere.
    """
    files = files or Disk()
    real = "" if "\0" in path else files.realpath(path)
    if not real or (os.path.exists(real) and not files.is_file(real)):
        raise UsageError(f"`{path}` is no regular file")
    # a path that is written as leading elsewhere is the user's own wish
    stays_here = not os.path.isabs(path) and ".." not in path.replace(os.sep, "/").split("/")
    if stays_here and not is_inside(real, files.realpath(".")):
        raise UsageError(f"`{path}` is a link that leaves this folder")
    return real


@dataclass(frozen=True, slots=True)
class Destination:
    """A file that is to be written, at its real path; `shown` is what the user called it."""

    path: str
    shown: str

    def write(self, content: bytes) -> None:
        """Puts the content there in one step. Raises UsageError where that fails: what was there is then still whole."""
        try:
            atomic_write(self.path, content)
        except OSError as error:
            raise UsageError(f"cannot write `{self.shown}`: {(error.strerror or str(error)).lower()}") from None


def destination(path: str) -> Destination:
    """Where to write, looked at before there is anything to write. Raises UsageError where it can be seen that nothing can be written there."""
    real = real_path(path)
    folder = os.path.dirname(real)
    if not os.path.isdir(folder):
        raise UsageError(f"cannot write `{path}`: there is no folder `{os.path.dirname(path)}`")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"cannot write `{path}`: its folder is read-only")
    if os.path.exists(real) and not os.access(real, os.W_OK):
        raise UsageError(f"cannot write `{path}`: it is read-only")
    return Destination(real, path)


def difference(text: str, path: str) -> str:
    """How a file differs from the text, shortened; empty where it does not."""
    from difflib import unified_diff

    # for what it refuses: a pipe would never end
    real_path(path)
    try:
        # line breaks as they are: another one is a difference
        with open(path, encoding="utf-8", newline="") as file:
            there = file.read()
    except FileNotFoundError:
        there = ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read `{path}`: {error}") from None
    lines = list(unified_diff(there.splitlines(True), text.splitlines(True), path, "as resolved now", n=1))
    more = f"... and {len(lines) - MAX_DIFF_LINES} more lines\n" if len(lines) > MAX_DIFF_LINES else ""
    return "".join(lines[:MAX_DIFF_LINES]) + more
