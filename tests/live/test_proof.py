"""Proof instead of appearances: what shows that a key is right, that a model speaks, and what a server means by its words."""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.live.chat import MAX_TOKENS
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.denial import Denial, denial_of
from orbitcfg.observed.foreign_json import at
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import CLOSED, Answer, Asked, Handler, as_events, as_json, as_text, chunk, completion, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.shimmy import Shimmy
from tests.live.setups import apply, codes, found, is_clean, only, provider, shimmy
from tests.live.test_faults import scripted

KEY = "a-key-of-sixteen-characters"
NOTHING_THERE = as_json({"detail": "Not Found"}, 404)
ROWS = as_json({"object": "list", "data": [{"id": "m", "object": "model"}]})


def details(checkup: Checkup, kind: CheckKind) -> list[tuple[CheckState, str]]:
    """How the checks of a kind ended."""
    return [(row.state, row.detail) for row in checkup.checks if row.kind is kind]


def gateway(*, guards: str = "", lists: bool = True, chats: bool = True) -> Handler:
    """A server that asks for a key where `guards` is in the path alone."""

    def answer(asked: Asked) -> Answer:
        if guards and guards in asked.path and asked.bearer != KEY:
            return as_json({"error": {"message": "no such key"}}, 401)
        match asked.method, asked.path:
            case "GET", "/v1/models" if lists:
                return ROWS
            case "POST", "/v1/chat/completions" if chats:
                if not asked.json.get("messages"):
                    return as_json({"error": {"message": "messages: field required"}}, 400)
                if asked.json["stream"]:
                    return as_events([chunk("m", {"content": "Hello"}), chunk("m", {}, "stop")])
                return as_json(completion("m", "Hello"))
        return NOTHING_THERE

    return answer


ACCESS: dict[str, tuple[Handler, str, CheckState, str]] = {
    "a list that wants the key": (gateway(guards="/"), KEY, CheckState.OK, "the key is accepted"),
    "an open list before guarded chats": (gateway(guards="chat"), KEY, CheckState.OK, "the key is accepted"),
    "a wrong key behind an open list": (gateway(guards="chat"), "another-key-of-sixteen", CheckState.FAILED, "401 no such key"),
    "a key that nobody wants": (gateway(), KEY, CheckState.OK, "no key is wanted"),
    "no key, and none wanted by the list": (gateway(), "", CheckState.OK, "its list wants no key"),
    "a refusal elsewhere": (gateway(guards="/version"), "", CheckState.OK, "no key is wanted"),
    "a refusal elsewhere, and of chats": (gateway(guards="e"), "", CheckState.FAILED, "401 no such key"),
    "no list, and guarded chats": (gateway(lists=False, guards="chat"), "", CheckState.FAILED, "401 no such key"),
    "nothing shows it": (gateway(chats=False), KEY, CheckState.UNCHECKED, "its list is open to all, and nothing free shows what the rest wants"),
}


@pytest.mark.parametrize("name", ACCESS)
def test_access_is_proved(name: str, tmp_path: Path) -> None:
    """By questions without and with the key, none of which anybody answers with a chat."""
    handler, key, state, words = ACCESS[name]
    with serving(handler) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m", **({"api_key": key} if key else {})).check()
    assert details(checkup, CheckKind.AUTHORISE) == [(state, words)]
    assert codes(checkup) == (["ORB721"] if state is CheckState.FAILED else [])
    assert {asked.body for asked in server.asked if asked.method == "POST"} <= {b"{}"}


def test_a_cloud_model_of_ollama_wants_a_sign_in(tmp_path: Path) -> None:
    """Which no provider's key stands in for."""
    inner = Ollama(("big:120b-cloud",), 8192)

    def answer(asked: Asked) -> Answer:
        return as_json({"error": "unauthorized"}, 401) if asked.path == "/api/chat" and asked.json.get("messages") else inner(asked)

    with serving(answer) as server:
        diagnostic = only(provider(tmp_path, "ollama", server.url, "big:120b-cloud").check(generate=True))
    assert (diagnostic.code, diagnostic.help) == (
        "ORB721",
        "run `ollama signin` where Ollama runs: it hands `big:120b-cloud` on to Ollama's cloud",
    )


