"""What a run prints."""

from orbitcfg.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class CachedResult:
    """What a run prints: its output, a note beside it, its exit status. One that is not `lasting` is not kept."""

    output: str
    note: str
    status: int
    lasting: bool = True
