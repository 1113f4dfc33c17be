"""What makes a change take effect in an ORBIT that runs: as its trials came out, change by change."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from orbitcfg.commands.diff.result import Difference, Side
from orbitcfg.effective.reload import MCP_RELOAD, RELOAD, RESTART, Activation, How, Rollout, rollout_of
from tests.effective.small import adapter, config
from tests.shared import read_facts

TRIALS: dict[str, Any] = read_facts("orbit-api/reloads")
BASE: dict[str, Any] = {
    "general": {"inference_provider": "shimmy", "port": 3000, "session_id": {"header_name": "X-Session-ID", "required": True}},
    "api_keys": {"header_name": "X-API-Key"},
    "security": {"headers": {"enabled": True, "x_frame_options": "SAMEORIGIN"}},
    "monitoring": {"enabled": True, "metrics": {"prometheus": {"enabled": True}}},
    "inference": {
        "shimmy": {"enabled": True, "base_url": "http://127.0.0.1:11435", "model": "shimmy-model"},
        "ollama": {"enabled": True, "use_preset": "small"},
        "openai": {"enabled": True, "base_url": "http://127.0.0.1:19002/v1", "api_key": "k", "model": "gpt-default", "temperature": 0.31},
        "deepseek": {"enabled": False, "api_key": "k", "model": "ds"},
    },
    "ollama_presets": {"small": {"base_url": "http://127.0.0.1:11434", "model": "preset-model"}},
    "mcp_clients": {"enabled": True, "servers": [{"name": "one", "transport": "http", "url": "http://127.0.0.1:19009/mcp"}]},
    "adapters": [
        adapter("simple-chat", capabilities={"retrieval_behavior": "none", "mcp_tools": True}),
        adapter("openai-chat", inference_provider="openai", model="gpt-a", temperature=0.11),
        adapter("plain-openai", inference_provider="openai"),
        adapter("preset-chat", inference_provider="ollama"),
        adapter("ds-chat", inference_provider="deepseek"),
        adapter("list-chat", inference_provider="openai", allowed_models=[{"name": "b", "provider": "openai", "model": "gpt-b"}]),
    ],
}
"""The configuration of the trials."""

Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, Change] = {
    "adapter-added": lambda tree: tree["adapters"].append(adapter("new-chat", inference_provider="openai", model="new-model")),
    "adapter-disabled": lambda tree: tree["adapters"][1].update(enabled=False),
    "adapter-provider": lambda tree: tree["adapters"][2].update(inference_provider="ollama"),
    "adapter-model": lambda tree: tree["adapters"][1].update(model="gpt-z"),
    "adapter-temperature": lambda tree: tree["adapters"][1].update(temperature=0.77),
    "adapter-allowed-models": lambda tree: tree["adapters"][5]["allowed_models"][0].update(model="gpt-bb"),
    "adapter-skill": lambda tree: tree["adapters"][0]["capabilities"].update(expose_as_skill=True, skill_name="Sums"),
    "block-model": lambda tree: tree["inference"]["openai"].update(model="gpt-changed"),
    "block-url": lambda tree: tree["inference"]["openai"].update(base_url="http://127.0.0.1:19004/v1"),
    "block-temperature": lambda tree: tree["inference"]["openai"].update(temperature=0.91),
    "block-off": lambda tree: tree["inference"]["openai"].update(enabled=False),
    "block-on": lambda tree: tree["inference"]["deepseek"].update(enabled=True),
    "block-new": lambda tree: (
        tree["inference"].update(lmstudio={"enabled": True, "base_url": "http://127.0.0.1:19004/v1", "model": "lm-model"}),
        tree["adapters"].append(adapter("lm-chat", inference_provider="lmstudio")),
    ),
    "preset": lambda tree: tree["ollama_presets"]["small"].update(model="preset-changed"),
    "default-model": lambda tree: tree["inference"]["shimmy"].update(model="shimmy-changed"),
    "default-url": lambda tree: tree["inference"]["shimmy"].update(base_url="http://127.0.0.1:19004"),
    "default-provider": lambda tree: tree["general"].update(inference_provider="openai"),
    "session-required": lambda tree: tree["general"]["session_id"].update(required=False),
    "key-header": lambda tree: tree["api_keys"].update(header_name="X-Other"),
    "require-user": lambda tree: tree.update(auth={"default_admin_password": "admin", "require_authenticated_user": True}),
    "security-headers": lambda tree: tree["security"]["headers"].update(x_frame_options="DENY"),
    "prometheus": lambda tree: tree["monitoring"]["metrics"]["prometheus"].update(enabled=False),
    "mcp-server": lambda tree: tree["mcp_clients"]["servers"].append({"name": "two", "transport": "http", "url": "http://127.0.0.1:19008/mcp"}),
    "port": lambda tree: tree["general"].update(port=3001),
    "query-cache": lambda tree: tree.update(chat_history={"enabled": False}),
}
"""Each change of a trial that a file of YAML holds and that leaves it one."""

UNSEEN = {"port": How.RESTART, "query-cache": How.RESTART}
"""Trials whose effect the kept part of the recording does not show, with what it was."""

ELSEWHERE = {"env-file", "yaml-broken-import", "yaml-broken-config"}


def recorded(name: str) -> How:
    """The first stage of a trial after which everything was as after the restart at its end."""
    stages = {stage: {key: value for key, value in seen.items() if key != "reload status"} for stage, seen in TRIALS[name]["stages"].items()}
    end = _ordered(stages["restart"])
    first = next(stage for stage, seen in stages.items() if _ordered(seen) == end)
    if "adapter_name=" in first:
        return How.RELOAD_ADAPTER
    return {"POST /admin/mcp/reload": How.RELOAD_MCP, "POST /admin/reload-adapters": How.RELOAD_ADAPTERS, "restart": How.RESTART}[first]


def _ordered(seen: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(map(str, value)) if isinstance(value, list) else value for key, value in seen.items()}


def rollout(change: Change, tree: dict[str, Any] = BASE) -> Rollout | None:
    """What makes a change of a configuration take effect."""
    changed = deepcopy(tree)
    change(changed)
    return Difference(Side("was", config(tree)), Side("now", config(changed))).rollout


def test_every_trial_is_looked_at() -> None:
    assert CHANGES.keys() | ELSEWHERE == TRIALS.keys()


WITHOUT_CHOICES = {**BASE, "adapters": BASE["adapters"][:-1]}
"""Where no client chooses a model: the trials of blocks asked another adapter, whose reload says nothing of the choices."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_takes_effect_as_it_did(name: str) -> None:
    found = rollout(CHANGES[name], WITHOUT_CHOICES if name.startswith("block-") else BASE)
    assert found is not None
    assert found.how is (UNSEEN[name] if name in UNSEEN else recorded(name))