def test_a_list_in_pages_is_asked_for_whole(tmp_path: Path) -> None:
    """A model that is not on the first page is not missing; nor is one that is listed with its date."""

    def answer(asked: Asked) -> Answer:
        names = ["m", "old-20250929"] if asked.path.endswith("?limit=1000") else ["new"]
        return as_json({"data": [{"type": "model", "id": name} for name in names], "has_more": len(names) == 1})

    with serving(answer) as server:
        assert codes(provider(tmp_path, "anthropic", server.url, "m", api_key="sk-ant-0123456789").check()) == []
        assert codes(provider(tmp_path, "anthropic", server.url, "old", api_key="sk-ant-0123456789").check()) == []


def test_a_key_may_be_for_chats_alone(tmp_path: Path) -> None:
    """As OpenAI's restricted keys are: that it may not list models breaks nothing, and whether it chats only a chat tells."""
    lacks = "You have insufficient permissions for this operation. Missing scopes: api.model.read."

    def answer(asked: Asked) -> Answer:
        return as_json({"error": {"message": lacks, "code": None}}, 403) if asked.method == "GET" else gateway(guards="/")(asked)

    with serving(answer) as server:
        setup = provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key=KEY)
        checkup = setup.check()
        assert details(checkup, CheckKind.AUTHORISE) == [(CheckState.OK, "the key is accepted, and may not list models")]
        assert [message for code, message in found(checkup, Severity.INFO) if code == "ORB718"] == [
            f"`{server.url}/v1` keeps its list of models from the key: whether it serves `m`, only a chat can tell"
        ]
        assert codes(checkup) == codes(setup.check(generate=True)) == []
        wrong = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key="another-key-of-sixteen").check())
    assert (wrong.code, wrong.message.partition(" refuses ")[2]) == ("ORB721", f"the key (403: {lacks})")


def test_a_refused_key_hides_no_other_finding(tmp_path: Path) -> None:
    """The open list is read, and a misspelt model is told beside the key."""
    with serving(gateway(guards="chat")) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "n", api_key="another-key-of-sixteen").check(generate=True)
    assert sorted(codes(checkup)) == ["ORB721", "ORB732"]


def test_a_gateways_own_keys_are_not_this_one(tmp_path: Path) -> None:
    """Chats that are refused though the key was seen to be right: the server's words are for its owner."""

    def answer(asked: Asked) -> Answer:
        is_chat = asked.method == "POST" and asked.json.get("messages")
        return as_json({"error": {"message": "upstream: Incorrect API key provided"}}, 401) if is_chat else gateway(guards="/")(asked)

    with serving(answer) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key=KEY).check(generate=True)
    assert codes(checkup) == ["ORB761"]
    assert only(checkup).message.endswith(" by 401: upstream: Incorrect API key provided")


def test_a_chat_alone_may_be_refused(tmp_path: Path) -> None:
    """Without a key and with an open list only `--generate` comes to it."""
    with serving(gateway(guards="chat")) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
        assert codes(checkup) == []
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(generate=True))
    assert diagnostic.code == "ORB721"
    assert diagnostic.message.endswith("refuses requests without a key for chats with `m` (401: no such key)")


