"""Providers that ORBIT cannot make: the whole sentences."""

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.rules import RULES
from tests.trees import example_config

RULE = [rule for rule in RULES if rule.code == "ORB403"]
CHAT = """adapters:
  - name: chat
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    capabilities: {retrieval_behavior: none}
    inference_provider: anthropic
"""


def reported(example: str) -> list[tuple[str, str | None]]:
    """Message and help of each finding."""
    return [(each.message, each.help) for each in run_rules(example_config(example), RULE).diagnostics]


@pytest.mark.parametrize(
    ("provider", "keys", "cause", "remedy"),
    [
        ("anthropic", "api_key: k, model: m, timeout: 30", "`timeout` has a value that does not fit", "write a mapping"),
        ("anthropic", "api_key: k, model: m, timeout: null", "`timeout` is null", "write a mapping"),
        ("openai", "api_key: k, model: m, retry: null", "`retry` is null", "write a mapping"),
        ("ollama", "base_url: 'http://localhost:11434'", "there is no `model`", "add `model`"),
        ("ollama", "model: ''", "there is no `model`", "give it a value"),
        ("llama_cpp", "n_ctx: 4096", "there is no `model` to load", "add `model`"),
    ],
)
def test_the_sentence_says_once_what_is_wrong(provider: str, keys: str, cause: str, remedy: str) -> None:
    example = f"general: {{inference_provider: {provider}}}\ninference: {{{provider}: {{enabled: true, {keys}}}}}\n"
    assert reported(example) == [(f"ORBIT cannot set up the provider `{provider}`: {cause}, so ORBIT does not start", remedy)]


def test_a_provider_that_only_an_adapter_names_does_not_end_the_start() -> None:
    blocks = "{shimmy: {enabled: true, model: m}, anthropic: {enabled: true, api_key: k, model: m, timeout: 30}}"
    assert reported(f"{CHAT}inference: {blocks}\n") == [
        ("ORBIT cannot set up the provider `anthropic`: `timeout` has a value that does not fit", "write a mapping")
    ]
