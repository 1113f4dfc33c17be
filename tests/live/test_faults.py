"""What a network and a broken server can do: none of it crashes doctor, leaks a key, or goes on after the time for it is over."""

import gzip
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import EndpointFilter, Request
from orbitcfg.document.source import Span
from orbitcfg.files.store import Disk
from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import CheckKind, CheckState, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from tests.live.doubles import Answer, Asked, as_json, as_text, serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm
from tests.live.setups import codes, found, only, probed, provider, shimmy

CERTIFICATES = Path(__file__).parent / "certificates"
KEY = "canary-key-of-this-test"
Script = Callable[[socket.socket, threading.Event], None]


@contextmanager
def scripted(script: Script, family: socket.AddressFamily = socket.AF_INET) -> Iterator[int]:
    """A port where every connection meets the script."""
    ended = threading.Event()
    with socket.socket(family) as listener:
        listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        listener.listen(64)

        def meet(connection: socket.socket) -> None:
            with connection:
                try:
                    script(connection, ended)
                except OSError:
                    return  # the client went away

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=meet, args=(connection,), daemon=True))
                threads[-1].start()

        threads = [threading.Thread(target=accept, daemon=True)]
        threads[0].start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            with socket.socket(family) as last:
                last.connect_ex(listener.getsockname())
            for thread in threads:
                thread.join(5)


def never_answers(connection: socket.socket, ended: threading.Event) -> None:
    connection.recv(65536)
    ended.wait()


def one_byte_a_second(connection: socket.socket, ended: threading.Event) -> None:
    connection.recv(65536)
    for byte in b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}":
        connection.sendall(bytes([byte]))
        if ended.wait(1):
            return