WORDS: dict[str, tuple[int, str, str, str, Denial | None]] = {
    "Gemini": (400, "", "API key not valid. Please pass a valid API key.", "", Denial.KEY),
    "Gemini without a key": (403, "", "Method doesn't allow unregistered callers (callers without established identity)", "", Denial.KEY),
    "xAI": (400, "", "Incorrect API key provided: xx***yy.", "", Denial.KEY),
    "LiteLLM": (400, "no_db_connection", "No connected db.", "", Denial.KEY),
    "LiteLLM, no key of its own": (401, "", "LiteLLM Virtual Key expected. Received=not-****, expected to start with 'sk-'.", "", Denial.KEY),
    "a proxy": (401, "", "Authorization Required", 'Basic realm="x"', Denial.PASSWORD),
    "a right that lacks": (403, "", "Forbidden", "", Denial.RIGHT),
    "a key that may not use a model": (401, "key_model_access_denied", "key not allowed to access model. Tried to access m", "", Denial.RIGHT),
    "a country": (403, "unsupported_country_region_territory", "Country, region, or territory not supported", "", Denial.PLACE),
    "an address": (403, "", "Your IP address is not allowed to access this API", "", Denial.PLACE),
    "a firewall's question": (403, "", "Just a moment...", "", Denial.PLACE),
    "a firewall": (403, "", "Attention Required! | Cloudflare", "", Denial.PLACE),
    "a key that is wrong for an address": (403, "", "Invalid API key for this IP address", "", Denial.KEY),
    "a zip": (403, "", "the zip address is wrong", "", Denial.RIGHT),
    "LiteLLM's budget": (400, "budget_exceeded", "Budget has been exceeded! Current cost: 1.2, Max budget: 1.0", "", Denial.CREDIT),
    "OpenAI's quota": (429, "insufficient_quota", "You exceeded your current quota, please check your plan and billing details.", "", Denial.CREDIT),
    "OpenAI's rate": (429, "rate_limit_exceeded", "Rate limit reached. Please try again in 20s.", "", Denial.RATE),
    "Gemini's rate": (429, "", "You exceeded your current quota, please check billing details. Please retry in 31.2s.", "", Denial.RATE),
    "Anthropic's credit": (400, "invalid_request_error", "Your credit balance is too low to access the API.", "", Denial.CREDIT),
    "DeepSeek": (402, "", "Insufficient Balance", "", Denial.CREDIT),
    "a limit of the model": (400, "", "max_tokens must be at least 1, got 0.", "", None),
    "a model that is not there": (404, "model_not_found", "The model `gpt-5` does not exist or you do not have access to it.", "", None),
    "a success": (200, "", "", "", None),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_servers_words_are_read(name: str) -> None:
    """Status, code and message together."""
    status, code, words, challenge, meaning = WORDS[name]
    assert denial_of(status, code, words, challenge) is meaning


def test_a_firewall_before_the_server_is_not_the_key(tmp_path: Path) -> None:
    """It stops whoever is no browser, with whatever key."""
    page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
    with serving(lambda _asked: as_text(page, 403, "text/html")) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key=KEY).check())
    assert (diagnostic.code, diagnostic.message.partition(" refuses ")[2], diagnostic.help) == (
        "ORB721",
        "requests from here (403: Just a moment...)",
        "let the firewall before it, or the account's rules, admit this machine and ORBIT's: another key does not help",
    )


