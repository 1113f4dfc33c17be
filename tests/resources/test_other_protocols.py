"""RabbitMQ, Cassandra and SQL Server, on doubles: what is peculiar to each."""

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault
from tests.resources.doubles import free_port, replies, server
from tests.resources.looking import look, rows
from tests.resources.test_greetings import START, SUPPORTED


def test_a_broker_of_another_amqp_is_told() -> None:
    with server(replies(b"AMQP\x03\x01\x00\x00")) as port:
        result = look("rabbitmq", url=f"amqp://127.0.0.1:{port}")
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.FOREIGN, "it speaks AMQP 1.0.0, and ORBIT 0-9-1", "url")


@pytest.mark.parametrize("url", ["localhost:5672", "http://localhost", "amqp://localhost:99999", "amqp://[::1", "x", " "])
def test_an_address_that_is_none_is_never_tried(url: str) -> None:
    result = look("rabbitmq", url=url)
    assert (result.fault, result.blamed) == (ResourceFault.BAD_VALUE, ("url",))


def test_the_port_of_an_address_may_be_left_out() -> None:
    with server(replies(START)) as port:
        options = ProbeOptions(places={"localhost:5672": f"127.0.0.1:{port}"})
        assert rows(look("rabbitmq", options, url="amqp://localhost"))[1] == "ok server: RabbitMQ 3.12.1"


def test_a_broker_over_tls_is_looked_at_with_the_certificates_of_the_system() -> None:
    from tests.resources.test_redis import tls

    with server(replies(START), tls()) as port:
        result = look("rabbitmq", url=f"amqps://127.0.0.1:{port}")
    assert (result.fault, result.detail) == (ProbeFault.TLS_FAILED, "self-signed certificate")
    with server(replies(START)) as port:
        assert look("rabbitmq", url=f"amqps://127.0.0.1:{port}").fault is ResourceFault.FOREIGN


@pytest.mark.parametrize("points", ["{0}, 127.0.0.1", "127.0.0.1", ["127.0.0.1"], "nosuch.invalid,127.0.0.1"])
def test_one_contact_point_that_lives_is_enough(points: str | list[str]) -> None:
    with server(replies(SUPPORTED)) as port:
        points = points.replace("{0}", "127.0.0.9") if isinstance(points, str) else points
        result = look("ds_cassandra", contact_points=points, port=port)
    assert (result.fault, rows(result)[1]) == (None, "ok server: CQL 3.4.6")
    dead = [each for each in ("127.0.0.9", "nosuch.invalid") if each in points]
    assert result.remarks == tuple(f"the contact point `{each}` takes no connection" for each in dead)


@pytest.mark.parametrize("points", ["", ",", "a,,b", []])
def test_an_empty_contact_point_is_told(points: object) -> None:
    result = look("ds_cassandra", contact_points=points)
    assert (result.fault, result.blamed) == (ResourceFault.BAD_VALUE, ("contact_points",))


def test_without_a_living_contact_point_there_is_no_cassandra() -> None:
    port = free_port()
    result = look("ds_cassandra", contact_points="127.0.0.1,127.0.0.2", port=port)
    assert (result.fault, result.detail) == (ProbeFault.REFUSED, f"127.0.0.1, 127.0.0.2, port {port}")


def test_cassandra_may_answer_with_an_error() -> None:
    words = b"Invalid or unsupported protocol version (4)"
    body = b"\x00\x00\x00\x0a" + len(words).to_bytes(2, "big") + words
    with server(replies(b"\x83\x00\x00\x00\x00" + len(body).to_bytes(4, "big") + body)) as port:
        result = look("ds_cassandra", contact_points="127.0.0.1", port=port)
    assert (result.fault, result.detail) == (ResourceFault.SERVER_ERROR, words.decode())


def test_a_prelogin_without_a_version_is_a_broken_one() -> None:
    with server(replies(b"\x04\x01\x00\x0d\x00\x00\x01\x00\x01\x00\x06\x00\x01")) as port:
        assert look("ds_sqlserver", host="127.0.0.1", port=port).fault is ResourceFault.BROKEN_REPLY
