"""The client libraries that ORBIT calls providers with, as far as it matters which: what they can send as a key, and which certificates they read."""

import re
from typing import Literal, TypeAlias

from orbitcfg.document.odd_blanks import ODD_BLANK, blank_name
from orbitcfg.document.tree import KeyPath

Client: TypeAlias = Literal["httpx", "aiohttp"]

_BY_AIOHTTP = frozenset({"ollama", "azure", "jina", "voyage", "elevenlabs"})
_RERANKERS_BY_AIOHTTP = frozenset({"cohere", "openrouter"})
_NO_HEADER = frozenset({"xai", "bedrock", "vertex", "watson", "replicate", "google-cloud", "none", "in-process", None})
"""The protocols whose clients send a key in another way, or in one that was not tried."""

# a variable's byte that is no text is a surrogate to Python
_ENDS_HEADER = re.compile("[\r\n\0\ud800-\udfff]")
"""What no client puts into a header."""
_NOT_BY_HTTPX = re.compile("[\r\n\0\x0b\x0c\ud800-\udfff]")
_NOT_IN_ASCII = re.compile("[\r\n\0\x0b\x0c]|[^\0-\x7f]")
_NAMES = {
    "\r": "a carriage return",
    "\n": "a line feed",
    "\0": "a NUL",
    " ": "a blank",
    "\t": "a tab",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
}


def client_of(block: KeyPath) -> Client:
    """The library with which a block's provider is called."""
    is_aiohttp = block[-1] in _BY_AIOHTTP or (block[0] == "rerankers" and block[-1] in _RERANKERS_BY_AIOHTTP)
    return "aiohttp" if is_aiohttp else "httpx"


def key_fault(key: str, block: KeyPath, protocol: str | None) -> str:
    """Why no request can carry a key: the first character that keeps it, by its name and its place, which tell nothing of the key. Empty where all is well."""
    index = None if protocol in _NO_HEADER else _first_refused(key, block)
    if index is None:
        return ""
    where = "begins with" if index == 0 else "ends in" if index == len(key) - 1 or not key[index:].strip() else "holds"
    return f"{where} {_name(key[index])}, character {index + 1}), which no header can carry"


def _first_refused(key: str, block: KeyPath) -> int | None:
    """Where the first character stands that the client does not send."""
    name = str(block[-1])
    if client_of(block) == "aiohttp":
        return _start(_ENDS_HEADER.search(key))
    if name == "gemini":
        # its client takes blanks off by itself
        return _start(_NOT_IN_ASCII.search(key, len(key) - len(key.lstrip()), len(key.rstrip())))
    # Anthropic's sends what is beyond ASCII as UTF-8, at least in its newer versions
    found = _start((_NOT_BY_HTTPX if name == "anthropic" else _NOT_IN_ASCII).search(key))
    end = len(key.rstrip(" \t"))
    return found if found is not None else end if end < len(key) else None


def _start(found: re.Match[str] | None) -> int | None:
    return found.start() if found else None


def _name(character: str) -> str:
    """A character for people, without showing it; its bracket is still open."""
    if ODD_BLANK.match(character):
        return blank_name(character).removesuffix(")")
    what = "a byte that is no text" if "\ud800" <= character <= "\udfff" else _NAMES.get(character, "a character beyond ASCII")
    return f"{what} (U+{ord(character):04X}"
