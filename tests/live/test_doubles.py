"""Each product, as a double: recognised, every row ticked, nothing found."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.report.diagnostics import Severity
from tests.live.doubles import Handler, serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.lmstudio import LmStudio
from tests.live.doubles.ollama import Ollama
from tests.live.doubles.sglang import Sglang
from tests.live.doubles.shimmy import Shimmy
from tests.live.doubles.vllm import Vllm
from tests.live.setups import Setup, asked_of_models, codes, is_clean

KEY = "a-key-of-sixteen-characters"
CHATS = [CheckKind.STREAM, CheckKind.GENERATE]
BEFORE = [CheckKind.RESOLVE, CheckKind.CONNECT, CheckKind.IDENTIFY, CheckKind.HEALTH, CheckKind.AUTHORISE, CheckKind.LIST, CheckKind.MODEL]

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
    assert is_clean(checkup), (checkup.checks, checkup.report.diagnostics)
    keys = [CheckKind.KEY] if "api_key" in block else []
    assert [row.kind for row in asked_of_models(checkup)] == [*keys, *BEFORE]
    assert next(row.detail for row in checkup.checks if row.kind is CheckKind.IDENTIFY) == product
    assert sorted(set(codes(checkup, Severity.INFO))) == notes
    assert is_clean(chatted), (chatted.checks, chatted.report.diagnostics)
    assert [row.kind for row in asked_of_models(chatted)] == [*keys, *BEFORE, *CHATS]
    assert all(generation.text for generation in chatted.results[0].chats)


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_sent_that_changes_a_server(name: str, tmp_path: Path) -> None:
    """Only GETs, chats that say nothing, and Ollama's question what a model can do; no Origin (Shimmy 2.6.5 refuses those), and no request twice."""
    kind, path, double, block, *_ = HEALTHY[name]
    with serving(double) as server:
        Setup(tmp_path, kind, {"base_url": server.url + path, **block}).write().check()
    assert all(asked.body == b"{}" or asked.path == "/api/show" for asked in server.asked if asked.method != "GET")
    assert not any("origin" in asked.headers for asked in server.asked)
    requests = [(asked.method, asked.path, asked.bearer) for asked in server.asked]
    assert len(set(requests)) == len(requests)


@pytest.mark.parametrize("name", HEALTHY)
def test_what_is_planned_is_what_runs(name: str, tmp_path: Path) -> None:
    """Check by check, with chats and without."""
    kind, path, double, block, *_ = HEALTHY[name]
    with serving(double) as server:
        setup = Setup(tmp_path, kind, {"base_url": server.url + path, **block}).write()
        for generate in (False, True):
            checkup = setup.check(generate=generate)
            planned = [check.kind for probe in checkup.plan for check in probe.checks]
            assert [check.kind for check in checkup.results[0].checks] == planned
            assert CheckState.UNCHECKED not in {check.state for check in checkup.results[0].checks}


def test_a_new_product_costs_one_file() -> None:
    """The products are the files of one folder, and each is named by its file."""
    from orbitcfg.live import products

    folder = Path(products.__file__).parent / "products"
    assert sorted(path.stem for path in folder.glob("*.toml")) == sorted(known.product.id for known in products.known_products())


def test_the_products_files_hold_what_their_types_say() -> None:
    """Nothing checks them when they are read."""
    from pydantic import TypeAdapter

    from orbitcfg.live.products import KnownProduct, known_products

    for known in known_products():
        assert TypeAdapter(KnownProduct).validate_json(json.dumps(asdict(known)), strict=True) == known


def test_sglang_is_not_made_to_generate(tmp_path: Path) -> None:
    """Its health check generates a token, so it is left alone."""
    double: Handler = Sglang()
    with serving(double) as server:
        Setup(tmp_path, "sglang", {"base_url": f"{server.url}/v1", "model": "qwen2.5-0.5b"}).write().check()
    assert "GET /health" not in server.paths()
