"""Whether a use will work."""

from typing import Any

import pytest

from tests.effective.small import SHIMMY, adapter, config, label, provider, row


@pytest.mark.parametrize("switch", [True, "no", "off", 0, None, ""])
def test_only_false_switches_a_provider_off(switch: object) -> None:
    assert provider("shimmy", {"enabled": switch, "model": "m"}).state == "configured"


@pytest.mark.parametrize("switch", [False, "false", "FALSE"])
def test_false_and_its_text_switch_a_provider_off(switch: object) -> None:
    assert provider("shimmy", {"enabled": switch, "model": "m"}).state == "disabled"


def test_a_block_without_a_switch_is_off() -> None:
    assert row(config({"inference": {"shimmy": {"model": "m"}}})).state == "disabled"


def test_a_name_that_inference_lacks_is_unknown() -> None:
    use = row(config({"general": {"inference_provider": "Shimmy"}}))
    assert (use.provider.value, use.state, use.built) == ("Shimmy", "unknown", False)


def test_a_name_that_orbit_lacks_is_unregistered() -> None:
    use = provider("koboldcpp", {"model": "m"})
    assert (use.state, use.built, use.block) == ("unregistered", True, ("inference", "koboldcpp"))


def test_a_name_from_an_unset_variable_is_undecided() -> None:
    use = row(config({"general": {"inference_provider": "${CHAT_PROVIDER}"}}))
    assert (use.provider.value, use.state) == (None, "undecided")


@pytest.mark.parametrize("written", [None, ""])
def test_an_empty_default_stops_the_start(written: object) -> None:
    use = row(config({"general": {"inference_provider": written}}))
    assert (use.provider.value, use.state, use.built) == (None, "unknown", False)


def test_a_missing_default_is_openai() -> None:
    use = row(config({"general": {"port": 1}, "inference": {"openai": {"enabled": True, "api_key": "k"}}}))
    assert (use.provider.value, use.model.value, use.state) == ("openai", "gpt-4o-mini", "configured")


@pytest.mark.parametrize(
    ("name", "block", "state", "built"),
    [
        ("ollama", {}, "incomplete", False),
        ("ollama", {"model": ""}, "incomplete", False),
        ("ollama", {"use_preset": "gone", "model": "m"}, "incomplete", False),
        ("ollama_remote", {"model": "m"}, "incomplete", False),
        ("shimmy", {"model": "m", "retry": None}, "incomplete", False),
        ("llama_cpp", {}, "incomplete", False),
        ("llama_cpp", {"use_preset": "gone", "mode": "api"}, "configured", True),
        ("llama_cpp", {"mode": "server", "model": "m"}, "failing", True),
        ("llama_cpp", {"mode": "api", "model": "m", "stop_tokens": None}, "failing", True),
        ("bitnet", {"mode": "server"}, "configured", True),
        ("sglang", {"model": "m", "top_k": 20}, "failing", True),
        ("sglang", {"model": "m", "top_k": -1}, "configured", True),
        ("huggingface", {"model": "m", "endpoint_url": "https://x", "api_key": "k"}, "incomplete", False),
        ("zai", {"model": "m", "api_key": "k"}, "failing", True),
        ("aws", {"access_key": "a"}, "incomplete", False),
        ("shimmy", {}, "configured", True),
    ],
)
def test_what_a_provider_cannot_do_without(name: str, block: dict[str, Any], state: str, built: bool) -> None:
    use = provider(name, block)
    assert (use.state, use.built) == (state, built), use.reason


def test_a_plural_section_that_is_null_breaks_every_provider() -> None:
    use = row(config({"inferences": None}))
    assert (use.state, use.built) == ("incomplete", False)


def test_an_agent_needs_a_provider_that_calls_tools() -> None:
    use = row(config({"adapters": [adapter("agent", type="mcp_agent", inference_provider="shimmy")]}), "agent")
    assert (use.state, use.reason) == ("failing", "the provider cannot call tools, which an `mcp_agent` adapter needs")


def test_web_search_breaks_a_provider_that_cannot() -> None:
    use = row(config({"adapters": [adapter("searcher", capabilities={"web_search": True})]}), "searcher")
    assert use.state == "failing"


def test_a_disabled_adapter_is_off_and_still_shown() -> None:
    use = row(config({"adapters": [adapter("later", enabled=False, model="m2", inference_provider="shimmy")]}), "later")
    assert (use.state, use.enabled, use.model.value) == ("off", False, "m2")


@pytest.mark.parametrize(
    ("kind", "provider", "model", "variable"),
    [
        ("openai_realtime", "openai", "gpt-realtime", "OPENAI_API_KEY"),
        ("openai_realtime_translation", "openai", "gpt-realtime-translate", "OPENAI_API_KEY"),
        ("gemini_live", "gemini", "gemini-3.1-flash-live-preview", "GOOGLE_API_KEY"),
    ],
)
def test_a_realtime_adapter_talks_to_its_vendor_alone(kind: str, provider: str, model: str, variable: str) -> None:
    """Whether or not the vendor's block is switched on; the variable goes before the key that is written."""
    voice = adapter("voice", type=kind, model="not-read")
    (use,) = [use for use in config({"adapters": [voice]}).uses if label(use) == "voice"]
    assert (use.service, use.provider.value, use.model.value, use.state, use.key_variable) == ("realtime", provider, model, "keyless", variable)
    written = {
        "inference": {provider: {"enabled": False, "api_key": "k"}},
        "adapters": [adapter("voice", type=kind, config={"realtime_model": "own"})],
    }
    (use,) = [use for use in config(written).uses if label(use) == "voice"]
    assert (use.state, use.key.value, use.model.value, use.model.set_by) == ("configured", "k", "own", "adapter")


def test_the_second_variable_of_a_vendor_goes_before_the_key_that_is_written() -> None:
    written = {"inference": {"gemini": {"enabled": False, "api_key": "k"}}, "adapters": [adapter("voice", type="gemini_live")]}
    (use,) = [use for use in config(written, {"GEMINI_API_KEY": "second"}).uses if label(use) == "voice"]
    assert (use.key.value, use.key_variable) == ("second", "GEMINI_API_KEY")


def test_a_realtime_adapter_that_is_off_is_still_shown() -> None:
    (use,) = [use for use in config({"adapters": [adapter("voice", type="gemini_live", enabled=False)]}).uses if label(use) == "voice"]
    assert (use.state, use.is_on) == ("off", False)


@pytest.mark.parametrize(
    "keys", [{"rewrite_provider": "vllm"}, {"inference_provider": "nowhere"}, {"rewrite_provider": "vllm", "inference_provider": "vllm"}]
)
def test_a_generator_whose_providers_cannot_be_used_asks_the_default(keys: dict[str, str]) -> None:
    painter = adapter("painter", type="document_generation", **keys)
    vllm = {"enabled": False, "base_url": "http://localhost:8000/v1", "model": "m"}
    found = config({"inference": {"shimmy": SHIMMY, "vllm": vllm}, "adapters": [painter]})
    use = row(found, "painter", "rewriting")
    first = keys.get("rewrite_provider", "nowhere")
    assert (use.service, use.provider.value, use.state) == ("rewriting", "shimmy", "configured")
    assert use.reason == f"`{first}` cannot be used, so ORBIT takes the default"
    assert "painter" in map(str, found.demand.of(("inference", "shimmy")).by)
