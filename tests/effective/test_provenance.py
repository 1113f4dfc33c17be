"""Who set each value of a row, where, and whether it may be shown."""

import pytest

from orbitcfg.document.tree import Scalar, at
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.provenance import NOTHING, Written, preset_of
from orbitcfg.effective.uses import uses
from orbitcfg.project.config import Config
from tests.effective.small import SHIMMY, adapter, config, label, paths, provider, row
from tests.trees import config_of

OPENAI = {"enabled": True, "api_key": "${TEAM_KEY}", "model": "${MODEL_TOKEN}", "base_url": "${PROXY_URL}"}


def on_openai(*adapters: dict[str, object], process: dict[str, str] | None = None) -> Config:
    """Adapters beside a default provider that they do not use."""
    return config({"inference": {"shimmy": SHIMMY, "openai": OPENAI}, "adapters": list(adapters)}, process)


def test_the_default_is_named_by_the_general_section_and_the_rest_by_the_block() -> None:
    use = row(config({}))
    assert (use.provider.set_by, use.model.set_by, use.url.set_by) == ("general", "block", "block")


def test_what_no_file_says_is_built_in() -> None:
    use = provider("openai", {"api_key": "k"})
    assert (use.model.value, use.model.set_by, use.model.places) == ("gpt-4o-mini", "built in", ())
    assert use.parameters["max_completion_tokens"].set_by == "built in"


def test_a_section_of_its_own_names_the_provider_of_a_service() -> None:
    use = row(config({"embedding": {"provider": "ollama"}, "embeddings": {"ollama": {"model": "m"}}}), None, "embedding")
    assert (use.provider.set_by, use.model.set_by) == ("embedding", "block")


def test_an_adapter_and_an_entry_set_what_they_override() -> None:
    choice = {"name": "big", "provider": "openai", "model": "n"}
    found = on_openai(adapter("a", inference_provider="openai", temperature=0.1, allowed_models=[choice]))
    own = row(found, "a")
    assert (own.provider.set_by, own.parameters["temperature"].set_by, own.model.set_by) == ("adapter", "adapter", "block")
    assert row(found, "a@big").provider.set_by == "entry"


def test_a_row_that_another_adapters_object_serves_names_that_adapter() -> None:
    found = on_openai(
        adapter("a", inference_provider="openai", model="m"), adapter("b", allowed_models=[{"name": "x", "provider": "openai", "model": "n"}])
    )
    use = row(found, "b@x")
    assert (use.model.value, use.model.set_by, paths(use.model)) == ("m", "adapter a", (("adapters", 0, "model"),))


def test_a_preset_sets_what_it_brings_to_the_block_or_instead_of_it() -> None:
    presets = {"small": {"base_url": "http://localhost:11434", "model": "s"}, "other": {"model": "o"}}
    inference = {"shimmy": SHIMMY, "ollama": {"enabled": True, "use_preset": "small"}}
    found = config(
        {
            "general": {"inference_provider": "ollama"},
            "inference": inference,
            "ollama_presets": presets,
            "adapters": [adapter("a", inference_provider="ollama", model="other")],
        }
    )
    default, own = row(found), row(found, "a")
    assert (default.url.set_by, own.model.set_by) == ("preset small", "preset other")
    node = at(found.tree, ("inference", "ollama", "base_url"))
    assert node is not None
    assert preset_of(node) == "small"


def test_a_value_has_the_places_of_its_variable_and_of_its_preset() -> None:
    texts = {
        "config/config.yaml": (
            "general: {inference_provider: ollama}\n"
            "inference:\n  ollama: {enabled: true, use_preset: p}\n"
            "ollama_presets:\n  p: {model: m, base_url: '${OLLAMA}'}\n"
        ),
        ".env": "\nOLLAMA=http://gpu:1\n",
    }
    (place,) = row(config_of(texts)).url.places
    assert [span.label.removeprefix("repo/") for span in place.spans] == ["config/config.yaml:5", ".env:2", "config/config.yaml:3"]


def test_a_value_of_a_secret_variable_is_known_as_one() -> None:
    use = row(on_openai(adapter("a", inference_provider="openai"), process={"MODEL_TOKEN": "hidden", "PROXY_URL": "http://proxy:1"}), "a")
    assert (use.model.value, use.model.secret_variable) == ("hidden", "MODEL_TOKEN")
    assert (use.url.value, use.url.secret_variable) == ("http://proxy:1", None)


def test_what_is_not_there_has_no_place() -> None:
    assert (NOTHING.path, NOTHING.decided_at, NOTHING.secret_variable) == (None, None, None)
    assert Written(("gone",), None).spans == ()


def test_the_deciding_place_is_the_first_where_something_stands() -> None:
    use = provider("vllm", {"host": "gpu", "model": "m"})
    decided = use.url.decided_at
    assert decided is not None
    assert (decided.path, isinstance(decided.node, Scalar)) == (("inference", "vllm", "host"), True)


def test_the_rows_are_the_same_however_often_they_are_worked_out() -> None:
    choices = [{"name": name, "provider": "openai", "model": name} for name in ("one", "two")]
    found = on_openai(adapter("a", allowed_models=choices), adapter("b", inference_provider="openai", effort="high"))
    again = uses(found.switches, found.adapters, found.environment)
    assert [label(use) for use in again if use.service == "inference"] == [None, "a", "a@one", "a@two", "b"]
    assert found.uses == again


@pytest.mark.parametrize(
    ("key", "text", "is_meant"),
    [
        (AdapterKey("team"), "team", True),
        (AdapterKey("team", "fast"), "team", True),
        (AdapterKey("team", "fast"), "team@fast", True),
        (AdapterKey("team", "fast"), "team@slow", False),
        (AdapterKey("team"), "team@fast", False),
        (AdapterKey("team@fast"), "team", False),
        (AdapterKey("team@fast"), "team@fast", True),
    ],
)
def test_what_a_user_means_by_a_name(key: AdapterKey, text: str, is_meant: bool) -> None:
    assert key.is_meant_by(text) == is_meant
