"""The rows of databases, caches and queues: which a configuration uses, with whose values."""

from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.kind import resource_kinds
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.live.resources.targets import resource_targets
from orbitcfg.observed.resource import ResourceTarget
from orbitcfg.report.consequence import Consequence
from tests.effective.small import config
from tests.resources.looking import target

OWN = {"postgres", "mysql", "mongodb", "redis", "memcached", "amqp", "cassandra", "tds", "oracle"}
"""The checks that these rows name."""

KINDS = [each for each in resource_kinds() if each.check in OWN]


def used(internal: dict[str, Any] | None = None, **sections: Any) -> list[ResourceTarget]:
    """The databases, caches and queues that a configuration uses."""
    services = {"backend": {"type": "sqlite"}, **(internal or {})}
    names = {each.name for each in KINDS}
    return [each for each in resource_targets(config({"internal_services": services, **sections})) if each.kind in names]


def retriever(datasource: str, **keys: Any) -> dict[str, Any]:
    """An adapter that looks for data."""
    whole = "retrievers.implementations.intent.IntentPostgreSQLRetriever"
    return {"name": "shop", "enabled": True, "type": "retriever", "datasource": datasource, "adapter": "intent", "implementation": whole, **keys}


def labels(found: list[ResourceTarget]) -> list[str]:
    """What was found, and where."""
    return [f"{each.kind}: {each.label}" for each in found]


POSTGRES = {"host": "db", "port": 5433, "username": "u", "password": "of-the-user-1", "database": "d"}


def test_the_backend_is_the_one_that_is_named() -> None:
    backend = {"backend": {"type": "postgres", "postgres": POSTGRES}}
    assert labels(used(backend)) == ["backend_postgres: PostgreSQL, the backend database at db:5433"]
    mongo = {"backend": {"type": "mongodb"}, "mongodb": {"host": "m", "port": 27017, "username": "u", "password": "of-the-user-1", "database": "d"}}
    assert labels(used(mongo)) == ["backend_mongodb: MongoDB, the backend database at m:27017"]


def test_of_all_only_what_is_written_is_looked_at() -> None:
    written = config({"internal_services": {"backend": {"type": "sqlite"}, "redis": {"enabled": False, "password": "of-the-user-1"}}})
    assert {"cache_redis"} == {each.kind for each in resource_targets(written, every=True) if each.service in ("cache", "queue", "store")}
    assert not any(each.service in ("cache", "queue", "store") for each in resource_targets(written))


def test_a_part_of_a_configuration_is_not_said_to_lack_a_database() -> None:
    assert [each.kind for each in resource_targets(config({"general": {"port": 3000}})) if each.service == "backend"] == []
    whole = config({"general": {"port": 3000}, "internal_services": {"cache": {"enabled": False}}})
    assert [each.kind for each in resource_targets(whole) if each.service == "backend"] == ["backend_mongodb"]


def test_what_has_no_values_to_be_shown_has_no_place() -> None:
    nowhere = dict.fromkeys(("host", "port", "username", "database"), "")
    found = used({"backend": {"type": "mongodb"}, "mongodb": nowhere}, datasources={"postgres": nowhere}, adapters=[retriever("postgres")])
    assert labels(found) == ["ds_postgres: PostgreSQL, a datasource", "backend_mongodb: MongoDB, the backend database"]


def test_an_audit_trail_beside_another_backend_is_a_resource_of_its_own() -> None:
    trail = {"backend": {"type": "sqlite", "postgres": POSTGRES}, "audit": {"enabled": True, "storage_backend": "postgres"}}
    (found,) = used(trail)
    assert (found.kind, found.consequence) == ("audit_postgres", Consequence.DEGRADED)
    shared = {"backend": {"type": "postgres", "postgres": POSTGRES}, "audit": {"enabled": True, "storage_backend": "postgres"}}
    assert [each.kind for each in used(shared)] == ["backend_postgres"]
    # it goes into the backend that there is: no other database is opened
    assert (
        used({"audit": {"enabled": True, "storage_backend": "mongodb"}, "mongodb": {"host": "m", "username": "u", "password": "p", "database": "d"}})
        == []
    )


def test_a_cache_is_the_one_that_is_chosen() -> None:
    servers = {"redis": {"enabled": True, "host": "r", "port": 6380, "password": "null"}, "memcached": {"enabled": True, "host": "c"}}
    assert labels(used({"cache": {"enabled": True, "provider": "redis"}, **servers})) == ["cache_redis: Redis, the cache at r:6380"]
    assert labels(used({"cache": {"enabled": True, "provider": "memcached"}, **servers})) == ["cache_memcached: memcached, the cache at c:11211"]


