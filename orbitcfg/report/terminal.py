"""Text that is safe and aligned on a terminal, in colour where wanted."""

import re
import unicodedata

from orbitcfg.report.diagnostics import Severity

_CODES = {"bold": "1", "red": "1;31", "yellow": "1;33", "cyan": "1;36", "blue": "1;34", "green": "1;32", "dim": "2"}
SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def painted(text: str, color: str, *, on: bool) -> str:
    """The text in a colour, or as it is."""
    return f"\x1b[{_CODES[color]}m{text}\x1b[0m" if on and text else text


def safe(text: str) -> str:
    """The text in one line, without signs that would steer a terminal."""
    return _UNPRINTABLE.sub(lambda match: " " if match[0] in "\t\n\r" else "\ufffd", text)


def width(text: str) -> int:
    """How many columns a terminal needs for the text."""
    return sum(_columns(sign) for sign in text) if not text.isascii() else len(text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
