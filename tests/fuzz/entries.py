"""Trees on disk: files, and what stands where a file belongs."""

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link, as written."""

    target: str


class Special(StrEnum):
    """What is no file."""

    FOLDER = "folder"
    PIPE = "pipe"
    UNREADABLE = "unreadable"


Entry: TypeAlias = bytes | Link | Special
Entries: TypeAlias = dict[str, Entry]
"""By path below the root of the repository."""


def lay(entries: Mapping[str, Entry], folder: Path) -> None:
    """Makes a folder hold these entries, and nothing else. An entry below another that is no folder is left out."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, entry in entries.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _make(path, entry)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue


def _make(path: Path, entry: Entry) -> None:
    match entry:
        case bytes():
            path.write_bytes(entry)
        case Link():
            path.symlink_to(entry.target)
        case Special.FOLDER:
            path.mkdir()
        case Special.PIPE:
            os.mkfifo(path)
        case Special.UNREADABLE:
            path.write_bytes(b"import: []\n")
            path.chmod(0)


def state(folder: Path) -> Entries:
    """What a folder holds, empty folders left out."""
    found: Entries = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            found[path.relative_to(folder).as_posix()] = _entry(path)
    return found


def _entry(path: Path) -> Entry:
    details = path.lstat()
    if stat.S_ISLNK(details.st_mode):
        return Link(str(path.readlink()))
    if stat.S_ISFIFO(details.st_mode):
        return Special.PIPE
    return path.read_bytes() if details.st_mode & stat.S_IRUSR else Special.UNREADABLE
