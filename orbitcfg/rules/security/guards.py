"""Protection that is switched off."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, Node, Scalar, value_at
from orbitcfg.effective.address import is_loopback
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.shape._dead import below_dead, is_dead

_NO_TLS = frozenset({"disable", "allow"})
_CHECK = r"(?:^|_)(?:verify|verify_ssl|ssl_verify|tls_verify|verify_tls|verify_certs?|verify_certificates?|check_hostname)$"


@rule("ORB606", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def certificate_not_verified(config: Config) -> Iterator[Finding]:
    """The certificate of a server is not verified.

    Anybody on the way can take its place.

    ```yaml bad
    # base: orders
    adapters: [{name: orders, config: {verify_ssl: false}}]
    ```

    ```yaml good
    # base: orders
    adapters: [{name: orders, config: {verify_ssl: true}}]
    ```
    """
    for path, node, row, _ in config.rows.keys_where(lambda key: isinstance(key, str) and _is_check(key)):
        if _is_false(node) and not is_dead(row) and not below_dead(config, path):
            yield Finding(f"`{path[-1]}` is off: any server can pose as the right one", path, "write `true`")


@rule("ORB607", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def open_without_key(config: Config) -> Iterator[Finding]:
    """The inference routes are open without an API key.

    `api_keys.allow_default: true` lets requests through that bring none.

    ```yaml bad
    api_keys: {header_name: X-API-Key, allow_default: true}
    ```

    ```yaml good
    api_keys: {header_name: X-API-Key, allow_default: false}
    ```
    """
    path = ("api_keys", "allow_default")
    if config.switches.is_on(path):
        yield Finding("requests without an API key are answered", path, "write `false`")


@rule("ORB608", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def moderation_lets_pass(config: Config) -> Iterator[Finding]:
    """Messages pass unchecked when moderation fails.

    With `allow_on_timeout` any failure of the moderator lets a message through, not only a time-out. Without a retry left none is checked at all.

    ```yaml bad
    safety: {enabled: true, mode: strict, moderator: openai, allow_on_timeout: true}
    moderations: {openai: {api_key: "${OPENAI_API_KEY}", model: omni-moderation-latest}}
    ```

    ```yaml good
    safety: {enabled: true, mode: strict, moderator: openai, allow_on_timeout: false}
    moderations: {openai: {api_key: "${OPENAI_API_KEY}", model: omni-moderation-latest}}
    ```
    """
    path: KeyPath = ("safety", "allow_on_timeout")
    # ORBIT reads the two switches by different rules (sections §0)
    if config.switches.is_on(("safety", "enabled")) and config.switches.is_on(path):
        yield Finding("any failure of the moderator lets the message pass", path, "write `false`")


@rule("ORB610", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def query_guard_off(config: Config) -> Iterator[Finding]:
    """The guard for queries that a model writes is off.

    It lets a single reading statement through, and is the only protection that an intent adapter has: `allowed_columns` and `security_filter` do nothing.

    ```yaml bad
    # base: shop
    adapters: [{name: shop, config: {query_guard_enabled: false}}]
    ```

    ```yaml good
    # base: shop
    adapters: [{name: shop, config: {query_guard_enabled: true}}]
    ```
    """
    for path, node, row, _ in config.rows.keys_where(lambda key: key == "query_guard_enabled"):
        if row is not None and _is_false(node):
            yield Finding("queries that a model writes are not checked", path, "write `true`")


@rule("ORB611", consequence=Consequence.EXPOSED, severity=Severity.WARNING)
def database_without_tls(config: Config) -> Iterator[Finding]:
    """A database on another machine is reached without encryption.

    ```yaml bad
    internal_services:
      backend: {type: postgres, postgres: {host: db.example.org, port: 5432, username: orbit, password: "${DB_PASSWORD}", database: orbit, sslmode: disable}}
    ```

    ```yaml good
    internal_services:
      backend: {type: postgres, postgres: {host: db.example.org, port: 5432, username: orbit, password: "${DB_PASSWORD}", database: orbit, sslmode: require}}
    ```
    """
    for path, node, row, _ in config.rows.keys_where(lambda key: key == "sslmode"):
        if isinstance(node, Scalar) and node.value in _NO_TLS and not is_dead(row):
            host = value_at(config.tree, (*path[:-1], "host"))
            if isinstance(host, str) and host and not is_loopback(host):
                yield Finding(f"the connection to `{host}` is not encrypted", path, "write `require`", value=True)


def _is_check(key: str) -> bool:
    """Whether a key is named as the switch of a check of certificates."""
    return ("verify" in key or "check_hostname" in key) and re.search(_CHECK, key) is not None


def _is_false(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is False


RULES = (certificate_not_verified, open_without_key, moderation_lets_pass, query_guard_off, database_without_tls)
