"""Whether a use will work."""

from typing import Any

import pytest

from tests.effective.small import adapter, config, label, provider, row


@pytest.mark.parametrize("switch", [True, "no", "off", 0, None, ""])
def test_only_false_switches_a_provider_off(switch: object) -> None:
    assert provider("shimmy", {"enabled": switch, "model": "m"}).state == "ok"


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
    assert (use.provider.value, use.model.value, use.state) == ("openai", "gpt-4o-mini", "ok")


@pytest.mark.parametrize(
    ("name", "block", "state", "built"),
    [
        ("ollama", {}, "incomplete", False),
        ("ollama", {"model": ""}, "incomplete", False),
        ("ollama", {"use_preset": "gone", "model": "m"}, "incomplete", False),
        ("ollama_remote", {"model": "m"}, "incomplete", False),
        ("shimmy", {"model": "m", "retry": None}, "incomplete", False),
        ("llama_cpp", {}, "incomplete", False),
        ("llama_cpp", {"use_preset": "gone", "mode": "api"}, "ok", True),
        ("llama_cpp", {"mode": "server", "model": "m"}, "failing", True),
        ("llama_cpp", {"mode": "api", "model": "m", "stop_tokens": None}, "failing", True),
        ("bitnet", {"mode": "server"}, "ok", True),
        ("sglang", {"model": "m", "top_k": 20}, "failing", True),
        ("sglang", {"model": "m", "top_k": -1}, "ok", True),
        ("huggingface", {"model": "m", "endpoint_url": "https://x", "api_key": "k"}, "incomplete", False),
        ("zai", {"model": "m", "api_key": "k"}, "failing", True),
        ("aws", {"access_key": "a"}, "incomplete", False),
        ("shimmy", {}, "ok", True),
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


def test_a_realtime_adapter_asks_no_language_model() -> None:
    found = config({"adapters": [adapter("voice", type="openai_realtime")]})
    assert [use for use in found.uses if label(use) == "voice"] == []
