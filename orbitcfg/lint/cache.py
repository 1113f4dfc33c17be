"""The result of a run, printed again where the files and orbitcfg itself are as they were.

Kept is what was printed and digests of what was read, outside of any repository, and only of runs that no environment takes part in. Every result is signed with
a key that stays on the machine: a cache that others can write to, or that is carried from machine to machine, brings none that is believed.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec

from orbitcfg.catalog.store import folder as schemas
from orbitcfg.files.recording import Recording, RecordingFiles, digest, parse_recording, still_valid
from orbitcfg.files.signed import SignedFolder
from orbitcfg.files.store import Files
from orbitcfg.lint.printed import CachedResult
from orbitcfg.masking.url import without_credentials
from orbitcfg.version import __version__

_LIBRARIES = ("yaml", "jsonschema", "referencing", "pathspec")
"""Libraries that decide on a result."""

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_KEPT = ("output", "note", "status")
_SOURCES = (".py", ".json", ".toml")
_ENCODING = ("utf-8", "surrogatepass")
"""Text that was printed may hold half a character."""


class ResultCache(SignedFolder):
    """Results in the user's own folder. Where it cannot be read or written, that costs time alone."""

    __slots__ = ()

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
                self._put(name, {"recording": recorder.recording, "result": {each: getattr(result, each) for each in _KEPT}})
        return result

    def _get(self, name: str, files: Files) -> CachedResult | None:
        """The kept result, where it is still valid; its note says that it is one."""
        content = self.load(name)
        try:
            kept = None if content is None else json.loads(content.decode(*_ENCODING))
        except (ValueError, RecursionError):
            return None
        match kept:
            case {"recording": recorded, "result": {"output": str(output), "note": str(note), "status": int(status)}}:
                recording = parse_recording(recorded)
                if recording is not None and still_valid(recording, files):
                    return CachedResult(output, f"{note} (nothing has changed since the last run)".lstrip(), status)
        return None

    def _put(self, name: str, kept: object) -> None:
        self.keep(name, json.dumps(kept, ensure_ascii=False).encode(*_ENCODING))


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
