"""The result of a run, printed again where the files and orbitcfg itself are as they were.

Kept is what was printed and digests of what was read, outside of any repository, and only of runs that no environment takes part in.
"""

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from orbitcfg.catalog.store import folder as schemas
from orbitcfg.files.atomic import atomic_write
from orbitcfg.files.recording import Recording, RecordingFiles, digest, still_valid
from orbitcfg.files.sandbox import is_inside, root_of
from orbitcfg.files.store import Disk, Files
from orbitcfg.masking.url import without_credentials
from orbitcfg.version import __version__

MAX_KEPT = 64
"""So many results are kept; those written longest ago go first."""

MAX_RESULT_BYTES = 64 * 1024 * 1024
"""A larger file is none of ours."""

_LIBRARIES = ("yaml", "jsonschema", "referencing", "pathspec")
"""Libraries that decide on a result."""

_CACHE_HOME = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
_PACKAGE = Path(__file__).parent.parent
_SOURCES = (".py", ".json", ".toml")
_OWN_NAME = re.compile(r"\.?[0-9a-f]{32}\.json.*")
_ENCODING = ("utf-8", "surrogatepass")
"""Text that was printed may hold half a character."""


@dataclass(frozen=True, slots=True)
class CachedResult:
    """What a run prints: its output, a note beside it, its exit status. One that is not `lasting` is not kept."""

    output: str
    note: str
    status: int
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class ResultCache:
    """Results in a folder. Where it cannot be read or written, that costs time alone."""

    folder: str

    @classmethod
    def of_user(cls, process: Mapping[str, str]) -> Self | None:
        """The cache in the user's folder for what can be made again. None where there is none that is the user's alone.

        A repository may be anybody's and bring results along, so the folder lies in none, nor below where the user works; nor is it one that
        others may write to.
        """
        bases = (process.get(_CACHE_HOME, ""), os.path.expanduser("~/.cache"))
        base = next((os.path.realpath(base) for base in bases if os.path.isabs(base)), None)
        if base is None or not _is_safe(base):
            return None
        folder = os.path.join(base, "orbitcfg")
        is_brought_along = root_of(Disk(), folder) is not None or is_inside(folder, os.path.realpath("."))
        return None if is_brought_along or os.path.islink(folder) or not _is_private(folder) else cls(folder)

    def get_or_run(self, request: object, files: Files, work: Callable[[Files], CachedResult]) -> CachedResult:
        """The kept result of a request, while all that it was made of is the same; else that of `work`, which is kept.

        `request` is what the result depends on besides files, given in full by its `repr`.
        """
        path = os.path.join(self.folder, f"{digest((request, *_run_inputs()))}.json")
        known = self._get(path, files)
        if known is not None:
            return known
        recorder = RecordingFiles(files)
        result = work(recorder)
        if result.lasting and _may_be_kept(recorder.recording):
            with suppress(OSError):
                self._put(path, {"recording": recorder.recording, "result": asdict(result)})
        return result

    def _get(self, path: str, files: Files) -> CachedResult | None:
        """The kept result, where it is still valid; its note says that it is one."""
        try:
            seal, _, content = Disk().read(path, MAX_RESULT_BYTES).partition(b"\n")
            if seal != digest(content).encode("ascii"):  # cut short, or edited
                return None
            kept: dict[str, Any] = json.loads(content.decode(*_ENCODING))
            result = CachedResult(**kept["result"])
            is_valid = still_valid(((tuple(call), answer) for call, answer in kept["recording"]), files)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):  # whatever lies there, it is not ours
            return None
        return replace(result, note=f"{result.note}, nothing has changed since the last run") if is_valid else None

    def _put(self, path: str, kept: object) -> None:
        content = json.dumps(kept, ensure_ascii=False).encode(*_ENCODING)
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        # a result that a power failure loses costs one run
        atomic_write(path, digest(content).encode("ascii") + b"\n" + content, mode=0o600, durable=False)
        own = [each for each in Path(self.folder).iterdir() if _OWN_NAME.fullmatch(each.name)]
        for old in sorted(own, key=lambda each: each.lstat().st_mtime_ns)[:-MAX_KEPT]:
            with suppress(OSError):
                old.unlink()


def _is_safe(path: str) -> bool:
    """Whether nobody else can swap what the user puts into a folder, where modes can tell."""
    state = _state(path)
    # where the sticky bit is set, as on `/tmp`, only the owner may rename
    return state is None or (state.st_uid in (0, os.getuid()) and bool(not state.st_mode & stat.S_IWOTH or state.st_mode & stat.S_ISVTX))


def _is_private(path: str) -> bool:
    """Whether nobody else can put anything into a folder, where modes can tell."""
    state = _state(path)
    return state is None or (state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _state(path: str) -> os.stat_result | None:
    """Owner and mode of a folder; None where it is not there yet, or the system has none such."""
    try:
        return os.stat(path) if hasattr(os, "getuid") else None
    except OSError:
        return None


def _may_be_kept(recording: Recording) -> bool:
    """Whether no path gives access: a configuration may name anything where a file is meant."""
    return all(without_credentials(path) == path for (_, path, *_), _ in recording)


def _run_inputs() -> Iterator[object]:
    """What every result depends on: the working directory, the encoding of names, Python, orbitcfg and its libraries."""
    yield from (os.getcwd(), sys.getfilesystemencoding(), sys.version, __version__)
    own = (os.path.join(place, name) for base in (_PACKAGE, schemas()) for place, _, names in os.walk(base) for name in names)
    # found without an import, which would cost what the cache saves
    libraries = (spec.origin for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin)
    for path in sorted({*(path for path in own if path.endswith(_SOURCES)), *libraries}):
        with suppress(OSError):
            state = os.stat(path)
            yield path, state.st_size, state.st_mtime_ns
