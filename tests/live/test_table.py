"""The doctor's table: each symptom that a server or its surroundings can show, and what doctor says of it."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.probe import plan_probe
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import CLOSED, Answer, Asked, Handler, as_events, as_json, as_text, chunk, completion, serving
from tests.live.doubles import shimmy as shimmies
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.openai import OpenAi
from tests.live.doubles.sglang import Sglang
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm
from tests.live.setups import Setup, codes, is_clean, only, provider, shimmy
from tests.shared import PROJECT

KEY = "a-key-of-sixteen-characters"


def saying(text: str, **more: object) -> Callable[[Asked], Answer]:
    """A chat that says this, whole or streamed."""

    def reply(asked: Asked) -> Answer:
        model = asked.json["model"]
        if asked.json.get("stream"):
            return as_events([chunk(model, {"role": "assistant", "content": text, **more}), chunk(model, {}, "stop")])
        whole: Any = completion(model, text)
        whole["choices"][0]["message"].update(more)
        return as_json(whole)

    return reply


AUTHORISATION: dict[str, tuple[Any, ...]] = {
    "Shimmy": ("shimmy", "", Shimmy("2.6.5", key=KEY), {"api_key": "another-key-of-sixteen"}, "Valid API credentials required"),
    "llama-server": ("vllm", "/v1", LlamaServer(key=KEY), {}, "Invalid API Key"),
    "vLLM": ("vllm", "/v1", Vllm(key=KEY), {}, "Unauthorized"),
    "SGLang": ("sglang", "/v1", Sglang(key=KEY), {}, "Unauthorized"),
    "llama-cpp-python": ("vllm", "/v1", lambda _asked: as_json({"detail": "Invalid API key"}, 401), {}, "Invalid API key"),
}


@pytest.mark.parametrize("name", AUTHORISATION)
def test_each_shape_of_401_is_reported(name: str, tmp_path: Path) -> None:
    """AUTH-401: with the server's words."""
    kind, path, double, block, words = AUTHORISATION[name]
    with serving(double) as server:
        checkup = provider(tmp_path, kind, server.url + path, "tiny-alpha", max_tokens=100, **block).check()
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.severity) == ("ORB721", Severity.ERROR)
    assert diagnostic.message.endswith(f"(401: {words})")
    assert [row.state for row in checkup.checks if row.kind is CheckKind.AUTHORISE] == [CheckState.FAILED]


CLOUD = {
    "403": (OpenAi(KEY, status=403), "ORB721", "give the key the right to list models, or use another one"),
    "429": (
        OpenAi(KEY, status=429, code="insufficient_quota"),
        "ORB723",
        "pay into the key's account, or use the key of another one: waiting does not help",
    ),
    "500": (OpenAi(KEY, status=500), "ORB717", "read the server's log, or that of the proxy before it"),
    "404": (OpenAi(KEY, status=404), "ORB713", "correct `base_url`"),
    "401": (OpenAi("another"), "ORB721", "set `OPENAI_API_KEY` to the server's key"),
}


@pytest.mark.parametrize("name", CLOUD)
def test_a_vendors_refusals_are_kept_apart(name: str, tmp_path: Path) -> None:
    """And its echo of the key is masked."""
    double, code, remedy = CLOUD[name]
    with serving(double) as server:
        setup = provider(tmp_path, "openai", f"{server.url}/v1", "gpt-5", api_key="${OPENAI_API_KEY}")
        checkup = setup.check({"OPENAI_API_KEY": KEY})
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.help) == (code, remedy)
    assert KEY not in repr(checkup)


def test_a_vendor_that_serves_the_model_is_clean(tmp_path: Path) -> None:
    """Its free list of models is all that is asked for, and chats only where they are paid for knowingly."""
    with serving(OpenAi(KEY)) as server:
        setup = provider(tmp_path, "openai", "http://api.vendor.example/v1", "gpt-5", api_key="${OPENAI_API_KEY}")
        places = {"api.vendor.example:80": f"127.0.0.1:{server.port}"}
        free = setup.check({"OPENAI_API_KEY": KEY}, generate=True, places=places)
        assert server.paths() == ["GET /v1/models"] * 2
        paid = setup.check({"OPENAI_API_KEY": KEY}, generate=True, billable=True, places=places)
    assert codes(free) == codes(paid) == []
    assert [(probe.calls, probe.is_billable) for probe in free.plan] == [
        ("its name, a connection, its list of models, whether it wants the key", False)
    ]
    assert [(probe.calls, probe.is_billable) for probe in paid.plan] == [
        ("its name, a connection, its list of models, whether it wants the key, 2 chat completions, BILLABLE", True)
    ]
    assert server.paths()[2:] == ["GET /v1/models", "GET /v1/models", "POST /v1/chat/completions", "POST /v1/chat/completions"]


