"""What several endpoints fail by at once is one finding, and blocks that lead to one endpoint are one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.commands.doctor.command import doctor
from orbitcfg.commands.doctor.request import Request
from orbitcfg.files.store import Disk
from orbitcfg.report.diagnostics import Diagnostic
from tests.live.doubles import serving
from tests.live.doubles.llama_server import LlamaServer
from tests.live.doubles.vllm import Vllm
from tests.live.setups import codes

KEY = "sk-0123456789abcdefghijklmnop"
ADAPTER = {
    "enabled": True,
    "type": "passthrough",
    "datasource": "none",
    "adapter": "conversational",
    "implementation": "implementations.passthrough.conversational.ConversationalImplementation",
}


def checked(folder: Path, blocks: Mapping[str, Mapping[str, Any]], process: Mapping[str, str] | None = None) -> Checkup:
    """What doctor says of provider blocks, each with an adapter of the provider's name."""
    config = {
        "general": {"inference_provider": next(iter(blocks))},
        "auth": {"default_admin_password": "of-a-test-only"},
        "embedding": {"enabled": False, "provider": "ollama"},
        "inference": {name: {"enabled": True, "model": "tiny-alpha", **block} for name, block in blocks.items()},
        "adapters": [{"name": f"with-{name}", "inference_provider": name, **ADAPTER} for name in blocks],
    }
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return doctor(str(folder), Request(smoke="never"), files=Disk(str(folder)), process=process or {})


def told(checkup: Checkup) -> tuple[Diagnostic, list[str]]:
    """The one finding about servers that is an error, and the messages of what it explains."""
    live = [each for each in checkup.report.diagnostics if each.code.startswith("ORB70")]
    [cause] = [each for each in live if not each.is_symptom]
    return cause, [each.message for each in live if each.cause == cause]


def test_offline_is_told_once(tmp_path: Path) -> None:
    """With one question, whichever hosts are not reached; all who lose by it are named."""
    blocks = {
        "openai": {"api_key": KEY, "base_url": "https://one.invalid/v1"},
        "groq": {"api_key": KEY, "base_url": "https://two.invalid/v1"},
        "vllm": {"base_url": "https://three.invalid/v1"},
    }
    checkup = checked(tmp_path, blocks)
    cause, symptoms = told(checkup)
    assert (cause.code, cause.message, cause.help, cause.affects) == (
        "ORB702",
        "no host outside of this machine's network is reached (`one.invalid`, `two.invalid` and 1 more): is this machine offline or behind a proxy?",
        "bring this machine online, or name the proxy that it is behind in `HTTPS_PROXY`",
        ("with-openai", "with-groq", "with-vllm"),
    )
    assert symptoms == [f"the name `{host}.invalid` is not known here" for host in ("one", "two", "three")]
    assert checkup.verdict
    assert [(adapter.name, adapter.state) for adapter in checkup.verdict.adapters] == [(name, "fails") for name in cause.affects or ()]


def test_a_misspelt_host_is_not_taken_for_being_offline(tmp_path: Path) -> None:
    """Where another one outside is reached, and where it is one of one's own network."""
    own = told(checked(tmp_path, {"vllm": {"base_url": "http://gpu.lan:8000/v1"}}))
    assert own[0].help == "correct the name, or, if only containers know it, run doctor with `--map gpu.lan:8000=127.0.0.1:8000`"
    alone = told(checked(tmp_path, {"vllm": {"base_url": "https://gpu.invalid/v1"}}))
    assert alone[0].help.startswith("correct the name")
    vendor = told(checked(tmp_path, {"openai": {"api_key": KEY, "base_url": "https://one.invalid/v1"}}))
    assert (vendor[0].message, vendor[0].help) == (
        "the name `one.invalid` is not known here",
        "bring this machine online, or name the proxy that it is behind in `HTTPS_PROXY`",
    )


def test_a_proxy_that_is_down_is_told_once(tmp_path: Path) -> None:
    """As such: no word of the servers behind it."""
    blocks = {name: {"api_key": KEY, "base_url": f"https://{name}.invalid/v1"} for name in ("openai", "groq")}
    refused, symptoms = told(checked(tmp_path, blocks, {"HTTPS_PROXY": "http://127.0.0.1:9"}))
    assert (refused.code, refused.message, refused.help) == (
        "ORB703",
        "nothing listens at the proxy 127.0.0.1:9 before `https://openai.invalid/v1`",
        "correct `HTTPS_PROXY`, or unset it",
    )
    assert symptoms == ["nothing listens at the proxy 127.0.0.1:9 before `https://groq.invalid/v1`"]
    unknown, symptoms = told(checked(tmp_path, blocks, {"HTTPS_PROXY": "http://proxy.invalid:3128"}))
    assert (unknown.message, len(symptoms)) == ("the name of the proxy proxy.invalid:3128 before `https://openai.invalid/v1` is not known here", 1)


def test_two_blocks_for_one_server_are_one_endpoint(tmp_path: Path) -> None:
    """Asked once, shown once, and compared with what either is for."""
    with serving(LlamaServer()) as server:
        blocks = {name: {"mode": "api", "base_url": f"{server.url}/v1"} for name in ("bitnet", "llama_cpp")}
        checkup = checked(tmp_path, blocks)
        assert server.paths().count("GET /v1/models") == 1
    [target] = checkup.targets
    assert (target.label, target.users) == (f"bitnet, llama_cpp at {server.url}/v1", ("the default", "with-bitnet", "with-llama_cpp"))
    assert not [code for code in codes(checkup) if code.startswith("ORB71")]


def test_a_server_that_is_down_is_told_once(tmp_path: Path) -> None:
    """Of blocks that ask it in the same way at both lines; of others, the first explains them."""
    same = {name: {"mode": "api", "base_url": "http://127.0.0.1:9/v1"} for name in ("bitnet", "llama_cpp")}
    cause, symptoms = told(checked(tmp_path, same))
    assert cause.message == "nothing listens at `http://127.0.0.1:9/v1`, which the default, `with-bitnet` and `with-llama_cpp` need"
    assert ([each.message for each in cause.related], symptoms) == (["`llama_cpp` has the same address"], [])
    assert cause.affects == ("with-bitnet", "with-llama_cpp")
    cause, symptoms = told(checked(tmp_path, {"shimmy": {"base_url": "http://127.0.0.1:9"}, "ollama": {"base_url": "http://127.0.0.1:9"}}))
    assert cause.message == "nothing listens at `http://127.0.0.1:9/v1`, which the default and `with-shimmy` need"
    assert symptoms == ["nothing listens at `http://127.0.0.1:9`, which `with-ollama` needs"]
    assert cause.affects == ("with-shimmy", "with-ollama")


def test_blocks_for_two_products_are_two_endpoints(tmp_path: Path) -> None:
    """Since one of them is wrong."""
    with serving(Vllm()) as server:
        checkup = checked(tmp_path, {"vllm": {"base_url": f"{server.url}/v1"}, "sglang": {"base_url": f"{server.url}/v1"}})
    assert [target.label for target in checkup.targets] == [f"vllm at {server.url}/v1", f"sglang at {server.url}/v1"]
