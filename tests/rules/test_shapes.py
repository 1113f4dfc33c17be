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
    unknown = ("general.x-defaults", "ORBIT knows no key `x-defaults` here, and ignores it", "remove it, or fix its name")
    assert reported("ORB301", "general: {inference_provider: shimmy, x-defaults: {a: 1}}\n") == [unknown]


def test_a_section_that_stands_further_in_belongs_to_the_top() -> None:
    found = ("files.processing.api_keys", "ORBIT reads `api_keys` at the top of the configuration", "move it to the top of the configuration")
    assert reported("ORB301", "files: {processing: {api_keys: {header_name: X-Key}}}\n") == [found]


def test_a_key_that_must_not_be_there_is_to_be_removed() -> None:
    block = "{enabled: true, api_key: k, endpoint_url: 'https://acme.example.org', model: m}"
    assert reported("ORB303", f"general: {{inference_provider: huggingface}}\ninference: {{huggingface: {block}}}\n") == [
        (
            "inference.huggingface.model",
            '`model` is `"m"`, and must be left out here: the provider cannot be set up with both an endpoint of its own and a model, so ORBIT does not start',
            "remove the line",
        )
    ]


def test_what_lies_below_a_setting_without_effect_is_not_told() -> None:
    """Neither a value that does not fit nor a key that nobody knows: one finding says that nothing there counts."""
    found = run_rules(example_config("files: {processing: {vision: {enabled: maybe, provider: [], tone: warm}}}\n"), RULES).diagnostics
    assert [(each.code, each.key) for each in found] == [("ORB306", "files.processing.vision")]


def said(example: str) -> list[tuple[str, str | None, str]]:
    """Severity, key and message of what is found about values."""
    found = run_rules(example_config(example), [rule for rule in RULES if rule.code in ("ORB303", "ORB304")]).diagnostics
    return [(each.severity.name, each.key, each.message) for each in found]


def test_a_number_that_json_cannot_hold_fails_where_it_is_sent() -> None:
    block = "inference: {shimmy: {enabled: true, base_url: 'http://localhost:11435', model: m, temperature: .nan}}\n"
    fails = "`temperature` is the value `nan`, and needs a number: JSON cannot hold it, so every request fails"
    # the default strikes nobody here
    assert said(block) == [("WARNING", "inference.shimmy.temperature", fails)]
    assert said("fault_tolerance: {execution: {timeout: .inf}}\n") == [
        ("WARNING", "fault_tolerance.execution.timeout", "`timeout` is the value `inf`, and needs a number")
    ]


def test_null_in_a_list_is_told_though_a_key_may_be_left_out() -> None:
    found = "`security.cors.allowed_origins[0]` is null"
    assert said("security: {cors: {allowed_origins: [null, 'https://a.example.org'], max_age: null}}\n") == [
        ("WARNING", "security.cors.allowed_origins[0]", found)
    ]


@pytest.mark.parametrize("void", ["false", "0"])
def test_what_has_no_items_does_what_null_does_where_a_list_belongs(void: str) -> None:
    ((_, _, message),) = said(f"security: {{cors: {{allowed_methods: {void}}}}}\n")
    assert message.endswith("and needs a list: no request is answered")


def test_text_where_a_list_belongs_is_another_thing() -> None:
    ((_, _, message),) = said("security: {cors: {allowed_methods: GET}}\n")
    assert message.endswith("and needs a list: ORBIT takes each character for an item")


def test_a_false_value_counts_as_left_out_where_null_does() -> None:
    header = "`referrer_policy` is the boolean `{}`, and needs text: {}"
    assert [message for _, _, message in said("security: {headers: {referrer_policy: false}}\n")] == [
        header.format("false", "the header is not sent")
    ]
    assert [message for _, _, message in said("security: {headers: {referrer_policy: true}}\n")] == [
        header.format("true", "a header must be text, and every request ends in an error")
    ]


def test_a_text_that_counts_as_false_does_what_null_does() -> None:
    """And one that is out of the list of words is told of once."""
    assert said("safety: {enabled: maybe}\n") == [
        ("ERROR", "safety.enabled", '`enabled` is the text `"maybe"`, and needs true or false: ORBIT takes this text for false')
    ]
    assert said("security: {headers: {x_frame_options: ALLOW}}\n") == [
        ("WARNING", "security.headers.x_frame_options", '`x_frame_options` is `"ALLOW"`, which is none of its values: browsers ignore it')
    ]


def test_what_nothing_reads_here_ends_no_start() -> None:
    """A block of a database that is not in use, the size of a log that begins anew each night, the level of a logger that is silent."""
    assert said("internal_services: {mongodb: , backend: {type: sqlite, sqlite: {database_path: orbit.db}}}\n") == []
    assert said("internal_services: {mongodb: , backend: {type: mongodb}}\n") == [
        ("ERROR", "internal_services.mongodb", "`mongodb` is null: it must hold how MongoDB is reached, so ORBIT does not start")
    ]
    assert [severity for severity, _, _ in said("logging: {handlers: {file: {rotation: midnight, max_size_mb: x}}}\n")] == ["WARNING"]
    assert [severity for severity, _, _ in said("logging: {loggers: {a: {level: loud, disabled: true}}}\n")] == ["WARNING"]
