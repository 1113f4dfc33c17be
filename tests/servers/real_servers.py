"""Doctor against the real llama-server, Ollama, LiteLLM and nginx: `make test-servers`, which builds and installs them first.

Not collected by the other tests: `python -m pytest tests/servers/real_servers.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.engine import selftest
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.ollama_prompt import ollama_prompt
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.report.diagnostics import Severity
from tests.live.setups import Setup, apply, codes, is_clean, only, provider
from tests.servers import running
from tests.servers.running import KEY, MODEL, WRONG_KEY, dead_url, free_port

CERTIFICATES = Path(__file__).parent.parent / "live" / "certificates"
TEMPLATES = {
    "old": 'TEMPLATE """{{ if .System }}<|system|>{{ .System }}<|end|>\n{{ end }}<|user|>{{ .Prompt }}<|end|>\n<|assistant|>{{ .Response }}<|end|>"""\nSYSTEM Be kind.\n',
    "new": (
        'TEMPLATE """{{- $seen := false }}{{- range $i, $_ := .Messages }}{{- $last := eq (len (slice $.Messages $i)) 1 }}\n'
        '{{- if and (eq .Role "user") (not $seen) }}{{ $seen = true }}<start>user\n{{ $.System }}\n{{ .Content }}<end>\n'
        '{{- else if eq .Role "assistant" }}<start>model {{ .Content }}{{ end }}{{ if $last }}\n<start>model\n{{ end }}{{ end }}"""\nSYSTEM Be kind.\n'
    ),
    "bare": 'TEMPLATE """{{ .Prompt }}"""\n',
}
"""Modelfiles of further models: a template with one place for the answer, one that goes through the messages, and none to speak of."""

SMALL = {"max_tokens": 16}
"""Fits into the model's context of 512 tokens."""


@pytest.fixture(scope="module")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A llama-server that wants no key."""
    with running.llama_server(tmp_path_factory.mktemp("llama-server")) as url:
        yield url


@pytest.fixture(scope="module")
def locked_llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A llama-server that wants a key."""
    with running.llama_server(tmp_path_factory.mktemp("locked"), "--api-key", KEY) as url:
        yield url


@pytest.fixture(scope="module")
def ollama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Ollama has its store."""
    return tmp_path_factory.mktemp("ollama")


@pytest.fixture(scope="module")
def ollama_url(ollama_folder: Path) -> Iterator[str]:
    """An Ollama with the model, also with other templates."""
    with running.ollama(ollama_folder, TEMPLATES) as url:
        yield url


@pytest.fixture(scope="module")
def litellm_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A LiteLLM proxy with a key, before a llama-server."""
    with running.litellm(tmp_path_factory.mktemp("litellm")) as url:
        yield url


def answers(checkup: Checkup) -> list[str]:
    """What the model said in each chat, once a whole run showed no fault."""
    assert is_clean(checkup), ([(row.kind, row.detail) for row in checkup.checks if row.state is not CheckState.OK], checkup.report.diagnostics)
    return [chat.text.strip() for result in checkup.results for chat in result.chats]


def server_name(checkup: Checkup) -> str:
    """Who answered."""
    return checkup.results[0].identity.product_name or ""


def fails(checkup: Checkup) -> bool:
    """Whether an error is told, and no chat passed for good."""
    chats = [row.state for row in checkup.checks if row.kind in (CheckKind.STREAM, CheckKind.GENERATE)]
    return checkup.report.count(Severity.ERROR) > 0 and CheckState.OK not in chats


# llama-server


@pytest.mark.parametrize("kind", ["llama_cpp", "openai", "vllm"])
def test_a_healthy_llama_server_is_clean(kind: str, llama_url: str, tmp_path: Path) -> None:
    """As whichever provider it is called; chats too."""
    block = {"mode": "api"} if kind == "llama_cpp" else {"api_key": KEY}
    checkup = provider(tmp_path, kind, f"{llama_url}/v1", MODEL, **SMALL, **block).check(generate=True)
    assert answers(checkup) == [selftest.ANSWER] * 2
    assert server_name(checkup).startswith("llama-server")