def resets_in_the_middle(connection: socket.socket, _ended: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes_at_once(connection: socket.socket, _ended: threading.Event) -> None:
    connection.recv(65536)


def sends_without_end(connection: socket.socket, ended: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while not ended.is_set():
        connection.sendall(b" " * 65536)


def wrong_length(connection: socket.socket, _ended: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"data": []}')


def speaks_ssh(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    ended.wait()


BOMB = gzip.compress(b" " * 64 * 1024 * 1024)


def gzip_bomb(connection: socket.socket, _ended: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(BOMB) + BOMB)


SCRIPTS = {
    "accepts and never answers": (never_answers, "ORB707", ProbeFault.SILENT),
    "one byte a second": (one_byte_a_second, "ORB707", ProbeFault.SILENT),
    "reset in the middle": (resets_in_the_middle, "ORB707", ProbeFault.CLOSED),
    "closes at once": (closes_at_once, "ORB707", ProbeFault.CLOSED),
    "an endless body": (sends_without_end, "ORB707", ProbeFault.TOO_LARGE),
    "a wrong length": (wrong_length, "ORB707", ProbeFault.CLOSED),
    "another protocol": (speaks_ssh, "ORB707", ProbeFault.NOT_HTTP),
    "a gzip bomb": (gzip_bomb, "ORB707", ProbeFault.TOO_LARGE),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_broken_server_is_named(name: str, tmp_path: Path) -> None:
    """And the checks that cannot follow are rows too."""
    script, code, fault = SCRIPTS[name]
    with scripted(script) as port:
        setup = shimmy(tmp_path, f"http://127.0.0.1:{port}", api_key=KEY)
        checkup = setup.check(timeout_s=0.4 if fault is ProbeFault.SILENT else 20.0)
    [result] = checkup.results
    assert (only(checkup).code, result.fault) == (code, fault)
    assert [row.state for row in result.checks] == [CheckState.OK, CheckState.OK, CheckState.FAILED, *[CheckState.UNCHECKED] * 4]
    assert KEY not in repr(checkup.results)


def test_a_closed_port_is_refused(tmp_path: Path) -> None:
    """By the system, which needs no patience."""
    with scripted(closes_at_once) as port:
        pass
    assert codes(shimmy(tmp_path, f"http://127.0.0.1:{port}").check()) == ["ORB703"]


def test_a_black_hole_ends_with_the_step(tmp_path: Path) -> None:
    """An address that swallows connections: a listener whose queue is full."""
    with socket.socket() as listener, ExitStack() as queue:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        setup = shimmy(tmp_path, f"http://127.0.0.1:{listener.getsockname()[1]}")
        checkup = setup.check(timeout_s=0.4)
    assert set(codes(checkup)) <= {"ORB704", "ORB707"}
    assert codes(checkup)


BODIES = {
    "HTML": (as_text("<html><body>login</body></html>", kind="text/html"), "ORB712"),
    "invalid JSON": (as_text('{"data": [', kind="application/json"), "ORB712"),
    "JSON of another kind": (as_json({"hello": "world"}), "ORB712"),
    "deep JSON": (as_text("[" * 100_000, kind="application/json"), "ORB712"),
    "rows without names": (as_json({"data": [{"object": "model"}]}), "ORB712"),
    "500 with a traceback": (as_text("Traceback (most recent call last):\n  File", 500), "ORB717"),
    "nothing": (Answer(200), "ORB712"),
}


@pytest.mark.parametrize("name", BODIES)
def test_an_odd_body_is_reported(name: str, tmp_path: Path) -> None:
    """It is no list of models."""
    answer, code = BODIES[name]
    with serving(lambda _asked: answer) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "tiny").check()
    assert codes(checkup) == [code]


def test_a_redirect_loop_ends(tmp_path: Path) -> None:
    """After a few steps."""
    with serving(lambda asked: Answer(302, headers={"location": asked.path + "x"})) as server:
        checkup = shimmy(tmp_path, server.url).check()
    assert codes(checkup) == ["ORB714"]
    assert len(server.asked) < 10


def test_a_redirect_within_the_server_is_followed(tmp_path: Path) -> None:
    """A vLLM sends callers from a trailing slash to the path without it."""

    def moved(asked: Asked) -> Answer:
        return Answer(307, headers={"location": "/real/models"}) if asked.path == "/v1/models" else as_json({"data": [{"id": "tiny"}]})

    with serving(moved) as server:
        assert codes(provider(tmp_path, "vllm", f"{server.url}/v1", "tiny").check()) == []


def test_a_key_never_follows_a_redirect_to_another_host(tmp_path: Path) -> None:
    """Not even to another port of this machine."""
    with serving(Shimmy("2.6.5")) as other, serving(lambda _asked: Answer(302, headers={"location": f"{other.url}/v1/models"})) as server:
        setup = shimmy(tmp_path, server.url, api_key=KEY)
        checkup = setup.check()
    assert other.asked == []
    assert any(asked.bearer == KEY for asked in server.asked)
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message) == ("ORB714", f"`{server.url}/v1` redirects to `{other.url}/v1/models`")


def tls(name: str) -> ssl.SSLContext:
    """A server's side of TLS with one of the test certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


CERTIFICATE_FAULTS = {
    "expired": ProbeFault.TLS_EXPIRED,
    "other-host": ProbeFault.TLS_WRONG_HOST,
    "self-signed": ProbeFault.TLS_SELF_SIGNED,
}
TRUSTED = {"SSL_CERT_FILE": str(CERTIFICATES / "authority.pem")}


@pytest.mark.parametrize("name", CERTIFICATE_FAULTS)
def test_a_faulty_certificate_is_reported(name: str, tmp_path: Path) -> None:
    """And no key is sent to its server."""
    with serving(Shimmy("2.6.5"), context=tls(name)) as server:
        checkup = shimmy(tmp_path, server.url, api_key=KEY).check(TRUSTED)
    assert server.asked == []
    assert (only(checkup).code, checkup.results[0].fault) == ("ORB705", CERTIFICATE_FAULTS[name])
    assert [row.state for row in checkup.checks if row.kind is CheckKind.TLS] == [CheckState.FAILED]


def test_an_unknown_authority_is_reported(tmp_path: Path) -> None:
    """Without the bundle that knows it."""
    with serving(Shimmy("2.6.5"), context=tls("good")) as server:
        checkup = shimmy(tmp_path, server.url).check()
    assert checkup.results[0].fault is ProbeFault.TLS_UNKNOWN_CA


def test_a_good_certificate_is_ticked(tmp_path: Path) -> None:
    """With the bundle that ORBIT's client would use."""
    with serving(Shimmy("2.6.5"), context=tls("good")) as server:
        checkup = shimmy(tmp_path, server.url, api_key=KEY).check(TRUSTED)
    assert codes(checkup) == []
    assert {row.state for row in checkup.checks} == {CheckState.OK}
    assert [row.kind for row in checkup.checks][:4] == [CheckKind.KEY, CheckKind.RESOLVE, CheckKind.CONNECT, CheckKind.TLS]


def bundles(folder: Path) -> dict[str, tuple[dict[str, str], str]]:
    """Variables that name no certificates, and what is said of each."""
    garbage, pipe, empty, broken = (folder / name for name in ("garbage", "pipe", "empty", "broken"))
    garbage.write_bytes(b"\x00garbage" * 100)
    broken.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    empty.mkdir()
    os.mkfifo(pipe)
    missing = str(folder / "missing")
    return {
        "missing": ({"SSL_CERT_FILE": missing}, f"`SSL_CERT_FILE` names `{missing}`, which is not there"),
        "a folder": ({"SSL_CERT_FILE": str(empty)}, f"`SSL_CERT_FILE` names `{empty}`, which is a folder"),
        "garbage": ({"SSL_CERT_FILE": str(garbage)}, f"`SSL_CERT_FILE` names `{garbage}`, which holds no certificate"),
        "damaged": ({"SSL_CERT_FILE": str(broken)}, f"`SSL_CERT_FILE` names `{broken}`, which holds a certificate that cannot be read"),
        "a pipe": ({"SSL_CERT_FILE": str(pipe)}, f"`SSL_CERT_FILE` names `{pipe}`, which is no regular file"),
        "no path": ({"SSL_CERT_FILE": "a\0b"}, "`SSL_CERT_FILE` names `a\0b`, which is no path"),
        "no folder": ({"SSL_CERT_DIR": missing}, f"`SSL_CERT_DIR` names `{missing}`, which is no folder"),
        "an empty folder": (
            {"SSL_CERT_DIR": str(empty)},
            f"`SSL_CERT_DIR` names `{empty}`, which holds no certificate under a name that `openssl rehash` gives",
        ),
    }


@pytest.mark.parametrize("name", ["missing", "a folder", "garbage", "damaged", "a pipe", "no path", "no folder", "an empty folder"])
def test_certificates_that_cannot_be_read_are_told(name: str, tmp_path: Path) -> None:
    """With the variable and what is wrong; nothing waits for a pipe, and no key is sent."""
    variables, words = bundles(tmp_path)[name]
    with serving(Shimmy("2.6.5"), context=tls("good")) as server:
        checkup = shimmy(tmp_path, server.url, api_key=KEY).check(variables)
        loss = "no client for {} can be made" if "SSL_CERT_FILE" in variables else "no certificate of {} is accepted"
    assert server.asked == []
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message) == ("ORB710", f"{words}: {loss.format(f'`{server.url}/v1`')} with it")
    assert [row.detail for row in checkup.checks if row.kind is CheckKind.TLS] == [f"the certificates to trust cannot be read: {words}"]
    assert not checkup.crashed


def test_plain_http_is_checked_whatever_certificates_are_named(tmp_path: Path) -> None:
    """Though ORBIT makes no client with a file that it cannot read; that of Ollama passes over it."""
    variables, words = bundles(tmp_path)["missing"]
    with serving(Vllm(("m",), 100_000)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(variables)
    assert {row.state for row in checkup.checks} == {CheckState.OK}
    assert only(checkup).message == f"{words}: no client for `{server.url}/v1` can be made with it"
    with serving(Ollama(("m:latest",))) as server:
        assert codes(provider(tmp_path, "ollama", server.url, "m").check(variables)) == []


def test_a_file_of_the_environment_file_is_named_with_it(tmp_path: Path) -> None:
    """The line to correct stands there."""
    (tmp_path / ".env").write_text("SSL_CERT_FILE=/missing.pem\n")
    with serving(Vllm(("m",), 100_000)) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m").check())
    assert diagnostic.message.startswith("`SSL_CERT_FILE`, from `.env`, names `/missing.pem`")
    assert diagnostic.help == "correct `SSL_CERT_FILE`, or unset it"


def test_a_folder_of_certificates_is_trusted(tmp_path: Path) -> None:
    """By the names that OpenSSL looks for."""
    authority = (CERTIFICATES / "authority.pem").read_text()
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "0123abcd.0").write_text(f"# für alle\n{authority.replace('CERTIFICATE', 'TRUSTED CERTIFICATE')}")
    os.mkfifo(tmp_path / "certificates" / "0123abcd.1")
    with serving(Shimmy("2.6.5"), context=tls("good")) as server:
        checkup = shimmy(tmp_path, server.url, api_key=KEY).check({"SSL_CERT_DIR": str(tmp_path / "certificates")})
    assert codes(checkup) == []
    assert {row.state for row in checkup.checks} == {CheckState.OK}


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1", "ftp://127.0.0.1", "http://[::1", "http://"])
def test_a_proxy_that_no_client_can_use_is_told(url: str, tmp_path: Path) -> None:
    """By its variable, without its address, which may hold a password."""
    diagnostic = only(provider(tmp_path, "vllm", "http://vllm.example/v1", "m").check({"HTTP_PROXY": url}))
    assert (diagnostic.code, diagnostic.message) == ("ORB701", "`HTTP_PROXY` names no proxy that ORBIT's client for `http://vllm.example/v1` can use")


UNSENDABLE = {
    "an invisible character": ("sk-1234\u200b56", "holds an invisible character (U+200B, character 8)"),
    "a non-breaking blank": ("sk-1234\u00a056", "holds a non-breaking blank (U+00A0, character 8)"),
    "a newline": ("sk-1234\n", "ends in a line feed (U+000A, character 8)"),
    "a NUL": ("sk-1234\x0056", "holds a NUL (U+0000, character 8)"),
    "an emoji": ("\U0001f600sk-1234", "begins with a character beyond ASCII (U+1F600, character 1)"),
    "half a character": ("sk-1234\udc80", "ends in a byte that is no text (U+DC80, character 8)"),
    "a blank at its end": ("sk-1234 ", "ends in a blank (U+0020, character 8)"),
}


@pytest.mark.parametrize("name", UNSENDABLE)
def test_a_key_that_no_header_carries_is_an_error_at_its_line(name: str, tmp_path: Path) -> None:
    """Whose character it is is said, and nothing of the key; no request is made with it."""
    key, words = UNSENDABLE[name]
    with serving(OpenAi(key)) as server:
        setup = provider(tmp_path, "openai", f"{server.url}/v1", "gpt-5", api_key="${SOME_KEY}")
        checkup = setup.check({"SOME_KEY": key})
    assert server.asked == []
    [diagnostic] = [each for each in checkup.report.diagnostics if each.code == "ORB403"]
    assert diagnostic.message.startswith(f"requests to `openai` fail: `SOME_KEY` {words}, which no header can carry")
    assert isinstance(diagnostic.place, Span)
    assert diagnostic.place.text == "api_key"
    assert [row.state for row in checkup.checks if row.kind is CheckKind.KEY] == [CheckState.FAILED]
    assert "sk-1234" not in repr(checkup)
    assert not checkup.crashed


def test_a_key_that_no_header_carries_is_told_without_a_configuration() -> None:
    """Of an address that is looked at alone."""
    choice = EndpointFilter(providers=("openai",))
    with serving(OpenAi("")) as server:
        request = Request(choice, url=f"{server.url}/v1", smoke="never")
        checkup = doctor(None, request, files=Disk("/"), process={"OPENAI_API_KEY": "sk-1234\u200b56"})
    assert found(checkup) == [
        (
            "ORB721",
            f"requests to `{server.url}/v1` fail: the key holds an invisible character (U+200B, character 8), which no header can carry",
        )
    ]


def test_a_key_that_its_client_sends_is_sent(tmp_path: Path) -> None:
    """Anthropic's writes UTF-8."""
    key = "sk-ant-\u00fc-0123456789"
    with serving(Vllm(("m",))) as server:
        checkup = provider(tmp_path, "anthropic", server.url, "m", api_key="${SOME_KEY}").check({"SOME_KEY": key})
    assert not checkup.crashed
    assert {sent.encode("latin-1").decode() for asked in server.asked if (sent := asked.headers.get("x-api-key"))} == {key}


def test_http_on_a_tls_port_is_reported(tmp_path: Path) -> None:
    """The scheme to write is https."""
    with serving(Shimmy("2.6.5"), context=tls("good")) as server:
        diagnostic = only(shimmy(tmp_path, server.url.replace("https:", "http:")).check(TRUSTED))
    assert (diagnostic.code, diagnostic.help) == ("ORB706", f"write `base_url: {server.url}`")


def test_a_server_on_ipv6_alone_is_reached(tmp_path: Path) -> None:
    """Where this machine has IPv6."""
    if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"):
        pytest.fail("the tests need IPv6 on loopback")
    with serving_ipv6(Shimmy("1.7.4")) as port:
        checkup = shimmy(tmp_path, f"http://[::1]:{port}").check()
    assert codes(checkup) == []
    assert {row.state for row in checkup.checks} == {CheckState.OK}


@contextmanager
def serving_ipv6(double: Shimmy) -> Iterator[int]:
    """A double that listens on `::1` alone, behind a relay."""
    with serving(double) as server:

        def relay(connection: socket.socket, ended: threading.Event) -> None:
            with socket.create_connection(("127.0.0.1", server.port)) as behind:
                connection.settimeout(0.2)
                behind.settimeout(2)
                behind.sendall(connection.recv(65536))
                while piece := behind.recv(65536):
                    connection.sendall(piece)

        with scripted(relay, socket.AF_INET6) as port:
            yield port


def test_of_a_hundred_endpoints_none_is_lost() -> None:
    """Though some of them hang."""
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(Shimmy("1.7.4"))) for _ in range(30)]
        hanging = [stack.enter_context(scripted(never_answers)) for _ in range(10)]
        urls = [servers[number % 30].url for number in range(90)] + [f"http://127.0.0.1:{port}" for port in hanging]
        expected = (ExpectedModel("tiny-alpha", ("a",), ("inference",)),)
        targets = [
            ProbeTarget("shimmy", "openai", "local", f"{url}/v1", url, expected, "/v1/models", models_from_root=True, key=str(number))
            for number, url in enumerate(urls)
        ]
        results = probed(targets, ProbeOptions(timeout_s=2))
    assert [result.model_list.models is not None for result in results] == [True] * 90 + [False] * 10
    assert {result.fault for result in results[90:]} == {ProbeFault.SILENT}
