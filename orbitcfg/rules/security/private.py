"""Addresses and paths of one network or one person."""

import re
from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

from orbitcfg.catalog.specs import LOCAL
from orbitcfg.document.tree import KeyPath
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.security._values import written_texts

_FOR_PEOPLE = ("prompt", "template", "description", "message")
_HOSTS = frozenset({"host", "hostname", "server", "address", "ip"})
"""Last words of the names of keys that hold a host."""

_HOME = (
    r"(?:^|[\s=:,\"'])(?:file://)?"
    r"((?:/home/|/Users/|[A-Za-z]:[\\/]Users[\\/])(?!(?:app|orbit|user|username|you|yourname|ubuntu|runner)\b)[\w.-]+)"
)


@rule("ORB604", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def private_address(config: Config) -> Iterator[Finding]:
    """An address of a private network stands in the configuration.

    It means another machine, or none, wherever else the configuration is used, and tells strangers how your network is built. In something that is switched off it is only
    worth knowing.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://192.168.1.40:11435", model: m}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://${SHIMMY_HOST:-localhost}:11435", model: m}}
    ```
    """

    def is_private(key: Hashable, text: str) -> bool:
        host = _host((key,), text)
        return host is not None and _is_private(host) and not _is_for_people(key)

    for path, text, _ in written_texts(config, is_private):
        yield Finding(
            f"`{_host(path, text)}` is an address of a private network",
            path,
            "put it into a variable",
            value=True,
        )


@rule("ORB605", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def home_path(config: Config) -> Iterator[Finding]:
    """A path leads into one person's home.

    It exists on no other machine.

    ```yaml bad
    internal_services: {backend: {type: sqlite, sqlite: {database_path: /home/alice/orbit.db}}}
    ```

    ```yaml good
    internal_services: {backend: {type: sqlite, sqlite: {database_path: data/orbit.db}}}
    ```
    """
    for path, text, _ in written_texts(config, lambda key, text: _home(text) is not None and not _is_for_people(key)):
        yield Finding(
            f"`{_home(text)}` is a home of one person",
            path,
            "write a relative path, or put it into a variable",
            value=True,
        )


@rule("ORB612", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def public_address(config: Config) -> Iterator[Finding]:
    """A server of the kind that runs on one's own machine is called at a public address over plain HTTP.

    Ollama, llama-server and the like ask for no key: whoever finds such a server uses it, and reads on the way what is asked. The number may also be somebody else's by tomorrow.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://35.183.132.58:11434", model: m}}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "https://ollama.example.org", model: m}}
    ```
    """
    for provider in config.providers:
        keys = provider.row.provider.url.keys if provider.row.provider.location == LOCAL else ()
        for key in keys:
            text = provider.text(key)
            host = _host((key,), text) if text and text.lower().startswith("http://") else None
            if host is not None and _is_public(host):
                yield Finding(
                    f"`{host}` is a public address, and `{provider.name}` asks for no key there",
                    (*provider.path, key),
                    "put the server behind https and a name of your own",
                    value=True,
                )


def _home(text: str) -> str | None:
    """The home of a person that a text leads into; those that every machine may have are none."""
    if "/home/" not in text and "Users" not in text:
        return None
    found = re.search(_HOME, text)
    return found[1] if found else None


def _is_for_people(key: Hashable) -> bool:
    return isinstance(key, str) and any(word in key for word in _FOR_PEOPLE)


def _host(path: KeyPath, text: str) -> str | None:
    """The host that a text names: of an address, or under a key that holds one."""
    if "://" in text:
        try:
            return urlsplit(text).hostname
        except ValueError:
            return None
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    return text.partition(":")[0] if key.rpartition("_")[2] in _HOSTS else None


def _is_private(host: str) -> bool:
    if not host[-1:].isdecimal():
        # `host.docker.internal` means the same on every machine
        return host.endswith((".local", ".lan", ".internal")) and not host.endswith("docker.internal")
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return isinstance(address, IPv4Address) and address.is_private and not address.is_loopback and not address.is_unspecified


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return False


RULES = (private_address, home_path, public_address)
