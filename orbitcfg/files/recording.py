"""What a run asked of files and what they answered. Equal answers give an equal run: nothing else tells it what the files hold."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from orbitcfg.files.store import Files

Call: TypeAlias = tuple[str, str, *tuple[int, ...]]
"""The name of a method of `Files`, the path, and for `read` the limit."""

Recording: TypeAlias = tuple[tuple[Call, str], ...]
"""Questions in the order in which they were asked first, each with a digest of its answer."""

Result = TypeVar("Result")

_UNSTEADY = "another answer each time"


class RecordingFiles:
    """Files that note what is asked of them."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._digests: dict[Call, str] = {}

    @property
    def trace(self) -> Recording:
        """Every question so far. One whose answer changed meanwhile never holds again."""
        return tuple(self._digests.items())

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file."""
        return self._noted(("read", path, limit), lambda: self.files.read(path, limit))

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""
        return self._noted(("realpath", path), lambda: self.files.realpath(path))

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return self._noted(("listdir", path), lambda: self.files.listdir(path))

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self._noted(("is_file", path), lambda: self.files.is_file(path))

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        return self._noted(("is_dir", path), lambda: self.files.is_dir(path))

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        return self._noted(("is_link", path), lambda: self.files.is_link(path))

    def name(self, path: str) -> str:
        """The path as the user is told it, which does not hang on what is there."""
        return self.files.name(path)

    def _noted(self, question: Call, ask: Callable[[], Result]) -> Result:
        try:
            found = ask()
        except (OSError, ValueError) as error:
            self._note(question, _name_of(error))
            raise
        self._note(question, digest(found))
        return found

    def _note(self, question: Call, answer: str) -> None:
        if self._digests.setdefault(question, answer) != answer:
            self._digests[question] = _UNSTEADY


def still_valid(trace: Iterable[tuple[Call, str]], files: Files) -> bool:
    """Whether files give every answer of a trace.

    They are asked in order and up to the first other answer, so that nothing is asked that the run itself would not come to: no link is
    read that leads out of a repository by now.
    """
    return all(_digest_now(files, question) == answer for question, answer in trace)


def _digest_now(files: Files, question: Call) -> str:
    method, path, *limit = question
    try:
        return digest(getattr(files, method)(path, *limit))
    except (OSError, ValueError) as error:
        return _name_of(error)


def _name_of(error: OSError | ValueError) -> str:
    """What stands for an error: no digest of anything that was found."""
    return f"{type(error).__name__} {getattr(error, 'errno', None)}"


def digest(value: object) -> str:
    """32 hexadecimal digits for bytes, or for whatever else its `repr` tells in full."""
    content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "backslashreplace")
    return blake2b(content, digest_size=16).hexdigest()
