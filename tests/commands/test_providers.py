"""The rows as people and programs get them."""

import json
from typing import Any

import pytest
import yaml

from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.commands.providers import columns, full
from orbitcfg.commands.providers.json import Effective
from orbitcfg.commands.providers.usage import Usage, adapters, selected, services
from orbitcfg.commands.resolve.yaml import origin_label
from orbitcfg.document.masked import masked_node
from orbitcfg.document.tree import plain
from orbitcfg.document.yaml_writer import annotated_yaml, to_yaml
from orbitcfg.effective.excerpt import excerpt
from orbitcfg.project.config import Config
from tests.effective.small import SHIMMY, adapter, config, label
from tests.trees import config_of

INFERENCE = {
    "shimmy": SHIMMY,
    "openai": {"enabled": True, "api_key": "${TEAM_KEY}", "base_url": "https://user:pass@proxy.example/v1", "model": "${MODEL_TOKEN}"},
}
ADAPTERS = [
    adapter("plain"),
    adapter("team", inference_provider="openai", temperature=0.2, allowed_models=[{"name": "fast", "provider": "shimmy", "model": "small"}]),
    adapter("later", enabled=False, inference_provider="openai"),
]


def found(**sections: Any) -> Config:
    """A configuration with a key that a variable gives."""
    return config({"inference": INFERENCE, "adapters": ADAPTERS, **sections}, {"TEAM_KEY": "very-secret", "MODEL_TOKEN": "hidden-model"})


def printed(format_name: str, every: bool = False) -> str:
    """The rows of that configuration."""
    whole = found()
    return render(Usage(whole, selected(whole.uses, every=every)), format_name)


TABLE = """\
  service    provider  model           url and key                   state
default
  inference  shimmy    llama-3.2-3b    http://localhost:11435/v1     configured
             general   block           block
                                       not-needed
plain
  inference  shimmy    llama-3.2-3b    http://localhost:11435/v1     configured
             general   block           block
                                       not-needed
team
  inference  openai    ${MODEL_TOKEN}  https://***@proxy.example/v1  configured
             adapter   block           block
                                       TEAM_KEY set
  @fast      shimmy    llama-3.2-3b    http://localhost:11435/v1     configured
             entry     block           block                         load order decides
                                       not-needed
    served by what was made for adapter `plain`
"""


def test_the_table() -> None:
    assert printed("full") == TABLE


def test_json_has_the_published_shape_and_the_issues_keys() -> None:
    shape = json.loads(printed("json"))
    assert Effective.model_validate(shape).rows[0].adapter is None
    assert shape["rows"][2] == {
        "adapter": "team",
        "service": "inference",
        "provider": "openai",
        "model": "${MODEL_TOKEN}",
        "url": "https://***@proxy.example/v1",
        "request": {"method": "POST", "url": "https://***@proxy.example/v1/chat/completions"},
        "parameters": {"temperature": 0.2, "top_p": 1.0, "max_tokens": 2000},
        "key_variable": "TEAM_KEY",
        "key_set": True,
        "state": "configured",
        "order_dependent": False,
        "origins": {
            "adapters[team].inference_provider": ["repo/config/config.yaml:26:23"],
            "adapters[team].temperature": ["repo/config/config.yaml:27:16"],
            "inference.openai.model": ["repo/config/config.yaml:12:12"],
            "inference.openai.base_url": ["repo/config/config.yaml:11:15"],
            "inference.openai.api_key": ["repo/config/config.yaml:10:14"],
        },
    }


@pytest.mark.parametrize("format_name", FORMATS["providers"])
def test_no_format_shows_a_key(format_name: str) -> None:
    text = printed(format_name, every=True)
    assert [secret for secret in ("very-secret", "hidden-model", "user:pass") if secret in text] == []


@pytest.mark.parametrize("format_name", FORMATS["providers"])
def test_no_format_shows_the_credentials_of_an_address_that_stands_for_a_name(format_name: str) -> None:
    address = "https://user:pass@proxy.example/v1"
    whole = found(adapters=[adapter(address, inference_provider=address, allowed_models=[{"name": address, "provider": address, "model": address}])])
    text = render(Usage(whole, selected(whole.uses, every=True)), format_name)
    assert "user:pass" not in text
    assert "https://***@proxy.example/v1" in text.replace("\n", "")