LISTS: dict[str, tuple[str, str, Handler, str]] = {
    "Ollama": ("ollama", "", Ollama(()), "run `ollama pull tiny-alpha`"),
    "LM Studio": (
        "lmstudio",
        "/v1",
        LmStudio(()),
        "download a model in LM Studio, and switch Just-in-Time loading on or load it: `lms load`",
    ),
    "vLLM": ("vllm", "/v1", Vllm(()), "start it with a model: `vllm serve MODEL`"),
    "a null": ("openai", "/v1", lambda _asked: as_json({"object": "list", "data": None}), "load a model into the server"),
}


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_an_error(name: str, tmp_path: Path) -> None:
    """LIST-EMPTY: null too, with what to do for each product."""
    kind, path, double, remedy = LISTS[name]
    with serving(double) as server:
        checkup = provider(tmp_path, kind, server.url + path, "tiny-alpha", api_key=KEY).check()
    assert [(each.code, each.help) for each in checkup.report.diagnostics if each.code == "ORB731"] == [("ORB731", remedy)]


def test_a_loading_server_is_waited_for(tmp_path: Path) -> None:
    """LOADING: a warning without `--wait`; with it clean, once it is ready."""
    with serving(LlamaServer(("gemma",), loading=True)) as server:
        setup = provider(tmp_path, "llama_cpp", f"{server.url}/v1", "gemma", mode="api")
        checkup = setup.check()
        diagnostic = only(checkup)
        assert (diagnostic.code, diagnostic.severity, diagnostic.help) == ("ORB715", Severity.WARNING, "wait for it: `orbitcfg doctor --wait 120`")
        assert [row.state for row in checkup.checks if row.kind in (CheckKind.HEALTH, CheckKind.LIST)] == [CheckState.UNCHECKED, CheckState.UNCHECKED]

        def ready_at_last(asked: Asked) -> Answer:
            loading = sum(each.path == asked.path for each in server.asked) < 4
            return LlamaServer(("gemma",), loading=loading and asked.path == "/v1/models")(asked)

        server.asked.clear()
        server.handler = ready_at_last
        assert codes(setup.check(wait_s=5.0)) == []


def test_sglangs_empty_503_is_loading(tmp_path: Path) -> None:
    """LOADING: without a body, known by the provider."""
    with serving(Sglang(starting=True)) as server:
        diagnostic = only(provider(tmp_path, "sglang", f"{server.url}/v1", "qwen").check())
    assert diagnostic.code == "ORB715"


def test_a_dead_engine_is_reported(tmp_path: Path) -> None:
    """A vLLM lists its models for some seconds after its engine has ended."""
    with serving(Vllm(dead=True)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "tiny-alpha", max_tokens=100).check()
    assert codes(checkup) == ["ORB716"]


def test_ollamas_empty_403_is_the_host_name(tmp_path: Path) -> None:
    """AUTH-403."""
    with serving(Ollama(foreign_host=True)) as server:
        diagnostic = only(provider(tmp_path, "ollama", server.url, "llama3.2").check())
    assert (diagnostic.code, diagnostic.help) == (
        "ORB722",
        "start Ollama with `OLLAMA_HOST=0.0.0.0`, or let the proxy send `Host: localhost:11434`",
    )


def test_a_web_page_is_no_api(tmp_path: Path) -> None:
    """An address that leads to a web interface or a proxy."""
    with serving(lambda _asked: as_text("<!doctype html><html></html>", kind="text/html")) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "tiny-alpha").check()
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message) == ("ORB712", f"`{server.url}/v1` answers with a web page")


def test_a_bind_address_is_no_address(tmp_path: Path) -> None:
    """NET-TIMEOUT: 0.0.0.0 as a target, even where this system reaches itself by it."""
    with serving(Shimmy("1.7.4"), host="0.0.0.0") as server:
        diagnostic = only(shimmy(tmp_path, server.url).check())
    assert (diagnostic.code, diagnostic.help) == ("ORB701", f"write `base_url: http://127.0.0.1:{server.port}`")


