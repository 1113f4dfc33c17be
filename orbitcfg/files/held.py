"""Folders held open by their real path, so that no link is followed that comes to be on the way."""

import os

NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
NONBLOCK = getattr(os, "O_NONBLOCK", 0)
"""Windows has neither flag."""

_HOLD = getattr(os, "O_DIRECTORY", 0) | NOFOLLOW | getattr(os, "O_PATH", os.O_RDONLY)
"""How a folder is opened; `O_PATH` asks for no right to list it."""

CAN_HOLD = {os.open, os.stat, os.rename, os.unlink, os.access} <= os.supports_dir_fd
"""Whether files can be named relative to an open folder; Windows cannot."""


def hold_folder(real: str) -> int:
    """A descriptor of the folder at a real path, entered name by name: a link that has come to be on the way is not followed."""
    descriptor = os.open(os.sep, _HOLD)
    for name in real.split(os.sep):
        if name:
            above = descriptor
            try:
                descriptor = os.open(name, _HOLD, dir_fd=above)
            finally:
                os.close(above)
    return descriptor


def open_held(real: str, flags: int) -> int:
    """A descriptor of the file at a real path, whose folder is entered so. A pipe is not waited for: a repository may bring one under the name of a file."""
    flags |= NOFOLLOW | NONBLOCK
    if not CAN_HOLD:
        return os.open(real, flags)
    above, name = os.path.split(real)
    try:
        folder = hold_folder(above)
        try:
            return os.open(name, flags, dir_fd=folder)
        finally:
            os.close(folder)
    except OSError as error:
        error.filename = real  # not the one name at which it stopped
        raise
