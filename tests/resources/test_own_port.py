"""ORBIT's own port, its certificate, and the key that it encrypts uploads with."""

import base64
import os
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orbitcfg.live.resources.certificate import NotDerError, Validity
from orbitcfg.live.resources.checks import tls_files
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault
from tests.live.doubles import as_json, as_text, serving
from tests.live.test_faults import CERTIFICATES, tls
from tests.resources.looking import look, rows
from tests.resources.test_sqlite import at

ORBIT = {"/.well-known/agent.json": {"name": "ORBIT", "version": "1.0.0"}}
CANARY = "canary-of-the-passphrase"


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that nothing has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_free_port_is_given_back(free_port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        assert rows(look("listen_port", host="127.0.0.1", port=port)) == ["ok port: it is free"]
    with socket.socket() as after:
        after.bind(("127.0.0.1", port))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost", ""])
def test_another_program_on_the_port(host: str) -> None:
    with serving(lambda _asked: as_text("hello")) as server:
        server.handler = lambda _asked: as_json({"name": "someone"}, server="nginx/1.24")
        result = look("listen_port", host=host, port=server.port)
        assert (result.fault, result.detail, result.at) == (ResourceFault.PORT_TAKEN, "someone", ("general", "port"))
        server.handler = lambda _asked: as_text("hello")
        assert look("listen_port", host=host, port=str(server.port)).detail == ""


def test_a_program_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert look("listen_port", host="127.0.0.1", port=listener.getsockname()[1]).fault is ResourceFault.PORT_TAKEN


@pytest.mark.parametrize(("kind", "context"), [("listen_port", None), ("listen_port_https", tls("self-signed"))])
def test_orbit_itself_on_the_port_is_no_fault(kind: str, context: ssl.SSLContext | None) -> None:
    with serving(lambda asked: as_json(ORBIT.get(asked.path, {})), context=context) as server:
        result = look(kind, host="127.0.0.1", port=server.port)
    assert rows(result) == ["ok port: an ORBIT runs there already"]
    assert result.remarks == (f"an ORBIT runs there already: a second one does not start on port {server.port}",)


def test_connections_that_have_just_ended_hold_no_port() -> None:
    """ORBIT binds with `SO_REUSEADDR`, so a restart is possible at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as accepted:
            accepted.shutdown(socket.SHUT_RDWR)
    assert look("listen_port", host="127.0.0.1", port=port).fault is None


@pytest.mark.parametrize(
    ("values", "fault", "at_key"),
    [
        ({"port": 70000}, ResourceFault.BAD_VALUE, "port"),
        ({"port": "many"}, ResourceFault.BAD_VALUE, "port"),
        ({"port": -1}, ResourceFault.BAD_VALUE, "port"),
        ({"host": "192.0.2.1", "port": 0}, ResourceFault.BAD_VALUE, "host"),
        ({"host": "no-such-host.invalid", "port": 0}, ProbeFault.UNRESOLVED, "host"),
        ({"host": "x" * 70, "port": 0}, ProbeFault.UNRESOLVED, "host"),
    ],
)
def test_values_that_no_port_can_have(values: dict[str, object], fault: object, at_key: str) -> None:
    result = look("listen_port", None, **values)
    assert (result.fault, result.at[-1]) == (fault, at_key)


def pair(name: str, **values: object) -> dict[str, object]:
    """A certificate and its key, in one file."""
    return {"cert": str(CERTIFICATES / f"{name}.pem"), "key": str(CERTIFICATES / f"{name}.pem"), **values}


def test_a_pair_is_loaded_as_orbit_loads_it() -> None:
    result = look("tls_files", None, **pair("good"))
    assert [each.partition(":")[0] for each in rows(result)] == ["ok file", "ok file", "ok TLS", "ok value"]
    assert result.remarks == ()
    locked = look("tls_files", None, **pair("good", key=str(CERTIFICATES / "locked-key.pem"), password="open-sesame-7"))
    assert locked.fault is None


@pytest.mark.parametrize("password", ["", None, CANARY])
def test_a_passphrase_that_does_not_open_the_key(password: str | None) -> None:
    """None is asked for at the terminal."""
    result = look("tls_files", None, **pair("good", key=str(CERTIFICATES / "locked-key.pem"), password=password))
    assert result.fault is ResourceFault.NOT_OPENED
    assert CANARY not in str(result.checks) + result.detail


@pytest.mark.parametrize(
    ("values", "fault", "at_key"),
    [
        (pair("expired"), ResourceFault.EXPIRED, "cert"),
        (pair("good", key=str(CERTIFICATES / "expired.pem")), ResourceFault.NOT_A_PAIR, "key"),
        (pair("good", key=None), ResourceFault.BAD_VALUE, "key"),
        (pair("good", cert=""), ResourceFault.BAD_VALUE, "cert"),
        (pair("good", cert="missing.pem"), ResourceFault.NO_FILE, "cert"),
        (pair("good", key="folder"), ResourceFault.NOT_A_FILE, "key"),
        (pair("good", key="pipe"), ResourceFault.NOT_A_FILE, "key"),
        (pair("good", key=str(CERTIFICATES / "authority.pem")), ResourceFault.BAD_VALUE, "key"),
        (pair("good", cert=str(CERTIFICATES / "locked-key.pem")), ResourceFault.BAD_VALUE, "cert"),
        (pair("good", cert="broken.pem"), ResourceFault.BAD_VALUE, "key"),
        (pair("good", password=1234), ResourceFault.BAD_VALUE, "password"),
    ],
)
def test_certificates_that_end_the_start(values: dict[str, object], fault: ResourceFault, at_key: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    result = look("tls_files", at(tmp_path), **values)
    assert (result.fault, result.at[-1]) == (fault, at_key)


@pytest.mark.parametrize(("days", "words"), [(31, ()), (29, ("expires in 29 days",)), (1, ("expires in 1 day,",)), (40_000, ("is valid from",))])
def test_a_certificate_that_is_not_valid_for_long(days: int, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is valid from 2024 until 2124."""
    monkeypatch.setattr(tls_files, "current_time", lambda: datetime(2124, 1, 1, tzinfo=UTC) - timedelta(days=days, hours=-1 if days > 31 else 0))
    result = look("tls_files", None, **pair("good"))
    assert (result.fault, len(result.remarks)) == (None, len(words))
    assert all(word in remark for word, remark in zip(words, result.remarks, strict=True))


def test_a_chain_is_judged_by_its_first_certificate(tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_text("\n".join((CERTIFICATES / f"{name}.pem").read_text() for name in ("good", "authority", "expired")))
    assert look("tls_files", cert=str(chain), key=str(CERTIFICATES / "good.pem")).fault is None


@pytest.mark.parametrize("name", ["good", "expired", "self-signed", "authority"])
def test_the_dates_are_read_from_each_prefix_or_not_at_all(name: str) -> None:
    """As `ssl` has them, in both forms of time; what is cut off is no certificate."""
    text = (CERTIFICATES / f"{name}.pem").read_text()
    pem = text[text.index("-----BEGIN CERTIFICATE-----") :]
    der = ssl.PEM_cert_to_DER_cert(pem)
    decoded = ssl._ssl._test_decode_cert(str(CERTIFICATES / f"{name}.pem"))  # type: ignore[attr-defined]
    validity = Validity.of(der)
    assert validity.begins.timestamp() == ssl.cert_time_to_seconds(decoded["notBefore"])
    assert validity.ends.timestamp() == ssl.cert_time_to_seconds(decoded["notAfter"])
    for size in range(len(der)):
        with pytest.raises(NotDerError):
            Validity.of(der[:size])


def test_the_key_of_uploads_is_decoded_and_never_shown() -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    assert rows(look("files_encryption_key", key=key)) == ["ok value: base64 of 32 bytes"]
    for wrong, fault in (
        ("", ResourceFault.NOT_SET),
        (None, ResourceFault.NOT_SET),
        ("no base64!", ResourceFault.BAD_VALUE),
        (key[:40], ResourceFault.BAD_VALUE),
    ):
        result = look("files_encryption_key", key=wrong)
        assert result.fault is fault
        assert not wrong or wrong not in str(result.checks)
