"""Addresses: what is in one, where it leads from here, and through which proxy ORBIT's client would go."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass

_PORTS = {"http": 80, "https": 443}
_SCHEMES = re.compile(r"(?:(?>(?P<scheme>https?)(?:[:;]/*|/+)|(?P<slip>h{0,2}t{1,3}ps{0,2}|tcp)[:;]/+))++", re.IGNORECASE)
"""What stands for a scheme at the beginning of an address: also with a letter too many or too few, of a socket, and also twice."""

_OWN_NETWORK = (".local", ".lan", ".internal", ".home.arpa")
_ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - looked for in a configuration, nothing listens


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an http address. `path` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def root(self) -> str:
        """Scheme, host and port, as they are written in an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it means this machine."""
        return is_loopback(self.host)

    @property
    def is_bind_address(self) -> bool:
        """Whether it means "all addresses", which only a server can listen on."""
        return self.host in _ALL_ADDRESSES

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def parse_address(url: str) -> Address | None:
    """The parts of an address; None where no client could use it."""
    try:
        parts = urlsplit(url.strip())
        # a port that is no number raises when it is read, not when the address is split
        port = parts.port
    except ValueError:
        return None
    # `urlsplit` lets blanks pass within a host
    if parts.scheme not in _PORTS or not parts.hostname or parts.netloc.split() != [parts.netloc]:
        return None
    if parts.hostname in _PORTS and parts.path.startswith("//"):  # the scheme stands there twice
        return None
    return Address(parts.scheme, parts.hostname, port if port is not None else _PORTS[parts.scheme], parts.path.rstrip("/"))


def with_scheme(text: str) -> str | None:
    """The address that seems to be meant, with one whole scheme; None where none can be made of the text.

    Where no scheme is written it is `http` for this machine and its network, and `https` for all others.
    """
    slip = _SCHEMES.match(text)
    rest = text[slip.end() :] if slip else text
    address = parse_address(f"http://{rest}")
    if address is None or "://" in rest:
        return None
    written = (slip["scheme"] or slip["slip"]).lower() if slip else ""
    scheme = ("https" if written.endswith("s") else "http") if written else "http" if is_near(address.host) else "https"
    return f"{scheme}://{rest}"


def is_near(host: str) -> bool:
    """Whether a host is this machine or, by its address or its name, of a network of one's own."""
    ip = _ip(host)
    if ip is None:
        return "." not in host or host.endswith(_OWN_NETWORK) or is_loopback(host)
    return ip.is_private or ip.is_loopback or ip.is_link_local


def is_loopback(host: str) -> bool:
    """Whether a host is this machine's own name or address for itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    ip = _ip(host)
    return ip is not None and ip.is_loopback


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine, also as a server that listens on all addresses, or a container, calls it."""
    return is_loopback(host) or host in _ALL_ADDRESSES or host == "host.docker.internal"


def mapped(address: Address, places: Mapping[str, str]) -> tuple[str, int]:
    """Host and port to connect to: those of `--map` where it names the address."""
    place = places.get(address.place)
    if place is None:
        return address.host, address.port
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


def proxy(address: Address, variables: Mapping[str, str]) -> tuple[str, str] | None:
    """The variable and the proxy that an httpx client with `trust_env` uses for an address; None where it goes straight.

    Unlike other clients it makes no exception of loopback: only `NO_PROXY` does.
    """
    bypass = _value(variables, "no_proxy")
    if bypass and any(_bypasses(entry.strip(), address) for entry in bypass[1].split(",") if entry.strip()):
        return None
    return _value(variables, f"{address.scheme}_proxy") or _value(variables, "all_proxy")


def _value(variables: Mapping[str, str], name: str) -> tuple[str, str] | None:
    # small letters win, as in `getproxies`, which httpx asks
    for spelt in (name, name.upper()):
        if variables.get(spelt):
            return spelt, variables[spelt]
    return None


def _bypasses(entry: str, address: Address) -> bool:
    if entry == "*":
        return True
    host, _, port = entry.rpartition(":") if entry.rpartition(":")[2].isdecimal() and entry.count(":") == 1 else (entry, "", "")
    if port and int(port) != address.port:
        return False
    host = host.strip("[]").lstrip("*").lower()
    # httpx puts a `*` before every entry but these, so that it covers subdomains
    if _ip(host) is not None or host == "localhost":
        return address.host == host
    return address.host.endswith("." + host.lstrip(".")) or (not host.startswith(".") and address.host == host)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is; None for a name."""
    # nearly all hosts are names, and an exception takes long
    if ":" not in host and not host[-1:].isdigit():
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
