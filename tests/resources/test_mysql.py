"""MySQL, on doubles: what it refuses with before and at the login."""

import socket
from queue import SimpleQueue
from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.doubles import Converse, greets, server, silent
from tests.resources.looking import look, rows

GREETING = (
    b"\x0a5.5.5-10.11.19-MariaDB\x00\x01\x00\x00\x00abcdefgh\x00\xff\xf7\x2d\x02\x00\xff\x81\x15"
    + bytes(10)
    + b"ijklmnopqrst\x00mysql_native_password\x00"
)


def packet(content: bytes, number: int = 0) -> bytes:
    """A packet with its header."""
    return len(content).to_bytes(3, "little") + bytes((number,)) + content


def error(number: int, words: str) -> bytes:
    """An error before the login."""
    return b"\xff" + number.to_bytes(2, "little") + words.encode()


def refuses(number: int, words: str) -> Converse:
    """Greets, and answers the login with an error."""

    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING))
        if connection.recv(4096):
            connection.sendall(packet(b"\xff" + number.to_bytes(2, "little") + b"#28000" + words.encode(), 2))
            connection.recv(4096)

    return converse


def seen(converse: Converse, options: ProbeOptions = ProbeOptions(), **values: Any) -> ResourceResult:
    """What is seen of a MySQL."""
    with server(converse) as port:
        return look("ds_mysql", options, **{"host": "127.0.0.1", "port": port, "password": "of-the-user-1", **values})


@pytest.mark.parametrize(
    ("number", "words", "fault", "line"),
    [
        (1130, "Host '10.0.0.7' is not allowed to connect to this MySQL server", ResourceFault.NOT_ALLOWED, "host"),
        (1040, "Too many connections", ResourceFault.SERVER_ERROR, "host"),
        (1129, "Host '10.0.0.7' is blocked because of many connection errors", ResourceFault.SERVER_ERROR, "host"),
    ],
)
def test_a_server_may_take_nobody_at_all(number: int, words: str, fault: ResourceFault, line: str) -> None:
    result = seen(greets(packet(error(number, words))))
    assert (result.fault, result.detail, result.at[-1]) == (fault, f"{number}: {words}", line)


@pytest.mark.parametrize(
    ("number", "words", "fault", "blamed"),
    [
        (1045, "Access denied for user 'root'@'h' (using password: YES)", ResourceFault.LOGIN_REFUSED, "password"),
        (1698, "Access denied for user 'root'@'localhost'", ResourceFault.LOGIN_REFUSED, "username"),
        (1044, "Access denied for user 'u'@'h' to database 'd'", ResourceFault.NOT_ALLOWED, "database"),
        (1049, "Unknown database 'd'", ResourceFault.NO_DATABASE, "database"),
        (1203, "User u already has more than 'max_user_connections' active connections", ResourceFault.SERVER_ERROR, "host"),
    ],
)
def test_a_refusal_is_told_by_its_number(number: int, words: str, fault: ResourceFault, blamed: str) -> None:
    result = seen(refuses(number, words), username="root", database="d")
    assert (result.fault, result.blamed[0], result.detail) == (fault, blamed, f"{number}: {words.partition(' (using')[0]}")
    assert rows(result)[1] == "ok server: version 10.11.19-MariaDB"


def test_a_server_that_breaks_off_at_the_login_is_told() -> None:
    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING))
        connection.recv(4096)

    assert seen(converse).fault is ResourceFault.BROKEN_REPLY


def test_a_server_that_goes_silent_at_the_login_does_not_hold_doctor_up() -> None:
    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING))
        silent(connection)

    assert seen(converse, ProbeOptions(whole_s=0.5)).fault is ProbeFault.SILENT


@pytest.mark.parametrize(
    "said", [packet(b"\x00" * 40, 2), packet(b"\xfe", 2), packet(b"\xfemysql_clear_password\x00", 2), packet(b"\x01", 2), b"\x00" * 8, packet(b"", 2)]
)
def test_nonsense_at_the_login_is_no_crash(said: bytes) -> None:
    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING))
        connection.recv(4096)
        connection.sendall(said)

    assert seen(converse, ProbeOptions(whole_s=1)).fault is not ProbeFault.INTERNAL


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog", b"mysql_old_password"])
def test_a_server_that_asks_for_the_password_itself_does_not_get_it(plugin: bytes) -> None:
    heard: SimpleQueue[bytes] = SimpleQueue()

    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING))
        heard.put(connection.recv(4096))
        connection.sendall(packet(b"\xfe" + plugin + b"\x00\x04Password: ", 2))
        heard.put(connection.recv(4096))

    result = seen(converse)
    assert (result.fault, rows(result)[-1][:40]) == (None, "unchecked access: the login is not tried")
    login, after = (heard.get(timeout=300) for _ in range(2))
    assert (b"of-the-user" in login, after) == (False, b"")


def test_a_password_of_any_letters_is_sent() -> None:
    result = seen(refuses(1045, "Access denied"), password="пароль-of-the-user")
    assert result.fault is ResourceFault.LOGIN_REFUSED


def test_a_client_without_what_the_login_takes_does_not_try_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def converse(connection: socket.socket) -> None:
        connection.sendall(packet(GREETING.replace(b"mysql_native_password", b"caching_sha2_password")))
        connection.recv(4096)
        # the whole login, which goes by RSA where TLS is missing
        connection.sendall(packet(b"\x01\x04", 2))
        connection.recv(4096)
        connection.sendall(packet(b"\x01a public key", 4))
        connection.recv(4096)

    monkeypatch.setattr("pymysql._auth._have_cryptography", False)
    result = seen(converse)
    assert rows(result)[2] == "unchecked access: `pip install 'orbitcfg[mysql]'` would try the login"


def test_without_the_client_the_login_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymysql", None)
    result = seen(greets(packet(GREETING)))
    assert rows(result)[1:] == ["ok server: version 10.11.19-MariaDB", "unchecked access: `pip install 'orbitcfg[mysql]'` would try the login"]
