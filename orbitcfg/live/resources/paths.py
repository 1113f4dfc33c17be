"""Paths of the configuration, looked at without a trace: nothing is made, written or opened that could wait for ever."""

import os
import stat
from typing import Self

from orbitcfg.files.store import Disk, NotAFileError
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


class PathError(Exception):
    """A path is of no use: why, what of that changes from one to the next, and the values that it comes from where they are others than those of the check."""

    def __init__(self, fault: ResourceFault, detail: str, blames: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.fault, self.detail, self.blames = fault, detail, blames

    @classmethod
    def of(cls, path: str, error: OSError | ValueError) -> Self:
        """What an error of the system says of a path."""
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "no file has such a name"
        fault = ResourceFault.NOT_READABLE if isinstance(error, PermissionError) else ResourceFault.BAD_VALUE
        return cls(fault, f"`{path}`: {reason}")


class UncheckedError(Exception):
    """What lies at a path cannot be judged here, and why."""


def wrong_path(target: ResourceTarget, name: str) -> str | None:
    """Why a value is no path, whatever lies there; None where it may be one."""
    content = target.content(name)
    if content is None:
        return "is not set"
    if not isinstance(content, str):
        return "is no text"
    return "is empty" if content == "" else None


def standing(path: str) -> os.stat_result | None:
    """What stands at a path, behind all links; None where nothing does. Raises PathError where that cannot be told."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise PathError(ResourceFault.NO_FOLDER, f"`{nearest(os.path.dirname(path))}` is no folder") from None
    except (OSError, ValueError) as error:
        raise PathError.of(path, error) from None


def nearest(path: str) -> str:
    """The path, or the nearest above it where something stands."""
    path = os.path.abspath(path)
    while not os.path.lexists(path):
        above = os.path.dirname(path)
        if above == path:
            break
        path = above
    return path


def check_folder(path: str) -> bool:
    """Whether a folder is there already, where one can be written. Raises PathError where it cannot be made or written."""
    found = standing(path or os.curdir)
    place = nearest(path)
    if not os.path.isdir(place):
        raise PathError(ResourceFault.NO_FOLDER, f"`{place}` is a link to nothing" if os.path.islink(place) else f"`{place}` is no folder")
    # also right for root, whom a file system that is mounted read-only refuses too
    if not os.access(place, os.W_OK | os.X_OK):
        raise PathError(ResourceFault.NOT_WRITABLE, f"`{place}`, by the user who runs this")
    return found is not None


def check_file(path: str, *, written: bool) -> bool:
    """Whether a regular file is there, that can be read, and written where it has to be. Raises PathError for anything else that stands there."""
    found = standing(path)
    if found is None:
        return False
    if not stat.S_ISREG(found.st_mode):
        raise PathError(ResourceFault.NOT_A_FILE, f"`{path}` is {kind_of_file(found.st_mode)}")
    if not os.access(path, os.R_OK):
        raise PathError(ResourceFault.NOT_READABLE, f"`{path}`, by the user who runs this")
    if written and not os.access(path, os.W_OK):
        raise PathError(ResourceFault.NOT_WRITABLE, f"`{path}`, by the user who runs this")
    return True


def kind_of_file(mode: int) -> str:
    """What stands in place of a file, for people."""
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISLNK, "a link"))
    return next((name for test, name in kinds if test(mode)), "a device")


def head_of(path: str, limit: int) -> bytes:
    """The first bytes of a regular file. Raises UncheckedError for one behind a link out of its repository, and PathError for one that cannot be read."""
    disk = Disk()
    try:
        disk.check_links(path)
    except OSError as error:
        raise UncheckedError(f"{error.strerror}: name the file itself to have it checked") from None
    try:
        return disk.read(path, limit)
    except NotAFileError:
        raise PathError(ResourceFault.NOT_A_FILE, f"`{path}`") from None
    except (OSError, ValueError) as error:
        raise PathError.of(path, error) from None
