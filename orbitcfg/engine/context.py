"""Where programs run: the folder and the variables by which they look for models."""

import os
from collections.abc import Mapping
from string import Template

from orbitcfg.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RunContext:
    """A working directory and an environment. `orbit_dir` is ORBIT's own working directory, where it differs."""

    working_dir: str
    environment: Mapping[str, str]
    orbit_dir: str | None = None

    def variable(self, name: str) -> str | None:
        """A variable's value; None where it is unset or empty."""
        return self.environment.get(name) or None

    @property
    def homes(self) -> tuple[str, ...]:
        """The home directory, as Unix and as Windows name it."""
        return tuple(home for home in (self.variable("HOME"), self.variable("USERPROFILE")) if home)

    def absolute_path(self, path: str) -> str:
        """A path from the working directory."""
        return os.path.normpath(os.path.join(self.working_dir, path))

    def expanded_path(self, path: str) -> str:
        """A path with `~` and variables filled in, from the working directory."""
        if self.homes and (path == "~" or path.startswith(("~/", "~" + os.sep))):
            path = self.homes[0] + path[1:]
        return self.absolute_path(Template(path).safe_substitute(self.environment))

    def display_path(self, path: str) -> str:
        """A path as it is shown to the user: from the working directory where it lies there, else with `~` for the home directory."""
        if path == self.working_dir or path.startswith(self.working_dir.rstrip(os.sep) + os.sep):
            return os.path.relpath(path, self.working_dir).replace(os.sep, "/")
        for home in self.homes:
            if path.startswith(home.rstrip(os.sep) + os.sep):
                return "~" + path[len(home.rstrip(os.sep)) :].replace(os.sep, "/")
        return path.replace(os.sep, "/")


def folder_entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder, by name; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
