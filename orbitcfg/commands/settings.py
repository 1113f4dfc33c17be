"""The settings that a command runs with."""

import os
from collections.abc import Mapping
from typing import Any

from orbitcfg.files.store import Disk, Files
from orbitcfg.release import OrbitChoice
from orbitcfg.settings import file
from orbitcfg.settings.model import Settings, merge_settings


def load_settings(path: str | None = None, *, files: Files | None = None, process: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """The settings that the file of a path's project, the environment and these flags give, the latter winning; a flag that is None or false was not given.

    Flags are the fields of `Settings`; `select` and `ignore` may hold names of rules and several by comma. Raises UsageError for what cannot be used.
    """
    given = {name: value for name, value in flags.items() if value not in (None, False)}
    for name in ("select", "ignore"):
        if name in given:
            from orbitcfg.lint.selection import codes

            given[name] = codes(",".join(given[name]).split(","))
    if "env_files" in given:
        given["env_files"] = tuple(given["env_files"])
    if "orbit" in given:
        given["orbit"] = OrbitChoice(given["orbit"])
    return merge_settings(os.environ if process is None else process, given, file.values(files or Disk(), path, _code_of))


def _code_of(name: str) -> str:
    """The code that a name in a settings file means; the rules are imported where there is one."""
    from orbitcfg.lint.selection import code

    return code(name)
