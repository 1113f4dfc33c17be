"""Where files are read from: the disk, or a tree held in memory."""

import errno
import os
import posixpath
import stat
from collections.abc import Mapping
from typing import Protocol

from orbitcfg.dataclass import dataclass, field
from orbitcfg.files import sandbox
from orbitcfg.files.held import open_held

_FAR = "../../.."
"""How a path begins that is no easier to read than an absolute one."""


def readable_path(path: str, working_dir: str) -> str:
    """An absolute path as a person reads it, with `/`: relative to the working directory, or as it is where that leads far up or is on another drive."""
    absolute = os.path.normpath(path).replace(os.sep, "/")
    try:
        relative = os.path.relpath(path, working_dir).replace(os.sep, "/")
    except ValueError:
        return absolute
    return absolute if relative.startswith(_FAR) else relative


class NotAFileError(OSError):
    """What is there is a device, a pipe or the like."""


class Files(Protocol):
    """A tree of files. Every method raises OSError for what is not there or not allowed."""

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file."""

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved; of what is not there, as far as it goes."""

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there; false where one may not look."""

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there; false where one may not look."""

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""

    def check_links(self, path: str) -> str:
        """The real path; raises OSError for one behind a link that leaves the repository it lies in. What is there is neither read nor listed."""

    def name(self, path: str) -> str:
        """The path as it is shown to the user: relative to where they work, with POSIX slashes."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The files of this machine, named relative to `working_dir`."""

    working_dir: str = field(default_factory=os.getcwd)

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file; a device or a pipe is refused, since it may never end."""
        # for what it raises: a real path hides a folder on the way that is not there, and a circle of links
        os.stat(self._absolute(path))
        # judged and opened is the same place: a link that comes in between is not followed
        real = self.check_links(path)
        sandbox.refuse_git(real)
        with open(real, "rb", opener=open_held) as file:
            # of what is open: between a look and the opening another file may take the name
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotAFileError(errno.EINVAL, "it is no regular file", path)
            return file.read(limit)

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""
        return os.path.realpath(self._absolute(path))

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(self.check_links(path)))

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        return os.path.isfile(self._absolute(path))

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        return os.path.isdir(self._absolute(path))

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        return os.path.islink(self._absolute(path))

    def check_links(self, path: str) -> str:
        """The real path, where no link on the way leaves its repository."""
        return sandbox.check_links(self, self._absolute(path))

    def name(self, path: str) -> str:
        """The path as `readable_path` has it, as far as it is text."""
        return os.fsencode(readable_path(self._absolute(path), self.working_dir)).decode("utf-8", "replace")

    def _absolute(self, path: str) -> str:
        return os.path.join(self.working_dir, path)


@dataclass(frozen=True, slots=True)
class Memory:
    """Files held in memory, by absolute POSIX path; there are no links. `forbidden` ones may not be read."""

    contents: Mapping[str, bytes]
    forbidden: frozenset[str] = frozenset()

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a file."""
        path = self.realpath(path)
        if path not in self.contents:
            code = errno.EISDIR if self.is_dir(path) else errno.ENOENT
            raise OSError(code, os.strerror(code), path)
        if path in self.forbidden:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), path)
        return self.contents[path][:limit]

    def realpath(self, path: str) -> str:
        """The absolute path."""
        return posixpath.normpath(posixpath.join("/", path))

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        prefix = self.realpath(path).rstrip("/") + "/"
        return sorted({each[len(prefix) :].partition("/")[0] for each in self.contents if each.startswith(prefix)})

    def is_file(self, path: str) -> bool:
        """Whether a file is there."""
        return self.realpath(path) in self.contents

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        return bool(self.listdir(path))

    def is_link(self, _path: str) -> bool:
        """Never."""
        return False

    def check_links(self, path: str) -> str:
        """The real path: there are no links."""
        return self.realpath(path)

    def name(self, path: str) -> str:
        """The path without its leading slash."""
        return self.realpath(path).lstrip("/")
