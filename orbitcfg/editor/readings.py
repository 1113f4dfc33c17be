"""What files held when they were last read: an untouched file is not parsed again, and a broken one keeps its last good tree."""

from orbitcfg.compile.imports import FileReading, read_content
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.events import FileFault, FileProblem
from orbitcfg.document.source import Source

_BREAKING = frozenset({FileProblem.SYNTAX, FileProblem.ENCODING, FileProblem.SEVERAL_DOCUMENTS})
"""What half a keystroke may do to a file."""


@dataclass(slots=True)
class Readings:
    """Readings by the names of their files.

    `stale` are the sources of trees that stand in for files which cannot be read now, with the source of what cannot be read.
    """

    last: dict[str, tuple[bytes, FileReading]] = field(default_factory=dict)
    good: dict[str, FileReading] = field(default_factory=dict)
    stale: dict[Source, Source] = field(default_factory=dict)

    def read(self, name: str, content: bytes, most: int) -> FileReading:
        """What a content gives: what it gave before, while it is the same."""
        known = self.last.get(name)
        if known is not None and known[0] == content and known[1].extent.nodes <= most:
            return known[1]
        reading = self._with_last_tree(name, read_content(name, content, most))
        self.last[name] = (content, reading)
        return reading

    def _with_last_tree(self, name: str, reading: FileReading) -> FileReading:
        good = self.good.get(name)
        if reading.root is not None:
            self.good[name] = reading
        elif good is not None and _is_broken(reading):
            self.stale[good.source] = reading.source
            return FileReading(good.source, good.root, good.extent, reading.events)
        if good is not None:
            self.stale.pop(good.source, None)
        return reading


def _is_broken(reading: FileReading) -> bool:
    return any(isinstance(event, FileFault) and event.problem in _BREAKING for event in reading.events)