def test_markdown_escapes_what_would_break_the_table() -> None:
    whole = config({"inference": {"shimmy": {**SHIMMY, "model": "a|b"}}})
    assert render(Usage(whole, selected(whole.uses)), "markdown").splitlines()[2] == (
        "| (default) | inference | shimmy (general) | a\\|b (block) | http://localhost:11435/v1 (block) | not-needed | configured |  |"
    )


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        ({}, [None, "plain", "team", "team@fast"]),
        ({"every": True}, [None, None, "plain", "team", "team@fast", "later"]),
        ({"adapter": "team"}, ["team", "team@fast"]),
        ({"adapter": "team@fast"}, ["team@fast"]),
        ({"adapter": "later"}, ["later"]),
        ({"adapter": "default"}, [None]),
        ({"service": "embedding", "every": True}, [None]),
        ({"service": "vision"}, []),
    ],
)
def test_the_rows_that_are_asked_for(choice: dict[str, Any], rows: list[str | None]) -> None:
    assert [label(use) for use in selected(found().uses, **choice)] == rows


def test_names_that_can_be_asked_for() -> None:
    uses = found().uses
    assert (services(uses), adapters(uses)) == (("inference", "embedding"), ("default", "plain", "team", "later", "team@fast"))


def test_the_table_fits_a_hundred_columns() -> None:
    long = "an-adapter-of-a-name-that-is-much-longer-than-anybody-would-like"
    choices = [{"name": f"choice-{long}", "provider": "openai", "model": f"vendor/{long}"}]
    whole = found(adapters=[adapter(long, inference_provider="openai", allowed_models=choices), adapter("gone", inference_provider=long)])
    lines = render(Usage(whole, selected(whole.uses)), "full").splitlines()
    assert max(len(line) for line in lines) <= full.COLUMNS


def test_no_rows() -> None:
    assert render(Usage(found(), ()), "full") == "nothing\n"


def test_an_excerpt_is_the_adapter_and_all_that_it_uses_resolved() -> None:
    texts = {
        "config/config.yaml": "import: [more.yaml]\ngeneral: {port: 3000, inference_provider: shimmy}\n",
        "config/more.yaml": (
            "inference:\n  shimmy: {enabled: true, model: m, temperature: 0.4}\n  vllm: {enabled: true, model: v}\n"
            "adapters:\n  - {name: other}\n  - {name: mine, type: passthrough, inference_provider: shimmy, model: n}\n"
        ),
    }
    whole = config_of(texts)
    part = excerpt(whole.tree, whole.uses, "mine")
    assert part is not None
    assert plain(part) == {
        "inference": {"shimmy": {"enabled": True, "model": "n", "temperature": 0.4}},
        "adapters": [{"name": "mine", "type": "passthrough", "inference_provider": "shimmy", "model": "n"}],
    }
    text = annotated_yaml(to_yaml(masked_node(part)), lambda path: origin_label(part, path))
    assert "    model: n  # repo/config/more.yaml:6\n    temperature: 0.4  # repo/config/more.yaml:2\n" in text
    assert yaml.safe_load(text) == plain(part)


def test_an_excerpt_of_an_adapter_without_a_provider_names_the_general_one() -> None:
    whole = found()
    part = excerpt(whole.tree, whole.uses, "plain")
    assert part is not None
    assert plain(part) == {"general": {"inference_provider": "shimmy"}, "inference": {"shimmy": SHIMMY}, "adapters": [ADAPTERS[0]]}


def test_there_is_no_excerpt_of_an_adapter_that_is_not_there() -> None:
    whole = found()
    assert excerpt(whole.tree, whole.uses, "gone") is None


@pytest.mark.parametrize(
    ("url", "request_", "remark"),
    [
        ("http://gpu:8000/v1/", {"method": "POST", "url": "http://gpu:8000/v1/chat/completions"}, ""),
        (
            "http://gpu:abc/v1",
            {"error": "`http://gpu:abc/v1` is no address that can be called: its port is `abc`, which is no number", "stage": "construct"},
            "`http://gpu:abc/v1` is no address that can be called: its port is `abc`, which is no number",
        ),
        (
            "${GATEWAY_TOKEN}",
            {"error": "`${GATEWAY_TOKEN}` is no address that can be called", "stage": "call"},
            "`${GATEWAY_TOKEN}` is no address that can be called",
        ),
    ],
)
def test_the_request_of_an_ordinary_call_or_what_keeps_it_back(url: str, request_: dict[str, str], remark: str) -> None:
    """Nothing of a secret is in either."""
    whole = config(
        {
            "general": {"inference_provider": "openai"},
            "inference": {"openai": {"enabled": True, "api_key": "${TEAM_KEY}", "model": "m", "base_url": url}},
        },
        {"TEAM_KEY": "very-secret", "GATEWAY_TOKEN": "htps://very-secret.example"},
    )
    usage = Usage(whole, selected(whole.uses))
    assert json.loads(render(usage, "json"))["rows"][0]["request"] == request_
    assert columns.remark(usage.rows[0]) == remark
