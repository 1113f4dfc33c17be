"""The result of a run, printed again where the files and orbitcfg itself are as they were.

Kept is what was printed and digests of what was read, outside of any repository, and only of runs that no environment takes part in. Every result is signed with
a key that stays on the machine: a cache that others can write to, or that is carried from machine to machine, brings none that is believed.
"""

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from hmac import compare_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from orbitcfg.catalog.store import folder as schemas
from orbitcfg.files.atomic import atomic_write, make_private_folder, remove_file
from orbitcfg.files.recording import Recording, RecordingFiles, digest, parse_recording, still_valid
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

_ON_WINDOWS = os.name == "nt"
_CACHE = ("LOCALAPPDATA", "~/AppData/Local", "orbitcfg") if _ON_WINDOWS else ("XDG_CACHE_HOME", "~/.cache", "orbitcfg")
_STATE = ("LOCALAPPDATA", "~/AppData/Local", "orbitcfg-state") if _ON_WINDOWS else ("XDG_STATE_HOME", "~/.local/state", "orbitcfg")
"""For each of the two folders the variable that names where it lies, where it lies else, and its name."""

_KEY_NAME = "result-key"
_KEY_BYTES = 32
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
    """Results in a folder, each signed with a key that lies elsewhere. Where the folder cannot be read or written, that costs time alone."""

    folder: str
    key: bytes = field(repr=False)

    @classmethod
    def of_user(cls, process: Mapping[str, str]) -> Self | None:
        """The cache in the user's folder for what can be made again. None where that folder or the one of the key is not the user's alone."""
        folder, state = (_own_folder(process, *place) for place in (_CACHE, _STATE))
        # what is copied with the results would let anybody sign their own
        if folder is None or state is None or is_inside(state, folder):
            return None
        key = _key(state)
        return None if key is None else cls(folder, key)

    def get_or_run(self, request: object, files: Files, work: Callable[[Files], CachedResult]) -> CachedResult:
        """The kept result of a request, while all that it was made of is the same; else that of `work`, which is kept.

        `request` is what the result depends on besides files, given in full by its `repr`.
        """
        name = f"{digest((request, *_run_inputs()))}.json"
        known = self._get(name, files)
        if known is not None:
            return known
        recorder = RecordingFiles(files)
        result = work(recorder)
        if result.lasting and _may_be_kept(recorder.recording):
            with suppress(OSError):
                self._put(name, {"recording": recorder.recording, "result": asdict(result)})
        return result

    def _get(self, name: str, files: Files) -> CachedResult | None:
        """The kept result, where it is still valid; its note says that it is one."""
        try:
            signature, _, content = Disk().read(os.path.join(self.folder, name), MAX_RESULT_BYTES).partition(b"\n")
            # before anything of it is looked at: whoever may write here cannot sign
            kept = json.loads(content.decode(*_ENCODING)) if compare_digest(signature, self._signature(name, content)) else None
        except (OSError, ValueError, RecursionError):
            return None
        match kept:
            case {"recording": recorded, "result": {"output": str(output), "note": str(note), "status": int(status)}}:
                recording = parse_recording(recorded)
                if recording is not None and still_valid(recording, files):
                    return CachedResult(output, f"{note}, nothing has changed since the last run", status)
        return None

    def _put(self, name: str, kept: object) -> None:
        content = json.dumps(kept, ensure_ascii=False).encode(*_ENCODING)
        make_private_folder(self.folder)
        # a result that a power failure loses costs one run
        atomic_write(os.path.join(self.folder, name), self._signature(name, content) + b"\n" + content, mode=0o600, durable=False)
        own = [each for each in Path(self.folder).iterdir() if _OWN_NAME.fullmatch(each.name)]
        for old in sorted(own, key=lambda each: each.lstat().st_mtime_ns)[:-MAX_KEPT]:
            with suppress(OSError):
                remove_file(str(old))

    def _signature(self, name: str, content: bytes) -> bytes:
        """What nobody without the key can give; with the name, so that a result cannot pass for that of another request."""
        return blake2b(name.encode("ascii") + b"\n" + content, key=self.key, digest_size=_KEY_BYTES).hexdigest().encode("ascii")


def _own_folder(process: Mapping[str, str], variable: str, default: str, name: str) -> str | None:
    """The folder of orbitcfg's own below the one that a variable names, else below the default; None where it is not the user's alone.

    A repository may be anybody's and bring results along, so the folder lies in none, nor below where the user works; nor is it one that
    others may write to.
    """
    bases = (process.get(variable, ""), os.path.expanduser(default))
    base = next((os.path.realpath(base) for base in bases if os.path.isabs(base)), None)
    if base is None or not _is_safe(base):
        return None
    folder = os.path.join(base, name)
    is_brought_along = root_of(Disk(), folder) is not None or is_inside(folder, os.path.realpath("."))
    return None if is_brought_along or os.path.islink(folder) or not _is_private(folder) else folder


def _key(folder: str) -> bytes | None:
    """The key that results are signed with, made where there is none yet; None where it cannot be had, or others may read it."""
    path = os.path.join(folder, _KEY_NAME)
    with suppress(OSError):
        if not os.path.lexists(path):
            make_private_folder(folder)
            # for a run at the same time makes one too
            with suppress(OSError):
                atomic_write(path, os.urandom(_KEY_BYTES), expected=b"", mode=0o600)
        key = Disk().read(path, _KEY_BYTES + 1)
        if len(key) == _KEY_BYTES and _is_private(path, stat.S_IRWXG | stat.S_IRWXO):
            return key
    return None


def _is_safe(path: str) -> bool:
    """Whether nobody else can swap what the user puts into a folder, where modes can tell."""
    state = _state(path)
    # where the sticky bit is set, as on `/tmp`, only the owner may rename
    return state is None or (state.st_uid in (0, os.getuid()) and bool(not state.st_mode & stat.S_IWOTH or state.st_mode & stat.S_ISVTX))


def _is_private(path: str, others: int = stat.S_IWGRP | stat.S_IWOTH) -> bool:
    """Whether something is the user's, and others have none of these rights to it, where modes can tell."""
    state = _state(path)
    return state is None or (state.st_uid == os.getuid() and not state.st_mode & others)


def _state(path: str) -> os.stat_result | None:
    """Owner and mode of what is there; None where nothing is yet, or the system has none such."""
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
