"""Doctor asks at the very addresses that ORBIT would, and takes the way that ORBIT would."""

from dataclasses import replace
from pathlib import Path

import pytest

from orbitcfg.observed.check import CheckKind, CheckState
from tests.live.doubles import Answer, Asked, serving
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.vllm import Vllm
from tests.live.setups import codes, is_clean, provider


@pytest.mark.parametrize(
    ("kind", "written", "listed", "chatted"),
    [
        ("ollama", "", "/api/tags", "/api/chat"),
        ("ollama", "/llm/", "/llm//api/tags", "/llm//api/chat"),
        ("ollama", "/v1", "/v1/api/tags", "/v1/api/chat"),
        ("ollama_remote", "/llm/?x=1", "/llm/api/tags", "/llm/api/chat"),
        ("vllm", "/v1/", "/v1/models", "/v1/chat/completions"),
        ("vllm", "/llm//v1", "/llm//v1/models", "/llm//v1/chat/completions"),
        ("vllm", "/v1 ", "/v1%20/models", "/v1%20/chat/completions"),
        ("shimmy", "/v1/", "/v1/v1/models", "/v1/v1/chat/completions"),
    ],
)
def test_the_list_and_the_chat_are_asked_for_where_orbit_would(kind: str, written: str, listed: str, chatted: str, tmp_path: Path) -> None:
    double = Ollama() if kind.startswith("ollama") else Vllm()

    usual = {listed: "/api/tags", chatted: "/api/chat"} if isinstance(double, Ollama) else {listed: "/v1/models", chatted: "/v1/chat/completions"}

    def anywhere(asked: Asked) -> Answer:
        return double(replace(asked, path=usual.get(asked.path, asked.path)))

    with serving(anywhere) as server:
        model = "llama3.2:latest" if isinstance(double, Ollama) else "tiny-alpha"
        provider(tmp_path, kind, server.url + written, model).check(generate=True)
        asked = {(each.method, each.path) for each in server.asked}
    assert {("GET", listed), ("POST", chatted)} <= asked


def test_what_ollama_does_not_serve_fails_as_it_does_for_orbit(tmp_path: Path) -> None:
    with serving(Ollama()) as server:
        checkup = provider(tmp_path, "ollama", f"{server.url}/v1", "llama3.2:latest").check()
    assert "ORB411" in codes(checkup)
    assert [row.state for row in checkup.checks if row.kind is CheckKind.LIST] == [CheckState.FAILED]


def test_a_proxy_is_no_matter_to_a_client_that_heeds_none(tmp_path: Path) -> None:
    """What is made with aiohttp goes straight."""
    with serving(Ollama()) as server:
        setup = provider(tmp_path, "ollama", server.url, "llama3.2:latest")
        assert is_clean(setup.check({"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}))
        remote = provider(tmp_path, "ollama_remote", server.url, "llama3.2:latest")
        assert "ORB751" in codes(remote.check({"HTTP_PROXY": "http://127.0.0.1:9"}))