SENTENCES = {
    "adapter-model": f"takes effect with `{RELOAD}`, without a restart",
    "block-model": f"takes effect with `{RELOAD} --adapter plain-openai` and `{RELOAD} --adapter list-chat`, without a restart",
    "block-url": "takes effect with a restart, because the models that clients choose are made with `inference.openai` once",
    "preset": f"takes effect with `{RELOAD} --adapter preset-chat`, without a restart",
    "mcp-server": f"takes effect with `{MCP_RELOAD}`, without a restart",
    "default-provider": "takes effect with a restart, because ORBIT reads `general.inference_provider` once, when it starts",
    "default-model": "takes effect with a restart, because the default model is made with `inference.shimmy` once, when ORBIT starts",
    "block-on": "takes effect with a restart, because ORBIT registers `inference.deepseek` once, when it starts",
    "adapter-allowed-models": "takes effect with a restart, because after a reload the choices of `list-chat` go to the model of their provider's block",
    "adapter-skill": "takes effect with a restart, because a reload of `simple-chat` closes the client of the default model for good",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_it_is_said_with_the_command_or_the_reason(name: str) -> None:
    found = rollout(CHANGES[name])
    assert found is not None
    assert found.sentence == SENTENCES[name]


def test_the_reload_of_what_ran_before_counts_too() -> None:
    """A second adapter on the default, come along with the change, does not keep the first one's reload from closing the client."""

    def change(tree: dict[str, Any]) -> None:
        tree["adapters"][0].update(max_tokens=5)
        tree["adapters"].append(adapter("second"))

    found = rollout(change)
    assert found is not None
    assert (found.how, found.because) == (How.RESTART, "a reload of `simple-chat` closes the client of the default model for good")


def test_what_nobody_uses_takes_no_effect() -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["inference"]["deepseek"].update(model="other")
        tree["adapters"][4].update(enabled=False, temperature=0.1)

    off = deepcopy(BASE)
    off["adapters"][4]["enabled"] = False
    assert rollout(change, off) is None


def test_several_changes_need_what_the_heaviest_needs() -> None:
    adapters, mcp = Activation(How.RELOAD_ADAPTERS), Activation(How.RELOAD_MCP)
    assert rollout_of([adapters, mcp, Activation(How.RELOAD_ADAPTER, adapters=("a",))]) == Rollout(
        How.RELOAD_ADAPTER, calls=(MCP_RELOAD, RELOAD, f"{RELOAD} --adapter a")
    )
    restarts = [Activation(How.RESTART, f"reason {number}") for number in (1, 2, 1, 3)]
    assert rollout_of([adapters, *restarts]) == Rollout(How.RESTART, "reason 1 (and 2 more reasons)", (RESTART,))
    assert rollout_of([]) is None


def closing(adapters: list[dict[str, Any]], provider: str = "shimmy", **block: Any) -> str | None:
    """The adapter whose reload closes the default model's client."""
    found = config(
        {
            "general": {"inference_provider": provider},
            "inference": {provider: {"enabled": True, "base_url": "http://127.0.0.1:1", "model": "m", **block}},
            "adapters": adapters,
        }
    ).reloads.closing
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("provider", "block", "closes"),
    [
        ("shimmy", {}, True),
        ("vllm", {"mode": "api"}, True),
        ("llama_cpp", {"mode": "api"}, True),
        ("llama_cpp", {"mode": "direct", "model_path": "m.gguf"}, False),
        ("openai", {"api_key": "k"}, False),
        ("lmstudio", {}, False),
        ("ollama", {}, False),
    ],
)
def test_a_reload_closes_the_client_of_some_default_providers(provider: str, block: dict[str, Any], *, closes: bool) -> None:
    assert closing([adapter("chat")], provider, **block) == ("chat" if closes else None)


def test_a_reload_closes_it_only_for_the_one_adapter_on_it_that_names_no_provider() -> None:
    assert closing([adapter("chat", inference_provider="shimmy")]) is None
    assert closing([adapter("chat"), adapter("second")]) is None
    assert closing([adapter("chat"), adapter("second", inference_provider="shimmy")]) is None
    assert closing([adapter("chat"), adapter("off", enabled=False)]) == "chat"
    assert closing([]) is None
