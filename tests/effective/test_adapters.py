"""Adapters as ORBIT routes to them, and what each requests of a language model."""

import pytest
import yaml

from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.adapters import (
    INTENT_FAMILIES,
    SEARCHED,
    VECTOR_FAMILIES,
    Adapter,
    AllowedModel,
    allowed_models,
    buildable,
    chosen_request,
    known_types,
    own_request,
    preload_request,
    routed,
    served_names,
)
from orbitcfg.effective.block import ModelRequest
from orbitcfg.project.config import Config
from tests.effective.small import config


def made(text: str) -> Config:
    """A configuration."""
    return config(yaml.safe_load(text))


def one(keys: str) -> Adapter:
    """An adapter with these keys."""
    (found,) = made(f"adapters: [{{name: a{', ' if keys else ''}{keys}}}]").adapters
    return found


def request(found: ModelRequest | None) -> tuple[str, object, dict[str, object]] | None:
    """Provider, model and parameters."""
    if found is None:
        return None
    return found.provider, found.model and found.model.value, {name: setting.value for name, setting in found.parameters}


def test_every_entry_that_is_a_mapping_is_an_adapter() -> None:
    found = made("adapters: [text, {name: a}, null, {name: 5, enabled: false}, {}]").adapters
    assert [(each.path, each.name, each.is_on) for each in found] == [
        (("adapters", 1), "a", True),
        (("adapters", 3), "5", False),
        (("adapters", 4), "", True),
    ]
    assert found[0].key == AdapterKey("a")
    assert made("adapters: {name: a}").adapters == made("general: {inference_provider: shimmy}").adapters == ()


def test_a_class_that_the_catalogue_knows_gives_the_family() -> None:
    known = "implementation: retrievers.implementations.composite.composite_intent_retriever.CompositeIntentRetriever"
    assert [one(keys).family for keys in (known, "implementation: acme.Class", "implementation: [x]", "")] == ["composite", None, None, None]


@pytest.mark.parametrize(("text", "kind"), [("passthrough", "passthrough"), ("''", "retriever"), ("null", "retriever"), ("5", "retriever")])
def test_one_without_a_type_is_a_retriever(text: str, kind: str) -> None:
    assert one(f"type: {text}").kind == kind
    assert one("").kind == "retriever"


def test_of_two_of_a_name_the_last_that_is_on_answers_at_the_place_of_the_first() -> None:
    found = made("adapters: [{name: a}, {name: b}, {name: a}, {name: a, enabled: false}, {name: ''}, {name: c, enabled: '${E}'}]").adapters
    answering = routed(found)
    assert [(name, each.path[1]) for name, each in answering.items()] == [("a", 2), ("b", 1), ("c", 5)]


def test_a_key_that_is_empty_for_python_is_not_set() -> None:
    found = one("empty: '', zero: 0, none: null, dark: false, text: x, one: 1")
    assert {key for key in ("empty", "zero", "none", "dark", "text", "one", "gone") if found.own(key)} == {"text", "one"}
    assert {key for key in ("empty", "zero", "none", "dark", "text", "one", "gone") if found.has(key)} == {"zero", "dark", "text", "one"}


def test_text_is_what_is_known_here_and_not_empty() -> None:
    found = one("model: m, number: 5, empty: '', open: '${X}', config: {inner: deep}")
    assert [found.text(key) for key in ("model", "number", "empty", "open", "gone")] == ["m", None, None, None, None]
    assert found.text("config", "inner") == "deep"


@pytest.mark.parametrize(
    ("value", "on"), [("true", True), ("false", False), ("'no'", True), ("''", False), ("0", False), ("'${X}'", True), ("[]", True), ("null", False)]
)
def test_a_capability_has_pythons_truth(value: str, on: bool) -> None:
    found = one(f"capabilities: {{expose_as_skill: {value}}}")
    assert (found.enables("expose_as_skill"), found.enables("gone")) == (on, False)


RETRIEVAL = {
    "": "never",
    "capabilities: null": "never",
    "capabilities: {}": "always",
    "capabilities: {retrieval_behavior: always}": "always",
    "capabilities: {retrieval_behavior: conditional}": "sometimes",
    "capabilities: {retrieval_behavior: none}": "never",
    "capabilities: {retrieval_behavior: '${R}'}": "always",
    "type: passthrough, capabilities: {}": "always",
    "type: image_generation, capabilities: {}": "never",
    "type: fetch, capabilities: {}": "never",
    "type: gemini_live, capabilities: {}": "never",
}


@pytest.mark.parametrize("keys", RETRIEVAL)
def test_when_an_adapter_looks_for_data(keys: str) -> None:
    assert one(keys).retrieval == RETRIEVAL[keys]


def test_only_a_retriever_retrieves() -> None:
    behaviours = ("always", "conditional", "none")
    assert [one(f"capabilities: {{retrieval_behavior: {each}}}").retrieves for each in behaviours] == [True, True, False]
    assert not one("type: passthrough, capabilities: {}").retrieves


VOICES = ("openai_realtime", "openai_realtime_translation", "gemini_live")
GENERATING = ("image_generation", "video_generation", "document_generation", "audio_generation")


@pytest.mark.parametrize("kind", ["passthrough", "retriever", "web-search", "fetch", *VOICES, *GENERATING])
def test_generators_and_those_without_a_model_do_not_chat_and_look_for_no_data(kind: str) -> None:
    found = one(f"type: {kind}, capabilities: {{}}")
    chats = kind in ("passthrough", "retriever", "web-search")
    assert (found.chats, found.retrieval) == ((True, "always") if chats else (False, "never"))


