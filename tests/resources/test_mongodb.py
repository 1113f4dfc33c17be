"""MongoDB, on a double that knows SCRAM: the login, and the address that ORBIT makes of the values."""

from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.checks.mongodb import address_of
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.doubles import free_port, server
from tests.resources.looking import look, rows, target
from tests.resources.mongod import Mongod

USER, PASSWORD = "reader", "of-the-user-1"


def seen(mongod: Mongod, kind: str = "ds_mongodb", **values: Any) -> ResourceResult:
    """What is seen of a MongoDB."""
    with server(mongod.converse) as port:
        if "connection_string" in values:
            return look(kind, connection_string=str(values["connection_string"]).replace("PORT", str(port)))
        return look(kind, **{"host": "127.0.0.1", "port": port, **values})


@pytest.mark.parametrize(
    ("values", "fault", "line"),
    [
        ({"username": USER, "password": PASSWORD}, None, "*"),
        ({"username": USER, "password": "of-the-wrong-1"}, ResourceFault.LOGIN_REFUSED, "password"),
        ({"username": "nobody", "password": PASSWORD}, ResourceFault.LOGIN_REFUSED, "password"),
        ({"username": "", "password": PASSWORD}, ResourceFault.LOGIN_WANTED, "username"),
        ({}, ResourceFault.LOGIN_WANTED, "*"),
        ({"username": USER, "password": PASSWORD, "database": "a b"}, ResourceFault.BAD_VALUE, "database"),
        ({"username": USER, "password": "a/b@c-of-the-user"}, ResourceFault.BAD_VALUE, "password"),
        ({"username": "re/ader", "password": PASSWORD}, ResourceFault.BAD_VALUE, "username"),
        ({"username": USER, "password": "x:y:z-of-the-user"}, ResourceFault.BAD_VALUE, "password"),
    ],
)
def test_the_login_is_tried(values: dict[str, Any], fault: ResourceFault | None, line: str) -> None:
    result = seen(Mongod(USER, PASSWORD), **values)
    assert (result.fault, result.at[-1]) == (fault, line)
    assert "of-the" not in str(rows(result))


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        (f"mongodb://{USER}:{PASSWORD}@127.0.0.1:PORT/shop?authSource=admin", None),
        (f"mongodb://{USER}:of-the-wrong@127.0.0.1:PORT/shop", ResourceFault.LOGIN_REFUSED),
        ("mongodb://127.0.0.1:PORT", ResourceFault.NOT_ALLOWED),
        ("postgresql://127.0.0.1:PORT", ResourceFault.BAD_VALUE),
        ("mongodb+srv://127.0.0.1/x", ResourceFault.BAD_VALUE),
        ("mongodb://127.0.0.1:99999/x", ResourceFault.BAD_VALUE),
        (f"mongodb://{USER}:of/the@user@127.0.0.1:PORT/x", ResourceFault.BAD_VALUE),
        # the client warns of an option that it does not know, and goes on
        ("mongodb://127.0.0.1:PORT/x?nosuch=1", ResourceFault.NOT_ALLOWED),
    ],
)
@pytest.mark.filterwarnings("ignore:Unknown option:UserWarning")
def test_a_whole_address_wins_over_the_other_values(address: str, fault: ResourceFault | None) -> None:
    result = seen(Mongod(USER, PASSWORD), "ds_mongodb_address", connection_string=address)
    assert result.fault is fault
    assert "of-the" not in str(rows(result))


def test_a_mapped_address_is_reached_elsewhere() -> None:
    with server(Mongod(USER, PASSWORD).converse) as port:
        options = ProbeOptions(places={"mongo:27017": f"127.0.0.1:{port}"})
        assert look("ds_mongodb_address", options, connection_string=f"mongodb://{USER}:{PASSWORD}@mongo/shop?authSource=admin").fault is None


def test_a_mapped_host_is_reached_elsewhere() -> None:
    with server(Mongod(USER, PASSWORD).converse) as port:
        options = ProbeOptions(places={"mongo:27017": f"127.0.0.1:{port}"})
        result = look("ds_mongodb", options, host="mongo", username=USER, password=PASSWORD)
    assert rows(result)[2] == "ok access: database `sample_mflix`"


