"""Addresses: what is in one, where it leads from here, and through which proxy ORBIT's client would go."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


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
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - it is looked for, not listened on

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"


def parsed(url: str) -> Address | None:
    """The parts of an address; None where no client could use it."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or any(sign.isspace() for sign in parts.netloc):
        return None
    return Address(parts.scheme, parts.hostname, port if port is not None else _PORTS[parts.scheme], parts.path.rstrip("/"))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
    if _is_ip(host) or host == "localhost":
        return address.host == host
    return address.host.endswith("." + host.lstrip(".")) or (not host.startswith(".") and address.host == host)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
