"""Which object serves whom: ORBIT keeps one for each provider, whatever it was made of."""

from typing import Any

import pytest

from orbitcfg.dataclass import replace
from orbitcfg.document.memo import Memo
from orbitcfg.document.tree import Unknown
from orbitcfg.effective.adapters import beside_adapters
from orbitcfg.effective.block import ModelRequest, Setting, plain_block
from orbitcfg.effective.outcome import Outcomes
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from tests.effective.small import SHIMMY, adapter, config, label, paths, provider, row

VLLM = {"enabled": True, "base_url": "http://localhost:8000/v1", "model": "block-model"}


def served(use: Use) -> tuple[str | None, bool, str | None]:
    """The model of a row, whether it depends on the order, and whose object serves."""
    owner = None if use.served_by is None else str(use.served_by.owner)
    return use.model_name, use.order_dependent, owner


def on_vllm(*adapters: dict[str, Any]) -> Config:
    """Adapters beside a default provider that they do not use."""
    return config({"inference": {"shimmy": SHIMMY, "vllm": VLLM}, "adapters": list(adapters)})


def test_an_adapters_own_model_is_used_with_its_own_provider() -> None:
    found = on_vllm(adapter("a", inference_provider="vllm", model="m", temperature=0), adapter("b", inference_provider="vllm", model="n"))
    assert served(row(found, "a")) == ("m", False, None)
    assert served(row(found, "b")) == ("n", False, None)
    assert row(found, "a").parameters["temperature"].value == 0
    assert paths(row(found, "a").parameters["temperature"]) == (("adapters", 0, "temperature"),)


def test_what_two_ask_alike_is_written_where_each_asks_it() -> None:
    found = on_vllm(*(adapter(name, inference_provider="vllm", model="m", temperature=0) for name in ("a", "b")))
    asked = [row(found, name).parameters["temperature"] for name in ("a", "b")]
    assert [paths(each) for each in asked] == [(("adapters", 0, "temperature"),), (("adapters", 1, "temperature"),)]
    found = on_vllm(*(adapter(name, inference_provider="vllm", temperature=0) for name in ("a", "b")))
    asked = [row(found, name).parameters["temperature"] for name in ("a", "b")]
    assert [paths(each) for each in asked] == [(("adapters", 0, "temperature"),), (("adapters", 1, "temperature"),)]


def test_null_overrides_nothing() -> None:
    assert row(on_vllm(adapter("a", inference_provider="vllm", model=None, temperature=None)), "a").parameters["temperature"].value == 0.7


def test_the_default_takes_the_last_object_made_for_its_provider() -> None:
    found = config(
        {"adapters": [adapter("a", model="m"), adapter("b", inference_provider="shimmy", model="n"), adapter("c", inference_provider="vllm")]}
    )
    assert served(row(found)) == ("n", True, "b")
    assert served(row(found, "a")) == ("n", True, "b")
    assert served(row(found, "b")) == ("n", False, None)


def test_the_default_keeps_its_block_where_the_last_two_ask_the_same() -> None:
    found = config({"adapters": [adapter("a", model="m"), adapter("b", model="m")]})
    assert served(row(found)) == ("llama-3.2-3b", True, None)


def test_a_default_without_model_runs_on_an_adapters() -> None:
    block = {"enabled": True, "base_url": "http://localhost:11434"}
    found = config({"general": {"inference_provider": "ollama"}, "inference": {"ollama": block}, "adapters": [adapter("a", model="tag")]})
    assert served(row(found)) == ("tag", True, "a")
    assert (row(found).state, row(found).built) == ("configured", True)


def test_an_adapters_effort_is_lost() -> None:
    use = row(on_vllm(adapter("a", inference_provider="vllm", model="m", effort="high")), "a")
    assert served(use) == ("m", True, "a")
    assert "reasoning_effort" not in use.parameters


def test_effort_takes_effect_where_the_place_is_empty() -> None:
    found = on_vllm(adapter("a", inference_provider="vllm", effort="high"), adapter("b", inference_provider="vllm"))
    assert row(found, "a").parameters["reasoning_effort"].value == "high"
    assert row(found, "a").order_dependent


def test_effort_that_a_provider_ignores_changes_nothing() -> None:
    assert served(row(config({"adapters": [adapter("a", inference_provider="shimmy", effort="high")]}), "a")) == ("llama-3.2-3b", False, None)


