"""The command `env`: the variables of a configuration, and the file that declares them."""

import os
from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.env.example import Example, complete_example
from orbitcfg.commands.env.result import VariableInventory
from orbitcfg.commands.env.variables import inventory
from orbitcfg.commands.output import promise_file, write_file
from orbitcfg.commands.reporting import judged
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.decode import reason
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Span
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.project.compiler import Path
from orbitcfg.settings.model import Settings


def env(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> VariableInventory:
    """Every variable of a configuration: where it is used, what needs it, whether it is set here; never its value."""
    files = files or Disk()
    config = compile_config(files, whole_target(files, path, settings.roots), settings, InterpolationMode.ORBIT, process)
    faults = (event.place for event in config.events_of(FileFault) if event.problem is not FileProblem.EMPTY)
    unread = (place.source if isinstance(place, Span) else place for place in faults)
    _, verdict = judged(config)
    return inventory(config, tuple(source.name for source in unread if not source.private), verdict)


def write_example(found: VariableInventory, path: str, files: Disk | None = None) -> Example:
    """Writes an example with what it lacks, or a new one, whole or not at all; where it lacks nothing, nothing is written.

    Raises UsageError where it cannot be read or written, or has changed in between.
    """
    files = files or Disk()
    promise_file(path, files)
    try:
        old = files.read(path, MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        old = b""
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {reason(error)}") from None
    # a binary file that was named by mistake
    if len(old) > MAX_FILE_BYTES or b"\0" in old:
        raise UsageError(f"`{path}` is no list of variables")
    example = complete_example(old, found, os.path.dirname(files.name(path)))
    if example.content != old:
        write_file(path, example.content, expected=old, files=files)
    return example
