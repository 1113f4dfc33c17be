"""One thing is wrong; doctor names it; what its help says is done to the letter; doctor is clean."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import Double, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.sglang import Sglang
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm
from tests.live.setups import apply, is_clean, only, provider, shimmy

SHIMMY = Shimmy("1.7.4", ("gemma-3-1b-it-q4-0", "tiny-alpha"), ("phi3-lora",))

WRONG_NAMES: dict[str, tuple[Any, ...]] = {
    "another case": ("shimmy", "", SHIMMY, {"model": "Tiny-Alpha"}, "ORB732", "write `model: tiny-alpha`"),
    "underscores": ("shimmy", "", SHIMMY, {"model": "gemma-3-1b-it-Q4_0"}, "ORB732", "write `model: gemma-3-1b-it-q4-0`"),
    "the file": ("shimmy", "", SHIMMY, {"model": "gemma-3-1b-it-Q4_0.gguf"}, "ORB732", "write `model: gemma-3-1b-it-q4-0`"),
    "a near miss": ("shimmy", "", SHIMMY, {"model": "tiny-alpa"}, "ORB732", "write `model: tiny-alpha`"),
    "the phantom": (
        "shimmy",
        "",
        Shimmy("1.7.4", ("tiny-alpha",), ("phi3-lora",)),
        {"model": "phi3-lora"},
        "ORB741",
        "write `model: tiny-alpha`, or set `SHIMMY_BASE_GGUF` to the file and restart Shimmy",
    ),
    "the phantom of 2.x": (
        "shimmy",
        "",
        Shimmy("2.5.0", ("tiny-alpha",), ("tinyllama-1.1b",)),
        {"model": "tinyllama-1.1b", "max_tokens": 100},
        "ORB741",
        "write `model: tiny-alpha`, or set `SHIMMY_BASE_GGUF` to the file and restart Shimmy",
    ),
    "a path for a name": (
        "vllm",
        "/v1",
        Vllm(("acme/tiny-model",), 4096),
        {"model": "tiny-model"},
        "ORB732",
        "write `model: acme/tiny-model`, or start the server with `--served-model-name tiny-model`",
    ),
    "no tag": (
        "ollama",
        "",
        Ollama(("llama3.2:1b",), 8192),
        {"model": "llama3.2"},
        "ORB732",
        "run `ollama pull llama3.2`, or write `model: llama3.2:1b`",
    ),
    "llama-server's path": (
        "llama_cpp",
        "/v1",
        LlamaServer(),
        {"model": "gemma-3-4b-it-Q4_K_M", "mode": "api"},
        "ORB733",
        "write `model: /models/gemma-3-4b-it-Q4_K_M.gguf`, or start the server with `--alias gemma-3-4b-it-Q4_K_M`",
    ),
    "any name for SGLang": ("sglang", "/v1", Sglang(), {"model": "qwen"}, "ORB733", "write `model: qwen2.5-0.5b`"),
    "any name for LM Studio": (
        "lmstudio",
        "/v1",
        LmStudio(),
        {"model": "qwen-7b", "api_key": "lm-studio"},
        "ORB733",
        "write `model: qwen2.5-7b-instruct`",
    ),
}


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_the_exact_name_is_given(name: str, tmp_path: Path) -> None:
    """For each way in which a name is written otherwise."""
    kind, path, double, block, code, remedy = WRONG_NAMES[name]
    with serving(double) as server:
        setup = provider(tmp_path, kind, server.url + path, **block)
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.help) == (code, remedy)
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check())


WRONG_ADDRESSES: dict[str, tuple[Any, ...]] = {
    "a slash after v1": ("shimmy", "/v1/", SHIMMY, {"model": "tiny-alpha"}, ""),
    "v1 twice": ("shimmy", "/v1/v1", SHIMMY, {"model": "tiny-alpha"}, ""),
    "v1 missing": ("vllm", "", Vllm(context=4096), {"model": "tiny-alpha"}, "/v1"),
    "the whole path": ("vllm", "/v1/chat/completions", Vllm(context=4096), {"model": "tiny-alpha"}, "/v1"),
    "v1 for Ollama": ("ollama", "/v1", Ollama(context=8192), {"model": "llama3.2"}, ""),
    "v1 missing for LM Studio": ("lmstudio", "", LmStudio(), {"model": "qwen2.5-7b-instruct", "api_key": "lm-studio"}, "/v1"),
}


@pytest.mark.parametrize("name", WRONG_ADDRESSES)
def test_the_right_path_is_given(name: str, tmp_path: Path) -> None:
    """Where the list of models is one step away."""
    kind, path, double, block, right = WRONG_ADDRESSES[name]
    with serving(double) as server:
        setup = provider(tmp_path, kind, server.url + path, **block)
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.help) == ("ORB713", f"write `base_url: {server.url}{right}`")
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check())


@contextmanager
def on_a_shimmy_port(double: Shimmy) -> Iterator[Double]:
    """A double on the first free port of Shimmy's range."""
    for port in range(11436, 11536):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with serving(double, port) as server:
            yield server
            return
    raise AssertionError("no port is free")


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_shimmy_that_moved_is_found(tmp_path: Path, closed_port: int) -> None:
    """Its own port was taken, so it listens on the next one."""
    with on_a_shimmy_port(Shimmy("1.7.4")) as server:
        setup = shimmy(tmp_path, f"http://127.0.0.1:{closed_port}")
        diagnostic = only(setup.check())
        url = f"http://127.0.0.1:{closed_port}/v1"
        assert (diagnostic.code, diagnostic.message) == (
            "ORB703",
            f"nothing listens at `{url}`, which the default and `chat-0` need; Shimmy answers at `{server.url}`",
        )
        assert diagnostic.help == f"write `base_url: {server.url}`, or restart it there: `shimmy serve --bind 127.0.0.1:{closed_port}`"
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check())