def test_an_unknown_host_is_reported(tmp_path: Path) -> None:
    """A compose service's name, which is known in its network only."""
    diagnostic = only(shimmy(tmp_path, "http://shimmy.invalid:11435").check())
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
        "ORB702",
        "the name `shimmy.invalid` is not known here",
        "correct the name, or, if only containers know it, run doctor with `--map shimmy.invalid:11435=127.0.0.1:11435`",
    )


def test_a_service_name_is_reached_by_map(tmp_path: Path) -> None:
    """`--map` leads to the published port."""
    with serving(Ollama(context=4096)) as server:
        setup = provider(tmp_path, "ollama", "http://ollama.invalid:11434", "llama3.2")
        checkup = setup.check(places={"ollama.invalid:11434": f"127.0.0.1:{server.port}"})
    assert [row.state for row in checkup.results[0].checks] == [CheckState.OK] * 7
    assert codes(checkup) == ["ORB753"]


def test_one_model_for_all_is_an_error(tmp_path: Path) -> None:
    """SHIMMY-ONE-MODEL: 2.x keeps the first, 1.7.4 loads each."""
    for version, expected in (("2.6.5", ["ORB742"]), ("1.7.4", [])):
        with serving(Shimmy(version, ("tiny-alpha", "tiny-beta"))) as server:
            block = {"base_url": server.url, "model": "tiny-alpha", "max_tokens": 100}
            assert codes(Setup(tmp_path, "shimmy", block, (None, "tiny-beta")).write().check()) == expected


REPLIES: dict[str, tuple[Handler, str, str]] = {
    "SHIMMY-NOGPU-2X": (Shimmy("2.6.5", reply=shimmies.without_gpu), "ORB761", "answers a chat with `tiny-alpha` by 502 with nothing in it"),
    "SHIMMY-502": (Shimmy("1.7.4", reply=lambda _asked: Answer(502)), "ORB761", "answers a chat with `tiny-alpha` by 502 with nothing in it"),
    "SHIMMY-CLOSED": (
        Shimmy("2.6.5", reply=shimmies.damaged),
        "ORB762",
        "closes the connection on a chat with `tiny-alpha`, and the server lives on",
    ),
    "SHIMMY-EMPTYSTREAM": (Shimmy("1.7.4", reply=shimmies.swallowing_stream), "ORB764", "has no text: the generation failed"),
    "an error in the stream": (Shimmy("2.6.5", reply=shimmies.failing_stream), "ORB763", "holds an error: Generation failed"),
    "SHIMMY-CANNED": (
        Shimmy("1.7.4", reply=saying("SafeTensors model 'x' loaded successfully with 12 lay")),
        "ORB765",
        "is a fixed text of Shimmy 1.7.4",
    ),
    "SHIMMY-CANNED, no engine": (Shimmy("1.7.4", reply=saying("[INFO] Llama.cpp support not enabled")), "ORB765", "is a fixed text of Shimmy 1.7.4"),
    "SHIMMY-LEAK": (Shimmy("1.7.4", reply=saying("<|im_end|> hello")), "ORB766", "holds `<|im_end|>`, a marker of a chat template"),
    "EMPTY-CONTENT, thoughts": (Shimmy("2.6.5", reply=saying("", reasoning="well, let me see")), "ORB764", "spends all its tokens on thoughts"),
    "EMPTY-CONTENT": (Shimmy("2.6.5", reply=saying("")), "ORB764", "has no text (finish `stop`)"),
    "SHIMMY-SSE": (
        Shimmy("1.7.4", reply=lambda asked: shimmies.stream(asked.json["model"], "hello")),
        "ORB767",
        "differs from OpenAI's form: it is a stream, though none was asked for",
    ),
    "no end": (
        Shimmy("2.6.5", reply=lambda _asked: as_events([chunk("tiny-alpha", {"role": "assistant", "content": "hi"}, "stop")], done=False)),
        "ORB767",
        "it ends before it is done",
    ),
    "no choices": (Shimmy("2.6.5", reply=lambda _asked: as_json({"object": "chat.completion"})), "ORB767", "it has no `choices[0].message`"),
}


@pytest.mark.parametrize("name", REPLIES)
def test_what_is_odd_about_a_reply_is_reported(name: str, tmp_path: Path) -> None:
    """With `--generate`; without it none of this shows."""
    double, code, words = REPLIES[name]
    with serving(double) as server:
        setup = shimmy(tmp_path, server.url)
        assert codes(setup.check()) == []
        checkup = setup.check(generate=True)
    matching = [(each.code, each.message) for each in checkup.report.diagnostics if words in each.message]
    assert matching, checkup.report.diagnostics
    assert {each for each, _ in matching} == {code}
    assert any(row.state is CheckState.FAILED for row in checkup.checks) == (
        code not in ("ORB766", "ORB765") and name not in ("SHIMMY-SSE", "no end")
    )


