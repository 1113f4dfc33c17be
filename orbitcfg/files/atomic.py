"""The one writer of files: a new file beside the old takes its place in one step, so that whoever reads finds the old one or the new one, whole."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from typing import IO

_ENDING = ".orbitcfg"
"""Not one that ORBIT, or orbitcfg, takes for a configuration."""

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def atomic_write(path: str, content: bytes, *, expected: bytes | None = None, mode: int = 0o666, durable: bool = True) -> None:
    """Puts content into a file at a real path, whole or not at all.

    A file that is there keeps its owner and its mode; a new one gets `mode`, less the umask. With `expected` it is an edit of what was read: refused where
    the file holds something else by now (an absent file holds nothing) or is marked as read-only. `durable` waits for the disk.
    Raises OSError, whose text says why.
    """
    before = _state(path)
    if expected is not None:
        _check_edit(path, before, expected)
    elif before is not None and not os.access(path, os.W_OK):
        # a rename asks for no right to the file itself: without this a read-only file would be replaced
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    # nobody else may read the new file before it takes on the mode of the old one
    with _beside(path, mode if before is None else 0o600) as file:
        _fill(file, content)
        if before is not None:
            _take_after(file, before)
        if durable:
            os.fsync(file.fileno())
        file.close()  # Windows does not rename what is open
        # as late as can be: an editor may have saved meanwhile, and takes no lock
        if expected is not None and _content(path, len(expected) + 1) != expected:
            raise OSError("it has changed since it was read")
        os.replace(file.name, path)
    if durable:
        _settle(os.path.dirname(path))


def _state(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _check_edit(path: str, before: os.stat_result | None, expected: bytes) -> None:
    if before is None and expected:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if before is not None and not (before.st_mode & _WRITABLE and os.access(path, os.W_OK)):
        raise PermissionError("it is read-only")  # the mode counts for root too, who may write anything


@contextlib.contextmanager
def _beside(path: str, mode: int) -> Iterator[IO[bytes]]:
    """An unbuffered new file in the folder of `path`, under a hidden name; gone afterwards, unless it was renamed."""
    folder, name = os.path.split(path)
    new = os.path.join(folder, f".{name}.{os.urandom(4).hex()}{_ENDING}")
    try:
        # exclusive, so that a link planted under that name is not followed
        with open(new, "xb", buffering=0, opener=lambda file, flags: os.open(file, flags, mode)) as file:
            yield file
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)


def _fill(file: IO[bytes], content: bytes) -> None:
    """Writes all of the content: an unbuffered file may take less at a time."""
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _take_after(file: IO[bytes], before: os.stat_result) -> None:
    """Gives a new file the owner, where that is allowed, and the mode of the one that it replaces."""
    # Windows has neither call
    if hasattr(os, "fchown"):
        # only root may give a file away
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
        # after the owner, since a change of owner clears bits of the mode
        os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))


def _content(path: str, limit: int) -> bytes:
    """The first bytes of a file; nothing where it is absent."""
    try:
        with open(path, "rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return b""


def _settle(folder: str) -> None:
    """Has the folder's new entry reach the disk, where a folder can be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
