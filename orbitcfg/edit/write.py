"""A file's new content on disk: the whole of it or nothing."""

import contextlib
import os
import stat
from typing import IO

from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import beside, fill

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def replaced(path: str, old: bytes, new: bytes) -> None:
    """Puts new content in place of the old, at a real path; mode and owner stay.

    The file is whole at every moment, the old one or the new one. Raises UsageError where it cannot be written, is marked as not to be
    written, or holds something else than the old content by now.
    """
    try:
        before = os.stat(path)
        if not before.st_mode & _WRITABLE or not os.access(path, os.W_OK):
            raise UsageError("it is read-only")
        with beside(path, 0o600) as file:
            _fill(file, new, before)
            with open(path, "rb") as now:
                if now.read(len(old) + 1) != old:
                    raise UsageError("it has changed since it was read")
            os.replace(file.name, path)
        _settled(os.path.dirname(path))
    except OSError as error:
        raise UsageError((error.strerror or str(error)).lower()) from None


def _fill(file: IO[bytes], content: bytes, like: os.stat_result) -> None:
    """Writes the content down to the disk, with the owner and the mode of another file, and closes."""
    fill(file, content)
    if hasattr(os, "fchown"):
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
    os.fsync(file.fileno())
    file.close()


def _settled(folder: str) -> None:
    """Has the folder's new entry reach the disk, where a folder can be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
