"""What `why` explains."""

from typing import Literal, TypeAlias

from orbitcfg.catalog.meaning import Meaning
from orbitcfg.commands.needs import KeyNeed
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.source import Span
from orbitcfg.release import Orbit

LinkKind: TypeAlias = Literal["in force", "written", "variable", "default", "unset", "preset", "overridden", "joined", "imported", "file"]


@dataclass(frozen=True, slots=True)
class Link:
    """One step on a value's way: what happened, also in a sentence, and where it can be seen; None for what no file says."""

    kind: LinkKind
    text: str
    place: Span | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A key path, its value as it may be shown, what it means, its way there, newest first, who needs it, and the ORBIT that this is true of. A key that is not set has no way."""

    key: str
    value: object = field(repr=False)
    is_set: bool
    meaning: Meaning | None
    links: tuple[Link, ...]
    need: KeyNeed
    orbit: Orbit