def test_a_400_about_the_key_is_the_key(tmp_path: Path) -> None:
    """And not the path of the address."""
    with serving(lambda _asked: as_json({"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}, 400)) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key=KEY).check())
    assert (diagnostic.code, diagnostic.message.partition(" refuses ")[2]) == (
        "ORB721",
        "the key (400: API key not valid. Please pass a valid API key.)",
    )


PLAIN_ON_TLS = {
    "nginx": "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
    "a server in Go": "Client sent an HTTP request to an HTTPS server.\n",
    "Apache": "<!DOCTYPE HTML><html><head><title>400 Bad Request</title></head><body>You're speaking plain HTTP to an SSL-enabled server port.</body>",
}


@pytest.mark.parametrize("name", PLAIN_ON_TLS)
def test_a_400_about_tls_is_the_scheme(name: str, tmp_path: Path) -> None:
    """In the words of each."""
    with serving(lambda _asked: as_text(PLAIN_ON_TLS[name], 400, "text/html" if "<" in PLAIN_ON_TLS[name] else "text/plain")) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m").check())
    assert (diagnostic.code, diagnostic.help) == ("ORB706", f"write `base_url: {server.url.replace('http:', 'https:')}/v1`")


def test_a_silent_handshake_is_followed_by_a_plain_question(tmp_path: Path) -> None:
    """A llama-server says nothing to the greeting of TLS, and answers plain HTTP."""

    def silent_to_tls(connection: socket.socket, ended: threading.Event) -> None:
        if connection.recv(65536).startswith(b"GET "):
            connection.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        else:
            ended.wait()

    with scripted(silent_to_tls) as port:
        diagnostic = only(provider(tmp_path, "vllm", f"https://127.0.0.1:{port}/v1", "m").check(timeout_s=0.4))
    assert (diagnostic.code, diagnostic.help) == ("ORB706", f"write `base_url: http://127.0.0.1:{port}/v1`")


def test_a_redirect_below_a_path_gives_the_whole_address(tmp_path: Path) -> None:
    """With what the proxy puts before the path; one that leads to a page of its own gives none."""
    with serving(gateway()) as server:

        def below(asked: Asked) -> Answer:
            path = asked.path.removeprefix("/llm")
            return gateway()(replace(asked, path=path)) if path != asked.path else NOTHING_THERE

        server.handler = below
        with serving(lambda asked: Answer(308, headers={"location": f"{server.url}/llm{asked.path}"})) as proxy:
            setup = provider(tmp_path, "vllm", f"{proxy.url}/v1", "m", max_tokens=100)
            diagnostic = only(setup.check())
            assert (diagnostic.code, diagnostic.help) == ("ORB714", f"write `base_url: {server.url}/llm/v1`")
            apply(diagnostic, tmp_path)
            assert is_clean(setup.check())
            proxy.handler = lambda _asked: Answer(302, headers={"location": f"{server.url}/login"})
            diagnostic = only(provider(tmp_path, "vllm", f"{proxy.url}/v1", "m").check())
            assert diagnostic.help == "write the address of the server itself as `base_url`"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/octet-stream"])
def test_a_stream_is_one_whatever_its_content_type_says(kind: str, tmp_path: Path) -> None:
    """OpenAI's client reads its events all the same."""

    def answer(asked: Asked) -> Answer:
        reply = gateway()(asked)
        return replace(reply, headers={"content-type": kind} if kind else {}) if reply.frames else reply

    with serving(answer) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(generate=True)
    assert codes(checkup) == []
    assert [state for state, _ in details(checkup, CheckKind.STREAM)] == [CheckState.OK]


def test_a_parameter_that_is_refused_by_its_name_is_not_made_smaller(tmp_path: Path) -> None:
    """Another number does not help."""
    words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."

    def answer(asked: Asked) -> Answer:
        is_chat = asked.method == "POST" and asked.json.get("messages")
        return as_json({"error": {"message": words, "code": "unsupported_parameter"}}, 400) if is_chat else gateway()(asked)

    with serving(answer) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(generate=True)
    assert {(each.code, each.help) for each in checkup.report.diagnostics if each.code == "ORB761"} == {
        ("ORB761", "follow the server's message, or read its log")
    }


def test_a_server_without_models_is_named_once(tmp_path: Path) -> None:
    """Where its make is not known, its address is its name."""
    with serving(lambda asked: as_json({"object": "list", "data": []}) if asked.path == "/v1/models" else NOTHING_THERE) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m").check())
    assert (diagnostic.code, diagnostic.message) == ("ORB731", f"the server at `{server.url}/v1` has no models")


def test_a_whole_reply_in_place_of_a_stream_is_an_empty_answer(tmp_path: Path) -> None:
    """The server holds no error."""
    with serving(lambda asked: as_json(completion("m", "Hello")) if asked.method == "POST" else gateway()(asked)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check(generate=True)
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.severity) == ("ORB764", Severity.ERROR)
    assert diagnostic.message.endswith("in one piece, of which ORBIT reads nothing: users get an empty answer")
    assert details(checkup, CheckKind.STREAM) == [(CheckState.FAILED, "`m`: one whole reply, which is no stream")]


def test_a_stream_that_breaks_off_cuts_answers(tmp_path: Path) -> None:
    """Neither a reason nor an end came."""
    pieces = as_events([chunk("tiny-alpha", {"content": "Hel"})], done=False)
    with serving(Shimmy("2.6.5", reply=lambda asked: pieces if asked.json["stream"] else as_json(completion("tiny-alpha", "Hello")))) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True)
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.severity) == ("ORB762", Severity.WARNING)
    assert diagnostic.message == "the stream of `tiny-alpha` from Shimmy 2.6.5 breaks off in the middle: answers are cut off"
    assert details(checkup, CheckKind.STREAM) == [(CheckState.FAILED, "`tiny-alpha`: it breaks off after 1 piece of text")]


def test_a_gateway_without_a_list_is_no_wrong_path(tmp_path: Path) -> None:
    """Only a chat can tell, and it does."""
    with serving(gateway(lists=False)) as server:
        setup = provider(tmp_path, "vllm", f"{server.url}/v1", "m")
        free = setup.check()
        assert [(each.code, each.severity, each.message, each.help) for each in free.report.diagnostics if each.code != "ORB755"] == [
            (
                "ORB718",
                Severity.INFO,
                f"`{server.url}/v1` has no list of models (404): whether it serves `m`, only a chat can tell",
                "try it: `orbitcfg doctor --generate`",
            )
        ]
        assert details(free, CheckKind.LIST) == [(CheckState.UNCHECKED, "404: it has no list, and only `--generate` shows what it serves")]
        told = setup.check(generate=True)
        assert [each.code for each in told.report.diagnostics] == ["ORB755"]
        assert [state for kind in (CheckKind.STREAM, CheckKind.GENERATE) for state, _ in details(told, kind)] == [CheckState.OK] * 2
        server.handler = gateway(lists=False, chats=False)
        assert codes(setup.check()) == ["ORB713"]


def test_a_server_that_refuses_all_is_not_without_a_list(tmp_path: Path) -> None:
    """Its words are quoted, and it is a fault."""
    with serving(lambda _asked: as_json({"error": {"message": "the tenant header is missing"}}, 400)) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "m").check())
    assert (diagnostic.code, diagnostic.help) == ("ORB713", "do what the server says, or correct `base_url`")
    assert diagnostic.message.endswith("answers 400 where the list of models should be: the tenant header is missing")


