"""Who answers is told by what only that product does; a chat API that works is no fault, whatever it is called."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import Answer, Asked, Handler, as_json, as_text, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.vllm import Vllm
from tests.live.setups import codes, found, is_clean, only, provider
from tests.shared import read_facts

MASTER = "sk-litellm-master-1234"
LITELLM: list[dict[str, Any]] = read_facts("litellm/1.108.7-key-ok")
REFUSING: list[dict[str, Any]] = read_facts("litellm/1.108.7-key-wrong")


def recorded(rows: list[dict[str, Any]]) -> Handler:
    """A server that answers as it did when it was recorded."""
    answers = {(row["request"]["method"], row["request"]["path"]): row for row in rows if row["status"]}

    def answer(asked: Asked) -> Answer:
        row = answers.get((asked.method, asked.path))
        if row is None:
            return as_json({"detail": "Not Found"}, 404)
        headers = {name.lower(): text for name, text in row["headers"] if name.lower() not in ("content-length", "connection", "transfer-encoding")}
        return Answer(int(row["status"].split()[1]), row["body"].encode(), headers)

    return answer


def listing(*names: str, owner: str = "openai", created: int = 1677610602, **headers: str) -> Handler:
    """A server that knows a list of models, and refuses chats that say nothing."""

    def answer(asked: Asked) -> Answer:
        if asked.method == "POST":
            return Answer(400, b"", headers)
        if asked.path != "/v1/models":
            return Answer(404, b"", headers)
        rows = [{"id": name, "object": "model", "created": created, "owned_by": owner} for name in names]
        return Answer(200, json.dumps({"object": "list", "data": rows}).encode(), {"content-type": "application/json", **headers})

    return answer


def server_row(checkup: Any) -> tuple[CheckState, str]:
    [row] = [(row.state, row.detail) for row in checkup.checks if row.kind is CheckKind.IDENTIFY]
    return row


@pytest.mark.parametrize("kind", ["vllm", "lmstudio", "sglang", "llama_cpp"])
def test_litellm_serves_every_provider(kind: str, tmp_path: Path) -> None:
    """And is never asked for its health, by which it would ask all its models."""
    with serving(recorded(LITELLM)) as server:
        block = {"mode": "api"} if kind == "llama_cpp" else {"api_key": MASTER}
        checkup = provider(tmp_path, kind, f"{server.url}/v1", "gemma-small", **block).check()
        assert "/health" not in server.paths()
    assert is_clean(checkup)
    assert server_row(checkup) == (CheckState.OK, "LiteLLM")


def test_a_misspelt_model_behind_litellm_is_found(tmp_path: Path) -> None:
    with serving(recorded(LITELLM)) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "gema-small", api_key=MASTER).check())
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == ("ORB732", "LiteLLM does not list `gema-small`", "write `model: gemma-small`")


def test_litellm_is_known_by_its_refusal(tmp_path: Path) -> None:
    with serving(recorded(REFUSING)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "gemma-small", api_key="sk-wrong-123456").check()
    assert server_row(checkup) == (CheckState.OK, "LiteLLM")


@pytest.mark.parametrize("asked", ["openai/gpt-4o", "openai/anything"])
def test_a_pattern_takes_every_name_that_fits(asked: str, tmp_path: Path) -> None:
    with serving(listing("openai/*", "local")) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", asked).check()
    assert is_clean(checkup)
    assert f"`{asked}` is listed as `openai/*`" in [row.detail for row in checkup.checks]


def test_a_pattern_is_no_name_to_propose(tmp_path: Path) -> None:
    with serving(listing("openai/*", "anthropic/*", "local-model")) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "open-ai/gpt-4o").check())
    assert diagnostic.help == "write `model: local-model`"
    with serving(listing("openai/*")) as server:
        diagnostic = only(provider(tmp_path, "vllm", f"{server.url}/v1", "open-ai/gpt-4o").check())
    assert diagnostic.help == "add it to `model_list` of LiteLLM's configuration"


def test_a_model_that_openai_owns_makes_nobody_openai(tmp_path: Path) -> None:
    with serving(listing("m", created=1)) as server:
        checkup = provider(tmp_path, "vllm", f"{server.url}/v1", "m").check()
    assert is_clean(checkup)
    assert server_row(checkup) == (CheckState.OK, "an HTTP server of unknown make")


GATEWAYS = {
    "nginx": {"server": "nginx/1.22.1"},
    "Envoy": {"x-envoy-upstream-service-time": "3"},
    "Cloudflare": {"server": "cloudflare", "via": "1.1 x"},
}


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_gateway_is_none_of_the_products(name: str, tmp_path: Path) -> None:
    with serving(listing("m", owner="me-too", created=1, **GATEWAYS[name])) as server:
        checkup = provider(tmp_path, "lmstudio", f"{server.url}/v1", "m", api_key="k").check()
    assert is_clean(checkup)
    assert server_row(checkup) == (CheckState.OK, "a gateway")


def test_a_tgi_answers_to_any_name(tmp_path: Path) -> None:
    """Its guides call the model `tgi`; the list has the real name."""

    def answer(asked: Asked) -> Answer:
        match asked.method, asked.path:
            case "GET", "/info":
                return as_json({"model_id": "acme/tiny", "version": "3.3.5", "router": "text-generation-router"})
            case "POST", _ if not asked.json.get("messages"):
                return as_text("Failed to deserialize the JSON body into the target type: missing field `messages`", 422)
        return listing("acme/tiny", owner="acme/tiny", created=0)(asked)

    with serving(answer) as server:
        checkup = provider(tmp_path, "openai", f"{server.url}/v1", "tgi", api_key="-").check()
    assert server_row(checkup) == (CheckState.OK, "TGI 3.3.5")
    diagnostic = only(checkup)
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
        "ORB733",
        "TGI 3.3.5 does not list `tgi`, and answers with what it has",
        "write `model: acme/tiny`",
    )


def test_what_stands_behind_a_gateway_comes_first(tmp_path: Path) -> None:
    inner = Ollama(context=8192)

    def answer(asked: Asked) -> Answer:
        given = inner(asked)
        return replace(given, headers={**given.headers, "server": "nginx/1.22.1"})

    with serving(answer) as server:
        checkup = provider(tmp_path, "ollama", server.url, "llama3.2").check()
    assert server_row(checkup) == (CheckState.OK, "Ollama 0.13.0")


WORKING: dict[str, tuple[str, str, Handler, str]] = {
    "SGLang's provider, vLLM": ("sglang", "/v1", Vllm(context=4096), "tiny-alpha"),
    "LM Studio's provider, Ollama": ("lmstudio", "/v1", Ollama(context=8192), "llama3.2:latest"),
    "Shimmy's provider, Ollama": ("shimmy", "", Ollama(context=8192), "llama3.2:latest"),
}


@pytest.mark.parametrize("name", WORKING)
def test_an_api_that_works_is_no_error(name: str, tmp_path: Path) -> None:
    kind, path, double, model = WORKING[name]
    with serving(double) as server:
        checkup = provider(tmp_path, kind, server.url + path, model, api_key="k").check()
    assert found(checkup) == []
    assert "ORB711" in codes(checkup, Severity.INFO)
    assert {row.state for row in checkup.checks} == {CheckState.OK}


@pytest.mark.parametrize("name", WORKING)
def test_and_hides_no_misspelt_model(name: str, tmp_path: Path) -> None:
    kind, path, double, model = WORKING[name]
    with serving(double) as server:
        checkup = provider(tmp_path, kind, server.url + path, model.replace("a", "aa"), api_key="k").check()
    assert "ORB732" in codes(checkup)


def test_no_list_is_still_the_wrong_server(tmp_path: Path) -> None:
    with serving(LlamaServer()) as server:
        checkup = provider(tmp_path, "ollama", server.url, "llama3.2").check()
    assert "ORB711" in codes(checkup)


def test_the_tag_that_ollama_implies_is_known_behind_a_proxy(tmp_path: Path) -> None:
    """Where only its list comes through, too."""

    def answer(asked: Asked) -> Answer:
        return as_json({"models": [{"name": "llama3:latest", "model": "llama3:latest"}]}) if asked.path == "/api/tags" else as_text("no", 404)

    with serving(answer) as server:
        assert found(provider(tmp_path, "ollama", server.url, "llama3").check()) == []
