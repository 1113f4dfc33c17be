"""Keys and values that do not fit: the whole sentences of special cases."""

import pytest

from orbitcfg.lint.runner import run_rules
from orbitcfg.rules import RULES
from tests.trees import example_config


def reported(code: str, example: str) -> list[tuple[str | None, str, str | None]]:
    """Key, message and help of what one rule says."""
    return [
        (each.key, each.message, each.help) for each in run_rules(example_config(example), [rule for rule in RULES if rule.code == code]).diagnostics
    ]


@pytest.mark.parametrize("key", ["x-defaults", ".defaults"])
def test_a_holder_of_anchors_at_the_top_is_left_alone(key: str) -> None:
    assert reported("ORB301", f"{key}: &d {{a: 1}}\n") == []


def test_a_key_named_like_a_holder_is_unknown_further_in() -> None:
    unknown = ("general.x-defaults", "ORBIT knows no key `x-defaults` here, and ignores it", "remove it, or mend its name")
    assert reported("ORB301", "general: {inference_provider: shimmy, x-defaults: {a: 1}}\n") == [unknown]


def test_a_section_that_stands_further_in_belongs_to_the_top() -> None:
    found = ("files.processing.api_keys", "ORBIT reads `api_keys` at the top of the configuration", "move it to the top of the configuration")
    assert reported("ORB301", "files: {processing: {api_keys: {a: 1}}}\n") == [found]


def test_a_key_that_must_not_be_there_is_to_be_removed() -> None:
    block = "{enabled: true, api_key: k, endpoint_url: 'https://acme.example.org', model: m}"
    assert reported("ORB303", f"general: {{inference_provider: huggingface}}\ninference: {{huggingface: {block}}}\n") == [
        (
            "inference.huggingface.model",
            '`model` is `"m"`, and must be left out here: the provider cannot be built with both a dedicated endpoint and a model',
            "remove the line",
        )
    ]


def test_what_lies_below_a_setting_without_effect_is_not_told() -> None:
    """Neither a value that does not fit nor a key that nobody knows: one finding says that nothing there counts."""
    found = run_rules(example_config("files: {processing: {vision: {enabled: maybe, provider: [], tone: warm}}}\n"), RULES).diagnostics
    assert [(each.code, each.key) for each in found] == [("ORB306", "files.processing.vision")]
