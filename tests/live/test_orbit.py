"""Doctor through a running ORBIT, which answers as one did."""

import asyncio
import json
import os
import re
import ssl
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.html import page
from orbitcfg.commands.doctor.request import Request, ServerRequest
from orbitcfg.commands.formats import render
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk
from orbitcfg.live.http import HttpClient, Reply
from orbitcfg.live.log import ProbeLog
from orbitcfg.live.orbit.ask import judged, judged_stream
from orbitcfg.live.orbit.probe import plan_orbit
from orbitcfg.live.orbit.reads import AskForKey, ReadState, duration
from orbitcfg.live.orbit.talk import Credential, OrbitOptions, Talk
from orbitcfg.live.shapes import Body
from orbitcfg.observed.check import CheckState
from orbitcfg.observed.observation import Observations
from orbitcfg.observed.orbit import AnswerEnding, OrbitResult, SentenceCause, cause_of
from orbitcfg.report.diagnostics import Diagnostic, Severity
from orbitcfg.rules import RULES
from tests.effective.small import adapter, config
from tests.live.doubles import CLOSED, Answer, Double, as_json, serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.orbit import SAFE_READS, TOKEN, UNKNOWN_KEY, Orbit, healthy, key_of, production, rows, sick
from tests.live.doubles.shimmy import Shimmy
from tests.program import run

ADAPTERS = [adapter("simple-chat", inference_provider="shimmy"), adapter("ollama-chat", inference_provider="ollama")]
TREE: dict[str, Any] = {
    "general": {"inference_provider": "shimmy", "port": 3000},
    "auth": {"default_admin_password": "of-a-test"},
    "embedding": {"enabled": False, "provider": "ollama"},
    "inference": {
        "shimmy": {"enabled": True, "base_url": "http://127.0.0.1:9", "model": "shimmy-model"},
        "ollama": {"enabled": True, "base_url": "http://127.0.0.1:9", "model": "preset-model"},
        "openai": {"enabled": True, "api_key": "k", "model": "gpt-default"},
    },
    "adapters": ADAPTERS,
}
LONG_AGO = 1_000_000_000.0


def written(folder: Path, **sections: Any) -> Path:
    """A configuration in a folder, older than any server."""
    config = folder / "config" / "config.yaml"
    config.parent.mkdir(exist_ok=True)
    config.write_text(yaml.safe_dump({**TREE, **sections}, sort_keys=False), "utf-8")
    os.utime(config, (LONG_AGO, LONG_AGO))
    return folder


def through(folder: Path, url: str, *keys: str, ask: bool = False, token: bool = False, **more: Any) -> Checkup:
    """What doctor says of an ORBIT with these keys, by the adapters that they are of."""
    process = {f"KEY_{number}": key if key == UNKNOWN_KEY else key_of(key) for number, key in enumerate(keys)}
    server = ServerRequest(url, tuple(process), "TOKEN" if token else None, ask)
    asked = Request(server=server, smoke="never", **more)
    return doctor(str(folder), asked, files=Disk(str(folder)), process={**process, "TOKEN": TOKEN})


def lines(checkup: Checkup) -> list[str]:
    """The rows of the ORBIT, each with how it ended."""
    assert checkup.orbit is not None
    return [
        f"{check.state.value} {check.kind.value}: {check.detail}"
        for check in checkup.orbit.probe.checks
        if check.kind.value not in ("name", "connect")
    ]


def findings(checkup: Checkup) -> list[Diagnostic]:
    """What is said of it."""
    return [each for each in checkup.report.diagnostics if "ORB780" <= each.code <= "ORB794"]


def told(checkup: Checkup) -> dict[str, str]:
    """The same, by code."""
    return {each.code: each.message for each in findings(checkup)}


