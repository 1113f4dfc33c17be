"""Stores of vectors over HTTP: who answers, and the collection of an adapter."""

from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from orbitcfg.report.consequence import Consequence
from tests.live.doubles import Answer, Asked, Double, Handler, as_json, as_text, serving
from tests.resources.looking import look, rows
from tests.resources.test_http_server import TRUSTED, tls


def qdrant(asked: Asked) -> Answer:
    """Qdrant with two collections."""
    match asked.path:
        case "/collections":
            return as_json({"result": {"collections": [{"name": "docs"}, {"name": "named"}]}, "status": "ok", "time": 1e-05})
        case "/collections/docs":
            return as_json({"result": {"points_count": 3, "config": {"params": {"vectors": {"size": 768, "distance": "Cosine"}}}}, "status": "ok"})
        case "/collections/named":
            return as_json({"result": {"config": {"params": {"vectors": {"image": {"size": 512, "distance": "Dot"}}}}}, "status": "ok"})
    return as_json({"status": {"error": "Not found: Collection doesn't exist!"}, "time": 1e-05}, 404)


def chroma(asked: Asked) -> Answer:
    """Chroma 1.x with a filled and an empty collection."""
    collections = {"docs": 768, "empty": None}
    if asked.path == "/api/v2/heartbeat":
        return as_json({"nanosecond heartbeat": 1795539108000000000})
    name = asked.path.rpartition("/")[2]
    if asked.path.startswith("/api/v2/tenants/default_tenant/databases/default_database/collections/") and name in collections:
        return as_json({"id": "6b5c", "name": name, "dimension": collections[name], "tenant": "default_tenant"})
    return as_json({"error": "NotFoundError", "message": f"Collection [{name}] does not exist"}, 404)


def milvus(asked: Asked) -> Answer:
    """Milvus 2.4 with one collection."""
    if asked.path == "/v2/vectordb/collections/list":
        return as_json({"code": 0, "data": ["docs"]})
    if asked.json["collectionName"] == "docs":
        fields = [{"name": "id", "type": "VarChar"}, {"name": "vector", "type": "FloatVector", "params": [{"key": "dim", "value": "768"}]}]
        return as_json({"code": 0, "data": {"collectionName": "docs", "fields": fields}})
    return as_json({"code": 100, "message": "can't find collection[database=default][collection=other]"})


def pinecone(asked: Asked) -> Answer:
    """Pinecone with one index."""
    if asked.headers.get("api-key") != KEY:
        return as_json({"error": {"code": "UNAUTHENTICATED", "message": "Invalid API Key"}, "status": 401}, 401)
    return as_json({"indexes": [{"name": "docs", "dimension": 768, "metric": "cosine", "status": {"ready": True, "state": "Ready"}}]})


KEY = "pcsk_2Xy7Qm4Lw9Zb"
STORES: dict[str, tuple[Handler, dict[str, Any]]] = {
    "ds_qdrant_host": (qdrant, {"host": "127.0.0.1"}),
    "ds_chroma": (chroma, {"host": "127.0.0.1"}),
    "ds_milvus": (milvus, {"host": "127.0.0.1"}),
    "ds_pinecone": (pinecone, {"api_key": KEY}),
}


def at(kind: str, server: Double) -> dict[str, Any]:
    """The values that lead to a double."""
    return {**STORES[kind][1], **({"host": server.url} if kind == "ds_pinecone" else {"port": server.port})}


def seen(kind: str, **values: object) -> ResourceResult:
    """A look at the double of a store."""
    with serving(STORES[kind][0]) as server:
        return look(kind, **at(kind, server), **values)


@pytest.mark.parametrize("kind", STORES)
def test_a_collection_is_found_with_its_size(kind: str) -> None:
    result = seen(kind, collection="docs", dimensions=768)
    assert (result.fault, rows(result)[-1]) == (None, "ok index: `docs`, 768 dimensions")


@pytest.mark.parametrize("kind", STORES)
def test_vectors_of_another_size_are_told(kind: str) -> None:
    result = seen(kind, collection="docs", dimensions=1024)
    assert (result.fault, result.detail) == (ResourceFault.OTHER_SIZE, "`docs` holds vectors of 768 dimensions, the embedding model gives 1024")


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("size", [None, "768", 0, True, [768], {"a": 1}])
def test_where_nothing_tells_the_size_nothing_is_said(kind: str, size: object) -> None:
    assert seen(kind, collection="docs", dimensions=size).fault is None


