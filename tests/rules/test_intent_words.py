"""Keys that people bring along from other tools."""

import pytest

from tests.rules.test_intent_cases import found_in


@pytest.mark.parametrize(
    ("template", "key", "meant"),
    [
        ("parameters: [{name: city, enum: [Rome]}]", "enum", "allowed_values"),
        ("parameters: [{name: city, choices: [Rome]}]", "choices", "allowed_values"),
        ("method: POST", "method", "http_method"),
        ("params: [{name: city}]", "params", "parameters"),
    ],
)
def test_a_key_of_another_tool_is_told_by_its_name_here(template: str, key: str, meant: str) -> None:
    library = f"templates: [{{id: t, nl_examples: [all], endpoint: '/{{city}}', {template}}}]"
    settings = {"domain_config_path": "domain.yaml", "template_library_path": "library.yaml"}
    case = {"family": "http", "files": {"domain.yaml": "{}", "library.yaml": library}, "adapter_config": settings}
    (found,) = [each for each in found_in(case) if each.code == "ORB042"]
    assert (found.message.partition(" in ")[0], found.help) == (f"ORBIT knows no key `{key}`", f"write `{meant}`")