def test_without_credentials_it_says_who_it_is_what_is_on_and_when_it_started(tmp_path: Path) -> None:
    with serving(healthy()) as server:
        found = through(written(tmp_path), server.url)
    assert lines(found) == [
        "ok server: ORBIT 2.15.9",
        "ok adapters: 2 adapters on: simple-chat, ollama-chat",
        "ok start: started 0 s ago",
    ]
    assert told(found) == {}
    assert {each.path for each in server.asked} == {"/health/adapters", "/openapi.json", "/metrics/json"}
    assert not any({"x-api-key", "authorization"} & each.headers.keys() for each in server.asked)


def test_a_key_shows_its_adapter_the_state_and_the_files_and_that_it_administers(tmp_path: Path) -> None:
    with serving(healthy()) as server:
        found = through(written(tmp_path), server.url, "simple-chat")
    assert lines(found)[3:] == [
        "ok access: `KEY_0` opens `simple-chat`, model `shimmy-model`, made for `doctor`",
        "ok health: running, with `/srv/orbit/config/config.yaml`",
    ]
    assert told(found) == {
        "ORB790": "the key in `KEY_0` (for chatting with `simple-chat`) opened `/admin/info`: whoever has it may read the configuration, "
        "pause, reload and shut down the server, and make keys"
    }
    assert {each.path for each in server.asked} <= SAFE_READS
    assert {each.method for each in server.asked} == {"GET"}


def test_a_token_alone_reads_the_state(tmp_path: Path) -> None:
    with serving(healthy()) as server:
        found = through(written(tmp_path), server.url, token=True)
    assert lines(found)[3:] == ["ok health: running, with `/srv/orbit/config/config.yaml`"]
    assert told(found) == {}


def test_one_that_is_paused_is_told(tmp_path: Path) -> None:
    double = healthy()
    with serving(double) as server:
        double.instead = {"/admin/info": {"pid": 6, "version": "2.15.9", "status": "paused"}}
        found = through(written(tmp_path), server.url, "simple-chat", ask=True)
    assert told(found)["ORB788"] == "the running ORBIT is paused: it answers no chat"
    assert lines(found)[4:] == [
        "failed health: paused, with `/srv/orbit/config/config.yaml`",
        "unchecked reply: `simple-chat`: not asked, the server is paused",
        "unchecked stream: `simple-chat`: not asked, the server is paused",
    ]


def test_in_production_mode_it_is_known_all_the_same(tmp_path: Path) -> None:
    with serving(production()) as server:
        found = through(written(tmp_path), server.url)
    assert lines(found) == [
        "ok server: ORBIT; it does not say of which release",
        "ok adapters: 2 adapters on: simple-chat, ollama-chat",
        "ok start: started 0 s ago",
    ]


def test_without_metrics_its_start_is_not_known(tmp_path: Path) -> None:
    double = healthy()
    with serving(double) as server:
        double.instead = {"/metrics/json": as_json({"detail": "off"}, 503)}
        found = through(written(tmp_path), server.url)
    assert lines(found)[2:] == ["unchecked start: it does not say when it started: its metrics are off"]


def test_a_model_server_in_its_place_is_named_and_gets_no_key(tmp_path: Path) -> None:
    with serving(Ollama()) as server:
        found = through(written(tmp_path), server.url, "simple-chat", ask=True, token=True)
    assert found.orbit is not None
    assert re.fullmatch(r"`http://127\.0\.0\.1:\d+` is no ORBIT: Ollama [\d.]+ answers there", told(found)["ORB780"])
    assert [check.state for check in found.orbit.probe.checks].count(CheckState.UNCHECKED) == 6
    assert not any({"x-api-key", "authorization"} & each.headers.keys() for each in server.asked)
    assert not any(each.path.startswith(("/admin", "/v1/chat")) for each in server.asked)


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        (CLOSED, "the connection was closed without a reply"),
        (Answer(302, headers={"location": "https://elsewhere.example/"}), "redirected to another host (https://elsewhere.example/)"),
        (Answer(200, b"x" * 20, {"content-length": "100"}), None),
        (Answer(200, frames=(b"{", b"}"), pause_s=30), "connected, but no answer came in time"),
        (as_json([1, 2]), None),
    ],
)
def test_whatever_else_answers_is_no_orbit_and_gets_no_key(answer: Answer, fact: str | None, tmp_path: Path) -> None:
    with serving(lambda _asked: answer) as server:
        found = through(written(tmp_path), server.url, "simple-chat", timeout_s=0.4)
    shown = f"no ORBIT answers at `{server.url}`: {fact}" if fact else told(found)["ORB780"]
    assert told(found) == {"ORB780": shown}
    assert not any("x-api-key" in each.headers for each in server.asked)


