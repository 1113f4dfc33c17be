"""Texts of many files, kept small: of thousands of lines that were read hardly one is looked at again."""

import zlib
from collections import deque

_KEPT = 4
"""Texts that are held as they are: what looks at a file looks at many places in it."""


class Unpacker:
    """Packs texts and gives them again; one for all files of a configuration."""

    def __init__(self) -> None:
        self._last: deque[tuple[bytes, str]] = deque(maxlen=_KEPT)

    def pack(self, text: str) -> bytes:
        """A text, made small."""
        return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)

    def text(self, packed: bytes) -> str:
        """The text that was packed."""
        for known, text in self._last:
            if known is packed:
                return text
        text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
        self._last.append((packed, text))
        return text