def test_llama_server_ignores_a_wrong_model(llama_url: str, tmp_path: Path) -> None:
    setup = provider(tmp_path, "llama_cpp", f"{llama_url}/v1", "tinny", mode="api", **SMALL)
    diagnostic = only(setup.check())
    assert diagnostic.code == "ORB733"
    apply(diagnostic, tmp_path)
    assert is_clean(setup.check())


@pytest.mark.parametrize("key", [WRONG_KEY, "none"])
def test_llama_server_refuses_a_wrong_key(key: str, locked_llama_url: str, tmp_path: Path) -> None:
    checkup = provider(tmp_path, "openai", f"{locked_llama_url}/v1", MODEL, api_key=key, **SMALL).check(generate=True)
    assert codes(checkup, Severity.ERROR) == ["ORB721"]
    assert "Invalid API Key" in only(checkup).message


def test_llama_server_takes_the_right_key(locked_llama_url: str, tmp_path: Path) -> None:
    setup = provider(tmp_path, "openai", f"{locked_llama_url}/v1", MODEL, api_key="${OPENAI_API_KEY}", **SMALL)
    assert answers(setup.check({"OPENAI_API_KEY": KEY}, generate=True)) == [selftest.ANSWER] * 2


# Ollama


@pytest.mark.parametrize("kind", ["ollama", "ollama_remote", "ollama_cloud"])
def test_a_healthy_ollama_is_clean(kind: str, ollama_url: str, tmp_path: Path) -> None:
    """By its own API."""
    block = {"api_key": KEY} if kind == "ollama_cloud" else {}
    checkup = provider(tmp_path, kind, ollama_url, MODEL, **block).check(generate=True)
    assert answers(checkup) == [selftest.ANSWER] * 2
    assert server_name(checkup) == "Ollama 0.17.4"


def test_a_healthy_ollama_is_clean_by_the_api_of_openai(ollama_url: str, tmp_path: Path) -> None:
    checkup = provider(tmp_path, "openai", f"{ollama_url}/v1", MODEL, api_key=KEY, **SMALL).check(generate=True)
    assert answers(checkup) == [selftest.ANSWER] * 2


def test_ollama_lacks_a_wrong_model(ollama_url: str, tmp_path: Path) -> None:
    setup = provider(tmp_path, "ollama", ollama_url, "tinny")
    diagnostic = only(setup.check())
    assert diagnostic.code == "ORB732"
    apply(diagnostic, tmp_path)
    assert answers(setup.check(generate=True)) == [selftest.ANSWER] * 2


@pytest.mark.parametrize("name", [MODEL, *TEMPLATES])
def test_smokes_prompt_is_that_of_ollama(name: str, ollama_url: str, ollama_folder: Path) -> None:
    """Rendered by either from the same manifest."""
    asked = {"model": name, "stream": False, "_debug_render_only": True, "messages": [{"role": "user", "content": "Say hi"}]}
    reply = httpx.post(f"{ollama_url}/api/chat", json=asked, timeout=60).json()
    seen = ollama_prompt(RunContext("/", {"OLLAMA_MODELS": str(ollama_folder / "models")}), name, "Say hi", think=None)
    assert seen
    assert seen.text == reply["_debug_info"]["rendered_template"]


def test_ollama_passes_over_a_wrong_key(ollama_url: str, tmp_path: Path) -> None:
    """It knows no keys."""
    checkup = provider(tmp_path, "ollama_remote", ollama_url, MODEL, api_key=WRONG_KEY).check(generate=True)
    assert answers(checkup) == [selftest.ANSWER] * 2


# LiteLLM


