"""The one writer of files: a new file beside the old takes its place in one step, so that whoever reads finds the old one or the new one, whole.

What is refused, is refused here and for every command alike: links, whatever belongs to git, and what a name of a repository's own would reach outside of it.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from orbitcfg.dataclass import dataclass
from orbitcfg.files.held import CAN_HOLD, NOFOLLOW, NONBLOCK, hold_folder
from orbitcfg.files.sandbox import is_gits_own, is_inside, root_of
from orbitcfg.files.store import Disk

_ENDING = ".orbitcfg"
"""Not one that ORBIT, or orbitcfg, takes for a configuration."""

_MAX_NAME = 40
"""So many characters of a file's name are in that of the new file beside it: file systems take 255 bytes."""

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_PERMISSIONS = stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO
"""What a new file takes over from the old one: never that it runs as its owner."""


def atomic_write(
    path: str, content: bytes, *, expected: bytes | None = None, mode: int = 0o666, durable: bool = True, files: Disk | None = None
) -> None:
    """Puts content into a file, whole or not at all; a relative path is one of `files`.

    A file that is there keeps its owner and its permissions; a new one gets `mode`, less the umask. With `expected` it is an edit of what was read: refused
    where the file holds something else by now; an absent file holds nothing. `durable` waits for the disk.
    Raises OSError, whose text says why; see `check_writable`.
    """
    with _opened(path, files or Disk()) as (folder, name):
        before = _checked(folder, name)
        if before is None and expected:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        # nobody else may read the new file before it takes on the mode of the old one
        with _beside(folder, name, mode if before is None else 0o600) as (file, new):
            _fill(file, content)
            if before is not None:
                _take_after(file, before)
            if durable:
                os.fsync(file.fileno())
            file.close()  # Windows does not rename what is open
            # as late as can be: an editor may have saved meanwhile, and takes no lock
            if expected is not None and folder.content(name, len(expected) + 1) != expected:
                raise OSError("it has changed since it was read")
            folder.replace(new, name)
        if durable:
            folder.settle()


def check_writable(path: str, files: Disk | None = None) -> None:
    """Raises OSError, in words, where it can be seen before the writing that `atomic_write` would refuse a file.

    Refused are a link, whatever it leads to; what is no regular file, or is marked as read-only; anything of git's own; a path behind a link that leaves the
    repository; and a relative one that leads out of it, since a repository may bring the command line of a hook along.
    """
    with _opened(path, files or Disk()) as (folder, name):
        _checked(folder, name)


def remove_file(path: str) -> None:
    """Takes a file of orbitcfg's own away; of a link the link itself. Raises OSError where that cannot be."""
    os.unlink(path)


def make_private_folder(path: str) -> None:
    """Makes a folder that nobody but the user may look into, and those above it that are not there. Raises OSError where that fails."""
    os.makedirs(path, mode=0o700, exist_ok=True)