def test_an_ollama_in_shimmys_place_is_named(tmp_path: Path) -> None:
    """And where Shimmy is instead."""
    with serving(Ollama()) as wrong, on_a_shimmy_port(Shimmy("1.7.4")) as right:
        setup = shimmy(tmp_path, wrong.url)
        by_code = {each.code: each for each in setup.check().report.diagnostics if each.severity is Severity.ERROR}
        diagnostic = by_code["ORB711"]
        assert sorted(by_code) == ["ORB711", "ORB732"]
        assert "is Ollama 0.13.0" in diagnostic.message
        assert diagnostic.message.endswith(f"not Shimmy; Shimmy answers at `{right.url}`")
        assert diagnostic.help == f"write `base_url: {right.url}`"
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check())


def test_a_server_that_is_started_is_clean(tmp_path: Path, closed_port: int) -> None:
    """The help of a refused connection is the command that starts it, on the right port."""
    setup = provider(tmp_path, "ollama", f"http://127.0.0.1:{closed_port}", "llama3.2")
    refused = only(setup.check())
    assert (refused.code, refused.help) == ("ORB703", "start it: `ollama serve`")
    with serving(Ollama(context=4096), closed_port):
        assert is_clean(setup.check())


def test_a_key_that_is_set_is_clean(tmp_path: Path) -> None:
    """Shimmy 2.6.5 with a key: the help names the line to write and the variable to set."""
    key = "a-key-of-sixteen-characters"
    with serving(Shimmy("2.6.5", key=key)) as server:
        setup = shimmy(tmp_path, server.url)
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
            "ORB721",
            "Shimmy 2.6.5 refuses requests without a key (401: Valid API credentials required)",
            "write `api_key: ${SHIMMY_API_KEY}` into `shimmy`, and set `SHIMMY_API_KEY` to the server's key",
        )
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check({"SHIMMY_API_KEY": key}))


def test_the_other_scheme_is_given(tmp_path: Path) -> None:
    """A server that speaks http is called by https."""
    with serving(Shimmy("1.7.4")) as server:
        setup = shimmy(tmp_path, server.url.replace("http:", "https:"))
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.help) == ("ORB706", f"write `base_url: {server.url}`")
        apply(diagnostic, tmp_path)
        assert is_clean(setup.check())


def test_a_proxy_that_catches_loopback_is_named(tmp_path: Path) -> None:
    """Doctor goes straight, ORBIT would not; `NO_PROXY` fixes it."""
    proxy = {"HTTP_PROXY": "http://user:proxy-secret@127.0.0.1:9"}
    with serving(Shimmy("1.7.4")) as server:
        setup = shimmy(tmp_path, server.url)
        diagnostic = only(setup.check(proxy))
        assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
            "ORB751",
            f"`HTTP_PROXY` sends ORBIT's requests to `{server.url}/v1` through the proxy 127.0.0.1:9",
            "set `NO_PROXY=127.0.0.1` for ORBIT",
        )
        assert is_clean(setup.check({**proxy, "NO_PROXY": "127.0.0.1"}))


BUDGETS: dict[str, tuple[Any, ...]] = {
    "an answer that 2.6.5 gives out on": ("shimmy", "", Shimmy("2.6.5"), {"model": "tiny-alpha", "max_tokens": 1024}, "ORB743", "max_tokens: 150"),
    "an answer as long as 1.7's context": ("shimmy", "", Shimmy("1.7.4"), {"model": "tiny-alpha", "max_tokens": 4096}, "ORB744", "max_tokens: 1024"),
    "a context that kills 1.7": (
        "shimmy",
        "",
        Shimmy("1.7.4"),
        {"model": "tiny-alpha", "max_tokens": 100, "context_window": 65536},
        "ORB744",
        "context_window: 2048",
    ),
    "more than vLLM takes": ("vllm", "/v1", Vllm(), {"model": "tiny-alpha", "max_tokens": 4096}, "ORB734", "max_tokens: 256"),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_the_right_length_is_given(name: str, tmp_path: Path) -> None:
    """Where the server takes less than the configuration counts on."""
    kind, path, double, block, code, remedy = BUDGETS[name]
    with serving(double) as server:
        setup = provider(tmp_path, kind, server.url + path, **block)
        diagnostic = only(setup.check())
        assert (diagnostic.code, diagnostic.severity) == (code, Severity.WARNING)
        assert diagnostic.help.startswith(f"write `{remedy}`")
        key, _, value = remedy.partition(": ")
        text = (tmp_path / "config" / "inference.yaml").read_text()
        (tmp_path / "config" / "inference.yaml").write_text(text.replace(f"{key}: {block[key]}", f"{key}: {value}"))
        assert is_clean(setup.check())
