"""Each product, as a double: recognised, every row ticked, nothing found."""

from pathlib import Path
from typing import Any

import pytest

from orbitcfg.observed.endpoint import Step
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import Handler, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.sglang import Sglang
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm
from tests.live.setups import Setup, codes, is_clean

KEY = "a-key-of-sixteen-characters"
CHATS = [Step.STREAM, Step.GENERATE]
BEFORE = [Step.RESOLVE, Step.CONNECT, Step.IDENTIFY, Step.HEALTH, Step.AUTHORISE, Step.LIST, Step.MODEL]

HEALTHY: dict[str, tuple[Any, ...]] = {
    "shimmy 1.7.4": ("shimmy", "", Shimmy("1.7.4", phantoms=("phi3-lora",)), {"model": "tiny-alpha"}, "Shimmy 1.7.4", ["ORB746", "ORB755"]),
    "shimmy 2.5.0": ("shimmy", "", Shimmy("2.5.0"), {"model": "tiny-alpha"}, "Shimmy 2.5.0", ["ORB745", "ORB755"]),
    "shimmy 2.6.5": ("shimmy", "", Shimmy("2.6.5"), {"model": "tiny-alpha"}, "Shimmy 2.6.5", ["ORB745", "ORB755"]),
    "shimmy 2.6.5 with a key": (
        "shimmy",
        "",
        Shimmy("2.6.5", key=KEY),
        {"model": "tiny-alpha", "api_key": KEY},
        "Shimmy 2.6.5",
        ["ORB745", "ORB755"],
    ),
    "ollama": ("ollama", "", Ollama(context=8192), {"model": "llama3.2"}, "Ollama 0.13.0", ["ORB755"]),
    "llama-server": (
        "llama_cpp",
        "/v1",
        LlamaServer(("gemma",), ("gemma-3-4b-it",)),
        {"model": "gemma-3-4b-it", "mode": "api"},
        "llama-server b9001-0c1e57098",
        ["ORB755"],
    ),
    "llama-server, a router": (
        "llama_cpp",
        "/v1",
        LlamaServer(("gemma", "qwen")),
        {"model": "qwen", "mode": "api"},
        "llama-server b9001-0c1e57098",
        ["ORB755"],
    ),
    "vllm": ("vllm", "/v1", Vllm(), {"model": "tiny-alpha"}, "vLLM 0.32.0", ["ORB755"]),
    "vllm with a key": ("vllm", "/v1", Vllm(key=KEY), {"model": "tiny-alpha", "api_key": KEY}, "vLLM 0.32.0", ["ORB755"]),
    "sglang": ("sglang", "/v1", Sglang(), {"model": "qwen2.5-0.5b"}, "SGLang 0.5.4", ["ORB755"]),
    "lm studio": ("lmstudio", "/v1", LmStudio(), {"model": "qwen2.5-7b-instruct", "api_key": KEY}, "LM Studio", ["ORB755"]),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_server_is_clean(name: str, tmp_path: Path) -> None:
    """Every row of it is ticked, with `--generate` too."""
    kind, path, double, block, product, notes = HEALTHY[name]
    with serving(double) as server:
        setup = Setup(tmp_path, kind, {"base_url": server.url + path, "max_tokens": 100, **block}).write()
        checkup = setup.check()
        chatted = setup.check(generate=True)
    assert is_clean(checkup), (checkup.rows, checkup.report.diagnostics)
    keys = [Step.KEY] if "api_key" in block else []
    assert [row.step for row in checkup.rows] == [*keys, *BEFORE]
    assert next(row.detail for row in checkup.rows if row.step is Step.IDENTIFY) == product
    assert sorted(set(codes(checkup, Severity.INFO))) == notes
    assert is_clean(chatted), (chatted.rows, chatted.report.diagnostics)
    assert [row.step for row in chatted.rows] == [*keys, *BEFORE, *CHATS]
    assert all(generation.text for generation in chatted.sightings[0].generations)


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_sent_that_changes_a_server(name: str, tmp_path: Path) -> None:
    """Only GETs, no Origin (Shimmy 2.6.5 refuses those), and no path twice."""
    kind, path, double, block, *_ = HEALTHY[name]
    with serving(double) as server:
        Setup(tmp_path, kind, {"base_url": server.url + path, **block}).write().check()
    assert {asked.method for asked in server.asked} == {"GET"}
    assert not any("origin" in asked.headers for asked in server.asked)
    assert len(set(server.paths())) == len(server.paths())


def test_a_new_product_costs_one_file() -> None:
    """The products are the files of one folder, and each name of one is told by its file."""
    from orbitcfg.live import products

    folder = Path(products.__file__).parent / "products"
    assert sorted(path.stem for path in folder.glob("*.toml")) == sorted(known.product.id for known in products.known())


def test_sglang_is_not_made_to_generate(tmp_path: Path) -> None:
    """Its health check generates a token, so it is left alone."""
    double: Handler = Sglang()
    with serving(double) as server:
        Setup(tmp_path, "sglang", {"base_url": f"{server.url}/v1", "model": "qwen2.5-0.5b"}).write().check()
    assert "GET /health" not in server.paths()
