"""The repository that a path lies in, and the fence around it: a link that lies in a repository leads nowhere else."""

import errno
import os
from collections.abc import Iterator
from typing import Protocol

from orbitcfg.errors import UsageError

GIT_FOLDER = ".git"
_GITS_OWN = ("HEAD", "objects", "refs")
"""What git takes a folder by for one of its own, whatever its name."""


class Places(Protocol):
    """What of `Files` it takes to find a repository, without a look into any file."""

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""


class Linked(Places, Protocol):
    """Files whose links can be judged, and named in words."""

    def check_links(self, path: str) -> str:
        """The real path; raises OSError for one behind a link that leaves its repository."""

    def name(self, path: str) -> str:
        """The path as it is shown to the user."""


def upward(files: Places, folder: str) -> Iterator[str]:
    """The folder and those above it, up to the root of the repository that they are in."""
    folder = files.realpath(folder)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or is_root(files, folder):
            return
        folder = above


def is_root(files: Places, folder: str) -> bool:
    """Whether a folder is the root of a git working tree."""
    git = os.path.join(folder, GIT_FOLDER)
    # a worktree and a submodule have a file there
    return files.is_dir(git) or files.is_file(git)


def root_of(files: Places, folder: str) -> str | None:
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


def check_links(files: Places, path: str) -> str:
    """The real path of an absolute one. Raises OSError for one behind a link that lies in a repository and leads out of it, or into its `.git`.

    A repository may be anybody's, and what is read may be shown, so none of its links is followed out of it: the fence is that of the place where the link
    lies, not of the place where it leads. A link that lies in no repository is of the machine's owner.
    """
    # no file has such a name, and no system can look for it
    if "\0" in path:
        return path
    real = files.realpath(path)
    # there is no link on the way, or none that changes where it leads
    if real == os.path.normpath(path):
        return real
    for link in _links(files, path):
        root = root_of(files, os.path.dirname(link))
        if root is not None and not is_inside(real, root):
            raise OSError(errno.EXDEV, "a link leads out of the repository", path)
        if root is not None and is_gits_own(real):
            raise OSError(errno.EXDEV, f"a link leads into `{GIT_FOLDER}`", path)
    return real


def refuse_leaving(files: Linked, path: str) -> None:
    """Raises UsageError for a path that the user named, where `check_links` raises."""
    try:
        files.check_links(path)
    except OSError as error:
        raise UsageError(f"`{files.name(path)}` cannot be used: {error.strerror}; name `{files.realpath(path)}` itself") from None


def refuse_git(real: str) -> None:
    """Raises OSError for a real path in `.git`, which holds keys and what others told git in confidence."""
    # in any case, for systems that tell no difference
    if f"{os.sep}{GIT_FOLDER}{os.sep}" in real.lower():
        raise OSError(errno.EACCES, f"it lies in `{GIT_FOLDER}`", real)


def is_gits_own(real: str) -> bool:
    """Whether a real path is that of `.git`, or lies below it or in any other folder that git keeps a repository in."""
    while True:
        folder, name = os.path.split(real)
        # in any case, for systems that tell no difference
        if name.lower() == GIT_FOLDER:
            return True
        if folder == real:
            return False
        if all(os.path.exists(os.path.join(folder, each)) for each in _GITS_OWN):
            return True
        real = folder


def _links(files: Places, path: str) -> Iterator[str]:
    """Every link on the way to an absolute path, at its real place; those that links lead over as well."""
    pending, seen = [path], set()
    while pending:
        path = pending.pop()
        above, name = os.path.split(path)
        if above == path:
            continue
        pending.append(above)
        place = os.path.join(files.realpath(above), name)
        if place not in seen and os.path.islink(place):
            seen.add(place)
            yield place
            pending.append(os.path.join(os.path.dirname(place), os.readlink(place)))
