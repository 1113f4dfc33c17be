"""PostgreSQL, on doubles: what is asked, and what its refusals mean. The real one is asked in `test_real_databases.py`."""

import socket
from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.doubles import Converse, free_port, server, silent
from tests.resources.looking import look, rows, target


def refuses(*words: str, tls: bytes = b"N") -> Converse:
    """A server that says these words to one attempt after the other."""
    left = list(words)

    def converse(connection: socket.socket) -> None:
        asked = connection.recv(8)
        if asked[4:] == b"\x04\xd2\x16\x2f":
            connection.sendall(tls)
            asked = connection.recv(4096)
        if asked:
            text = b"SFATAL\x00C28000\x00M" + left.pop(0).encode() + b"\x00\x00"
            connection.sendall(b"E" + (len(text) + 4).to_bytes(4, "big") + text)

    return converse


def seen(converse: Converse, kind: str = "ds_postgres", options: ProbeOptions = ProbeOptions(), **values: Any) -> ResourceResult:
    """What is seen of a PostgreSQL."""
    with server(converse) as port:
        if "connection_string" in values:
            return look(kind, options, connection_string=str(values["connection_string"]).replace("PORT", str(port)))
        return look(kind, options, **{"host": "127.0.0.1", "port": port, "password": "of-the-user-1", **values})


@pytest.mark.parametrize(
    ("words", "fault", "blamed"),
    [
        ('password authentication failed for user "u"', ResourceFault.LOGIN_REFUSED, "password"),
        ('role "u" does not exist', ResourceFault.LOGIN_REFUSED, "username"),
        ('role "u" is not permitted to log in', ResourceFault.LOGIN_REFUSED, "username"),
        ("Tenant or user not found", ResourceFault.LOGIN_REFUSED, "username"),
        ('database "d" does not exist', ResourceFault.NO_DATABASE, "database"),
        ('permission denied for database "d"', ResourceFault.NOT_ALLOWED, "username"),
        ('no pg_hba.conf entry for host "10.0.0.7", user "u", database "d", no encryption', ResourceFault.NOT_ALLOWED, "username"),
        ("the database system is starting up", ResourceFault.SERVER_ERROR, "host"),
        ("sorry, too many clients already", ResourceFault.SERVER_ERROR, "host"),
        ("Passwort-Authentifizierung fehlgeschlagen", ResourceFault.SERVER_ERROR, "host"),
    ],
)
def test_a_refusal_is_told_by_its_words(words: str, fault: ResourceFault, blamed: str) -> None:
    result = seen(refuses(words))
    assert (result.fault, result.blamed[0], result.detail) == (fault, blamed, words)


@pytest.mark.parametrize("sslmode", ["", "on", "true", "required"])
def test_an_sslmode_that_libpq_does_not_know_is_told(sslmode: str) -> None:
    result = seen(refuses(), sslmode=sslmode)
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.BAD_VALUE, f'invalid sslmode value: "{sslmode}"', "sslmode")


def test_tls_that_the_server_does_not_have_is_a_matter_of_sslmode() -> None:
    result = seen(refuses(), sslmode="require")
    assert (result.fault, result.at[-1]) == (ResourceFault.BAD_VALUE, "sslmode")
    assert rows(result)[1] == "ok server: offers no TLS"


def test_a_server_that_goes_silent_at_the_login_does_not_hold_doctor_up() -> None:
    def converse(connection: socket.socket) -> None:
        connection.recv(8)
        connection.sendall(b"N")
        silent(connection)

    assert seen(converse, options=ProbeOptions(whole_s=0.5)).fault is ProbeFault.SILENT


@pytest.mark.parametrize(
    "said",
    [b"R\x00\x00\x00\x08\x00\x00\x00\x63", b"R\x00\x00\x00\x04", b"X", b"E\xff\xff\xff\xff", b"R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I"],
)
def test_nonsense_at_the_login_is_no_crash(said: bytes) -> None:
    def converse(connection: socket.socket) -> None:
        connection.recv(8)
        connection.sendall(b"N")
        if connection.recv(4096):
            connection.sendall(said)

    result = seen(converse, options=ProbeOptions(whole_s=1))
    assert result.fault is not None
    assert result.fault is not ProbeFault.INTERNAL


def test_without_a_host_nothing_is_said_to_be_down() -> None:
    nowhere = look("ds_postgres", host="", port=free_port())
    assert (nowhere.fault, nowhere.at[-1], "socket of this machine" in nowhere.detail) == (ResourceFault.NOT_SET, "host", True)


@pytest.mark.parametrize("name", ["host", "port", "username", "database"])
def test_what_orbit_asks_of_its_own_database_is_missed_before_anything_is_asked(name: str) -> None:
    values: dict[str, object] = {"host": "127.0.0.1", "port": 1, "username": "u", "database": "d", name: ""}
    result = look("backend_postgres", **values)
    assert (result.fault, result.at[-1], result.detail) == (ResourceFault.NOT_SET, name, f"`{name}`")


@pytest.mark.parametrize("host", ["", "/var/run/postgresql", "a,b"])
def test_a_socket_and_several_hosts_are_left_to_libpq(host: str) -> None:
    assert plan_resource(target("ds_postgres", host=host), ProbeOptions()).calls == "the login"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("postgresql://u:p@h/d", "a connection, its greeting, the login"),
        ("host=h user=u", "a connection, its greeting, the login"),
        ("postgresql://u:p@h1,h2/d", "the login"),
        ("postgresql:///d", "the login"),
        ("host=/tmp user=u", "the login"),
        ("host = h password='a host=/of-the-user'", "a connection, its greeting, the login"),
        ("password='of\\'the host=user' user=u", "the login"),
        ("postgresql://h:x/d", "the login"),
        ("", "the login"),
        (None, "the login"),
    ],
)
def test_the_server_of_a_text_is_greeted_where_it_names_one(text: str | None, asked: str) -> None:
    assert plan_resource(target("store_pgvector", connection_string=text), ProbeOptions()).calls == asked


@pytest.mark.parametrize(
    "text", ["nonsense of-the-user-1", "host=127.0.0.1 port=PORT password='of-the-user-1", "postgresql://u:of-the-user-1@127.0.0.1:PORT/d?nosuch=1"]
)
def test_a_text_that_libpq_cannot_read_is_not_shown(text: str) -> None:
    result = seen(refuses(), "store_pgvector", connection_string=text)
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.BAD_VALUE, "libpq cannot read it", "connection_string")


def test_a_password_that_ends_an_address_leads_nowhere() -> None:
    result = look("store_pgvector", connection_string="postgresql://nobody:12/of-the-user@127.0.0.1/d")
    assert rows(result) == ["failed value: a value cannot be used: `connection_string` has a user or password that is not escaped"]


def test_without_the_client_the_greeting_is_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    result = seen(refuses())
    assert rows(result)[1:] == ["ok server: offers no TLS", "unchecked access: `pip install 'orbitcfg[postgres]'` would try the login"]
