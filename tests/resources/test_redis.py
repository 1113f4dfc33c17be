"""Redis, on doubles: what its answers mean, and what ORBIT makes of the values."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import is_here
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.doubles import Converse, replies, server, silent
from tests.resources.looking import look, rows

PEM = Path(__file__).parent.parent / "live" / "certificates" / "self-signed.pem"
QUICK = ProbeOptions(whole_s=0.5)


def tls() -> ssl.SSLContext:
    """What nobody has a reason to trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def redis(password: str = "", databases: int = 16) -> Converse:
    """A Redis: PING, AUTH, SELECT, and whatever else a client opens with."""

    def converse(connection: socket.socket) -> None:
        reader, is_in = connection.makefile("rb"), not password
        while line := reader.readline():
            words = [line.strip()]
            if line[:1] == b"*":
                words = [reader.readline() and reader.readline().strip() for _ in range(int(line[1:]))]
            said, is_in = _answer([word.decode() for word in words], password, databases, is_in=is_in)
            connection.sendall(said.encode() + b"\r\n")

    return converse


def _answer(words: list[str], password: str, databases: int, *, is_in: bool) -> tuple[str, bool]:
    """What a Redis says to a command, and whether the client is logged in then."""
    match words:
        case ["HELLO", "3", "AUTH", _, given] if password and given != password:
            return "-WRONGPASS invalid username-password pair or user is disabled.", False
        case ["HELLO", *given]:
            return "%1\r\n+proto\r\n:3", is_in or "AUTH" in given
        case _ if not is_in:
            return "-NOAUTH Authentication required.", False
        case ["SELECT", number] if int(number) >= databases:
            return "-ERR DB index is out of range", True
        case ["PING"]:
            return "+PONG", True
    return "+OK", True


def seen(converse: Converse, secured: ssl.SSLContext | None = None, options: ProbeOptions = ProbeOptions(), **values: Any) -> ResourceResult:
    """What is seen of a Redis."""
    with server(converse, secured) as port:
        return look("cache_redis", options, **{"host": "127.0.0.1", "port": port, **values})


@pytest.mark.parametrize(
    ("values", "fault", "line"),
    [
        ({"password": "of-the-user-1"}, None, "redis"),
        ({"password": "of-the-user-1", "username": "null", "db": "3"}, None, "redis"),
        ({"password": "of-the-wrong-1"}, ResourceFault.LOGIN_REFUSED, "password"),
        ({"password": "null"}, ResourceFault.LOGIN_WANTED, "password"),
        ({"password": "  "}, ResourceFault.LOGIN_WANTED, "password"),
        ({"password": "of-the-user-1", "db": 99}, ResourceFault.NO_DATABASE, "db"),
        ({"password": "of-the-user-1", "db": "x"}, ResourceFault.BAD_VALUE, "db"),
        ({"password": 12345678}, ResourceFault.BAD_VALUE, "password"),
    ],
)
def test_the_login_is_tried_with_the_database(values: dict[str, Any], fault: ResourceFault | None, line: str) -> None:
    result = seen(redis("of-the-user-1"), **values)
    assert (result.fault, result.at[-1]) == (fault, line)
    assert "12345678" not in str(rows(result))


def test_a_redis_without_a_password_is_configured_by_the_text_null() -> None:
    assert rows(seen(redis(), password="null"))[1:] == ["ok server: answers PING without a login", "ok access: none is needed"]
    assert rows(seen(redis(databases=2), password="null", db=2))[2:] == ["failed access: the database is not there: DB index is out of range"]


def test_a_port_in_the_host_is_cut_off_as_orbit_cuts_it() -> None:
    assert seen(redis(), host="127.0.0.1:1", password="null").fault is None


@pytest.mark.parametrize("switch", [True, "YES", 1])
def test_tls_is_spoken_with_any_certificate(switch: object) -> None:
    result = seen(redis("of-the-user-1"), tls(), password="of-the-user-1", use_ssl=switch)
    assert rows(result)[1:] == ["ok server: wants a login", "ok access: database 0"]
    assert result.remarks == ("ORBIT does not look at its certificate: any other server could take its place",)


def test_a_server_behind_tls_is_asked_by_its_name() -> None:
    secured, names = tls(), list[str | None]()
    secured.sni_callback = lambda _socket, name, _context: names.append(name)
    assert seen(redis("of-the-user-1"), secured, host="localhost", password="of-the-user-1", use_ssl=True).fault is None
    assert names == ["localhost", "localhost"]


@pytest.mark.parametrize("switch", [False, "on", None])
def test_tls_is_not_spoken_by_any_other_word(switch: object) -> None:
    assert seen(redis("of-the-user-1"), password="of-the-user-1", use_ssl=switch).fault is None


def test_tls_on_one_side_alone_is_told() -> None:
    result = seen(redis(), tls(), password="null")
    assert (result.fault, result.detail, result.blamed) == (ResourceFault.FOREIGN, "it speaks TLS, and `use_ssl` is off", ("use_ssl", "port"))
    result = seen(replies(b"-ERR unknown command\r\n"), password="null", use_ssl=True)
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.FOREIGN, "it does not speak TLS", "use_ssl")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"-DENIED Redis is running in protected mode\r\n", ResourceFault.NOT_ALLOWED),
        (b"-LOADING Redis is loading the dataset in memory\r\n", ResourceFault.SERVER_ERROR),
        (b"-MASTERDOWN Link with MASTER is down\r\n", ResourceFault.SERVER_ERROR),
        (b"-ERR unknown command 'PING'\r\n", ResourceFault.FOREIGN),
        (b"+OK I am a mail server\r\n", ResourceFault.FOREIGN),
        (b"ERROR\r\n", ResourceFault.FOREIGN),
    ],
)
def test_what_a_server_answers_is_told(said: bytes, fault: ResourceFault) -> None:
    assert seen(replies(said), password="null").fault is fault


def test_a_server_that_goes_silent_at_the_login_does_not_hold_doctor_up() -> None:
    def converse(connection: socket.socket) -> None:
        if connection.recv(4096) == b"PING\r\n":
            connection.sendall(b"-NOAUTH Authentication required.\r\n")
        silent(connection)

    assert seen(converse, options=QUICK, password="of-the-user-1").fault is ProbeFault.SILENT


def test_without_the_client_the_login_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    result = seen(redis("of-the-user-1"), password="of-the-wrong-1")
    assert rows(result)[1:] == ["ok server: wants a login", "unchecked access: `pip install 'orbitcfg[redis]'` would try the login"]
    assert (result.fault, result.is_sure) == (None, False)
    assert seen(redis(), password="null").is_sure


@pytest.mark.parametrize(
    ("address", "is_own"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("fe80::1%eth0", False)]
)
def test_what_goes_unencrypted_matters_beyond_this_machine(address: str, *, is_own: bool) -> None:
    assert is_here(address) is is_own
