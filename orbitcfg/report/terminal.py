"""Text that is safe and aligned on a terminal."""

import re
import unicodedata

from orbitcfg.masking.url import without_credentials

# marks of direction as well: they make text read as something else than it is
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def strip_control_characters(text: str) -> str:
    """The text in one line, without characters that would steer a terminal."""
    return _UNPRINTABLE.sub(lambda match: " " if match[0] in "\t\n\r" else "\ufffd", text)


def error_text(error: Exception) -> str:
    """What an error says, as it may be shown."""
    return without_credentials(str(error))


def width(text: str) -> int:
    """How many columns a terminal needs for the text."""
    return sum(_columns(character) for character in text) if not text.isascii() else len(text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
