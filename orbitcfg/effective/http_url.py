"""How the HTTP libraries of ORBIT's clients read the text of an address: httpx and aiohttp do so differently, and neither as a browser does."""

import ipaddress
import re
from urllib.parse import quote, unquote_to_bytes

from orbitcfg.document.odd_blanks import ODD_BLANKS
from orbitcfg.record import NamedTuple

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_CALLABLE = frozenset({"http", "https", "ws", "wss"})
"""Schemes that both libraries take: those of sockets are read as the others."""
_MAX_PORT = 65535

_PARTS = re.compile(r"(?:([a-zA-Z][a-zA-Z0-9+.-]*|):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
"""Scheme, authority, path and query, as httpx tells them apart."""
_AIOHTTP_SCHEME = re.compile(r"[a-zA-Z0-9+.-]+(?=:)")
_HTTPX_PATH, _HTTPX_QUERY = "!$%&'()*+,/:;=@[\\]^|", "!$%&'()*+,/:;=?@[\\]^`{|}"
_AIOHTTP_PATH, _AIOHTTP_QUERY = "!$%&'()*+,/:;=@", "!$%&'()*+,/:;=?@"
_UNRESERVED_ENCODED = re.compile(r"%(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aA]|5[fF]|6[1-9a-fA-F]|7[0-9aA]|7[eE])")
_NO_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")


class Unreadable(ValueError):
    """A text that the library refuses as soon as it reads it. The words say what is wrong with it."""


class Url(NamedTuple):
    """An address as the library has read it. `path` and `query` are encoded; `query` is None where there is none."""

    scheme: str
    user: str
    host: str
    port: int | None
    path: str
    query: str | None = None

    @property
    def raw_path(self) -> str:
        """Path and query, as a request names them."""
        return (self.path or "/") + ("" if self.query is None else f"?{self.query}")

    @property
    def text(self) -> str:
        """The whole address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None or self.port == _DEFAULT_PORTS.get(self.scheme) else f":{self.port}"
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}{host}{port}{self.raw_path}"

    @property
    def fault(self) -> str:
        """Why no request can be sent to it; empty where one can."""
        if self.scheme not in _CALLABLE:
            return "it does not begin with `http://` or `https://`"
        if not self.host:
            return "it has no host"
        return f"its port is none up to {_MAX_PORT}" if self.port is not None and not 0 <= self.port <= _MAX_PORT else ""


def read_by_httpx(text: str) -> Url:
    """The address as httpx reads it. Raises Unreadable for what it refuses."""
    bad = next((character for character in text if character.isascii() and not character.isprintable()), None)
    if bad is not None:
        raise Unreadable(f"it holds {_NAMES.get(bad, 'a control character')}")
    if not text.isascii() and re.search(_NO_TEXT, text):
        raise Unreadable("it holds a byte that is no text")
    scheme, authority, path, query = _split(text)
    user, _, place = (authority or "").rpartition("@")
    host, port = _httpx_place(place)
    if not (scheme or authority) and path.startswith((":", "//")):
        raise Unreadable("it is no address")
    if authority and path and not path.startswith("/"):
        raise Unreadable("it is no address")
    path = without_dots(path) if scheme or authority else path
    return Url(scheme.lower(), user, host, port, quote(path, safe=_HTTPX_PATH), None if query is None else quote(query, safe=_HTTPX_QUERY))


def read_by_aiohttp(text: str) -> Url:
    """The address as aiohttp reads it, which takes off what a browser would, and decodes what needs no code. Raises Unreadable for what it refuses."""
    text = re.sub(r"[\t\r\n]", "", text.lstrip("".join(map(chr, range(33)))))
    named = _AIOHTTP_SCHEME.match(text)
    scheme, rest = (named[0].lower(), text[named.end() + 1 :]) if named else ("", text)
    _, authority, path, query = _split(f"x:{rest}")
    authority = authority or ""
    if "\\" in authority:
        raise Unreadable("its host holds a backslash")
    user, _, place = authority.rpartition("@")
    host, port = _aiohttp_place(place)
    path = _encoded(_decoded(without_dots(path) if authority else path), _AIOHTTP_PATH)
    # without a scheme it is http to aiohttp, where a host follows
    scheme = scheme or ("http" if host else "")
    return Url(scheme, user, host, port, path, _encoded(query, _AIOHTTP_QUERY) if query else None)


def visible(text: str) -> str:
    """A text in which a line end, and what nobody sees, shows as it would be escaped."""
    return "".join(character if character.isprintable() and character not in ODD_BLANKS else ascii(character)[1:-1] for character in text)


def without_dots(path: str) -> str:
    """A path in which `.` and `..` have been followed."""
    if "/." not in path:
        return path
    parts: list[str] = []
    names = path.split("/")
    for index, name in enumerate(names):
        if name == ".." and len(parts) > 1:
            parts.pop()
        if name not in (".", ".."):
            parts.append(name)
        elif index == len(names) - 1:
            parts.append("")
    return "/".join(parts)


# a variable's byte that is no text is a surrogate to Python
_NO_TEXT = "[\ud800-\udfff]"
_NAMES = {"\n": "a line feed", "\r": "a carriage return", "\t": "a tab", "\0": "a NUL"}


def _split(text: str) -> tuple[str, str | None, str, str | None]:
    found = _PARTS.match(text)
    return (found[1] or "", found[2], found[3], found[4]) if found else ("", None, text, None)


def _httpx_place(place: str) -> tuple[str, int | None]:
    host, port = _bracketed(place) or (place.partition(":")[0], place.partition(":")[2])
    if re.fullmatch(r"\[.*\]", host):
        host = _ip(host[1:-1], "IPv6")
    elif re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", host):
        host = _ip(host, "IPv4")
    elif host.isascii():
        host = quote(host.lower(), safe="!$&'()*+,;=\"`{}%|\\")
    else:
        host = _idna(host)
    return host, _port(port)


def _aiohttp_place(place: str) -> tuple[str, int | None]:
    whole = _bracketed(place)
    if whole is None and ("[" in place or "]" in place):
        raise Unreadable("its brackets are wrong")
    host, port = whole or (place.partition(":")[0], place.partition(":")[2])
    if host.startswith("["):
        host = _ip(host[1:-1], "IPv6")
    elif not host.isascii():
        if not ODD_BLANKS.isdisjoint(host):
            raise Unreadable("its host holds a character that nobody sees")
        host = _idna(host)
    elif re.fullmatch(r"[0-9.]+", host):
        host = _ip(host, "IPv4")
    number = _port(port)
    if number is not None and not 0 <= number <= _MAX_PORT:
        raise Unreadable(f"its port is none up to {_MAX_PORT}")
    return host.lower(), number


def _bracketed(place: str) -> tuple[str, str] | None:
    found = re.fullmatch(r"(\[.*\])(?::(.*))?", place)
    return (found[1], found[2] or "") if found else None


def _ip(text: str, kind: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text)) if kind == "IPv6" else str(ipaddress.IPv4Address(text))
    except ValueError:
        raise Unreadable(f"`{text}` is no {kind} address") from None


def _port(text: str) -> int | None:
    if not text:
        return None
    try:
        # a blank around the number does no harm, as to the libraries
        return int(text)
    except ValueError:
        raise Unreadable(f"its port is `{text}`, which is no number") from None


def _idna(host: str) -> str:
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:
        raise Unreadable("its host is no name of the domain system") from None


def _encoded(text: str, safe: str) -> str:
    """A text with what stands in no address encoded; what is encoded already stays, and a byte that is no text is left out."""
    return quote(_NO_ESCAPE.sub("%25", text if text.isascii() else re.sub(_NO_TEXT, "", text)), safe=safe)


def _decoded(path: str) -> str:
    return _UNRESERVED_ENCODED.sub(lambda found: unquote_to_bytes(found[0]).decode(), path)
