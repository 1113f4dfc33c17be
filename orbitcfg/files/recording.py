"""What a run asked of files and what they answered. Equal answers give an equal run: it learns what the files hold from nothing else."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from orbitcfg.files.store import Files

Call: TypeAlias = tuple[str, str, *tuple[int, ...]]
"""The name of a method of `Files`, the path, and for `read` the limit."""

Recording: TypeAlias = tuple[tuple[Call, str], ...]
"""Calls in the order of their first time, each with a digest of its answer."""

Result = TypeVar("Result")

_UNSTEADY = "another answer each time"


_METHODS = {"read": 3, "realpath": 2, "listdir": 2, "is_file": 2, "is_dir": 2, "is_link": 2, "check_links": 2}
"""How long the call of each method is."""


class RecordingFiles:
    """Files that record what is asked of them."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._digests: dict[Call, str] = {}

    @property
    def recording(self) -> Recording:
        """Every call so far. One whose answer changed meanwhile is never valid again."""
        return tuple(self._digests.items())

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file."""
        return self._recorded(("read", path, limit), lambda: self.files.read(path, limit))

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""
        return self._recorded(("realpath", path), lambda: self.files.realpath(path))

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return self._recorded(("listdir", path), lambda: self.files.listdir(path))

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self._recorded(("is_file", path), lambda: self.files.is_file(path))

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        return self._recorded(("is_dir", path), lambda: self.files.is_dir(path))

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        return self._recorded(("is_link", path), lambda: self.files.is_link(path))

    def check_links(self, path: str) -> str:
        """The real path; raises OSError for one behind a link that leaves its repository."""
        return self._recorded(("check_links", path), lambda: self.files.check_links(path))

    def name(self, path: str) -> str:
        """The path as it is shown to the user, which does not depend on what is there."""
        return self.files.name(path)

    def _recorded(self, call: Call, ask: Callable[[], Result]) -> Result:
        try:
            found = ask()
        except (OSError, ValueError) as error:
            # an error is an answer too: a file that appears later changes the run
            self._record(call, _name_of(error))
            raise
        self._record(call, digest(found))
        return found

    def _record(self, call: Call, answer: str) -> None:
        if self._digests.setdefault(call, answer) != answer:
            self._digests[call] = _UNSTEADY


def parse_recording(value: object) -> Recording | None:
    """A recording as JSON gives it back; None for what is none."""
    steps = []
    for step in value if isinstance(value, list) else [None]:
        match step:
            case [[str(method), str(path), *limit], str(answer)] if len(limit) + 2 == _METHODS.get(method) and all(
                type(each) is int for each in limit
            ):
                steps.append(((method, path, *limit), answer))
            case _:
                return None
    return tuple(steps)


def still_valid(recording: Iterable[tuple[Call, str]], files: Files) -> bool:
    """Whether files still give every answer of a recording.

    They are asked in order and up to the first other answer, so that nothing is asked that the run itself would not come to: no link is
    read that leads out of a repository by now.
    """
    return first_change(recording, files) is None


def first_change(recording: Iterable[tuple[Call, str]], files: Files) -> str | None:
    """The path of the first answer of a recording that files no longer give; None where they give all of them."""
    return next((call[1] for call, answer in recording if _digest_now(files, call) != answer), None)


def _digest_now(files: Files, call: Call) -> str:
    method, path, *limit = call
    try:
        return digest(getattr(files, method)(path, *limit))
    except (OSError, ValueError) as error:
        return _name_of(error)


def _name_of(error: OSError | ValueError) -> str:
    """What stands for an error: no digest of anything that was found."""
    return f"{type(error).__name__} {getattr(error, 'errno', None)}"


def digest(value: object) -> str:
    """32 hexadecimal digits for bytes, or for whatever else its `repr` gives in full."""
    # names of files may hold surrogates, which UTF-8 has no bytes for
    content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "backslashreplace")
    return blake2b(content, digest_size=16).hexdigest()