@pytest.mark.parametrize("kind", STORES)
def test_a_missing_collection_is_told(kind: str) -> None:
    result = seen(kind, collection="other", dimensions=768)
    assert (result.fault, result.blamed) == (ResourceFault.NO_COLLECTION, ("collection",))


@pytest.mark.parametrize("kind", STORES)
def test_without_a_collection_the_server_alone_is_looked_at(kind: str) -> None:
    result = seen(kind)
    assert (result.fault, len(result.checks)) == (None, 2)


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("name", ["../../collections", "a/b?c#d", "ä b", "%2e%2e", "x" * 300])
def test_a_name_stays_one_part_of_a_path(kind: str, name: str) -> None:
    with serving(STORES[kind][0]) as server:
        result = look(kind, **at(kind, server), collection=name)
    assert result.fault is ResourceFault.NO_COLLECTION
    assert len({asked.path.count("/") for asked in server.asked[1:]}) == 1


NONSENSE: list[object] = [
    None,
    [],
    7,
    "text",
    {"result": None},
    {"result": {"collections": 5}},
    {"indexes": {}},
    {"code": "0"},
    {"nanosecond heartbeat": None},
]


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("value", NONSENSE, ids=map(str, NONSENSE))
def test_json_of_another_server_is_foreign(kind: str, value: object) -> None:
    with serving(lambda _asked: as_json(value)) as server:
        result = look(kind, **at(kind, server), collection="docs", dimensions=768)
    assert result.fault is ResourceFault.FOREIGN


NESTED: list[object] = [
    None,
    [],
    7.5,
    "text",
    {"size": "768"},
    {"size": -1},
    {"size": 1e300},
    [{"params": 3}],
    [{"params": [{"key": "dim", "value": "²"}]}],
]


@pytest.mark.parametrize("value", NESTED, ids=map(str, NESTED))
def test_a_size_of_another_type_is_none(value: object) -> None:
    """In every shape that a size stands in."""

    def odd(asked: Asked) -> Answer:
        whole = {"result": {"collections": [], "config": {"params": {"vectors": value}}}, "indexes": [{"name": "docs", "dimension": value}, value]}
        return as_json({"nanosecond heartbeat": 1, "dimension": value, "code": 0, "data": {"fields": value}, **whole})

    for kind in STORES:
        with serving(odd) as server:
            assert look(kind, **at(kind, server), collection="docs", dimensions=768).fault is None


def test_qdrants_named_vectors_have_no_size_to_compare() -> None:
    assert seen("ds_qdrant_host", collection="named", dimensions=768).fault is None


def test_an_empty_collection_of_chroma_has_no_size_yet_and_a_missing_one_is_made_where_the_file_says_so() -> None:
    assert seen("ds_chroma", collection="empty", dimensions=768).fault is None
    made = seen("ds_chroma", collection="other", auto_create=True)
    assert (made.fault, rows(made)[-1]) == (None, "ok index: `other` is not there yet: ORBIT makes it")


def test_a_chroma_of_old_knows_another_path() -> None:
    with serving(lambda _asked: as_json({"detail": "Not Found"}, 404)) as server:
        result = look("ds_chroma", host="127.0.0.1", port=server.port)
    assert (result.fault, result.detail) == (ResourceFault.FOREIGN, "404: Not Found")


def test_chroma_without_host_or_port_is_never_asked() -> None:
    assert (look("ds_chroma", host="localhost").fault, look("ds_chroma", port=8000).blamed) == (ResourceFault.NOT_SET, ("host",))


def test_a_key_of_pinecone_is_tried_and_one_that_is_missing_stops_the_adapter() -> None:
    with serving(pinecone) as server:
        result = look("ds_pinecone", host=server.url, api_key="pcsk_another-one")
    assert (result.fault, result.detail) == (ResourceFault.LOGIN_REFUSED, "401: Invalid API Key")
    missing = look("store_pinecone")
    assert (missing.fault, missing.detail) == (ResourceFault.NOT_SET, "`api_key`")
    assert look("ds_pinecone").target.overrides[ResourceFault.NOT_SET] is Consequence.ADAPTER_MISSING


def test_pinecone_tells_which_indexes_there_are() -> None:
    assert seen("ds_pinecone", collection="other").detail == "`other`; there are `docs`"