def test_a_server_that_a_chat_kills_is_reported(tmp_path: Path) -> None:
    """SHIMMY-CLOSED: a prompt that is too long for 1.7.x, or an absurd header, ends it."""
    gone = []

    def killed(asked: Asked) -> Answer:
        gone.append(asked.method == "POST")
        return CLOSED if any(gone) else Shimmy("1.7.4")(asked)

    with serving(killed) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True)
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message) == (
        "ORB762",
        "Shimmy 1.7.4 closes the connection on a chat with `tiny-alpha`, and the server is gone",
    )


def test_a_stream_is_read_wherever_it_is_cut(tmp_path: Path) -> None:
    """Within a letter, and between a carriage return and its line feed."""
    events = [chunk("tiny-alpha", {"role": "assistant", "content": "Grüße"}), chunk("tiny-alpha", {}, "stop")]
    stream = b"".join(f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n".encode() for event in events) + b"data: [DONE]\r\n\r\n"
    places = [0, stream.index(b"\xbc"), stream.index(b"\n"), len(stream)]
    frames = tuple(b"%x\r\n%s\r\n" % (end - start, stream[start:end]) for start, end in pairwise(places))
    headers = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}

    def reply(asked: Asked) -> Answer:
        return Answer(200, headers=headers, frames=(*frames, b"0\r\n\r\n")) if asked.json["stream"] else as_json(completion("tiny-alpha", "Grüße"))

    with serving(Shimmy("2.6.5", reply=reply)) as server:
        checkup = shimmy(tmp_path, server.url).check(generate=True)
    assert [(each.text, each.defects) for each in checkup.results[0].chats] == [("Grüße", ()), ("Grüße", ())]


def test_a_chat_that_the_list_forbids_is_a_check_that_was_not_made(tmp_path: Path) -> None:
    """And is named as such, whichever model comes first."""
    with serving(Shimmy("2.6.5")) as server:
        block = {"base_url": server.url, "model": "absent", "max_tokens": 100}
        checkup = Setup(tmp_path, "shimmy", block, (None, "tiny-alpha")).write().check(generate=True)
    chats = [check for check in checkup.checks if check.kind in (CheckKind.STREAM, CheckKind.GENERATE)]
    assert [(check.state, check.detail.partition(":")[0]) for check in chats] == [
        *[(CheckState.OK, "`tiny-alpha`")] * 2,
        *[(CheckState.UNCHECKED, "`absent`")] * 2,
    ]


def test_without_a_list_no_chat_is_planned() -> None:
    """Since none would be sent."""
    expected = (ExpectedModel("glm", ("a",), ("inference",)),)
    probe = plan_probe(ProbeTarget("zai", "openai", "cloud", "https://api.z.ai/v4", "", expected), ProbeOptions(generate=True, billable=True))
    assert (probe.calls, probe.is_billable) == ("its name, a connection and a TLS handshake", False)


def test_the_configured_parameters_are_sent(tmp_path: Path) -> None:
    """All that ORBIT sends but for the length of the answer, and `stream` said outright."""
    with serving(Shimmy("2.6.5")) as server:
        shimmy(tmp_path, server.url, temperature=0.3, top_p=0.8, stop_tokens=["END"]).check(generate=True)
    bodies = [asked.json for asked in server.asked if asked.method == "POST"]
    sent = {"model": "tiny-alpha", "temperature": 0.3, "top_p": 0.8, "max_tokens": 16, "stop": ["END"]}
    assert [{key: value for key, value in body.items() if key not in ("messages", "stream")} for body in bodies] == [sent, sent]
    assert [body["stream"] for body in bodies] == [True, False]


def test_contexts_are_compared(tmp_path: Path) -> None:
    """CTX-TOO-BIG, OLLAMA-CTX: the slot of llama-server, what Ollama and LM Studio have loaded, vLLM's limit."""
    cases: tuple[tuple[str, str, Handler, dict[str, Any]], ...] = (
        ("llama_cpp", "/v1", LlamaServer(("tiny",), context=2048), {"mode": "api"}),
        ("ollama", "", Ollama(("tiny:latest",), 2048), {}),
        ("lmstudio", "/v1", LmStudio(("tiny",), 2048), {"api_key": KEY}),
        ("vllm", "/v1", Vllm(("tiny",), 2048), {"max_tokens": 100}),
    )
    for kind, path, double, block in cases:
        with serving(double) as server:
            setup = Setup(tmp_path, kind, {"base_url": server.url + path, "model": "tiny", **block}, adapter={"context_window": 8192}).write()
            messages = [each.message for each in setup.check().report.diagnostics if each.code == "ORB734"]
        sent = kind == "ollama" and not messages
        assert sent or messages == ["`tiny` takes 2048 tokens here, and the configuration counts on 8192"], kind


