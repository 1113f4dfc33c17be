"""A new file beside another, to take its place in one step: whoever reads finds the old one or the new one, whole."""

import contextlib
import os
from collections.abc import Iterator
from typing import IO

_ENDING = ".orbitcfg"
"""Not one that ORBIT, or orbitcfg, takes for a configuration."""


@contextlib.contextmanager
def beside(path: str, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """An unbuffered new file in the folder of `path`, under a hidden name. It is gone afterwards, unless it was renamed to what it is to replace.

    Close it before it is renamed: Windows does not rename what is open. Raises OSError where it cannot be made.
    """
    folder, name = os.path.split(path)
    new = os.path.join(folder, f".{name}.{os.urandom(4).hex()}{_ENDING}")
    try:
        with open(new, "xb", buffering=0, opener=lambda file, flags: os.open(file, flags, mode)) as file:
            yield file
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)


def fill(file: IO[bytes], content: bytes) -> None:
    """Writes all of the content: an unbuffered file may take less at a time."""
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
