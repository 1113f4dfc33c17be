"""The real PostgreSQL, MariaDB, Redis and memcached: `make test-resources`, which fetches them first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.looking import look, rows
from tests.resources.servers import mariadb, postgres
from tests.resources.servers.redis import memcached, redis_over_tls, redis_server

pytestmark = pytest.mark.resources

PEM = Path(__file__).parent.parent / "live" / "certificates" / "self-signed.pem"
REDIS_PASSWORD, OWNER_PASSWORD, USER_PASSWORD = "of-the-cache-1", "of-the-owner-1", "of-the-user-1"


@pytest.fixture(scope="module")
def postgres_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A PostgreSQL with a database that a user owns, one that another may only read, and one that is closed."""
    with postgres.postgres_server(tmp_path_factory.mktemp("postgres")) as port:
        postgres.run(
            port,
            f"CREATE ROLE owner LOGIN PASSWORD '{OWNER_PASSWORD}'",
            f"CREATE ROLE reader LOGIN PASSWORD '{USER_PASSWORD}'",
            "CREATE DATABASE mine OWNER owner",
            "CREATE DATABASE closed",
            "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
            "CREATE DATABASE vectors",
        )
        postgres.run(port, "CREATE DOMAIN vector AS text", database="vectors")
        yield port


OWNER: dict[str, Any] = {"username": "owner", "password": OWNER_PASSWORD, "database": "mine"}
READER: dict[str, Any] = {"username": "reader", "password": USER_PASSWORD, "database": "mine"}


@pytest.mark.parametrize(
    ("values", "fault", "line", "told"),
    [
        (OWNER, None, "postgres", "ok access: database `mine`, may create tables"),
        ({**OWNER, "password": "of-the-wrong"}, ResourceFault.LOGIN_REFUSED, "password", 'password authentication failed for user "owner"'),
        ({**OWNER, "password": ""}, ResourceFault.LOGIN_WANTED, "password", "no password supplied"),
        ({**OWNER, "username": "nobody"}, ResourceFault.LOGIN_REFUSED, "username", 'authentication failed for user "nobody"'),
        ({**OWNER, "database": "nosuch"}, ResourceFault.NO_DATABASE, "database", 'database "nosuch" does not exist'),
        (READER, ResourceFault.NOT_ALLOWED, "username", "`reader` may not create tables in the schema `public`"),
        ({**READER, "database": "closed"}, ResourceFault.NOT_ALLOWED, "username", 'permission denied for database "closed"'),
        ({**OWNER, "sslmode": ""}, ResourceFault.BAD_VALUE, "sslmode", 'invalid sslmode value: ""'),
        ({**OWNER, "sslmode": "require"}, ResourceFault.BAD_VALUE, "sslmode", "server does not support SSL, but SSL was required"),
    ],
)
def test_postgres_as_the_backend(postgres_port: int, values: dict[str, Any], fault: ResourceFault | None, line: str, told: str) -> None:
    result = look("backend_postgres", type="postgres", host="127.0.0.1", port=postgres_port, **values)
    assert result.fault is fault
    assert told in rows(result)[-1]
    assert result.at[-1] == line or line in result.blamed


def test_a_mapped_host_is_reached_elsewhere(postgres_port: int) -> None:
    options = ProbeOptions(places={"db:5432": f"127.0.0.1:{postgres_port}"})
    assert rows(look("ds_postgres", options, host="db", **READER))[-1] == "ok access: database `mine`"


def test_a_datasource_needs_no_right_to_make_tables(postgres_port: int) -> None:
    assert rows(look("ds_postgres", host="127.0.0.1", port=postgres_port, **READER))[-1] == "ok access: database `mine`"


def test_nothing_is_left_in_the_database(postgres_port: int) -> None:
    look("backend_postgres", type="postgres", host="127.0.0.1", port=postgres_port, **OWNER)
    import psycopg

    with psycopg.connect(host="127.0.0.1", port=postgres_port, user=postgres.ADMIN, password=postgres.PASSWORD, dbname="mine") as connection:
        assert connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'orbitcfg'").fetchone() == (0,)