def test_an_idle_ollama_is_an_info(tmp_path: Path) -> None:
    """OLLAMA-COLD."""
    with serving(Ollama()) as server:
        checkup = provider(tmp_path, "ollama", server.url, "llama3.2").check()
    assert codes(checkup) == []
    assert "ORB735" in codes(checkup, Severity.INFO)


def test_a_container_file_makes_loopback_doubtful(tmp_path: Path) -> None:
    """Doctor judges from where it runs, and says so."""
    (tmp_path / "compose.yaml").write_text("services: {orbit: {image: orbit}}\n")
    with serving(Shimmy("1.7.4")) as server:
        diagnostic = only(shimmy(tmp_path, server.url).check())
    assert (diagnostic.code, diagnostic.severity) == ("ORB752", Severity.WARNING)
    assert diagnostic.help == f"write the service's name there, or `http://host.docker.internal:{server.port}`"


def test_a_container_without_shimmys_key_is_reported(tmp_path: Path) -> None:
    """SHIMMY-BIND-KEY: 2.6.5 ends at once when it is to listen for all without a key."""
    (tmp_path / "compose.yaml").write_text("services: {shimmy: {command: shimmy serve --bind 0.0.0.0:11435}}\n")
    checkup = shimmy(tmp_path, "http://127.0.0.1:9").check()
    [refused] = [each for each in checkup.report.diagnostics if each.code == "ORB703"]
    assert refused.help.startswith("set `SHIMMY_API_KEY` (16 characters or more) in `compose.yaml`")


def test_an_orbit_that_runs_is_noticed(tmp_path: Path) -> None:
    """It reads its configuration only when it starts."""
    with serving(Shimmy("1.7.4")) as server, serving(lambda _asked: as_json({})) as orbit:
        setup = Setup(tmp_path, "shimmy", {"base_url": server.url, "model": "tiny-alpha", "max_tokens": 100}, port=orbit.port).write()
        [note] = [each for each in setup.check().report.diagnostics if each.code == "ORB754"]
    assert (note.severity, note.help) == (Severity.INFO, "restart ORBIT after changing providers")


def program(folder: Path, script: str) -> None:
    """A `shimmy` that does what the script says."""
    folder.mkdir(parents=True)
    path = folder / "shimmy"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_the_programs_list_shows_that_a_restart_helps(tmp_path: Path) -> None:
    """SHIMMY-STALE: the program sees a file that the running server does not."""
    program(
        tmp_path / "bin",
        'case "$1" in --version) echo shimmy 1.7.4;; list) printf "tiny-alpha\\nnew-one\\n";; *) echo "llama.cpp Backend: CPU";; esac',
    )
    with serving(Shimmy("1.7.4")) as server:
        checkup = shimmy(tmp_path, server.url, "new-one").check({"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"})
    assert only(checkup).help == "restart the server: the file is there now, and the list is made when it starts"
    assert [row.detail for row in checkup.checks if row.kind is CheckKind.PROGRAM] == ["`shimmy` 1.7.4 on PATH, lists 2 models, computes with CPU"]


def test_a_program_beside_path_is_found(tmp_path: Path) -> None:
    """PATH-BIN: cargo's folder is not on PATH."""
    program(tmp_path / "home" / ".cargo" / "bin", "exit 0")
    checkup = shimmy(tmp_path, "http://127.0.0.1:9").check({"HOME": f"{tmp_path}/home", "PATH": "/nowhere"})
    [finding] = [each for each in checkup.report.diagnostics if each.code == "ORB756"]
    assert (finding.severity, finding.help) == (Severity.ERROR, f'run `export PATH="{tmp_path}/home/.cargo/bin:$PATH"`')


def test_a_program_that_does_not_run_is_reported(tmp_path: Path) -> None:
    """GLIBC: a binary that is newer than the system."""
    program(tmp_path / "bin", "echo \"shimmy: /lib/libc.so.6: version 'GLIBC_2.39' not found\" >&2; exit 1")
    checkup = shimmy(tmp_path, "http://127.0.0.1:9").check({"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"})
    [finding] = [each for each in checkup.report.diagnostics if each.code == "ORB756"]
    assert finding.message == "`shimmy` does not run: shimmy: /lib/libc.so.6: version 'GLIBC_2.39' not found"
    assert finding.help == "build it from source: `cargo install shimmy`"