def test_a_milvus_that_speaks_grpc_alone_is_not_known_better() -> None:
    """A server before 2.4 is no fault."""
    for handler in (lambda _asked: Answer(0), lambda _asked: as_text("404 page not found", 404)):
        with serving(handler) as server:
            result = look("ds_milvus", host="127.0.0.1", port=server.port, collection="docs")
        assert (result.fault, result.is_sure) == (None, False)


def test_a_milvus_that_wants_a_login_never_gets_one() -> None:
    with serving(lambda _asked: as_json({"code": 1800, "message": "user hasn't authenticated"})) as server:
        result = look("store_milvus", url=server.url)
    assert (result.fault, result.detail) == (ResourceFault.LOGIN_WANTED, "user hasn't authenticated")


QDRANT_URLS = {
    "http://127.0.0.1": "http://127.0.0.1:6333",
    "localhost": "http://localhost:6333",
    "localhost:7000": "http://localhost:7000",
    "http://127.0.0.1:7000/prefix": "http://127.0.0.1:7000/prefix",
}


@pytest.mark.parametrize("url", QDRANT_URLS)
def test_an_address_of_qdrant_has_its_clients_port(url: str) -> None:
    with serving(lambda asked: qdrant(asked) if asked.path == "/collections" else as_json({"result": {"collections": []}})) as server:
        place = QDRANT_URLS[url].partition("://")[2].partition("/")[0]
        result = look("store_qdrant", ProbeOptions(places={place: f"127.0.0.1:{server.port}"}), url=url)
    assert result.fault is None
    assert server.asked[0].headers["host"] == place


def test_a_port_of_qdrants_store_that_is_no_number_is_6333() -> None:
    with serving(qdrant) as server:
        options = ProbeOptions(places={"127.0.0.1:6333": f"127.0.0.1:{server.port}"})
        assert look("store_qdrant_host", options, host="127.0.0.1", port="six").fault is None
        assert look("ds_qdrant_host", options, host="127.0.0.1", port="six").blamed == ("port",)


def weaviate(asked: Asked) -> Answer:
    """Weaviate, with a key where one is sent."""
    if asked.headers.get("authorization") not in (None, f"Bearer {KEY}"):
        return as_json({"code": 401, "message": "anonymous access not enabled"}, 401)
    return as_json({"hostname": "http://[::]:8080", "modules": {}, "version": "1.31.2"}) if asked.path == "/v1/meta" else as_json({}, 404)


def test_a_port_of_weaviate_that_is_none_is_told_as_such() -> None:
    with serving(weaviate) as server:
        result = look("store_weaviate_here", port=server.port, grpc_port="fifty")
    assert (result.fault, result.detail, result.blamed) == (ResourceFault.BAD_VALUE, "`grpc_port` is no port: `fifty`", ("grpc_port",))


def test_weaviate_without_a_key_is_this_machines_at_both_ports() -> None:
    with serving(weaviate) as server:
        both = look("store_weaviate_here", port=server.port, grpc_port=server.port)
        http_alone = look("store_weaviate_here", port=server.port, grpc_port=9)
    assert [row.partition(" on ")[0] for row in rows(both)] == [
        f"ok connect: port {server.port}", "ok server: Weaviate 1.31.2", f"ok connect: port {server.port}",
    ]  # fmt: skip
    assert (http_alone.fault, http_alone.blamed) == (ProbeFault.REFUSED, ("grpc_port",))
    assert look("store_weaviate_here").fault is ResourceFault.NOT_SET


def test_weaviate_with_a_key_is_the_clouds_at_443() -> None:
    """Whatever port its address has; the client takes no certificates from the environment."""
    with serving(weaviate, context=tls("good")) as server:
        options = ProbeOptions(places={"cluster.example:443": f"127.0.0.1:{server.port}"}, variables=TRUSTED)
        assert look("store_weaviate", options, url="https://cluster.example", api_key=KEY).fault is ProbeFault.TLS_UNKNOWN_CA


def test_marqo_welcomes() -> None:
    with serving(lambda _asked: as_json({"message": "Welcome to Marqo", "version": "2.13.0"})) as server:
        assert rows(look("store_marqo", url=server.url))[-1] == "ok server: Marqo 2.13.0"
    with serving(lambda _asked: as_json({"message": "hello"})) as server:
        assert look("store_marqo", url=server.url).fault is ResourceFault.FOREIGN