def test_postgres_over_tls(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(PEM.read_bytes())
    key.chmod(0o600)
    options = ("-c", "ssl=on", "-c", f"ssl_cert_file={PEM}", "-c", f"ssl_key_file={key}")
    admin: dict[str, Any] = {"username": postgres.ADMIN, "password": postgres.PASSWORD, "database": "postgres"}
    with postgres.postgres_server(tmp_path, *options) as port:
        result = look("ds_supabase", host="127.0.0.1", port=port, **admin)
        assert rows(result)[1:] == ["ok server: offers TLS", "ok access: database `postgres`"]
        verified = look("ds_supabase", host="127.0.0.1", port=port, sslmode="verify-full", **admin)
        assert (verified.fault, verified.blamed[0]) == (ResourceFault.BAD_VALUE, "sslmode")
        # libpq tries without TLS at last, and is told of something else
        wrong = look("ds_postgres", host="127.0.0.1", port=port, **{**admin, "password": "of-the-wrong"})
        assert (wrong.fault, wrong.blamed[0]) == (ResourceFault.LOGIN_REFUSED, "password")


def _vectors(port: int, text: str) -> ResourceResult:
    return look("store_pgvector", connection_string=text.replace("PORT", str(port)))


def test_a_vector_store_wants_the_extension(postgres_port: int) -> None:
    there = _vectors(postgres_port, f"postgresql://owner:{OWNER_PASSWORD}@127.0.0.1:PORT/vectors")
    assert rows(there)[-1] == "ok access: database `vectors`, has `vector`"
    for text in (
        f"postgresql://owner:{OWNER_PASSWORD}@127.0.0.1:PORT/mine",
        f"host=127.0.0.1 port=PORT user=owner password={OWNER_PASSWORD} dbname=mine",
    ):
        result = _vectors(postgres_port, text)
        assert (result.fault, result.detail) == (ResourceFault.LACKS_EXTENSION, "pgvector is not installed on the server")
    wrong = _vectors(postgres_port, "host=127.0.0.1 port=PORT user=owner password=of-the-wrong-1 dbname=mine")
    assert (wrong.fault, "of-the-wrong" in str(rows(wrong))) == (ResourceFault.LOGIN_REFUSED, False)


def test_mariadb(tmp_path: Path) -> None:
    good: dict[str, Any] = {"username": mariadb.USER, "password": mariadb.PASSWORD, "database": mariadb.DATABASE}
    with mariadb.mariadb_server(tmp_path) as port:

        def seen(**values: Any) -> ResourceResult:
            return look("ds_mariadb", host="127.0.0.1", port=port, **{**good, **values})

        assert seen().fault is None
        assert "ok server: version 10.11" in rows(seen())[1]
        assert rows(seen())[2] == "ok access: database `shop`"
        assert seen(password="of-the-wrong").fault is ResourceFault.LOGIN_REFUSED
        assert seen(username="nobody").fault is ResourceFault.LOGIN_REFUSED
        # whether a database that a user may not see is there is not told
        assert {seen(database="nosuch").fault, seen(database="hidden").fault} == {ResourceFault.NOT_ALLOWED}
        assert seen(username="root", password="", database="nosuch").fault is ResourceFault.NO_DATABASE


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"password": REDIS_PASSWORD}, None),
        ({"password": REDIS_PASSWORD, "db": 15}, None),
        ({"password": REDIS_PASSWORD, "db": 16}, ResourceFault.NO_DATABASE),
        ({"password": "of-the-wrong"}, ResourceFault.LOGIN_REFUSED),
        ({"password": REDIS_PASSWORD, "username": "nobody"}, ResourceFault.LOGIN_REFUSED),
        ({"password": "null"}, ResourceFault.LOGIN_WANTED),
        ({"password": REDIS_PASSWORD, "use_ssl": True}, ResourceFault.FOREIGN),
    ],
)
def test_redis(tmp_path: Path, values: dict[str, Any], fault: ResourceFault | None) -> None:
    with redis_server(tmp_path, "--requirepass", REDIS_PASSWORD) as port:
        result = look("cache_redis", host="127.0.0.1:1", port=port, **values)
    assert result.fault is fault


def test_redis_without_a_password(tmp_path: Path) -> None:
    with redis_server(tmp_path) as port:
        assert look("cache_redis", host="127.0.0.1", port=port, password="null").fault is None
        # the recorded ORBIT starts with a password that nobody asks for
        assert look("cache_redis", host="127.0.0.1", port=port, password="of-nobody-1").fault is None


def test_redis_over_tls(tmp_path: Path) -> None:
    with redis_over_tls(tmp_path, PEM, PEM) as port:
        assert look("cache_redis", host="127.0.0.1", port=port, password="null", use_ssl=True).fault is None
        result = look("cache_redis", host="127.0.0.1", port=port, password="null")
    assert (result.fault, result.detail) == (ResourceFault.FOREIGN, "it speaks TLS, and `use_ssl` is off")


def test_memcached(tmp_path: Path) -> None:
    with memcached(tmp_path) as port:
        assert rows(look("cache_memcached", host="127.0.0.1", port=port))[1] == "ok server: memcached 1.6.18"
        assert look("cache_redis", host="127.0.0.1", port=port, password="null").fault is ResourceFault.FOREIGN