def test_the_program_in_the_ports_place_is_named(tmp_path: Path) -> None:
    """PORT-BUSY: which program holds the port, where the system says so."""
    with serving(Ollama()) as server:
        checkup = shimmy(tmp_path, server.url).check()
    [finding] = [each for each in checkup.report.diagnostics if each.code == "ORB711"]
    assert f"(process {os.getpid()})" in finding.message


def test_without_its_key_a_vendor_is_not_asked(tmp_path: Path) -> None:
    """ORBIT does not start without it, as the default needs it; the checks that need it are neither a pass nor a fault."""
    with serving(OpenAi(KEY)) as server:
        setup = provider(tmp_path, "openai", "http://api.vendor.example/v1", "gpt-5", api_key="${OPENAI_API_KEY}")
        checkup = setup.check(places={"api.vendor.example:80": f"127.0.0.1:{server.port}"})
    assert server.asked == []
    assert checkup.checks[0].detail == (
        "`OPENAI_API_KEY` for `openai` is set neither in this shell nor in the `.env` that was read; "
        "if ORBIT gets it elsewhere, pass `--env-file` (the default, chat-0)"
    )
    assert [row.state for row in (*checkup.before, *checkup.results[0].checks)] == [
        CheckState.FAILED,
        CheckState.OK,
        CheckState.OK,
        CheckState.UNCHECKED,
        CheckState.UNCHECKED,
        CheckState.UNCHECKED,
    ]
    assert not checkup.is_whole
    assert codes(checkup) == ["ORB401"]
    assert checkup.verdict
    assert checkup.verdict.starts is False
    assert "ORB725" in codes(checkup, Severity.INFO)


def test_nothing_checked_is_an_error(tmp_path: Path) -> None:
    """A run that checks nothing does not pass for one that found nothing; a dry run says nothing of it."""
    setup = Setup(tmp_path, "aws", {"model": "x"}).write()
    assert "ORB757" in codes(setup.check())
    assert "ORB757" not in codes(setup.check(dry_run=True))


def test_all_shapes_of_models_with_the_same_address_are_one_endpoint(tmp_path: Path) -> None:
    """Two adapters with two models on one server: one plan, one list, two rows."""
    with serving(replace(Shimmy("1.7.4"), models=("tiny-alpha", "tiny-beta"))) as server:
        block = {"base_url": server.url, "model": "tiny-alpha", "max_tokens": 100}
        checkup = Setup(tmp_path, "shimmy", block, (None, "tiny-beta")).write().check()
    assert len(checkup.targets) == 1
    assert sorted(row.detail for row in checkup.checks if row.kind is CheckKind.MODEL) == ["`tiny-alpha` is listed", "`tiny-beta` is listed"]
    assert server.paths().count("GET /v1/models") == 1


def test_a_server_that_is_starting_is_waited_for(tmp_path: Path) -> None:
    """`--wait`: vLLM refuses connections until it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    setup = provider(tmp_path, "vllm", f"http://127.0.0.1:{port}/v1", "tiny-alpha", max_tokens=100)
    assert codes(setup.check()) == ["ORB703"]
    checkups = []
    waiting = threading.Thread(target=lambda: checkups.append(setup.check(wait_s=10.0)))
    waiting.start()
    time.sleep(0.3)
    with serving(Vllm(), port):
        waiting.join()
    assert codes(checkups[0]) == []


def test_the_example_is_clean_against_its_servers() -> None:
    """The shipped example, with its addresses from the environment: both servers, every row."""
    with serving(Shimmy("1.7.4", ("llama-3.2-3b",), ("phi3-lora",))) as first, serving(Ollama(("qwen3:4b",), 8192)) as second:
        process = {"SHIMMY_URL": first.url, "OLLAMA_URL": second.url, "ORBIT_DEFAULT_ADMIN_PASSWORD": "x"}
        checkup = doctor(str(PROJECT / "examples" / "shimmy"), Request(smoke="never"), process=process)
    assert is_clean(checkup), (checkup.checks, checkup.report.diagnostics)
    assert sum(len(result.checks) for result in checkup.results) == 14
    assert {each.target.service for each in checkup.seen} == {"backend", "files", "logs", "server"}
