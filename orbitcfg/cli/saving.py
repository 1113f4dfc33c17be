"""A result in a file of its own: the whole of it or nothing."""

import contextlib
import os
import stat
from dataclasses import dataclass

from orbitcfg.cli.streams import refuse_odd
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import beside, fill


@dataclass(frozen=True, slots=True)
class Destination:
    """A file that is to be written, at its real path; `shown` is what the user called it."""

    path: str
    shown: str

    def write(self, content: bytes) -> None:
        """Puts the content there in one step, an old file keeping its mode. Raises UsageError where that fails: what was there is then still whole."""
        try:
            with beside(self.path) as file:
                fill(file, content)
                os.fsync(file.fileno())
                file.close()
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(file.name, stat.S_IMODE(os.stat(self.path).st_mode))
                os.replace(file.name, self.path)
        except OSError as error:
            raise UsageError(f"cannot write `{self.shown}`: {(error.strerror or str(error)).lower()}") from None


def destination(path: str) -> Destination:
    """Where to write, looked at before there is anything to write. Raises UsageError where it can be seen that nothing can be written there."""
    refuse_odd(path)
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    if not os.path.isdir(folder):
        raise UsageError(f"cannot write `{path}`: there is no folder `{os.path.dirname(path)}`")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"cannot write `{path}`: its folder is read-only")
    if os.path.exists(real) and not os.access(real, os.W_OK):
        raise UsageError(f"cannot write `{path}`: it is read-only")
    return Destination(real, path)