def test_a_chosen_model_on_a_provider_in_use_is_another_one() -> None:
    choice = {"name": "big", "provider": "vllm", "model": "n"}
    found = on_vllm(adapter("a", inference_provider="vllm", model="m", allowed_models=[choice]))
    assert served(row(found, "a@big")) == ("m", True, "a")


def test_a_chosen_model_that_an_adapter_asks_for_too_is_itself() -> None:
    choice = {"name": "big", "provider": "vllm", "model": "n"}
    found = on_vllm(adapter("a", allowed_models=[choice]), adapter("b", inference_provider="vllm", model="n"))
    assert served(row(found, "a@big")) == ("n", False, None)


def test_the_second_choice_on_an_unused_provider_gets_the_first() -> None:
    choices = [{"name": name, "provider": "vllm", "model": name} for name in ("one", "two")]
    found = on_vllm(adapter("a", allowed_models=choices))
    assert served(row(found, "a@one"))[0] == "one"
    assert served(row(found, "a@two")) == ("one", True, "a@one")


def test_an_adapters_parameters_leak_into_its_choices() -> None:
    choice = {"name": "big", "provider": "vllm", "model": "n", "temperature": 0.1}
    found = on_vllm(adapter("a", max_tokens=64000, temperature=0.9, allowed_models=[choice]))
    parameters = row(found, "a@big").parameters
    assert (parameters["temperature"].value, parameters["max_tokens"].value) == (0.1, 64000)


def test_choices_that_cannot_be_chosen() -> None:
    choices = [
        {"name": "x", "model": "m"},
        {"name": "y", "provider": "vllm"},
        {"name": "z", "provider": "vllm", "model": "m"},
        {"name": "z", "provider": "vllm", "model": "n"},
    ]
    found = on_vllm(adapter("a", allowed_models=choices))
    states = [(label(use), use.state, use.reason) for use in found.uses if use.adapter is not None and use.adapter.entry is not None]
    assert states == [
        ("a@x", "incomplete", "the entry has no `provider`"),
        ("a@y", "incomplete", "the entry has no `model`"),
        ("a@z", "configured", ""),
        ("a@z", "ignored", "an earlier entry has the same name"),
    ]


def test_the_last_adapter_of_a_name_answers() -> None:
    found = on_vllm(adapter("a", inference_provider="vllm", model="m"), adapter("a", inference_provider="vllm", model="n"))
    rows = [(use.model.value, use.state) for use in found.uses if label(use) == "a"]
    assert rows == [("m", "ignored"), ("n", "configured")]


def test_a_preset_named_as_model_is_laid_over_the_block() -> None:
    presets = {
        "small": {"base_url": "http://localhost:11434", "model": "s", "think": True, "temperature": 0.5},
        "other": {"model": "o", "temperature": 0.1},
    }
    inference = {"shimmy": SHIMMY, "ollama": {"enabled": True, "use_preset": "small"}}
    found = config({"inference": inference, "ollama_presets": presets, "adapters": [adapter("a", inference_provider="ollama", model="other")]})
    use = row(found, "a")
    assert (use.model.value, use.request_parameters) == ("o", {"options": {"temperature": 0.1, "top_p": 0.9}, "think": True})
    assert paths(use.model) == (("ollama_presets", "other", "model"),)


def test_each_preset_has_the_address_that_it_names() -> None:
    presets = {"near": {"model": "n"}, "far": {"base_url": "http://far:11434", "model": "f"}}
    inference = {"shimmy": SHIMMY, "ollama": {"enabled": True, "base_url": "http://localhost:11434", "model": "m"}}
    asking = [adapter(name, inference_provider="ollama", model=name) for name in ("near", "far", "other")]
    found = config({"inference": inference, "ollama_presets": presets, "adapters": asking})
    assert [row(found, name).url.value for name in ("near", "far", "other")] == [
        "http://localhost:11434",
        "http://far:11434",
        "http://localhost:11434",
    ]


def test_a_llama_cpp_preset_named_as_model_is_a_model() -> None:
    presets = {"big": {"model": "b"}}
    inference = {"shimmy": SHIMMY, "llama_cpp": {"enabled": True, "mode": "api", "model": "l"}}
    found = config({"inference": inference, "llama_cpp_presets": presets, "adapters": [adapter("a", inference_provider="llama_cpp", model="big")]})
    assert row(found, "a").model.value == "big"


