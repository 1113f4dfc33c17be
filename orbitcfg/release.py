"""Releases of ORBIT, and which of them is meant.

They are named tuples, as every command makes these classes when it starts.
"""

import re
from typing import Literal, Self, TypeAlias

from orbitcfg.record import NamedTuple

KnownBy: TypeAlias = Literal["option", "setting", "server", "archive", "image", "newest"]
"""How it is known which ORBIT is meant: as it was named, by the code beside the configuration or above it, or not at all, which means the newest known."""

_WRITTEN = re.compile(r"[vV]?([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})")


class Release(NamedTuple):
    """A release of ORBIT; of two the later one is greater."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The release that a text names, `2.14.1` or `v2.14.1`; None where it names none."""
        found = _WRITTEN.fullmatch(text.strip())
        return None if found is None else cls(*map(int, found.groups()))

    def __str__(self) -> str:
        return ".".join(map(str, self))


OLDEST_JUDGED = Release(2, 6, 0)
"""The first release that is judged by what it knew; of older ones too little was read."""

QUERY_GUARD = Release(2, 15, 3)
"""The first release that looks at the queries of templates before they run."""

TEMPLATE_CHECK = Release(2, 15, 4)
"""The first release that checks templates against a schema."""


class OrbitChoice(NamedTuple):
    """Which ORBIT a user means: a release or a folder with ORBIT's code, and where that was said."""

    text: str
    known_by: Literal["option", "setting"] = "option"


class Orbit(NamedTuple):
    """The ORBIT that a configuration belongs to."""

    release: Release | None
    """Its release; None where its code does not say."""
    known_by: KnownBy
    """How that is known."""
    folder: str | None = None
    """The folder that holds its `server/`, None where its code is not at hand."""
    shown_folder: str | None = None
    """The same as it is shown to the user."""
    catalogue: Release | None = None
    """The release that the catalogue of what ORBIT reads was taken from."""
    commit: str = ""
    """The commit of the same."""

    @property
    def is_catalogued(self) -> bool:
        """Whether it is of the very release that the catalogue was taken from."""
        return self.release is not None and self.release == self.catalogue

    @property
    def is_newest(self) -> bool:
        """Whether it is no older than the catalogue, so that nothing of it is known to have come later."""
        return self.release is None or self.catalogue is None or self.release >= self.catalogue

    def is_before(self, release: Release) -> bool:
        """Whether it is known to be of an earlier release."""
        return self.release is not None and self.release < release

    @property
    def label(self) -> str:
        """The release, for people: `2.15.9 (5b961247)`."""
        if self.release is None:
            return "of an unknown release"
        return self.catalogue_label if self.is_catalogued else str(self.release)

    @property
    def catalogue_label(self) -> str:
        """The release of the catalogue, for people."""
        return f"{self.catalogue} ({self.commit})"

    @property
    def origin(self) -> str:
        """How it is known, for people."""
        match self.known_by:
            case "option":
                return "named by `--orbit`"
            case "setting":
                return "named by the setting `orbit`"
            case "server":
                return f"found in `{self.shown_folder}`"
            case "archive":
                return f"found in the release archive `{self.shown_folder}`"
            case "image":
                return f"found in ORBIT's image, in `{self.shown_folder}`"
        return "the newest known"

    def __str__(self) -> str:
        return f"{self.label}, {self.origin}"
