"""The client libraries that ORBIT calls providers with, as far as it matters which: what they can send as a key, and which certificates they read."""

from typing import Literal, TypeAlias

from orbitcfg.document.odd_blanks import ODD_BLANK, blank_name
from orbitcfg.document.tree import KeyPath

Client: TypeAlias = Literal["httpx", "aiohttp"]

_BY_AIOHTTP = frozenset({"ollama", "azure", "jina", "voyage", "elevenlabs"})
_RERANKERS_BY_AIOHTTP = frozenset({"cohere", "openrouter"})
_ASCII_ALONE = frozenset({"openai", "ollama", "cohere", "huggingface"})
"""The protocols whose clients write a key as ASCII; Anthropic's sends UTF-8, others were not tried."""

_ENDS_HEADER = "\r\n\0"
"""What no client puts into a header."""
_BLANKS = " \t\x0b\x0c"
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
    is_httpx = client_of(block) == "httpx"
    end = len(key.rstrip(_BLANKS)) if is_httpx else len(key)
    for index, character in enumerate(key):
        is_refused = index >= end or character in "\x0b\x0c" or (protocol in _ASCII_ALONE and not character.isascii())
        if character in _ENDS_HEADER or _is_surrogate(character) or (is_httpx and is_refused):
            where = "ends in" if index >= end or index == len(key) - 1 else "holds"
            return f"{where} {_name(character)} as character {index + 1}, which no header can carry"
    return ""


def _name(character: str) -> str:
    """A character for people, without showing it."""
    if ODD_BLANK.match(character):
        return blank_name(character)
    what = "a byte that is no text" if _is_surrogate(character) else _NAMES.get(character, "a character beyond ASCII")
    return f"{what} (U+{ord(character):04X})"


def _is_surrogate(character: str) -> bool:
    """Whether it is what Python takes a byte of a variable for that is no UTF-8."""
    return "\ud800" <= character <= "\udfff"
