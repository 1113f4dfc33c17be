"""What all servers over HTTP have in common: the way there, logins, statuses, broken and foreign answers."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import basic
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.live.doubles import CLOSED, Answer, Asked, Handler, as_json, as_text, serving
from tests.resources.looking import look, rows

KEY = "qd-5f1c9a7b3e2d8046"
CERTIFICATES = Path(__file__).parents[1] / "live" / "certificates"
TRUSTED = {"SSL_CERT_FILE": str(CERTIFICATES / "authority.pem")}


def qdrant(asked: Asked) -> Answer:
    """Qdrant with a key."""
    if asked.headers.get("api-key") != KEY:
        return as_text("Must provide an API key or an Authorization bearer token", 401)
    return as_json({"result": {"collections": []}, "status": "ok"})


def tls(name: str) -> ssl.SSLContext:
    """A server's side of TLS with one of the test certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


@contextmanager
def talking(said: bytes | None) -> Iterator[int]:
    """A port that says these bytes to whoever asks, and closes; None: nothing, and stays."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            try:
                while True:
                    connection = server.accept()[0]
                    taken.append(connection)
                    if said is not None and connection.recv(4096):
                        connection.sendall(said)
                        connection.close()
            except OSError:
                return

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        # a blocked `accept` is not woken by a close
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in taken:
        connection.close()


def seen(handler: Handler, **values: object) -> ResourceResult:
    """A look at a double of Qdrant."""
    with serving(handler) as server:
        return look("ds_qdrant", url=server.url, **values)


def test_the_login_is_sent_and_its_wrong_value_is_blamed() -> None:
    assert rows(seen(qdrant, api_key=KEY))[-1] == "ok server: Qdrant, 0 collections"
    wanted, refused = seen(qdrant), seen(qdrant, api_key="another-key-of-mine")
    assert (wanted.fault, wanted.detail) == (ResourceFault.LOGIN_WANTED, "401: Must provide an API key or an Authorization bearer token")
    assert (refused.fault, refused.blamed) == (ResourceFault.LOGIN_REFUSED, ("api_key",))


STATUSES = {
    301: ProbeFault.REDIRECTED,
    401: ResourceFault.LOGIN_REFUSED,
    403: ResourceFault.NOT_ALLOWED,
    404: ResourceFault.FOREIGN,
    429: ResourceFault.SERVER_ERROR,
    502: ResourceFault.SERVER_ERROR,
}


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_a_meaning(status: int) -> None:
    """And the key is not in what the server echoes; a redirect is not followed, to no host."""
    headers = {"location": f"http://127.0.0.1:9/?key={KEY}", "content-type": "text/plain"}
    result = seen(lambda _asked: Answer(status, f"no: {KEY}".encode(), headers), api_key=KEY)
    assert result.fault is STATUSES[status]
    assert result.detail.startswith(f"{status}: ")
    assert KEY not in f"{rows(result)}{result.detail}{result.trace}{result.remarks}"


BROKEN = {
    b"": ProbeFault.CLOSED,
    b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{": ProbeFault.CLOSED,
    b"SSH-2.0-OpenSSH_9.2\r\nProtocol mismatch.\r\n\r\n": ProbeFault.NOT_HTTP,
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 33\r\n\r\n<html><title>My router</title>...": ResourceFault.FOREIGN,
    b'HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{"result":{"collecti":1': ResourceFault.FOREIGN,
    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 48\r\n\r\nClient sent an HTTP request to an HTTPS server.\n": ProbeFault.TLS_ON_PLAIN,
}


@pytest.mark.parametrize("said", BROKEN)
def test_half_a_reply_and_another_server_are_told(said: bytes) -> None:
    with talking(said) as port:
        result = look("ds_qdrant_host", host="127.0.0.1", port=port)
    assert result.fault is BROKEN[said]


def test_a_closed_port_and_an_unknown_name_are_told() -> None:
    closed = look("ds_qdrant_host", host="127.0.0.1", port=9)
    assert (closed.fault, closed.at) == (ProbeFault.REFUSED, ("adapters", "*", "host"))
    assert look("ds_qdrant_host", host="no-such-host.invalid").fault is ProbeFault.UNRESOLVED


def test_a_server_that_hangs_is_given_up() -> None:
    """Within the deadline of all its checks."""
    with talking(None) as port:
        result = look("ds_qdrant_host", ProbeOptions(whole_s=0.3), host="127.0.0.1", port=port)
    assert result.fault is ProbeFault.SILENT


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://host:port", "http://[::1", "://", "http://a b:1"])
def test_an_address_that_cannot_be_used_is_told(url: str) -> None:
    assert look("store_marqo", url=url).fault is ProbeFault.BAD_URL


def test_no_address_is_a_missing_value() -> None:
    result = look("store_marqo", url="")
    assert (result.fault, result.blamed) == (ResourceFault.NOT_SET, ("url",))


CERTIFICATE_FAULTS = {
    "expired": ProbeFault.TLS_EXPIRED,
    "other-host": ProbeFault.TLS_WRONG_HOST,
    "self-signed": ProbeFault.TLS_SELF_SIGNED,
    "good": None,
}


@pytest.mark.parametrize("name", CERTIFICATE_FAULTS)
def test_a_certificate_is_checked_and_no_key_is_sent_to_a_wrong_one(name: str) -> None:
    with serving(qdrant, context=tls(name)) as server:
        result = look("ds_qdrant", ProbeOptions(variables=TRUSTED), url=server.url, api_key=KEY)
    assert result.fault is CERTIFICATE_FAULTS[name]
    assert bool(server.asked) is (name == "good")


def test_plain_http_on_an_https_address_is_told() -> None:
    with serving(qdrant) as server:
        result = look("ds_qdrant", url=server.url.replace("http:", "https:"))
    assert result.fault is ProbeFault.PLAIN_ON_TLS


def test_a_client_that_trusts_its_own_bundle_does_not_heed_the_variable() -> None:
    """Elasticsearch's: ORBIT's request would fail, whatever `SSL_CERT_FILE` names."""
    with serving(lambda _asked: as_json({}), context=tls("good")) as server:
        result = look("ds_elasticsearch", ProbeOptions(variables=TRUSTED), node=server.url)
    assert result.fault is ProbeFault.TLS_UNKNOWN_CA


def test_a_proxy_is_gone_through_and_its_fault_is_its_own() -> None:
    variables = {"http_proxy": "http://127.0.0.1:9"}
    result = look("ds_qdrant", ProbeOptions(variables=variables), url="http://qdrant.example:6333")
    assert (result.fault, result.detail) == (ProbeFault.REFUSED, "port 9 of the proxy that `http_proxy` names")
    with serving(qdrant) as proxy:
        variables = {"http_proxy": proxy.url}
        result = look("ds_qdrant", ProbeOptions(variables=variables), url="http://qdrant.example:6333", api_key=KEY)
    assert result.fault is None
    assert proxy.paths() == ["GET http://qdrant.example:6333/collections"]
    assert result.remarks == ("the login goes unencrypted over plain http",)


def test_a_place_that_is_mapped_is_asked_by_its_own_name() -> None:
    with serving(qdrant) as server:
        options = ProbeOptions(places={"qdrant:6333": f"127.0.0.1:{server.port}"})
        result = look("ds_qdrant_host", options, host="qdrant", api_key=KEY)
    assert (result.fault, [asked.headers["host"] for asked in server.asked]) == (None, ["qdrant:6333"])


@pytest.mark.parametrize("key", ["line\nbreak-in-a-key", " blank-before-a-key", "schlüssel-mit-umlaut"])
def test_a_key_that_no_header_holds_is_told(key: str) -> None:
    with serving(qdrant) as server:
        result = look("ds_qdrant", url=server.url, api_key=key)
    assert (result.fault, result.blamed, server.asked) == (ResourceFault.BAD_VALUE, ("api_key",), [])
    assert key not in str(rows(result))


def test_a_reply_without_end_is_not_judged() -> None:
    result = seen(lambda _asked: Answer(200, b" " * (1 << 20) + b"{}"))
    assert (result.fault, result.is_sure) == (None, False)
    assert seen(lambda _asked: CLOSED).fault is ProbeFault.CLOSED


def test_a_user_in_the_address_goes_along_as_its_client_sends_it() -> None:
    """Elasticsearch's and httpx do, Qdrant's leaves it out."""
    with serving(lambda _asked: as_json({}, 401)) as server:
        url = server.url.replace("http://", "http://anna:geheim%2Fes-1@")
        results = [look("ds_elasticsearch", node=url), look("ds_http", url=url, family="intent_http_json"), look("ds_qdrant", url=url)]
    wanted = basic("anna", "geheim/es-1")["authorization"]
    assert [asked.headers.get("authorization") for asked in server.asked] == [wanted, wanted, None]
    assert [result.fault for result in results] == [ResourceFault.LOGIN_REFUSED, ResourceFault.LOGIN_REFUSED, ResourceFault.LOGIN_WANTED]
    assert "geheim" not in str([(rows(result), result.trace) for result in results])
