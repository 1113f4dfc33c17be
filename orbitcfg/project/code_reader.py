"""Reads ORBIT's code from the disk, within bounds, and remembers what it said by its content."""

import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from itertools import islice

from orbitcfg.catalog.code import Code, read_code
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.files.recording import digest
from orbitcfg.files.signed import SignedFolder
from orbitcfg.files.store import Disk
from orbitcfg.project.orbit import SERVER
from orbitcfg.version import __version__

MAX_FILES = 4_000
MAX_BYTES = 16 * 1024 * 1024
MAX_SECONDS = 10.0
MAX_ENTRIES = 20_000
"""What is beyond is not read: a folder may be anybody's."""

_LARGEST_FILE = 256 * 1024
"""Bytes of a module, about three times ORBIT's largest: the tree of dense code takes 700 times as much memory."""

_PASSED_OVER = frozenset({"tests", "__pycache__", "venv", "node_modules", "site-packages"})


@dataclass(frozen=True, slots=True)
class _File:
    """A module, and what changes with every writing of it: the second time is the system's own, which nobody sets back."""

    path: str
    size: int
    changed_ns: int
    touched_ns: int


@dataclass(frozen=True, slots=True)
class Modules:
    """What modules hold, by path, and whether those are all that there are."""

    sources: Mapping[str, bytes]
    is_whole: bool

    @property
    def name(self) -> str:
        """What they are remembered by: themselves."""
        hashed = blake2b(digest_size=32)
        for source in self.sources.values():
            hashed.update(len(source).to_bytes(8))
            hashed.update(source)
        return digest((__version__, self.is_whole, hashed.hexdigest()))


@dataclass(frozen=True)
class DiskCode:
    """Reads ORBIT's code. `memory` keeps what it said; None: it is read each time. `clock` gives seconds.

    What is kept is found by the content of the modules, and that by their sizes and times, so that code in which nothing has changed is not even read.
    """

    memory: Callable[[], SignedFolder | None] = lambda: None
    clock: Callable[[], float] = time.monotonic

    def __call__(self, folder: str) -> Code | None:
        """What the code in a folder says; None where there is none, or it cannot be read."""
        try:
            files, is_whole = _listed(folder)
        except OSError:
            return None
        if not files:
            return None
        memory = self.memory()
        if memory is None:
            return self._read(_read_files(files, is_whole=is_whole))[0]
        state = digest((__version__, is_whole, files))
        content = _recalled_name(memory.load(f"{state}.json"))
        return (content and _recalled(memory.load(f"{content}.json"))) or self._read_anew(memory, state, files, is_whole=is_whole)

    def _read_anew(self, memory: SignedFolder, state: str, files: list[_File], *, is_whole: bool) -> Code:
        """What code says that was changed, or only touched, since it was read."""
        contents = _read_files(files, is_whole=is_whole)
        name = contents.name
        code = _recalled(memory.load(f"{name}.json"))
        if code is None:
            code, is_lasting = self._read(contents)
            # what was cut off for want of time is read to its end another time
            if not is_lasting:
                return code
        with suppress(OSError):
            memory.keep(f"{name}.json", json.dumps(code.as_json()).encode())
            memory.keep(f"{state}.json", json.dumps(name).encode())
        return code

    def _read(self, contents: Modules) -> tuple[Code, bool]:
        """What modules say, and whether there was time for all of them."""
        late = self.clock() + MAX_SECONDS
        left = len(contents.sources)

        def in_time() -> Iterator[bytes]:
            nonlocal left
            for source in contents.sources.values():
                if self.clock() > late:
                    return
                left -= 1
                yield source

        code = read_code(in_time(), is_whole=contents.is_whole)
        return (replace(code, is_whole=False), False) if left else (code, True)


def read_modules(folder: str) -> Modules:
    """The modules of the ORBIT in a folder, within the bounds. Raises OSError where its `server/` leads out of the repository."""
    files, is_whole = _listed(folder)
    return _read_files(files, is_whole=is_whole)


def _read_files(files: list[_File], *, is_whole: bool) -> Modules:
    disk = Disk()
    sources: dict[str, bytes] = {}
    for file in files:
        try:
            sources[file.path] = disk.read(file.path, _LARGEST_FILE)
        except (OSError, ValueError):
            is_whole = False
    return Modules(sources, is_whole)


def _recalled(content: bytes | None) -> Code | None:
    try:
        return Code.from_json(json.loads(content)) if content is not None else None
    except (ValueError, RecursionError, TypeError):
        return None


def _recalled_name(content: bytes | None) -> str | None:
    try:
        name = json.loads(content) if content is not None else None
    except (ValueError, RecursionError):
        return None
    return name if isinstance(name, str) else None


def _listed(orbit: str) -> tuple[list[_File], bool]:
    """The modules of the ORBIT in a folder, in order, and whether those are all. No link is followed below it: one to a module leaves that open."""
    found: list[_File] = []
    # a repository may be anybody's: its `server/` may be a link, and must not lead out of it
    pending, total, seen, is_whole = [Disk().check_links(os.path.join(orbit, SERVER))], 0, 0, True
    while pending:
        entries, is_readable = _entries(pending.pop(), MAX_ENTRIES - seen)
        seen += len(entries)
        is_whole = is_whole and is_readable
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _PASSED_OVER:
                    pending.append(entry.path)
            elif entry.name.endswith(".py"):
                state = _module_state(entry)
                if state is None:
                    is_whole = False
                    continue
                total += state.st_size
                if len(found) >= MAX_FILES or total > MAX_BYTES:
                    return found, False
                found.append(_File(entry.path, state.st_size, state.st_mtime_ns, state.st_ctime_ns))
    return found, is_whole


def _entries(folder: str, most: int) -> tuple[list[os.DirEntry[str]], bool]:
    """What lies in a folder, in order, and whether that is all: ORBIT keeps data beside its code, of any number and anybody's."""
    try:
        with os.scandir(folder) as entries:
            taken = list(islice(entries, most + 1))
    except OSError:
        return [], False
    return sorted(taken[:most], key=lambda each: each.name), len(taken) <= most


def _module_state(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The state of a module; None of what is too large, no regular file, or gone by now: it is not read."""
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return state if stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST_FILE else None