def of_litellm(url: str, tmp_path: Path, model: str = MODEL) -> Setup:
    """A configuration that calls it as OpenAI's API."""
    return provider(tmp_path, "openai", f"{url}/v1", model, api_key="${OPENAI_API_KEY}", **SMALL)


def test_a_healthy_litellm_is_clean(litellm_url: str, tmp_path: Path) -> None:
    checkup = of_litellm(litellm_url, tmp_path).check({"OPENAI_API_KEY": KEY}, generate=True)
    assert answers(checkup) == [selftest.ANSWER] * 2
    assert not checkup.plan[0].is_billable


def test_litellm_lacks_a_wrong_model(litellm_url: str, tmp_path: Path) -> None:
    setup = of_litellm(litellm_url, tmp_path, "tinny")
    diagnostic = only(setup.check({"OPENAI_API_KEY": KEY}))
    assert diagnostic.code == "ORB732"
    apply(diagnostic, tmp_path)
    assert is_clean(setup.check({"OPENAI_API_KEY": KEY}))


def test_litellm_refuses_a_wrong_key(litellm_url: str, tmp_path: Path) -> None:
    assert fails(of_litellm(litellm_url, tmp_path).check({"OPENAI_API_KEY": WRONG_KEY}, generate=True))


# nginx


def test_a_healthy_nginx_is_clean(llama_url: str, tmp_path: Path) -> None:
    """With TLS, as it stands before servers of one's own."""
    with running.nginx(tmp_path, llama_url, certificate=CERTIFICATES / "good.pem") as url:
        setup = provider(tmp_path, "openai", f"{url}/v1", MODEL, api_key=KEY, **SMALL)
        checkup = setup.check({"SSL_CERT_FILE": str(CERTIFICATES / "authority.pem")}, generate=True)
        assert answers(checkup) == [selftest.ANSWER] * 2
        assert codes(setup.check(), Severity.ERROR) == ["ORB705"]
        plain = provider(tmp_path, "openai", f"{url.replace('https', 'http')}/v1", MODEL, api_key=KEY, **SMALL)
        assert fails(plain.check(generate=True))


def test_nginx_hands_on_a_wrong_key_and_a_wrong_model(locked_llama_url: str, ollama_url: str, tmp_path: Path) -> None:
    with running.nginx(tmp_path, locked_llama_url) as url:
        checkup = provider(tmp_path, "openai", f"{url}/v1", MODEL, api_key=WRONG_KEY).check()
    assert codes(checkup, Severity.ERROR) == ["ORB721"]
    with running.nginx(tmp_path, ollama_url) as url:
        assert only(provider(tmp_path, "openai", f"{url}/v1", "tinny", api_key=KEY, **SMALL).check()).code == "ORB732"


def test_nginx_before_a_server_that_is_down_says_so(tmp_path: Path) -> None:
    with running.nginx(tmp_path, dead_url()) as url:
        diagnostic = only(provider(tmp_path, "vllm", f"{url}/v1", MODEL).check())
    assert (diagnostic.code, diagnostic.help) == ("ORB717", "read the server's log, or that of the proxy before it")
    assert "502" in diagnostic.message


# any of them, down


@pytest.mark.parametrize(
    ("kind", "start"),
    [("llama_cpp", "llama-server -m MODEL.gguf --port {port}"), ("ollama", "ollama serve"), ("openai", None)],
)
def test_a_server_that_is_down_is_told_with_how_it_starts(kind: str, start: str | None, tmp_path: Path) -> None:
    port = free_port()
    block = {"mode": "api"} if kind == "llama_cpp" else {"api_key": KEY} if kind == "openai" else {}
    path = "" if kind == "ollama" else "/v1"
    diagnostic = only(provider(tmp_path, kind, f"http://127.0.0.1:{port}{path}", MODEL, **block).check())
    expected = f"start it: `{start.format(port=port)}`" if start else "start the server"
    assert (diagnostic.code, diagnostic.help) == ("ORB703", expected)
