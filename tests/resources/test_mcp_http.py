"""MCP servers over http, against a double."""

import socket
import time

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.check import ProbeFault
from orbitcfg.observed.resource import ResourceFault, ResourceResult
from tests.live.doubles import Answer, Asked, as_json, as_text, serving
from tests.live.doubles.mcp import PATH, Mcp
from tests.live.test_faults import TRUSTED, tls
from tests.resources.looking import look, rows

TOKEN = "canary-token-of-this-test"


def seen(mcp: Mcp, path: str = PATH, options: ProbeOptions | None = None, **values: object) -> ResourceResult:
    """What is seen of a double."""
    with serving(mcp) as server:
        return look("mcp_http", options, url=f"{server.url}{path}", **values)


@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize("session", ["session-of-this-test", None])
def test_a_session_is_opened_and_closed_and_its_tools_are_counted(events: bool, session: str | None) -> None:
    mcp = Mcp(events=events, session=session)
    result = seen(mcp)
    assert (result.fault, rows(result)[-1]) == (None, "ok tools: doubles 1.0, 2 tools")
    assert [each["method"] for each in mcp.sent] == ["initialize", "notifications/initialized", "tools/list"]
    assert mcp.closed == ([session] if session else [])


def test_the_version_that_the_server_speaks_goes_along() -> None:
    with serving(Mcp()) as server:
        look("mcp_http", url=f"{server.url}{PATH}")
    assert [each.headers.get("mcp-protocol-version") for each in server.asked] == [None, *["2025-03-26"] * 3]


def test_headers_are_sent_and_never_shown() -> None:
    good = seen(Mcp(token=TOKEN), headers={"Authorization": f"Bearer {TOKEN}", "X-Number": 5})
    assert good.fault is None
    expanded = seen(Mcp(token=TOKEN), options=ProbeOptions(variables={"MCP_TOKEN": TOKEN}), headers={"Authorization": "Bearer $MCP_TOKEN"})
    assert expanded.fault is None
    assert TOKEN not in str((good.checks, good.trace, expanded.checks, expanded.trace))


def test_a_server_that_repeats_the_token_does_not_get_it_shown() -> None:
    result = seen(Mcp(token=TOKEN, errors={"tools/list": f"no tools for {TOKEN}"}), headers={"Authorization": f"Bearer {TOKEN}"})
    assert (result.fault, TOKEN in str(result)) == (ResourceFault.SERVER_ERROR, False)


@pytest.mark.parametrize(
    ("headers", "fault"),
    [({"Authorization": "Bearer wrong-token"}, ResourceFault.LOGIN_REFUSED), ({}, ResourceFault.LOGIN_WANTED), (None, ResourceFault.LOGIN_WANTED)],
)
def test_a_token_that_is_wrong_or_missing(headers: object, fault: ResourceFault) -> None:
    result = seen(Mcp(token=TOKEN), headers=headers)
    assert (result.fault, result.at[-1]) == (fault, "headers")


@pytest.mark.parametrize("headers", ["Authorization: x", ["a"], {"Authorization": "Bearer "}, {"Authorization": "a\nb"}])
def test_headers_that_no_client_sends(headers: object) -> None:
    assert seen(Mcp(), headers=headers).fault is ResourceFault.BAD_VALUE


def test_another_path() -> None:
    result = seen(Mcp(), path="/sse")
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.FOREIGN, "404: Not Found; MCP is at another path, often `/mcp`", "url")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (as_text("<html><title>Welcome</title></html>", 200, "text/html"), ResourceFault.FOREIGN),
        (as_json({"status": "ok"}), ResourceFault.FOREIGN),
        (as_json([{"jsonrpc": "2.0", "id": 1}]), ResourceFault.FOREIGN),
        (Answer(405), ResourceFault.FOREIGN),
        (Answer(200, headers={"content-type": "text/event-stream"}, frames=(b"data: {}\n\n", b"data: x")), ResourceFault.FOREIGN),
        (Answer(500), ResourceFault.SERVER_ERROR),
        (Answer(0), ProbeFault.CLOSED),
        (Answer(302, headers={"location": "/other"}), ProbeFault.REDIRECTED),
        (Answer(307, headers={"location": "/mcp"}), ProbeFault.REDIRECT_LOOP),
        (Answer(307, headers={"location": "http://[broken"}), ProbeFault.REDIRECTED),
        (as_json({"jsonrpc": "2.0", "id": 1, "result": "text"}), None),
    ],
)
def test_servers_that_speak_something_else(answer: Answer, fault: object) -> None:
    with serving(lambda _asked: answer) as server:
        found = look("mcp_http", url=f"{server.url}/mcp").fault
    assert found is (fault or ResourceFault.FOREIGN)


