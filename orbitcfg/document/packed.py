"""Texts of many files, kept small: of thousands of lines that were read hardly one is looked at again."""

import zlib

_KEPT = 4
"""Texts that are held as they are: what looks at a file looks at many places in it."""


class Unpacker:
    """Packs texts and gives them again; one for all files of a configuration."""

    def __init__(self) -> None:
        # never changed, only set anew: several threads may ask
        self._last: tuple[tuple[bytes, str], ...] = ()

    def pack(self, text: str) -> bytes:
        """A text, made small."""
        return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)

    def text(self, packed: bytes) -> str:
        """The text that was packed."""
        for known, text in self._last:
            if known is packed:
                return text
        text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
        self._last = (*self._last[1 - _KEPT :], (packed, text))
        return text
