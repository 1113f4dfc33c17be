"""A new configuration."""

import os
import posixpath

from orbitcfg.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be written: its name below the new folder, with POSIX slashes, and what it holds."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewConfiguration:
    """A small configuration that starts; nothing is written yet. `source` says why it is this provider and model."""

    folder: str
    provider: str
    model: str | None
    source: str
    files: tuple[NewFile, ...]
    variables: tuple[str, ...]
    """The variables that must be set before ORBIT starts."""

    def summary_line(self, *, dry_run: bool) -> str:
        """What is done, and what comes next, in one line."""
        what = f"`{self.provider}`" + (f" with `{self.model}`" if self.model else "")
        names = ", ".join(f"`{each}`" for each in self.variables)
        done = "would write" if dry_run else "wrote"
        place = posixpath.normpath(self.folder.replace(os.sep, "/"))
        written = ", ".join(f"`{posixpath.join('' if place == '.' else place, each.name)}`" for each in self.files)
        return f"{done} {written} for {what} ({self.source}); copy `env.example` to `.env` beside it and set {names} there"