def test_throttling_makes_a_cache_matter_more() -> None:
    cache = {"cache": {"enabled": True, "provider": "redis"}, "redis": {"enabled": True, "host": "r", "port": 1, "password": "null"}}
    (found,) = used(cache, security={"throttling": {"enabled": True}})
    assert (found.consequence, "throttling" in found.without) == (Consequence.MISLEADS, True)


@pytest.mark.parametrize(
    ("datasource", "place"),
    [
        ("postgres", "localhost:5432"),
        ("supabase", "localhost:5432"),
        ("mysql", "localhost:3306"),
        ("mariadb", "localhost:3306"),
        ("oracle", "localhost:1521"),
        ("sqlserver", "localhost:1433"),
        ("cassandra", "localhost, port 9042"),
        ("mongodb", "localhost:27017"),
    ],
)
def test_a_datasource_is_where_its_adapter_looks_by_default(datasource: str, place: str) -> None:
    (found,) = used(adapters=[retriever(datasource)])
    assert (found.kind, found.place, found.users, found.consequence) == (f"ds_{datasource}", place, ("shop",), Consequence.ADAPTER_MISSING)
    assert used(adapters=[{**retriever(datasource), "enabled": False}]) == []
    assert used(adapters=[{**retriever(datasource), "type": "passthrough"}]) == []


def test_the_database_of_an_adapter_wins_over_that_of_its_datasource() -> None:
    sources = {"postgres": {"host": "db", "database": "all"}}
    found = used(datasources=sources, adapters=[retriever("postgres"), {**retriever("postgres", database="own"), "name": "other"}])
    assert [(each.text("database"), each.users) for each in found] == [("all", ("shop",)), ("own", ("other",))]
    (empty,) = used(datasources=sources, adapters=[retriever("postgres", database="")])
    assert empty.text("database") == "all"


def test_the_database_of_a_mongodb_adapter_stands_in_its_config() -> None:
    (found,) = used(datasources={"mongodb": {"database": "all"}}, adapters=[retriever("mongodb", config={"database": "films"})])
    assert (found.text("database"), found.text("login_database")) == ("films", "all")
    (whole,) = used(datasources={"mongodb": {"connection_string": "mongodb://u:of-the-user-1@a:1,b:2/x"}}, adapters=[retriever("mongodb")])
    assert labels([whole]) == ["ds_mongodb_address: MongoDB, a datasource at mongodb://***@a:1,b:2/x"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("postgresql://u:of-the-user-1@h/d", "store_pgvector: pgvector, a vector store at postgresql://***@h/d"),
        ("host=h password=1234 user=u", "store_pgvector_text: pgvector, a vector store"),
    ],
)
def test_a_vector_store_is_used_by_the_adapter_that_names_it(text: str, label: str) -> None:
    stores = {"pgvector": {"enabled": True, "connection_params": {"connection_string": text}}}
    found = used(vector_stores=stores, adapters=[retriever("none", config={"store_name": "pgvector"})])
    assert labels([each for each in found if each.service == "store"]) == [label]


def test_a_queue_is_used_where_messages_are_taken_from_it() -> None:
    queue = {"enabled": True, "run_in_server": True, "provider": "rabbitmq", "rabbitmq": {"url": "amqp://u:of-the-user-1@q:5672/"}}
    empty = {**queue, "rabbitmq": {"url": ""}}
    assert labels(used(messaging=empty)) == ["rabbitmq: RabbitMQ, the queue of messages at amqp://***@localhost:5672/"]
    assert labels(used(messaging=queue)) == ["rabbitmq: RabbitMQ, the queue of messages at amqp://***@q:5672/"]
    assert used(messaging={**queue, "enabled": False}) == []


ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "a b",
    0,
    -1,
    1.5,
    True,
    [],
    ["x"],
    [None],
    {},
    {"a": 1},
    "\0",
    "ü" * 70,
    "x" * 10_000,
    "://",
    "a://[",
    "@",
    "host=",
    "=",
)


@pytest.mark.parametrize("kind", [each.name for each in KINDS])
def test_no_value_stops_a_plan(kind: str) -> None:
    row = next(each for each in KINDS if each.name == kind)
    for name in row.values:
        for odd in ODD:
            assert plan_resource(target(kind, **{name: odd}), ProbeOptions()).calls, (name, odd)