def test_few_tokens_are_asked_for(tmp_path: Path) -> None:
    """Under the name that ORBIT uses, and where it asks for none."""
    cases: tuple[tuple[str, str, Handler, str], ...] = (
        ("vllm", "/v1", LlamaServer(("m",)), "max_tokens"),
        ("ollama", "", Ollama(("m:latest",)), "options.num_predict"),
    )
    for kind, path, double, limit in cases:
        with serving(double) as server:
            provider(tmp_path, kind, server.url + path, "m").check(generate=True)
        bodies = [asked.json for asked in server.asked if asked.method == "POST" and asked.json.get("messages")]
        assert [at(body, limit) for body in bodies] == [MAX_TOKENS] * 2


def test_an_answer_that_is_cut_by_doctors_own_limit_is_no_fault(tmp_path: Path) -> None:
    """A model that thinks first has no text after so few tokens."""

    def thinks(asked: Asked) -> Answer:
        message: dict[str, object] = {"content": "", "reasoning_content": "well, let me"}
        if asked.json["stream"]:
            return as_events([chunk("tiny-alpha", message), chunk("tiny-alpha", {}, "length")])
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "length"}
        return as_json({**completion("tiny-alpha", ""), "choices": [choice]})

    with serving(Shimmy("2.6.5", reply=thinks)) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True)
    assert codes(checkup) == []
    assert details(checkup, CheckKind.GENERATE) == [(CheckState.OK, f"`tiny-alpha`: thoughts within {MAX_TOKENS} tokens")]


def slowly(pause_s: float) -> Callable[[Asked], Answer]:
    """A model that takes its time for each piece of a stream, and for a whole answer."""
    pieces = [chunk("tiny-alpha", {"content": "one "}) for _ in range(40)]

    def reply(asked: Asked) -> Answer:
        if asked.json["stream"]:
            return replace(as_events(list[object](pieces)), pause_s=pause_s)
        body = as_json(completion("tiny-alpha", "Hello"))
        return replace(body, frames=(body.body,), pause_s=pause_s)

    return reply


def test_a_slow_stream_leaves_time_for_the_next_chat(tmp_path: Path) -> None:
    """It is cut off once it is seen to work."""
    with serving(Shimmy("2.6.5", reply=slowly(0.2))) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True, deadline_s=1.5)
    assert codes(checkup) == []
    assert [state for kind in (CheckKind.STREAM, CheckKind.GENERATE) for state, _ in details(checkup, kind)] == [CheckState.OK] * 2
    assert "cut off after" in details(checkup, CheckKind.STREAM)[0][1]


def test_doctors_own_time_is_no_fault_of_the_server(tmp_path: Path) -> None:
    """What is not heard by then is `?`, with what gives it more time."""
    with serving(Shimmy("2.6.5", reply=slowly(5.0))) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True, deadline_s=1.0)
    assert codes(checkup) == []
    told = [(each.code, each.severity, each.help) for each in checkup.report.diagnostics if each.code == "ORB762"]
    assert told == [("ORB762", Severity.INFO, "give it longer: `--deadline 300`; without a GPU driver it computes for minutes")]
    assert [state for kind in (CheckKind.STREAM, CheckKind.GENERATE) for state, _ in details(checkup, kind)] == [CheckState.UNCHECKED] * 2
    assert checkup.unseen[0] == (1, 1, "endpoint")


def test_a_question_that_ends_in_nothing_proves_nothing(tmp_path: Path) -> None:
    """A connection that is closed on it is no fault of its own."""
    with serving(lambda asked: CLOSED if asked.method == "POST" else gateway()(asked)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m", api_key=KEY).check()
    assert codes(checkup) == []
    assert [state for state, _ in details(checkup, CheckKind.AUTHORISE)] == [CheckState.UNCHECKED]