def test_a_redirect_within_the_server_is_followed() -> None:
    """As FastMCP sends one for the slash at the end."""
    mcp = Mcp()
    with serving(lambda asked: Answer(307, headers={"location": PATH}) if asked.path == f"{PATH}/" else mcp(asked)) as server:
        assert look("mcp_http", url=f"{server.url}{PATH}/").fault is None
    assert server.paths().count(f"POST {PATH}/") == 1


def test_a_redirect_to_another_host_is_not_followed_and_no_fault() -> None:
    """ORBIT's client follows it."""
    with serving(lambda _asked: Answer(307, headers={"location": "https://elsewhere.example/mcp"})) as server:
        result = look("mcp_http", url=f"{server.url}{PATH}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (result.fault, rows(result)[-1]) == (None, "unchecked tools: it redirects to another host, where it is not asked")


def test_the_query_of_an_address_goes_along() -> None:
    with serving(Mcp()) as server:
        assert look("mcp_http", url=f"{server.url}{PATH}?team=a").fault is None
    assert {each.path for each in server.asked} == {f"{PATH}?team=a"}


def test_a_server_without_tools_and_one_that_fails() -> None:
    assert seen(Mcp(tools=())).fault is ResourceFault.NO_TOOLS
    result = seen(Mcp(errors={"initialize": "no such version"}))
    assert (result.fault, result.detail) == (ResourceFault.SERVER_ERROR, "no such version")


def test_a_stream_that_stays_open_behind_the_answer_is_not_waited_for() -> None:
    assert seen(Mcp(lingers_s=0.2)).fault is None


def test_a_server_that_hangs() -> None:
    """For as long as ORBIT waits; a time that is none counts as ORBIT's own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = look("mcp_http", url=f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", timeout=1)
    assert (result.fault, result.detail) == (ProbeFault.SILENT, "ORBIT waits 1 s for its tools")


def test_a_server_that_is_down_and_addresses_that_are_none() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert look("mcp_http", url=f"http://127.0.0.1:{bound.getsockname()[1]}/mcp").fault is ProbeFault.REFUSED
    assert look("mcp_http", url="").fault is ResourceFault.NOT_SET
    assert look("mcp_http", url="localhost/mcp").fault is ProbeFault.BAD_URL


def test_over_tls_and_where_a_map_leads() -> None:
    with serving(Mcp(), context=tls("good")) as server:
        options = ProbeOptions(variables=TRUSTED)
        good = look("mcp_http", options, url=f"https://localhost:{server.port}/mcp")
        mapped = look("mcp_http", ProbeOptions(variables=TRUSTED, places={"localhost:9": f"127.0.0.1:{server.port}"}), url="https://localhost:9/mcp")
        unknown = look("mcp_http", url=f"https://localhost:{server.port}/mcp")
    assert (good.fault, mapped.fault, unknown.fault) == (None, None, ProbeFault.TLS_UNKNOWN_CA)


def test_another_transport_offers_nothing() -> None:
    result = look("mcp_other_transport", transport="sse")
    assert (result.fault, result.at[-1]) == (ResourceFault.BAD_VALUE, "transport")


def test_a_session_of_somebody_else_is_not_ended() -> None:
    mcp = Mcp(session=None)
    seen(mcp, headers={"Mcp-Session-Id": "of-somebody-else"})
    assert (bool(mcp.sent), mcp.closed) == (True, [])


@pytest.mark.parametrize("name", ["", "a b", "é", "x\ny", ":a", "Content-Length", "transfer-encoding"])
def test_a_name_that_no_header_can_have_is_told_and_nothing_is_asked(name: str) -> None:
    mcp = Mcp()
    result = seen(mcp, headers={name: "text"})
    assert (result.fault, result.at[-1], mcp.sent) == (ResourceFault.BAD_VALUE, "headers", [])


def test_it_is_waited_for_as_long_as_orbit_does() -> None:
    mcp = Mcp()

    def late(asked: Asked) -> Answer:
        time.sleep(0.2)
        return mcp(asked)

    with serving(late) as server:
        result = look("mcp_http", ProbeOptions(whole_s=0.1), url=f"{server.url}{PATH}", timeout=10)
    assert result.fault is None