def test_a_plural_section_beats_the_block_and_what_adapters_override() -> None:
    plural = {"vllm": {"base_url": "http://plural:1/v1", "model": "p"}}
    found = config(
        {"inference": {"shimmy": SHIMMY, "vllm": VLLM}, "inferences": plural, "adapters": [adapter("a", inference_provider="vllm", model="m")]}
    )
    assert (row(found, "a").url.value, row(found, "a").model.value) == ("http://plural:1/v1", "p")


def test_context_and_length_reach_a_remote_ollama_under_its_own_names() -> None:
    block = {"enabled": True, "base_url": "http://gpu:1", "model": "m", "num_ctx": 4096}
    keys = {"inference_provider": "ollama_remote", "max_tokens": 70, "context_window": 2048}
    use = row(config({"inference": {"shimmy": SHIMMY, "ollama_remote": block}, "adapters": [adapter("a", **keys)]}), "a")
    assert use.request_parameters["options"] == {"temperature": 0.7, "top_p": 1.0, "num_ctx": 2048, "num_predict": 70}


def test_what_is_kept_goes_with_all_that_it_was_made_of() -> None:
    found = on_vllm()
    outcomes = Outcomes(found.tree, found.catalog.for_another_tree(Memo(keeps=True)), found.environment)
    made: Any = object
    first = outcomes.kept("what", made)
    assert outcomes.kept("what", made) is first
    others = (
        replace(outcomes, tree=found.tree._replace()),
        replace(outcomes, environment=replace(found.environment)),
        replace(outcomes, catalog=replace(outcomes.catalog, store=replace(found.catalog.store))),
    )
    for each in others:
        assert each.kept("what", made) is not first
    assert outcomes.kept("another", made) is not first


def test_a_text_that_is_not_known_is_another_than_one_that_is() -> None:
    """In two trees that differ in nothing else, as while somebody writes."""
    found = on_vllm()
    catalog = found.catalog.for_another_tree(Memo(keeps=True))
    asked = [ModelRequest("vllm", Setting(value, ("adapters", 0, "model"))) for value in ("m", Unknown("m"), "m")]
    assert [Outcomes(found.tree, catalog, found.environment).of(each).is_open for each in asked] == [False, True, False]


def test_a_block_is_set_up_for_each_service_and_known_by_its_address() -> None:
    presets = {name: {"base_url": f"http://{name}:11434", "model": "m"} for name in ("near", "far")}
    found = config({"ollama_presets": presets, "inference": {"shimmy": SHIMMY, "ollama": {"enabled": True, "model": "m"}, "vllm": VLLM}})
    outcomes = Outcomes(found.tree, found.catalog, found.environment)
    block = plain_block(found.tree, found.catalog, ("inference", "vllm"))
    assert [outcomes.of_block(block, service=name).setup.service for name in ("", "vision", "")] == ["", "vision", ""]
    near, far = (outcomes.of(ModelRequest("ollama", Setting(name, ("adapters", 0, "model")))).signature for name in presets)
    assert near != far


def test_all_but_the_adapters_is_the_same_while_keys_and_values_are() -> None:
    memo, tree = Memo(keeps=True), on_vllm(adapter("a")).tree
    renamed = tree._replace(entries={key if key == "adapters" else f"{key}_": entry for key, entry in tree.entries.items()})
    first = beside_adapters(tree, memo)
    assert beside_adapters(tree._replace(), memo) is first
    assert list(first.entries) == [key for key in tree.entries if key != "adapters"]
    assert list(beside_adapters(renamed, memo).entries) == [f"{key}_" for key in first.entries]


@pytest.mark.parametrize(
    ("name", "block", "is_open"),
    [
        ("openai", {"api_key": "${UNSET}", "model": "m"}, True),
        ("openai", {"api_key": "k", "model": "m", "temperature": "${UNSET}"}, False),
        ("vllm", {"base_url": "${UNSET}", "model": "m"}, True),
        ("vllm", {"base_url": "http://h:1/v1", "model": "${UNSET}"}, True),
        ("vllm", {"base_url": "http://h:1/v1", "model": "m", "api_key": "${UNSET}"}, False),
        ("vllm", {"host": "${UNSET}", "port": 1, "model": "m"}, True),
    ],
)
def test_what_is_not_known_of_an_address_a_key_or_a_model_leaves_open_what_becomes_of_it(name: str, block: dict[str, Any], is_open: bool) -> None:
    assert provider(name, block).is_open is is_open
