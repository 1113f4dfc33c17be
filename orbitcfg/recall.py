"""What was said of files before, kept outside of any repository, and said again where the files and orbitcfg itself are as they were.

Kept is what was printed, which holds no secret, and digests of what was read; and only of runs that no environment takes part in.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from orbitcfg import __version__
from orbitcfg.catalog.store import folder as schemas
from orbitcfg.files import Files
from orbitcfg.replacement import beside, fill
from orbitcfg.trace import Traced, digest, holds

MAX_KEPT = 64
"""So many answers are kept; those written longest ago go first."""

_LIBRARIES = ("yaml", "jsonschema")
"""What of other hands decides on an answer."""

_SOURCES = (".py", ".json", ".toml")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run says: its result, a note beside it, its exit status. One that is not `lasting` is not kept."""

    result: str
    note: str
    status: int
    lasting: bool = True


def folder(process: Mapping[str, str]) -> str | None:
    """Where answers are kept: in the user's folder for what can be made again. None where the user has none.

    One that is relative would lie in whatever repository the user works in, which may bring answers along.
    """
    bases = (process.get("XDG_CACHE_HOME", ""), process.get("LOCALAPPDATA", ""), os.path.expanduser("~/.cache"))
    return next((os.path.join(base, "orbitcfg") for base in bases if os.path.isabs(base)), None)


def answered(where: str, request: object, files: Files, work: Callable[[Files], Answer]) -> Answer:
    """What `work` answers to a request; the answer in the folder `where`, while all that it was made of is the same.

    `request` is what the answer hangs on besides files, told in full by its `repr`. A folder that cannot be read or written costs time
    alone.
    """
    path = os.path.join(where, f"{digest((request, os.getcwd(), _program()))}.json")
    known = _recalled(path, files)
    if known is not None:
        return known
    traced = Traced(files)
    answer = work(traced)
    if answer.lasting:
        with suppress(OSError):
            _keep(path, {"trace": traced.trace, "answer": asdict(answer)})
    return answer


def _recalled(path: str, files: Files) -> Answer | None:
    """The kept answer, where it still holds; its note says that it is one."""
    try:
        seal, _, content = Path(path).read_bytes().partition(b"\n")
    except OSError:
        return None
    if seal != digest(content).encode("ascii"):
        return None
    kept: dict[str, Any] = json.loads(content)
    if not holds(((tuple(question), answer) for question, answer in kept["trace"]), files):
        return None
    answer = Answer(**kept["answer"])
    return replace(answer, note=f"{answer.note}, nothing has changed since the last run")


def _keep(path: str, kept: object) -> None:
    content = json.dumps(kept).encode("ascii")
    place = os.path.dirname(path)
    os.makedirs(place, mode=0o700, exist_ok=True)
    with beside(path, 0o600) as file:
        fill(file, digest(content).encode("ascii") + b"\n" + content)
        file.close()
        os.replace(file.name, path)
    for old in sorted(Path(place).iterdir(), key=lambda each: each.stat().st_mtime_ns)[:-MAX_KEPT]:
        old.unlink()


def _program() -> list[tuple[object, ...]]:
    """What gives the answers: the versions, and orbitcfg's own files and its libraries by place, size and time of change."""
    own = (os.path.join(place, name) for base in (Path(__file__).parent, schemas()) for place, _, names in os.walk(base) for name in names)
    libraries = (spec.origin for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin)
    files = sorted({*(path for path in own if path.endswith(_SOURCES)), *libraries})
    states = ((path, os.lstat(path)) for path in files)
    return [(__version__, sys.version), *((path, state.st_size, state.st_mtime_ns) for path, state in states)]
