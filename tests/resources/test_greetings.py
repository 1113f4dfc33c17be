"""Who answers: each protocol against a server of it, none, a silent one, one that hangs up, half a greeting, and another program."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from threading import Timer

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import run_all
from orbitcfg.observed.check import CheckState, ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.resources.doubles import Converse, breaks_off, free_port, greets, replies, server, silent
from tests.resources.looking import look, rows, target

QUICK = ProbeOptions(whole_s=0.3)
HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

MYSQL = b"\x0a8.4.3\x00" + bytes(60)
MYSQL_GREETING = len(MYSQL).to_bytes(3, "little") + b"\x00" + MYSQL
HELLO_BODY = b"\x01\x00\x00\x00\x10maxWireVersion\x00\x15\x00\x00\x00\x00"
HELLO = (16 + len(HELLO_BODY)).to_bytes(4, "little") + bytes(8) + b"\xdd\x07\x00\x00" + HELLO_BODY
START_BODY = (
    b"\x00\x0a\x00\x0a\x00\x09\x00\x00\x00\x24\x07productS\x00\x00\x00\x08RabbitMQ\x07versionS\x00\x00\x00\x063.12.1" + b"\x00\x00\x00\x05PLAIN"
)
START = b"\x01\x00\x00" + len(START_BODY).to_bytes(4, "big") + START_BODY + b"\xce"
SUPPORTED_BODY = b"\x00\x01\x00\x0bCQL_VERSION\x00\x01\x00\x053.4.6"
SUPPORTED = b"\x84\x00\x00\x00\x06" + len(SUPPORTED_BODY).to_bytes(4, "big") + SUPPORTED_BODY
PRELOGIN = b"\x04\x01\x00\x19\x00\x00\x01\x00" + b"\x00\x00\x06\x00\x06\xff" + b"\x10\x00\x0f\xa0\x00\x00" + bytes(5)


@dataclass(frozen=True)
class Protocol:
    """A kind of resource, what one of its servers says, and what is told of that."""

    kind: str
    says: bytes
    told: str
    is_first: bool = False
    """Whether the server speaks first."""

    def look(self, port: int, options: ProbeOptions = ProbeOptions(whole_s=2)) -> ResourceResult:
        """What is seen at a port."""
        match self.kind:
            case "rabbitmq":
                return look(self.kind, options, url=f"amqp://guest:guest@127.0.0.1:{port}/")
            case "ds_cassandra":
                return look(self.kind, options, contact_points="127.0.0.1", port=port)
            case "cache_redis":
                return look(self.kind, options, host="127.0.0.1", port=port, password="null")
        return look(self.kind, options, host="127.0.0.1", port=port)

    def says_it(self, words: bytes) -> Converse:
        """How a server says something in its turn."""
        return greets(words) if self.is_first else replies(words)


PROTOCOLS = (
    Protocol("cache_redis", b"+PONG\r\n", "answers PING without a login"),
    Protocol("cache_memcached", b"VERSION 1.6.18\r\n", "memcached 1.6.18"),
    Protocol("ds_mysql", MYSQL_GREETING, "version 8.4.3", is_first=True),
    Protocol("ds_postgres", b"N", "offers no TLS"),
    Protocol("ds_mongodb", HELLO, "answers hello, wire version 21"),
    Protocol("rabbitmq", START, "RabbitMQ 3.12.1"),
    Protocol("ds_cassandra", SUPPORTED, "CQL 3.4.6"),
    Protocol("ds_sqlserver", PRELOGIN, "version 16.0.4000"),
)
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda each: each.kind)


@each_protocol
def test_a_greeting_tells_who_answers(protocol: Protocol) -> None:
    with server(protocol.says_it(protocol.says)) as port:
        lines = rows(protocol.look(port))
    assert lines[:2] == [f"ok connect: port {port} on 127.0.0.1", f"ok server: {protocol.told}"]


@each_protocol
def test_a_closed_port_is_refused(protocol: Protocol) -> None:
    port = free_port()
    result = protocol.look(port)
    assert (result.fault, str(port) in result.detail, result.at[-1]) == (ProbeFault.REFUSED, True, _line(protocol))
    assert [check.state for check in result.checks[1:]] == [CheckState.UNCHECKED] * (len(result.checks) - 1)


def _line(protocol: Protocol) -> str:
    return {"rabbitmq": "url", "ds_cassandra": "contact_points"}.get(protocol.kind, "host")


@each_protocol
def test_a_server_that_says_nothing_is_silent(protocol: Protocol) -> None:
    with server(silent) as port:
        result = protocol.look(port, QUICK)
    assert (result.fault, result.detail, result.at[-1]) == (ProbeFault.SILENT, "0.3 s", _line(protocol))


@each_protocol
def test_a_server_that_hangs_up_is_told(protocol: Protocol) -> None:
    with server(breaks_off(b"", unasked=True)) as port:
        result = protocol.look(port)
    assert result.fault is ProbeFault.CLOSED


@pytest.mark.parametrize("protocol", [each for each in PROTOCOLS if len(each.says) > 1], ids=lambda each: each.kind)
def test_half_a_greeting_is_a_broken_one(protocol: Protocol) -> None:
    with server(breaks_off(protocol.says[: len(protocol.says) // 2], unasked=protocol.is_first)) as port:
        result = protocol.look(port)
    assert (result.fault, result.detail) == (ResourceFault.BROKEN_REPLY, "")


@each_protocol
def test_a_web_server_on_the_port_is_something_else(protocol: Protocol) -> None:
    with server(greets(HTTP)) as port:
        result = protocol.look(port)
    assert (result.fault, result.detail, result.is_down) == (ResourceFault.FOREIGN, "it speaks HTTP", True)


@each_protocol
@pytest.mark.parametrize("noise", [b"\xff" * 64, b"\x00" * 64, b"\r\n" * 32, b"SSH-2.0-OpenSSH_9.2\r\n", bytes(range(64))], ids=range(5))
def test_noise_is_no_crash(protocol: Protocol, noise: bytes) -> None:
    with server(greets(noise)) as port:
        result = protocol.look(port, QUICK)
    assert isinstance(result.fault, ResourceFault) or result.fault is ProbeFault.SILENT


ECHOES: dict[str, Callable[[str], bytes]] = {
    "cache_redis": lambda text: f"-ERR {text}\r\n".encode(),
    "ds_mysql": lambda text: (len(text) + 3).to_bytes(3, "little") + b"\x00\xff\x6a\x04" + text.encode(),
    "ds_postgres": str.encode,
    "ds_mongodb": str.encode,
    "rabbitmq": str.encode,
}
"""How a server says a text, of those that are given a password."""


@pytest.mark.parametrize("kind", ECHOES)
def test_a_password_that_comes_back_is_not_shown(kind: str) -> None:
    secret = "of-nobody-else-77"
    words = ECHOES[kind](f"{secret[:4]}{secret} no {secret} here")
    with server(greets(words) if kind == "ds_mysql" else replies(words)) as port:
        values = (
            {"url": f"amqp://guest:{secret}@127.0.0.1:{port}/"} if kind == "rabbitmq" else {"host": "127.0.0.1", "port": port, "password": secret}
        )
        result = look(kind, QUICK, **values)
    assert isinstance(result.fault, ResourceFault)
    assert secret[:12] not in "\n".join((*rows(result), result.detail, *result.remarks))


@pytest.mark.parametrize("port", ["", "x", 0, 65536, -1, "54x", None, 3.5, True, [1], {"a": 1}])
def test_a_port_that_is_none_is_never_tried(port: object) -> None:
    for kind in ("ds_mysql", "ds_postgres", "ds_mongodb", "ds_oracle", "ds_sqlserver", "ds_cassandra", "cache_memcached", "cache_redis"):
        result = look(kind, QUICK, port=port, **({} if kind == "ds_cassandra" else {"host": "127.0.0.1"}))
        assert (result.fault, result.blamed) == (ResourceFault.BAD_VALUE, ("port",)), kind


def test_an_empty_host_is_never_tried() -> None:
    for kind in ("ds_mysql", "ds_mongodb", "ds_oracle", "ds_sqlserver", "cache_memcached", "cache_redis"):
        assert look(kind, QUICK, host="").blamed == ("host",), kind


def test_a_mapped_host_is_reached_elsewhere() -> None:
    with server(replies(b"VERSION 1\r\n")) as port:
        options = ProbeOptions(places={"cache:11211": f"127.0.0.1:{port}"})
        assert rows(look("cache_memcached", options, host="cache")) == [f"ok connect: port {port} on 127.0.0.1", "ok server: memcached 1"]


def test_oracle_is_connected_to_and_no_more() -> None:
    with server(silent) as port:
        result = look("ds_oracle", QUICK, host="127.0.0.1", port=port)
    assert (result.fault, result.is_sure) == (None, False)
    assert look("ds_oracle", QUICK, host="127.0.0.1", port=free_port()).fault is ProbeFault.REFUSED


@pytest.mark.parametrize(("kind", "key"), [("ds_elasticsearch", "node"), ("ds_http", "url")])
def test_what_hangs_is_told_at_the_value_that_leads_there(kind: str, key: str) -> None:
    with server(silent) as port:
        result = look(kind, ProbeOptions(whole_s=0.3), **{key: f"http://127.0.0.1:{port}"})
    assert (result.fault, result.at[-1]) == (ProbeFault.SILENT, key)


def test_no_row_waits_for_another_at_a_server_that_hangs() -> None:
    options = ProbeOptions(whole_s=0.4)
    with server(silent) as port:
        looked_at = [target("ds_postgres", host="127.0.0.1", port=port, database=name) for name in ("a", "b", "c")]
        runs = [ResourceRun(each, plan_resource(each, options).steps, options, lambda _target, _check: None) for each in looked_at]
        run_all(runs, options, 0.7)
    assert [run.log.result().fault for run in runs] == [ProbeFault.SILENT] * 3


def test_a_server_that_is_just_being_started_is_waited_for() -> None:
    with socket.socket() as late:
        late.bind(("127.0.0.1", 0))
        starting = Timer(0.2, late.listen)
        starting.start()
        result = look("ds_oracle", ProbeOptions(wait_s=10, whole_s=0.1), host="127.0.0.1", port=late.getsockname()[1])
        starting.join()
    assert result.fault is None


def test_an_answer_of_a_size_that_none_has_is_not_waited_for() -> None:
    with server(replies(b"\x01\x00\x00" + (1 << 30).to_bytes(4, "big"))) as port:
        result = look("rabbitmq", ProbeOptions(), url=f"amqp://127.0.0.1:{port}/")
    assert (result.fault, result.detail) == (ResourceFault.FOREIGN, "it announces an answer of more than 1 MiB")