def test_a_port_that_refuses_is_not_running_or_starting(tmp_path: Path) -> None:
    found = through(written(tmp_path), "http://127.0.0.1:9")
    assert told(found) == {"ORB780": "no ORBIT answers at `http://127.0.0.1:9`: connection refused (port 9)"}


def test_adapters_of_the_files_and_of_the_server_are_compared(tmp_path: Path) -> None:
    adapters = [ADAPTERS[0], adapter("new-chat", inference_provider="ollama"), adapter("off-chat", enabled=False)]
    with serving(healthy()) as server:
        found = findings(through(written(tmp_path, adapters=adapters), server.url))
    assert sorted((each.message, each.help) for each in found) == [
        ("`new-chat` is on in the files, and not in the running ORBIT", "run `orbit admin reload-adapters`"),
        ("the running ORBIT has `ollama-chat` on, which is not on in the files", "run `orbit admin reload-adapters` to take it off"),
    ]


def test_a_broken_file_of_adapters_would_empty_the_server_at_the_next_reload(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"import": ["adapters.yaml"], "adapters": []})
    (folder / "config" / "adapters.yaml").write_text("adapters:\n  - name: simple-chat\n  enabled: [\n", "utf-8")
    with serving(healthy()) as server:
        found = through(folder, server.url)
    [empties] = [each for each in findings(found) if each.code == "ORB781"]
    assert empties.message == (
        "the next reload takes `simple-chat`, `ollama-chat` off the running ORBIT, and answers that it went well: `config/adapters.yaml` cannot be read"
    )
    assert (empties.severity, empties.help) == (Severity.ERROR, "fix the file before any reload")
    [syntax] = [each for each in found.report.diagnostics if each.code == "ORB101"]
    assert syntax.related[-1].message == "imported here: ORBIT skips the whole file, and takes its adapters off a running server at the next reload"


def test_a_reload_that_would_end_the_default_model_is_warned_of(tmp_path: Path) -> None:
    with serving(healthy()) as server:
        found = told(through(written(tmp_path, adapters=[adapter("simple-chat"), ADAPTERS[1]]), server.url))
    assert found == {"ORB793": "a reload of `simple-chat` would end the default model of the running ORBIT: every later chat on `shimmy` would fail"}


def test_what_is_younger_than_the_server_is_told_with_what_makes_it_take_effect(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"import": ["adapters.yaml", "inference.yaml", "mcp.yaml"], "adapters": [], "inference": {}})
    for name, content in {
        "adapters.yaml": {"adapters": ADAPTERS},
        "inference.yaml": {"inference": {"ollama": TREE["inference"]["ollama"]}},
        "mcp.yaml": {"mcp_clients": {"enabled": True, "servers": []}, "inference": {"shimmy": TREE["inference"]["shimmy"]}},
    }.items():
        (folder / "config" / name).write_text(yaml.safe_dump(content), "utf-8")
    (folder / ".env").write_text("A=b\n", "utf-8")
    double = healthy()
    with serving(double) as server:
        double.instead = {"/metrics/json": {"system": {"uptime_seconds": 3600.0}}}
        found = findings(through(folder, server.url))
        for name in ("adapters.yaml", "inference.yaml", "mcp.yaml"):
            os.utime(folder / "config" / name, (time.time() - 7200,) * 2)
        os.utime(folder / ".env", (time.time() - 7200,) * 2)
        assert findings(through(folder, server.url)) == []
    changed = {
        each.message.split("`")[1]: (each.severity, each.message.partition("know of it")[2], each.help) for each in found if each.code == "ORB783"
    }
    assert changed == {
        "config/adapters.yaml": (Severity.INFO, "", "run `orbit admin reload-adapters`"),
        "config/inference.yaml": (Severity.INFO, "", "run `orbit admin reload-adapters --adapter ollama-chat`"),
        "config/mcp.yaml": (Severity.WARNING, ": the default model is made with `inference.shimmy` once, when ORBIT starts", "restart ORBIT"),
        ".env": (Severity.WARNING, ": ORBIT reads the `.env` once, when it starts", "restart ORBIT"),
    }