def test_a_composite_adapter_searches_through_every_family_of_intent_and_through_classes_that_are_not_known() -> None:
    families = {spec.family for spec in buildable(made("{}").catalog).implementations.values() if spec.family}
    assert {family for family in families if family.startswith("intent_")} >= INTENT_FAMILIES
    assert SEARCHED & families == {family for family in families if family.startswith("intent_")}
    assert None in SEARCHED
    assert families >= VECTOR_FAMILIES


INTENT = {
    "adapter: intent": (True, True),
    "adapter: composite": (False, True),
    "adapter: qa": (False, False),
    "implementation: retrievers.implementations.intent.intent_http.X": (True, True),
    "implementation: retrievers.implementations.qa.X": (False, False),
    "type: passthrough, adapter: intent": (False, False),
    "type: passthrough, adapter: composite": (False, True),
    "": (False, False),
}
"""For the keys of each, whether it asks a language model to retrieve, and whether it embeds whatever the switch of the service says."""


@pytest.mark.parametrize("keys", INTENT)
def test_intent_adapters_and_those_that_search_through_them(keys: str) -> None:
    assert (one(keys).is_intent, one(keys).embeds_regardless) == INTENT[keys]


def test_parameters_are_those_that_are_not_null_in_a_fixed_order() -> None:
    found = one("effort: low, temperature: 0, max_tokens: null, top_p: 1, context_window: 8")
    assert [(name, setting.value) for name, setting in found.parameters] == [("temperature", 0), ("context_window", 8), ("effort", "low")]


def labels(entries: str) -> list[tuple[str, object]]:
    """The labels of a list of models, each with its place."""
    return [(each.label, each.path[-1]) for each in allowed_models(one(f"allowed_models: {entries}"))]


def test_a_choice_goes_by_its_name_else_by_its_model() -> None:
    assert labels("[{name: n, model: m}, {model: m}, {name: '', model: m}, {}, text, {name: 5}]") == [
        ("n", 0),
        ("m", 1),
        ("m", 2),
        ("", 3),
        ("5", 5),
    ]
    assert labels("{name: n}") == labels("text") == []


def choice(entry: str, keys: str = "temperature: 1, effort: low") -> tuple[str, object, dict[str, object]] | None:
    """What the only choice of an adapter with parameters requests."""
    found = one(f"{keys}, allowed_models: [{entry}]")
    (listed,) = allowed_models(found)
    assert isinstance(listed, AllowedModel)
    return request(chosen_request(found, listed))


def test_a_choice_requests_with_its_own_parameters_before_the_adapters() -> None:
    own = "{name: n, provider: groq, model: m, temperature: 0, max_tokens: 9, effort: null}"
    assert choice(own) == ("groq", "m", {"temperature": 0, "max_tokens": 9, "effort": "low"})


@pytest.mark.parametrize("entry", ["{provider: groq}", "{model: m}", "{provider: '', model: m}", "{provider: groq, model: null}"])
def test_a_choice_without_a_provider_or_a_model_requests_nothing(entry: str) -> None:
    assert choice(entry) is None


def test_an_adapter_requests_of_its_own_provider() -> None:
    assert request(own_request(one("inference_provider: groq, model: m, temperature: 0"))) == ("groq", "m", {"temperature": 0})
    assert request(own_request(one("inference_provider: groq"))) == ("groq", None, {})
    assert own_request(one("inference_provider: '', model: m")) is None


PRELOADED = {
    "model: m": ("shimmy", "m", {}),
    "inference_provider: groq, model: m, temperature: 0": ("groq", "m", {"temperature": 0}),
    "inference_provider: groq, rewrite_provider: xai": ("groq", None, {}),
    "rewrite_provider: xai, rewrite_model: r, model: m, effort: low": ("xai", "r", {"effort": "low"}),
    "rewrite_provider: xai, model: m": ("xai", "m", {}),
    "temperature: 1": ("shimmy", None, {"temperature": 1}),
    "type: fetch, inference_provider: groq": None,
}
"""What ORBIT makes for an adapter with these keys when it loads it, with `shimmy` as its default."""


@pytest.mark.parametrize("keys", PRELOADED)
def test_what_is_made_when_an_adapter_is_loaded(keys: str) -> None:
    found = made(f"adapters: [{{name: a, {keys}}}]")
    assert request(preload_request(found.tree, found.adapters[0])) == PRELOADED[keys]


@pytest.mark.parametrize("general", ["{}", "null", "{inference_provider: ''}", "{inference_provider: null}"])
def test_without_a_default_nothing_is_made_for_one_that_names_no_provider(general: str) -> None:
    found = made(f"general: {general}\nadapters: [{{name: a, model: m}}]")
    assert preload_request(found.tree, found.adapters[0]) is None


def test_what_the_catalogue_knows_of_adapters() -> None:
    catalog = made("{}").catalog
    assert known_types(catalog) >= {"retriever", "passthrough", "fetch", "web-search", "gemini_live", "audio_generation"}
    assert "retrieve" not in known_types(catalog)
    assert "openai" in served_names(catalog, "embedding_provider")
    assert served_names(catalog, "inference_provider") == served_names(catalog, "model") == ()