def make_folder(path: str, files: Disk | None = None) -> None:
    """Makes a folder and those above it that are not there. Raises OSError, in words, where the writer would refuse a file in it."""
    files = files or Disk()
    real = files.check_links(path)
    if is_gits_own(real):
        raise OSError("it lies in a folder of git's own")
    root = None if os.path.isabs(path) else root_of(files, ".")
    if root is not None and not is_inside(real, root):
        raise OSError("it lies outside of the repository; name it by its absolute path")
    os.makedirs(real, exist_ok=True)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder at its real path, held open where the system can, so that nothing else takes its place while files in it are looked at and written."""

    path: str
    descriptor: int | None

    def state(self, name: str) -> os.stat_result | None:
        """What is at a name, a link not followed; None where nothing is."""
        with suppress(FileNotFoundError):
            return os.stat(self._named(name), dir_fd=self.descriptor, follow_symlinks=False)
        return None

    def is_writable(self, name: str) -> bool:
        """Whether the system lets the user write the file at a name, or for "." make one in the folder."""
        return os.access(self._named(name), os.W_OK, dir_fd=self.descriptor)

    def target(self, name: str) -> str:
        """Where a link leads."""
        return os.path.realpath(os.path.join(self.path, name))

    def create(self, name: str, mode: int) -> IO[bytes]:
        """An unbuffered new file."""
        # exclusive, so that a link planted under that name is not followed
        return open(self._named(name), "xb", buffering=0, opener=lambda path, flags: os.open(path, flags | NOFOLLOW, mode, dir_fd=self.descriptor))

    def content(self, name: str, limit: int) -> bytes:
        """The first bytes of a file; nothing where it is absent."""
        flags = NOFOLLOW | NONBLOCK
        try:
            with open(self._named(name), "rb", opener=lambda path, own: os.open(path, own | flags, dir_fd=self.descriptor)) as file:
                return file.read(limit)
        except FileNotFoundError:
            return b""

    def replace(self, old: str, new: str) -> None:
        """Renames a file, over another one where there is one: what has become a link by now is itself replaced, not what it leads to."""
        os.replace(self._named(old), self._named(new), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Removes a file, where it is there."""
        with suppress(FileNotFoundError):
            os.unlink(self._named(name), dir_fd=self.descriptor)

    def settle(self) -> None:
        """Has the folder's new entry reach the disk, where a folder can be opened."""
        with suppress(OSError):
            descriptor = os.open(self._named("."), os.O_RDONLY, dir_fd=self.descriptor)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _named(self, name: str) -> str:
        return os.path.join(self.path, name) if self.descriptor is None else name


@contextmanager
def _opened(path: str, files: Disk) -> Iterator[tuple[_Folder, str]]:
    """The folder that a file is to lie in, and its name there. Raises OSError where none may be written in that folder."""
    above, name = os.path.split(path)
    if "\0" in path or name in ("", os.curdir, os.pardir):
        raise OSError("it is no regular file")
    try:
        # what was judged is what is opened
        real = files.check_links(above)
    except OSError as error:
        raise OSError(f"{error.strerror}; name `{os.path.join(files.realpath(above), name)}` itself") from None
    if is_gits_own(os.path.join(real, name)):
        raise OSError("it lies in a folder of git's own")
    root = None if os.path.isabs(path) else root_of(files, ".")
    if root is not None and not is_inside(real, root):
        raise OSError("it lies outside of the repository; name it by its absolute path")
    try:
        descriptor = hold_folder(real) if CAN_HOLD else None
    except FileNotFoundError:
        raise OSError(f"there is no folder `{above}`") from None
    try:
        yield _Folder(real, descriptor), name
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _checked(folder: _Folder, name: str) -> os.stat_result | None:
    """What the file is that would be replaced; None where there is none. Raises OSError where it may not be."""
    state = folder.state(name)
    if state is not None and stat.S_ISLNK(state.st_mode):
        raise OSError(f"it is a link; name `{folder.target(name)}` itself")
    if state is not None and not stat.S_ISREG(state.st_mode):
        raise OSError("it is no regular file")
    # a rename asks for no right to the file itself, and the mode counts for root too, who may write anything
    if state is not None and not (state.st_mode & _WRITABLE and folder.is_writable(name)):
        raise OSError("it is read-only")
    if not folder.is_writable(os.curdir):
        raise OSError("its folder is read-only")
    return state


@contextmanager
def _beside(folder: _Folder, name: str, mode: int) -> Iterator[tuple[IO[bytes], str]]:
    """A new file in a folder under a hidden name; gone afterwards, unless it was renamed."""
    new = f".{name[:_MAX_NAME]}.{os.urandom(4).hex()}{_ENDING}"
    try:
        with folder.create(new, mode) as file:
            yield file, new
    finally:
        folder.remove(new)


def _fill(file: IO[bytes], content: bytes) -> None:
    """Writes all of the content: an unbuffered file may take less at a time."""
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _take_after(file: IO[bytes], before: os.stat_result) -> None:
    """Gives a new file the owner, where that is allowed, and the permissions of the one that it replaces."""
    # Windows has neither call
    if hasattr(os, "fchown"):
        # only root may give a file away
        with suppress(PermissionError):
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
        # after the owner, since a change of owner clears bits of the mode
        os.fchmod(file.fileno(), before.st_mode & _PERMISSIONS)