def test_providers_and_models_of_the_start_are_compared(tmp_path: Path) -> None:
    inference = {
        "shimmy": {**TREE["inference"]["shimmy"], "model": "other-model"},
        "ollama": {**TREE["inference"]["ollama"], "enabled": False},
        "groq": {"enabled": True, "api_key": "k", "model": "m"},
    }
    adapters = [*ADAPTERS, adapter("new-chat", inference_provider="groq")]
    with serving(healthy()) as server:
        found = told(through(written(tmp_path, inference=inference, adapters=adapters), server.url, "simple-chat"))
        assert {each.path for each in server.asked} <= SAFE_READS
        again = through(written(tmp_path, inference=inference, adapters=adapters), server.url, "simple-chat")
        texts = {each.message for each in findings(again) if each.code == "ORB786"}
    assert found["ORB787"] == "the running ORBIT shows `shimmy-model` for `simple-chat`, the files say `other-model`"
    assert texts == {
        "the running ORBIT started with `shimmy-model` as the model of `shimmy`, the files say `other-model`",
        "`ollama` is off in the files, and goes on answering in the running ORBIT",
        "`groq` is on in the files, and was not when the running ORBIT started",
    }


def test_another_release_and_other_files_are_told(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("{}")
    folder = tmp_path / "mine"
    folder.mkdir()
    double = healthy()
    with serving(double) as server:
        double.instead = {
            "/openapi.json": {"info": {"title": "ORBIT", "version": "2.14.0"}},
            "/admin/info": {"version": "2.14.0", "status": "running"},
            "/admin/config": {"content": "", "path": str(other)},
        }
        found = told(through(written(folder), server.url, "simple-chat"))
    assert found["ORB784"] == "the running ORBIT is of release 2.14.0, and what is said here is true of 2.15.9"
    assert found["ORB785"] == f"the running ORBIT reads `{other}`, not `config/config.yaml`"


def test_an_mcp_server_that_was_not_taken_up_has_a_reload_of_its_own(tmp_path: Path) -> None:
    double = healthy()
    with serving(double) as server:
        double.instead = {
            "/admin/mcp/servers": {
                "servers": [{"name": "one", "enabled": True, "status": {"reachable": False}}, {"name": "two", "enabled": True, "status": None}]
            }
        }
        [found] = [each for each in findings(through(written(tmp_path), server.url, "simple-chat")) if each.code == "ORB794"]
    assert found.message == "the running ORBIT does not know 1 MCP server of its files: `two`"
    assert found.help == "send `POST /admin/mcp/reload`"


def test_keys_that_open_nothing_are_told_apart(tmp_path: Path) -> None:
    off = rows("admin")
    with serving(Orbit([*rows("healthy-no-credentials"), *(row for row in off if row.note == "info with that key"), *off])) as server:
        found = findings(through(written(tmp_path), server.url, "openai-chat", UNKNOWN_KEY))
    assert [(each.message, each.help) for each in found if each.code == "ORB789"] == [
        (
            "the key in `KEY_0` opens no adapter (404: Adapter 'openai-chat' not found or disabled)",
            "switch its adapter on, or use the key of another",
        ),
        ("the key in `KEY_1` opens no adapter (401: Invalid or missing API key)", "make one with `orbit key create --adapter NAME --name doctor`"),
    ]


SICK = ("simple-chat", "dead-chat", "off-provider-chat", "unknown-provider-chat", "broken-intent", "broken-impl")


def test_each_adapter_is_asked_and_a_sentence_is_no_answer(tmp_path: Path) -> None:
    adapters = [adapter(name, inference_provider="shimmy") for name in SICK]
    with serving(sick()) as server:
        found = through(written(tmp_path, adapters=adapters), server.url, *SICK, ask=True)
    asked = [each for each in server.asked if each.path == "/v1/chat"]
    assert len(asked) == 2 * len(SICK)
    assert {each.method for each in server.asked if each.path != "/v1/chat"} == {"GET"}
    # no session and no words twice: the one is refused, the others are answered without asking anybody
    assert len({each.headers["x-session-id"] for each in asked}) == len({each.json["messages"][0]["content"] for each in asked}) == len(asked)
    assert found.orbit is not None
    ended = {(each.adapter, each.stream): each.ending for each in found.orbit.seen.questions}
    failing = [name for name in SICK if name not in ("simple-chat", "broken-impl")]
    assert {name: ended[name, False] for name in SICK} == {
        **dict.fromkeys(SICK, AnswerEnding.ANSWERED),
        **dict.fromkeys(failing, AnswerEnding.SENTENCE),
    }
    assert {name: ended[name, True] for name in SICK if name != "broken-intent"} == {
        name: AnswerEnding.SENTENCE if name in failing else AnswerEnding.ANSWERED for name in SICK if name != "broken-intent"
    }
    told_of = {each.message.split("`")[1]: each for each in findings(found) if each.code == "ORB792"}
    assert set(told_of) == set(failing)
    assert told_of["dead-chat"].message == (
        "`dead-chat` does not answer: ORBIT's own sentence in place of an answer `The AI service is temporarily unavailable. Please try again shortly.` (200), "
        "which it sends when the model server refuses connections, has an unknown name, or answers 503; from this machine, `shimmy at http://127.0.0.1:9/v1`: connection refused"
    )
    assert told_of["dead-chat"].help == "fix its model server first"
    # a provider that is switched off has the same sentence as an Ollama that did not warm up, so what fails here comes first
    assert told_of["off-provider-chat"].help == "fix its model server first"
    assert told_of["broken-intent"].severity is Severity.ERROR
    assert found.verdict is not None
    assert {each.name: each.state for each in found.verdict.adapters}["broken-intent"] == "fails"


def test_where_its_model_server_is_well_from_here_orbit_is_to_be_restarted(tmp_path: Path) -> None:
    names = ("dead-chat", "off-provider-chat")
    with serving(Shimmy("1.7.4")) as models, serving(sick()) as server:
        inference = {"shimmy": {"enabled": True, "base_url": models.url, "model": "tiny-alpha"}}
        folder = written(tmp_path, inference=inference, adapters=[adapter(name, inference_provider="shimmy") for name in names])
        found = {each.message.split("`")[1]: each for each in findings(through(folder, server.url, *names, ask=True)) if each.code == "ORB792"}
    assert found["dead-chat"].message.endswith(f"; from this machine, `shimmy at {models.url}/v1`: no fault found")
    assert found["dead-chat"].help == "restart ORBIT: it may still call another address, or ask for another model, than the files say now"
    assert found["off-provider-chat"].help == "restart ORBIT; if that does not help, see what `orbitcfg validate` says of its provider"


def test_what_could_not_be_built_is_told(tmp_path: Path) -> None:
    names = ("broken-impl", "broken-intent")
    with serving(sick()) as server:
        found = through(written(tmp_path, adapters=[adapter(name, inference_provider="shimmy") for name in names]), server.url)
    assert {each.message for each in findings(found) if each.code == "ORB782"} == {
        f"the running ORBIT lists `{name}`, and could not build it" for name in names
    }


def test_nothing_is_asked_unasked_and_the_plan_says_what_a_question_leaves(tmp_path: Path) -> None:
    with serving(healthy()) as server:
        through(written(tmp_path), server.url, "simple-chat")
        assert not any(each.method == "POST" for each in server.asked)
        server.asked.clear()
        planned = through(written(tmp_path), server.url, "simple-chat", ask=True, dry_run=True)
    assert server.asked == []
    text = render(planned, "full")
    assert (
        "what 1 key opens, its state and its files, 1 question of random words, whole and streamed, up to 45 s each, which writes rows into its chat history "
        "and may cost what its models cost" in text
    )
    assert "no request costs money" not in text


def test_chats_go_in_the_headers_of_the_files(tmp_path: Path) -> None:
    general = {**TREE["general"], "session_id": {"header_name": "X-Talk", "required": True}}
    server_double = healthy()
    server_double.recorded = [*rows("sick-server"), *server_double.recorded]
    server_double.chat_key = "x-orbit-key"
    with serving(server_double) as server:
        found = through(written(tmp_path, general=general, api_keys={"header_name": "X-Orbit-Key"}), server.url, "simple-chat", ask=True)
    assert found.orbit is not None
    assert [each.ending for each in found.orbit.seen.questions] == [AnswerEnding.ANSWERED, AnswerEnding.ANSWERED]
    asked = [each for each in server.asked if each.path == "/v1/chat"]
    assert all(each.headers["x-talk"] and each.headers["x-orbit-key"] == key_of("simple-chat") for each in asked)
    assert not any("x-api-key" in each.headers for each in asked)


CHATS = [row for row in rows("sick-server", "healthy-no-credentials") if row.path == "/v1/chat"]


async def judge(row: Any) -> AnswerEnding:
    """How a recorded answer ended."""

    async def chunks() -> Any:
        yield str(row.body).encode()

    if row.stream and row.status == 200:
        return (await judged_stream(row.status, chunks()))[0]
    body = row.body if isinstance(row.body, str) else json.dumps(row.body)
    return judged(Reply(row.status, {}, Body.of(body)))[0]


def test_the_rule_agrees_with_what_the_model_server_saw() -> None:
    """Answered is what holds the model server's own words, of all that was recorded; the last holds as much as its beginning does."""
    assert len(CHATS) > 40
    for row in CHATS:
        text = row.body if isinstance(row.body, str) else json.dumps(row.body)
        is_answer = "port=" in text and row.status == 200
        assert (asyncio.run(judge(row)) is AnswerEnding.ANSWERED) is is_answer, row


def test_each_recorded_sentence_has_a_cause() -> None:
    causes = {cause_of(str(row.body["error"])) for row in CHATS if not row.stream and isinstance(row.body, dict) and row.body.get("error")}
    assert None not in causes
    assert causes >= set(SentenceCause) - {SentenceCause.PAUSED, SentenceCause.UNKNOWN_KEY, SentenceCause.LOGIN, SentenceCause.NOT_ALLOWED}


def test_no_credential_is_shown_anywhere(tmp_path: Path) -> None:
    """Also of a server that repeats them."""
    secret = key_of("simple-chat")
    echo = {"detail": f"no adapter for {secret} and {TOKEN}"}
    server_double = healthy()
    server_double.instead = {"/admin/adapters/info": as_json(echo, 401), "/admin/info": as_json(echo, 403)}
    with serving(server_double) as server:
        found = through(written(tmp_path), server.url, "simple-chat", token=True, ask=True)
        good = through(written(tmp_path), server.url, "simple-chat", token=True)
    for checkup in (found, good):
        for text in (render(checkup, "json"), render(checkup, "full"), page(checkup), repr(checkup)):
            assert secret not in text
            assert TOKEN not in text
    assert json.loads(render(found, "json"))["server"]["keys"][0]["adapter"] is None


async def _steps(talk: Talk, credential: Credential) -> None:
    await AskForKey(credential).run(talk)
    await ReadState().run(talk)


withheld = next(rule for rule in RULES if rule.code == "ORB791")


def test_over_plain_http_to_another_machine_nothing_secret_is_sent() -> None:
    credential = Credential("KEY", "orbit_0123456789")
    options = OrbitOptions("X-API-Key", "X-Session-ID", (credential,), credential, ask=False)
    probe = plan_orbit("http://orbit.example:3000", options)
    log = ProbeLog(probe.target, (), lambda _target, _check: None)
    talk = Talk(log, client=HttpClient(httpx.AsyncClient(), 1.0), base="", options=options, may_send_secrets=False)
    asyncio.run(_steps(talk, credential))
    assert talk.seen.is_key_withheld
    [found] = withheld.check(config({}), Observations(orbit=OrbitResult(log.result(), talk.seen)))
    assert found.message == "the credentials for `http://orbit.example:3000` would go there unencrypted, and were not sent"
    assert [check.detail for check in log.checks] == [
        "`KEY` is not sent: it would go unencrypted to another machine",
        "not asked: the credential would go unencrypted to another machine",
    ]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--ask",), "--api-key-env, --admin-env and --ask need `--server URL`"),
        (("--api-key-env", "K"), "--api-key-env, --admin-env and --ask need `--server URL`"),
        (("--server", "http://127.0.0.1:9", "--ask"), "--ask needs a key to ask with: name the variable that holds it with `--api-key-env NAME`"),
        (
            ("--server", "http://127.0.0.1:9", "--api-key-env", "K"),
            "the variable `K` is not set in this shell, or is empty: set it to the key itself",
        ),
        (
            ("--server", "http://127.0.0.1:9", "--url", "http://127.0.0.1:9"),
            "--server compares an ORBIT with its files, and `--url` looks at an address without any",
        ),
        (
            ("--server", "localhost:3000"),
            "--server needs the address of an ORBIT, such as `http://localhost:3000`: did you mean `http://localhost:3000`?",
        ),
    ],
)
def test_what_belongs_to_no_server_is_refused(
    arguments: tuple[str, ...], fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run(["doctor", "--smoke", "never", *arguments], capsys, monkeypatch, written(tmp_path))
    assert outcome.status == 2
    assert fault in outcome.stderr


def test_a_credential_comes_from_the_shell_alone(tmp_path: Path) -> None:
    """The `.env` of a repository has no say in what is sent where."""
    folder = written(tmp_path)
    (folder / ".env").write_text("KEY=orbit_of_the_repository\n", "utf-8")
    with pytest.raises(UsageError, match="`KEY` is not set in this shell"):
        doctor(str(folder), Request(server=ServerRequest("http://127.0.0.1:9", ("KEY",))), files=Disk(str(folder)), process={})


def test_times_have_their_two_largest_units() -> None:
    assert [duration(seconds) for seconds in (0.4, 61, 3725, 90_000)] == ["0 s", "1 min", "1 h 2 min", "1 d 1 h"]


def test_json_tells_all_of_it(tmp_path: Path) -> None:
    with serving(sick()) as server:
        found: Double = server
        shape = json.loads(render(through(written(tmp_path), server.url, "dead-chat", ask=True), "json"))["server"]
    assert found.asked
    assert shape["is_orbit"] is True
    assert shape["release"] == "2.15.9"
    assert shape["unbuilt"] == ["broken-impl", "broken-intent"]
    assert shape["keys"] == [{"variable": "KEY_0", "adapter": "dead-chat", "client": "doctor", "model": "dead-model", "administers": False}]
    assert [(each["stream"], each["answered"], each["status"]) for each in shape["questions"]] == [(False, False, 200), (True, False, 200)]
    assert shape["questions"][0]["cause"] == SentenceCause.UNREACHABLE.value


def test_of_a_file_of_adapters_a_reload_may_have_taken_place(tmp_path: Path) -> None:
    """Also where it would end the default model: what is certain of it ORB793 tells."""
    folder = written(tmp_path, **{"import": ["adapters.yaml"], "adapters": []})
    (folder / "config" / "adapters.yaml").write_text(yaml.safe_dump({"adapters": [adapter("simple-chat"), ADAPTERS[1]]}), "utf-8")
    double = healthy()
    double.instead = {"/metrics/json": {"system": {"uptime_seconds": 3600.0}}}
    with serving(double) as server:
        found = {each.code: (each.severity, each.help) for each in findings(through(folder, server.url))}
    assert found == {
        "ORB783": (Severity.INFO, "restart ORBIT"),
        "ORB793": (Severity.WARNING, "restart it instead, or add `inference_provider: shimmy` first"),
    }


ODD: tuple[Any, ...] = (
    None,
    [],
    {"available_adapters": [1, None, "\x1b[2J`\u202e"], "cached_adapters": {}},
    {
        "status": 5,
        "version": [],
        "path": {},
        "adapter_name": ["x"],
        "models": [7, {"provider": 1}],
        "servers": {"a": 1},
        "system": {"uptime_seconds": "1"},
    },
    {
        "available_adapters": ["\x1b[2J\ud800`\u202e" * 50],
        "cached_adapters": [],
        "adapter_name": "\x1b[2J",
        "status": "\x1b[31m",
        "error": {"message": 3},
    },
    {"available_adapters": [f"adapter-{number}" for number in range(40_000)], "cached_adapters": []},
    "text",
    2**70,
)
"""Replies that no ORBIT gives."""


@pytest.mark.parametrize("keeps_its_mark", [True, False])
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_replies_harm_nobody(odd: Any, keeps_its_mark: bool, tmp_path: Path) -> None:
    double = healthy()
    paths = SAFE_READS - ({"/health/adapters"} if keeps_its_mark else set())
    double.instead = dict.fromkeys((*paths, "/v1/chat", "/v1/models"), odd)
    with serving(double) as server:
        found = through(written(tmp_path), server.url, "simple-chat", token=True, ask=True)
    assert not found.crashed
    for text in (render(found, "full"), page(found)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    json.loads(render(found, "json"))


CERTIFICATES = Path(__file__).parent / "certificates"


def tls(name: str) -> ssl.SSLContext:
    """A server's side of TLS with one of the test certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


def test_an_orbit_behind_tls_is_told_of_and_trusted_as_the_shell_says(tmp_path: Path) -> None:
    """By no `.env`: who may choose whom to trust could read the key."""
    folder = written(tmp_path)
    (folder / ".env").write_text(f"SSL_CERT_FILE={CERTIFICATES / 'authority.pem'}\n", "utf-8")
    with serving(healthy(), context=tls("good")) as server:
        plain = through(folder, server.url.replace("https", "http"), "simple-chat")
        asked = Request(server=ServerRequest(server.url, ("KEY",)), smoke="never")
        process = {"KEY": key_of("simple-chat")}
        untrusted = doctor(str(folder), asked, files=Disk(str(folder)), process=process)
        assert server.asked == []
        trusted = doctor(str(folder), asked, files=Disk(str(folder)), process={**process, "SSL_CERT_FILE": str(CERTIFICATES / "authority.pem")})
    [of_plain], [of_untrusted] = findings(plain), findings(untrusted)
    assert "the server speaks https" in of_plain.message
    assert of_plain.help == "give its address with `https://`, and the port of `general.https.port`"
    assert of_untrusted.help == "set `SSL_CERT_FILE` to its certificate, or to that of its authority"
    assert lines(trusted)[0].startswith("ok TLS: certificate valid for ")
    assert lines(trusted)[4] == "ok access: `KEY` opens `simple-chat`, model `shimmy-model`, made for `doctor`"
