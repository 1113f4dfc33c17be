"""What was said of files before, said again where the files and orbitcfg itself are as they were.

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
from typing import Any

from orbitcfg.catalog.store import folder as schemas
from orbitcfg.files.atomic import atomic_write
from orbitcfg.files.recording import RecordingFiles, Trace, digest, holds
from orbitcfg.files.sandbox import is_inside, root_of
from orbitcfg.files.store import Disk, Files
from orbitcfg.masking.url import without_credentials
from orbitcfg.version import __version__

MAX_KEPT = 64
"""So many answers are kept; those written longest ago go first."""

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""A larger file is none of ours."""

_LIBRARIES = ("yaml", "jsonschema", "referencing")
"""What of other hands decides on an answer."""

_CACHE_HOME = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
_SOURCES = (".py", ".json", ".toml")
_OWN_NAME = re.compile(r"\.?[0-9a-f]{32}\.json.*")
_ENCODING = ("utf-8", "surrogatepass")
"""Text that was printed may hold half a character."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run says: its result, a note beside it, its exit status. One that is not `lasting` is not kept."""

    result: str
    note: str
    status: int
    lasting: bool = True


def folder(process: Mapping[str, str]) -> str | None:
    """Where answers are kept: in the user's folder for what can be made again. None where there is none that is the user's alone.

    A repository may be anybody's and bring answers along, so the folder lies in none, nor below where the user works; nor is it one that
    others may write to.
    """
    bases = (process.get(_CACHE_HOME, ""), os.path.expanduser("~/.cache"))
    base = next((os.path.realpath(base) for base in bases if os.path.isabs(base)), None)
    if base is None or not _is_safe(base):
        return None
    where = os.path.join(base, "orbitcfg")
    is_brought_along = root_of(Disk(), where) is not None or is_inside(where, os.path.realpath("."))
    return None if is_brought_along or os.path.islink(where) or not _is_private(where) else where


def _is_safe(path: str) -> bool:
    """Whether nobody else can swap what the user puts into a folder, where modes can tell."""
    state = _state(path)
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


def ask(where: str, request: object, files: Files, work: Callable[[Files], Answer]) -> Answer:
    """What `work` answers to a request; the answer in the folder `where`, while all that it was made of is the same.

    `request` is what the answer hangs on besides files, told in full by its `repr`. A folder that cannot be read or written costs time
    alone.
    """
    path = os.path.join(where, f"{digest((request, *_surroundings()))}.json")
    known = _recalled(path, files)
    if known is not None:
        return known
    traced = RecordingFiles(files)
    answer = work(traced)
    if answer.lasting and _may_be_kept(traced.trace):
        with suppress(OSError):
            _keep(path, {"trace": traced.trace, "answer": asdict(answer)})
    return answer


def _recalled(path: str, files: Files) -> Answer | None:
    """The kept answer, where it still holds; its note says that it is one."""
    try:
        seal, _, content = Disk().read(path, MAX_ANSWER_BYTES).partition(b"\n")
        if seal != digest(content).encode("ascii"):
            return None
        kept: dict[str, Any] = json.loads(content.decode(*_ENCODING))
        answer = Answer(**kept["answer"])
        is_true = holds(((tuple(question), known) for question, known in kept["trace"]), files)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):  # whatever lies there, it is not ours
        return None
    return replace(answer, note=f"{answer.note}, nothing has changed since the last run") if is_true else None


def _may_be_kept(trace: Trace) -> bool:
    """Whether no path gives access: a configuration may name anything where a file is meant."""
    return all(without_credentials(path) == path for (_, path, *_), _ in trace)


def _keep(path: str, kept: object) -> None:
    content = json.dumps(kept, ensure_ascii=False).encode(*_ENCODING)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    atomic_write(path, digest(content).encode("ascii") + b"\n" + content, mode=0o600, durable=False)
    own = [each for each in Path(path).parent.iterdir() if _OWN_NAME.fullmatch(each.name)]
    for old in sorted(own, key=lambda each: each.lstat().st_mtime_ns)[:-MAX_KEPT]:
        with suppress(OSError):
            old.unlink()


def _surroundings() -> Iterator[object]:
    """What takes part in every answer: the place, the encoding of names, Python, orbitcfg and its libraries."""
    yield from (os.getcwd(), sys.getfilesystemencoding(), sys.version, __version__)
    own = (os.path.join(place, name) for base in (Path(__file__).parent, schemas()) for place, _, names in os.walk(base) for name in names)
    libraries = (spec.origin for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin)
    for path in sorted({*(path for path in own if path.endswith(_SOURCES)), *libraries}):
        with suppress(OSError):
            state = os.stat(path)
            yield path, state.st_size, state.st_mtime_ns