def test_nothing_is_asked_that_changes_anything() -> None:
    mongod = Mongod(USER, PASSWORD)
    assert seen(mongod, username=USER, password=PASSWORD).fault is None
    asked = {each.split(".")[1] for each in mongod.asked}
    assert asked <= {"hello", "ismaster", "isMaster", "saslStart", "saslContinue", "ping", "listCollections", "endSessions"}
    assert "sample_mflix.listCollections" in mongod.asked


def test_a_database_without_collections_is_remarked_for_adapters_alone() -> None:
    empty = Mongod(collections=())
    assert seen(empty).remarks == ("the database `sample_mflix` has no collection that the login may read",)
    assert seen(empty, "backend_mongodb", type="mongodb", database="orbit").remarks == ()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"conversationId": 1, "done": False, "payload": "x"},
        {"conversationId": 1, "done": True, "payload": b"v=AAAA"},
        {"payload": b"r=1,s=2,i=3"},
    ],
)
def test_nonsense_at_the_login_is_a_broken_answer(said: dict[str, Any]) -> None:
    class Confused(Mongod):
        def answer(self, document: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
            return said if "saslStart" in document else super().answer(document, session)

    result = seen(Confused(USER, PASSWORD), username=USER, password=PASSWORD)
    assert result.fault in (ResourceFault.BROKEN_REPLY, ResourceFault.SERVER_ERROR)


def test_several_servers_are_left_to_the_client() -> None:
    with server(Mongod().converse) as port:
        address = f"mongodb://127.0.0.1:{port},127.0.0.1:{port}/x"
        assert rows(look("ds_mongodb_address", connection_string=address)) == ["ok access: database `sample_mflix`"]
    closed = look("ds_mongodb_address", ProbeOptions(whole_s=0.5), connection_string=f"mongodb://127.0.0.1:{free_port()},127.0.0.1:{free_port()}/x")
    assert closed.fault is ProbeFault.SILENT


@pytest.mark.parametrize(
    ("kind", "values", "address"),
    [
        ("backend_mongodb", {"username": "u", "password": "p", "database": "orbit"}, "mongodb://u:p@h:1/orbit"),
        ("ds_mongodb", {"login_database": "d"}, "mongodb://h:1/d"),
        ("ds_mongodb", {"login_database": "d", "username": "u"}, "mongodb://h:1/d"),
        ("ds_mongodb", {"login_database": "d", "tls": True}, "mongodb://h:1/d"),
        ("ds_mongodb", {"login_database": "d", "username": "u", "password": "p", "tls": True}, "mongodb://u:p@h:1/d?authSource=admin&tls=true"),
        ("ds_mongodb", {"host": "c.mongodb.net", "login_database": "d", "username": "u", "password": "p"}, "mongodb+srv://u:p@c.mongodb.net/d"),
        ("ds_mongodb", {"host": "c.mongodb.net", "login_database": "d"}, "mongodb://c.mongodb.net:1/d"),
    ],
)
def test_the_address_is_the_one_that_orbit_makes(kind: str, values: dict[str, Any], address: str) -> None:
    assert address_of(target(kind, **{"host": "h", "port": 1, **values})) == address


def test_hello_is_asked_of_one_server_without_tls() -> None:
    def asked(kind: str, **values: Any) -> str:
        return plan_resource(target(kind, **values), ProbeOptions()).calls

    assert asked("ds_mongodb") == "a connection, its greeting, the login"
    assert asked("ds_mongodb", username="u", password="p", tls=True) == "a connection, the login"
    assert asked("ds_mongodb", host="x.mongodb.net", username="u", password="p") == "the login"
    assert asked("ds_mongodb_address", connection_string="mongodb://h/x?tls=true") == "the login"


def test_without_the_client_hello_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymongo", None)
    result = seen(Mongod(USER, PASSWORD), username=USER, password="of-the-wrong")
    assert rows(result)[1:] == [
        "ok server: answers hello, wire version 21",
        "unchecked access: `pip install 'orbitcfg[mongodb]'` would try the login",
    ]
