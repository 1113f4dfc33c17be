"""Which parameters an ordinary request holds."""

from typing import Any

import pytest

from tests.effective.small import paths, provider

OPENAI = {"api_key": "k", "temperature": 0.4, "top_p": 0.9, "max_tokens": 500, "reasoning_effort": "low"}


def test_shimmy_drops_what_it_never_reads() -> None:
    block = {"model": "m", "temperature": 0.4, "top_k": 40, "repeat_penalty": 1.1, "stop_tokens": ["</s>"], "timeout": {"total": 1}}
    use = provider("shimmy", block)
    assert use.request_parameters == {"temperature": 0.4, "top_p": 0.95, "max_tokens": 1024, "stop": ["</s>"]}
    assert paths(use.parameters["stop"]) == (("inference", "shimmy", "stop_tokens"),)


def test_values_are_sent_as_they_are_read() -> None:
    use = provider("shimmy", {"model": "m", "temperature": None, "top_p": "0.9", "max_tokens": -1})
    assert use.request_parameters == {"temperature": None, "top_p": "0.9", "max_tokens": -1}


def test_ollama_sends_two_options_and_no_more() -> None:
    use = provider("ollama", {"model": "m", "temperature": 0.6, "num_ctx": 2048, "num_predict": 9, "keep_alive": "1h", "seed": 1, "think": True})
    assert use.request_parameters == {"options": {"temperature": 0.6, "top_p": 0.9}, "think": True}


@pytest.mark.parametrize(
    ("block", "think"),
    [({}, False), ({"effort": "low"}, "low"), ({"think": False, "effort": "low"}, False), ({"think": None, "effort": "low"}, None)],
)
def test_effort_is_thinking_only_where_think_is_absent(block: dict[str, Any], think: object) -> None:
    assert provider("ollama", {"model": "m", **block}).parameters["think"].value == think


def test_a_remote_ollama_gets_what_is_not_null() -> None:
    use = provider(
        "ollama_remote", {"base_url": "http://gpu:1", "model": "m", "num_ctx": 4096, "seed": None, "top_p": None, "stop": [], "max_tokens": 70}
    )
    assert use.request_parameters == {"options": {"temperature": 0.7, "num_ctx": 4096, "num_predict": 70}, "think": False}


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("gpt-5-mini", {"max_completion_tokens": 500, "reasoning_effort": "low"}),
        ("gpt-4o", {"temperature": 0.4, "max_completion_tokens": 500}),
        ("o4-mini", {"temperature": 0.4, "top_p": 0.9, "max_tokens": 500}),
    ],
)
def test_openais_parameters_hang_on_the_model(model: str, parameters: dict[str, Any]) -> None:
    assert provider("openai", {**OPENAI, "model": model}).request_parameters == parameters


def test_openais_length_has_the_name_that_the_block_gives_it() -> None:
    assert provider("openai", {**OPENAI, "model": "local", "token_parameter_name": "n"}).request_parameters == {
        "temperature": 0.4,
        "top_p": 0.9,
        "n": 500,
    }


def test_openais_model_has_a_default_where_it_is_empty() -> None:
    use = provider("openai", {**OPENAI, "model": ""})
    assert (use.model.value, paths(use.model)) == ("gpt-4o-mini", ())


def test_anthropics_model_has_a_default_only_where_it_is_absent() -> None:
    assert provider("anthropic", {"api_key": "k"}).model.value == "claude-sonnet-4-20250514"
    assert provider("anthropic", {"api_key": "k", "model": ""}).model.value == ""


def test_vllm_sends_what_its_mode_has_a_use_for() -> None:
    use = provider("vllm", {"model": "m", "top_k": 5, "effort": "low", "stop": ["END"]})
    assert use.request_parameters == {
        "temperature": 0.7,
        "top_p": 1.0,
        "max_tokens": 1024,
        "stop": ["END"],
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "reasoning_effort": "low",
    }


def test_azures_deployment_is_its_model() -> None:
    block = {"endpoint": "https://x.example/models", "api_key": "k", "api_version": "1", "deployment": "second", "model": "ignored"}
    assert provider("azure", block).model.value == "second"
    assert provider("azure", {**block, "deployment_name": "first"}).model.value == "first"
