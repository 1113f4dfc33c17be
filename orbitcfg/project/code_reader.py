"""Reads ORBIT's code from the disk, within bounds, and remembers what it said while none of its files changes."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from orbitcfg.catalog.code import Code, read_code
from orbitcfg.dataclass import dataclass
from orbitcfg.files.recording import digest
from orbitcfg.files.signed import SignedFolder
from orbitcfg.files.store import Disk
from orbitcfg.project.orbit import SERVER
from orbitcfg.version import __version__

MAX_FILES = 4_000
MAX_BYTES = 48 * 1024 * 1024
MAX_SECONDS = 10.0
MAX_ENTRIES = 20_000
"""What is beyond is not read: a folder may be anybody's."""

_LARGEST_FILE = 4 * 1024 * 1024
_PASSED_OVER = frozenset({"tests", "__pycache__", "venv", "node_modules", "site-packages"})


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    size: int
    changed_ns: int


@dataclass(frozen=True)
class DiskCode:
    """Reads ORBIT's code. `memory` keeps what it said; None: it is read each time. `clock` gives seconds."""

    memory: Callable[[], SignedFolder | None] = lambda: None
    clock: Callable[[], float] = time.monotonic

    def __call__(self, folder: str) -> Code | None:
        """What the code in a folder says; None where there is none, or it cannot be read."""
        try:
            files, is_whole = _listed(os.path.join(folder, SERVER))
        except OSError:
            return None
        if not files:
            return None
        name = f"{digest((__version__, folder, is_whole, files))}.json"
        memory = self.memory()
        known = memory.load(name) if memory is not None else None
        code = _recalled(known) if known is not None else None
        if code is None:
            code = self._read(files, is_whole=is_whole)
            if memory is not None:
                with suppress(OSError):
                    memory.keep(name, json.dumps(code.as_json()).encode())
        return code

    def _read(self, files: list[_File], *, is_whole: bool) -> Code:
        late = self.clock() + MAX_SECONDS
        unread: list[str] = []

        def contents() -> Iterator[bytes]:
            disk = Disk()
            for file in files:
                try:
                    if self.clock() > late:
                        raise TimeoutError
                    yield disk.read(file.path, _LARGEST_FILE)
                except (OSError, ValueError):
                    unread.append(file.path)

        code = read_code(contents(), is_whole=is_whole)
        return Code(code.names, code.classes, code.providers, code.kinds, is_whole=code.is_whole and not unread)


def _recalled(content: bytes) -> Code | None:
    try:
        return Code.from_json(json.loads(content))
    except (ValueError, RecursionError, TypeError):
        return None


def _listed(folder: str) -> tuple[list[_File], bool]:
    """The modules below a folder, links left out, in order, and whether those are all."""
    found: list[_File] = []
    pending, total, seen, is_whole = [folder], 0, 0, True
    while pending:
        entries, is_readable = _entries(pending.pop(), MAX_ENTRIES - seen)
        seen += len(entries)
        is_whole = is_whole and is_readable
        for entry in entries:
            if entry.is_symlink() or entry.name.startswith("."):
                continue
            if entry.is_dir():
                if entry.name not in _PASSED_OVER:
                    pending.append(entry.path)
            elif entry.name.endswith(".py"):
                state = entry.stat()
                if state.st_size > _LARGEST_FILE:
                    is_whole = False
                    continue
                total += state.st_size
                if len(found) >= MAX_FILES or total > MAX_BYTES:
                    return found, False
                found.append(_File(entry.path, state.st_size, state.st_mtime_ns))
    return found, is_whole


def _entries(folder: str, most: int) -> tuple[list[os.DirEntry[str]], bool]:
    """What lies in a folder, in order, and whether that is all: ORBIT keeps data beside its code, of any number and anybody's."""
    try:
        with os.scandir(folder) as entries:
            taken = list(islice(entries, most + 1))
    except OSError:
        return [], False
    return sorted(taken[:most], key=lambda each: each.name), len(taken) <= most
