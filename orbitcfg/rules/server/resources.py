"""How the databases are reached that ORBIT keeps its own data in, and those of retrievers."""

import re
from collections.abc import Iterator

from orbitcfg.document.tree import Interpolated, KeyPath, Mapping, Scalar, Unknown, at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.server._lookup import is_given

_REDIS: KeyPath = ("internal_services", "redis")
_MONGODB: KeyPath = ("internal_services", "mongodb")
_DATASOURCE: KeyPath = ("datasources", "mongodb")
_POSTGRES: KeyPath = ("datasources", "postgres", "password")


@rule("ORB583", consequence=Consequence.DIFFERENT)
def port_in_redis_host(config: Config) -> Iterator[Finding]:
    """The host of Redis has a colon in it, and ORBIT takes only what stands before.

    So a port that is written there does not count, `port` does, and a whole address leaves nothing but its scheme.

    ```yaml bad
    internal_services:
      backend: {type: sqlite}
      cache: {enabled: true, provider: redis}
      redis: {enabled: true, host: "redis.example.org:6380", port: 6379, password: "${REDIS_PASSWORD}"}
    ```

    ```yaml good
    internal_services:
      backend: {type: sqlite}
      cache: {enabled: true, provider: redis}
      redis: {enabled: true, host: redis.example.org, port: 6380, password: "${REDIS_PASSWORD}"}
    ```
    """
    path = (*_REDIS, "host")
    host, port = value_at(config.tree, path), value_at(config.tree, (*_REDIS, "port")) or 6379
    if not isinstance(host, str) or isinstance(host, Unknown) or ":" not in host:
        return
    name, _, rest = host.partition(":")
    yield Finding(
        "ORBIT cuts the host of Redis off at its colon, and takes the port from `port`",
        path,
        _host_alone(name, rest, is_same=rest == str(port)),
        value=True,
        consequence=Consequence.WITHOUT_EFFECT if name and rest == str(port) else None,
        # that its loader wants it is no use of it
        demanded=config.demand.of(_REDIS).is_demanded,
    )


def _host_alone(name: str, rest: str, *, is_same: bool) -> str:
    """What to write for a host that has a port behind it, or is a whole address."""
    if not name or not rest.isdecimal():
        return "write the server's name or IP address"
    return f"write `{name}`" if is_same else f"write `{name}`, and `port: {rest}`"


@rule("ORB584", consequence=Consequence.NO_START)
def mongodb_login_unescaped(config: Config) -> Iterator[Finding]:
    """A name or a password for MongoDB has a character in it that means something in an address.

    ORBIT puts both into one as they are, and the driver refuses it, or takes what follows for the host. As the application's database it ends the start, as a
    datasource its adapters do not load.

    ```yaml bad
    internal_services:
      backend: {type: mongodb}
      mongodb: {host: localhost, port: 27017, username: orbit@example.org, password: "${MONGODB_PASSWORD}", database: orbit}
    ```

    ```yaml good
    internal_services:
      backend: {type: mongodb}
      mongodb: {host: localhost, port: 27017, username: orbit%40example.org, password: "${MONGODB_PASSWORD}", database: orbit}
    ```
    """
    for block, consequence in ((_MONGODB, Consequence.NO_START), (_DATASOURCE, Consequence.ADAPTER_MISSING)):
        is_demanded = config.demand.of(block).is_demanded
        if block == _DATASOURCE and is_given(config, "datasources.mongodb.connection_string"):
            continue
        login = [(key, value_at(config.tree, (*block, key))) for key in ("username", "password")]
        # without the other one, neither goes into the address
        if not all(value for _, value in login) or (not is_demanded and consequence is Consequence.NO_START):
            continue
        for key, value in login:
            # what the driver takes for an end of the name or the password, or refuses (pymongo 4.20)
            if isinstance(value, str) and not isinstance(value, Unknown) and re.search(r"[@:/?]|%(?![0-9A-Fa-f]{2})", value):
                yield Finding(
                    f"`{key}` goes into MongoDB's address as it is, and holds a character that means something there",
                    (*block, key),
                    "write `%40` for `@`, `%3A` for `:`, `%2F` for `/`, `%3F` for `?` and `%25` for `%`",
                    value=True,
                    consequence=consequence,
                )


@rule("ORB585", consequence=Consequence.DEGRADED)
def database_without_password(config: Config) -> Iterator[Finding]:
    """PostgreSQL is to be asked without a password.

    Many servers let nobody in so. ORBIT does not say it: the start, and each request after it, waits 30 seconds and ends with `couldn't get a connection`.

    ```yaml bad
    # base: shop
    datasources: {postgres: {host: localhost, port: 5432, database: shop, username: shop, password: ""}}
    ```

    ```yaml good
    # base: shop
    datasources: {postgres: {host: localhost, port: 5432, database: shop, username: shop, password: "${SHOP_PASSWORD}"}}
    ```
    """
    holder, node = at(config.tree, _POSTGRES[:-1]), at(config.tree, _POSTGRES)
    if not isinstance(holder, Mapping) or not config.demand.of(_POSTGRES).is_demanded or is_given(config, ".".join(map(str, _POSTGRES))):
        return
    # what a variable leaves empty is told of the variable
    if isinstance(node, Scalar) and any(isinstance(step, Interpolated) for step in node.steps):
        return
    yield Finding(
        "there is no password for PostgreSQL: where the server wants one, each request waits 30 s and fails",
        _POSTGRES,
        "write `${INTERNAL_SERVICES_POSTGRES_PASSWORD}`, and set that variable",
        value=node is not None,
        depends_on="what the server asks for",
    )


RULES = (port_in_redis_host, mongodb_login_unescaped, database_without_password)
