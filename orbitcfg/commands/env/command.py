"""The command `env`: the variables of a configuration, and the file that declares them."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import replace

from orbitcfg.commands.env.example import Example, completed
from orbitcfg.commands.env.variables import Inventory, inventory
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.environment import MAX_ENV_BYTES
from orbitcfg.document.decode import reason
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Span
from orbitcfg.edit.write import replaced
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import is_inside
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, configuration, targets
from orbitcfg.settings.model import Settings

_SHOWN_NAMES = 8


def env(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Inventory:
    """Every variable of a configuration: where it is used, what needs it, whether it is set here; never its value."""
    files = files or Disk()
    target = replace(targets(files, path, settings.roots)[0], only=None, fragment=False)
    config = configuration(files, target, settings, process, InterpolationMode.UNKNOWN)
    faults = (event.place for event in config.events_of(FileFault) if event.problem is not FileProblem.EMPTY)
    unread = (place.source if isinstance(place, Span) else place for place in faults)
    return inventory(config, tuple(source.name for source in unread if not source.private))


def write_example(found: Inventory, path: str, files: Disk | None = None) -> Example:
    """Writes an example with what it lacks, or a new one, whole or not at all; where it lacks nothing, nothing is written.

    Raises UsageError where it cannot be read or written, or has changed in between.
    """
    files = files or Disk()
    real = _real(files, path)
    is_new = not files.is_file(real)
    try:
        old = b"" if is_new else files.read(real, MAX_ENV_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {reason(error)}") from None
    if len(old) > MAX_ENV_BYTES or b"\0" in old:
        raise UsageError(f"`{path}` is no list of variables")
    example = completed(old, found, os.path.dirname(files.name(real)))
    if example.content != old:
        _write(path, real, old, example.content, is_new=is_new)
    return example


def _real(files: Disk, path: str) -> str:
    """The real path of a file to write; a link that a repository laid under a name of its own to a file elsewhere is refused."""
    if "\0" in path or files.is_dir(path):
        raise UsageError(f"`{path}` is no regular file")
    real = files.realpath(path)
    stays_here = not os.path.isabs(path) and ".." not in path.replace(os.sep, "/").split("/")
    if stays_here and not is_inside(real, files.realpath(".")):
        raise UsageError(f"`{path}` is a link that leaves this folder")
    if os.path.exists(real) and not files.is_file(real):
        raise UsageError(f"`{path}` is no regular file")
    return real


def _write(path: str, real: str, old: bytes, new: bytes, *, is_new: bool) -> None:
    """A new file is laid down empty first, and gone again where it cannot be filled."""
    try:
        if is_new:
            with open(real, "xb"):
                pass
        replaced(real, old, new)
    except OSError as error:
        raise UsageError(f"cannot write `{path}`: {reason(error)}") from None
    except UsageError as error:
        if is_new:
            with contextlib.suppress(OSError):
                os.unlink(real)
        raise UsageError(f"cannot write `{path}`: {error}") from None


def notes(found: Inventory) -> tuple[str, ...]:
    """What to know beside the list."""
    return tuple(f"`{name}` cannot be read, so variables in it are missing here" for name in found.unread)


def told(example: Example, path: str) -> tuple[str, ...]:
    """What became of an example, for the person who watches."""
    added = f"`{path}`: {_listed(example.added)} added" if example.added else f"`{path}` lacks nothing"
    unused = f"`{path}` declares what this configuration does not use: {_listed(example.unused)}"
    return (added, unused) if example.unused else (added,)


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return ", ".join(f"`{name}`" for name in names[:_SHOWN_NAMES]) + more
