"""What the client libraries that ORBIT calls providers with can send as a key."""

import re

from orbitcfg.document.odd_blanks import ODD_BLANKS, blank_name
from orbitcfg.effective.families import ClientFamily

# a variable's byte that is no text is a surrogate to Python
_ENDS_HEADER = "[\r\n\0\ud800-\udfff]"
"""What no client puts into a header."""
_NOT_BY_HTTPX = "[\r\n\0\x0b\x0c\ud800-\udfff]"
_NOT_IN_ASCII = "[\r\n\0\x0b\x0c]|[^\0-\x7f]"
_NAMES = {
    "\r": "a carriage return",
    "\n": "a line feed",
    "\0": "a NUL",
    " ": "a blank",
    "\t": "a tab",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
}


def header_fault(key: str, family: ClientFamily) -> str:
    """Why no header can carry a key: the first character that keeps it, by its name and its place, which tell nothing of the key. Empty where all is well."""
    index = _first_refused(key, family)
    if index is None:
        return ""
    where = "begins with" if index == 0 else "ends in" if index == len(key) - 1 or not key[index:].strip() else "holds"
    return f"{where} {_name(key[index])}, character {index + 1}), which no header can carry"


def _first_refused(key: str, family: ClientFamily) -> int | None:
    """Where the first character stands that the client does not send."""
    match family.key:
        case "unsent" | "untried":
            return None
        case "bytes" if family.library == "aiohttp":
            return _start(re.search(_ENDS_HEADER, key))
        case "trimmed":
            return _start(re.compile(_NOT_IN_ASCII).search(key, len(key) - len(key.lstrip()), len(key.rstrip())))
    found = _start(re.search(_NOT_BY_HTTPX if family.key == "bytes" else _NOT_IN_ASCII, key))
    end = len(key.rstrip(" \t"))
    return found if found is not None else end if end < len(key) else None


def _start(found: re.Match[str] | None) -> int | None:
    return found.start() if found else None


def _name(character: str) -> str:
    """A character for people, without showing it; its bracket is still open."""
    if character in ODD_BLANKS:
        return blank_name(character).removesuffix(")")
    what = "a byte that is no text" if "\ud800" <= character <= "\udfff" else _NAMES.get(character, "a character beyond ASCII")
    return f"{what} (U+{ord(character):04X}"
