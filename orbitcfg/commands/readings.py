"""What files held when they were read for one side of a comparison: what the other side holds alike is read once, and its values are there once."""

from orbitcfg.compile.imports import FileReading, read_content
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.decode import decode_source


@dataclass(frozen=True, slots=True)
class SharedReadings:
    """Readings by the names of their files, of texts that could be decoded."""

    known: dict[str, FileReading] = field(default_factory=dict)

    def read(self, name: str, content: bytes, most: int) -> FileReading:
        """What a content gives: what a file of this name gave before, where its text is the same."""
        source, fault = decode_source(name, content)
        known = self.known.get(name)
        if known is not None and fault is None and known.source.text == source.text and known.extent.nodes <= most:
            return known
        reading = read_content(name, content, most)
        if fault is None:
            self.known[name] = reading
        return reading
