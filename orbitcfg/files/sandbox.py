"""The repository that a configuration lies in, and files without what lies outside of it."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass

from orbitcfg.files.store import Files


def upward(files: Files, folder: str) -> Iterator[str]:
    """The folder and those above it, up to the root of the repository that they are in."""
    folder = files.realpath(folder)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or is_root(files, folder):
            return
        folder = above


def is_root(files: Files, folder: str) -> bool:
    """Whether a folder is the root of a git working tree."""
    git = os.path.join(folder, ".git")
    # a worktree and a submodule have a file there
    return files.is_dir(git) or files.is_file(git)


def root_of(files: Files, folder: str) -> str | None:
    """The root of the repository that a folder is in; None where it is in none."""
    *_, last = upward(files, folder)
    return last if is_root(files, last) else None


def is_inside(path: str, folder: str) -> bool:
    """Whether a real path lies in a real folder or is that folder."""
    try:
        # not by `startswith`: `/a/bc` is no part of `/a/b`
        return os.path.commonpath([path, folder]) == folder
    except ValueError:
        # as between two drives of Windows
        return False


def sandboxed(files: Files, path: str) -> Files:
    """The files, without those that links of the path's repository lead to outside of it; all of them where there is no repository.

    A repository may be anybody's, and what is read may be shown in a frame. Where the very folder is a link, what it leads to counts:
    ORBIT would go there too.
    """
    root = root_of(files, os.path.dirname(path) or ".")
    return files if root is None else Sandbox(files, root)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Files of which those outside a folder cannot be read."""

    files: Files
    folder: str

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file inside."""
        if not self._is_inside(path):
            raise OSError(errno.EXDEV, "it is a link that leaves the repository", path)
        return self.files.read(path, limit)

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""
        return self.files.realpath(path)

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted; none in one that lies outside."""
        return self.files.listdir(path) if self._is_inside(path) else []

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there, inside."""
        return self.files.is_file(path) and self._is_inside(path)

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there, inside."""
        return self.files.is_dir(path) and self._is_inside(path)

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        return self.files.is_link(path)

    def name(self, path: str) -> str:
        """The path as it is shown to the user."""
        return self.files.name(path)

    def _is_inside(self, path: str) -> bool:
        return is_inside(self.files.realpath(path), self.folder)
