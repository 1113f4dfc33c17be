"""The services beside the language model."""

from typing import Any

import pytest
import yaml

from orbitcfg.effective.service import SERVICES, needs_default
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from tests.effective.small import SHIMMY, adapter, config, label, paths, row

EMBEDDINGS = {"openai": {"model": "text-embedding-3-small", "api_key": "k"}, "ollama": {"model": "nomic-embed-text"}}


def summary(use: Use) -> tuple[str | None, str | None, str | None, str]:
    """Provider, model, address and state of a row."""
    return use.provider.value, use.model_name, use.url.value, use.state


def test_the_selected_embedding_provider() -> None:
    found = config({"embedding": {"enabled": True, "provider": "openai"}, "embeddings": EMBEDDINGS})
    assert summary(row(found, None, "embedding")) == ("openai", "text-embedding-3-small", "https://api.openai.com/v1", "configured")


def test_a_service_that_is_off() -> None:
    found = config({"embedding": {"enabled": False, "provider": "openai"}, "embeddings": EMBEDDINGS})
    assert row(found, None, "embedding").state == "off"


def test_an_adapters_own_embedding_provider_and_model() -> None:
    keys = {"type": "retriever", "adapter": "intent", "embedding_provider": "ollama", "embedding_model": "mine"}
    use = row(config({"embedding": {"provider": "openai"}, "embeddings": EMBEDDINGS, "adapters": [adapter("a", **keys)]}), "a", "embedding")
    assert summary(use) == ("ollama", "mine", "http://localhost:11434", "configured")
    assert paths(use.model) == (("adapters", 0, "embedding_model"),)


def test_a_retriever_without_its_own_takes_the_general_one() -> None:
    keys = {"type": "retriever", "adapter": "intent"}
    use = row(config({"embedding": {"provider": "openai"}, "embeddings": EMBEDDINGS, "adapters": [adapter("a", **keys)]}), "a", "embedding")
    assert (use.provider.value, paths(use.provider)) == ("openai", (("embedding", "provider"),))


def test_a_preset_is_no_embedding_provider() -> None:
    keys = {"type": "retriever", "adapter": "intent", "embedding_provider": "gemma4-e2b"}
    use = row(config({"embeddings": EMBEDDINGS, "adapters": [adapter("a", **keys)]}), "a", "embedding")
    assert summary(use) == ("gemma4-e2b", None, None, "unknown")


def test_a_vision_provider_without_a_switch_is_off_and_a_reranker_is_on() -> None:
    sections = {
        "vision": {"enabled": True, "provider": "openai"},
        "visions": {"openai": {"model": "v", "api_key": "k"}},
        "reranker": {"enabled": True, "provider": "cohere"},
        "rerankers": {"cohere": {"model": "r", "api_key": "k"}},
    }
    found = config(sections)
    assert row(found, None, "vision").state == "disabled"
    assert row(found, None, "reranking").state == "configured"


def test_speech_takes_the_block_of_speaking_first() -> None:
    sections = {
        "stt": {"enabled": True, "provider": "openai"},
        "tts_providers": {"openai": {"base_url": "http://speak/v1", "api_key": "k"}},
        "stt_providers": {"openai": {"base_url": "http://hear/v1", "stt_model": "w"}},
    }
    assert summary(row(config(sections), None, "speech-to-text")) == ("openai", "w", "http://speak/v1", "configured")


def test_an_audio_provider_is_off_only_where_both_sides_are() -> None:
    sections: dict[str, Any] = {"tts": {"enabled": True, "provider": "openai"}, "tts_providers": {"openai": {"enabled": False, "api_key": "k"}}}
    assert row(config(sections), None, "text-to-speech").state == "configured"
    sections["stt_providers"] = {"openai": {"enabled": False}}
    assert row(config(sections), None, "text-to-speech").state == "disabled"


def test_a_generator_rewrites_with_the_first_provider_that_there_is() -> None:
    keys = {"type": "document_generation", "rewrite_provider": "gone", "rewrite_model": "r", "inference_provider": "shimmy", "model": "own"}
    use = row(config({"adapters": [adapter("pdf", **keys)]}), "pdf", "rewriting")
    assert summary(use) == ("shimmy", "own", "http://localhost:11435/v1", "configured")
    assert use.reason == "`gone` cannot be used, so ORBIT takes the next"


def test_only_some_generators_honour_the_rewriters_model() -> None:
    keys = {"rewrite_provider": "vllm", "rewrite_model": "r", "inference_provider": "shimmy", "model": "own"}
    inference = {"shimmy": SHIMMY, "vllm": {"enabled": True, "base_url": "http://localhost:8000/v1"}}
    adapters = [adapter("pdf", type="document_generation", **keys), adapter("picture", type="image_generation", **keys)]
    assert row(config({"inference": inference, "adapters": adapters[:1]}), "pdf", "rewriting").model.value == "r"
    assert row(config({"inference": inference, "adapters": adapters[1:]}), "picture", "rewriting").model.value == "own"


def test_a_generator_and_what_its_clients_may_choose() -> None:
    sections = {
        "image": {"enabled": True, "provider": "openai"},
        "image_generation": {"openai": {"enabled": True, "model": "i", "api_key": "k"}, "xai": {"enabled": False, "api_key": "k"}},
        "adapters": [adapter("p", type="image_generation", allowed_image_models=[{"name": "x", "provider": "xai", "model": "grok-imagine-image"}])],
    }
    found = config(sections)
    assert summary(row(found, "p", "image")) == ("openai", "i", "https://api.openai.com/v1", "configured")
    assert row(found, "p@x", "image").state == "disabled"


def test_ollama_moderates_with_the_address_of_another_section() -> None:
    sections = {
        "safety": {"enabled": True, "moderator": "ollama"},
        "moderations": {"ollama": {"base_url": "http://unread", "model": "guard"}},
        "moderators": {"ollama": {"base_url": "http://read:1"}},
    }
    assert row(config(sections), None, "moderation").url.value == "http://read:1"


def test_safety_without_a_moderator_is_incomplete() -> None:
    assert row(config({"safety": {"enabled": True}}), None, "moderation").state == "incomplete"


def made(text: str, process: dict[str, str] | None = None) -> Config:
    """A configuration."""
    return config(yaml.safe_load(text), process)


def states(text: str) -> dict[tuple[str | None, str], str]:
    """The state of each row of a service beside the language model, by its adapter and service."""
    return {(label(use), use.service): use.state for use in made(text).uses if use.service not in ("inference", "rewriting")}


NEEDED = {
    "type: retriever, datasource: chroma": {"embedding"},
    "datasource: milvus": {"embedding"},
    "datasource: pinecone": {"embedding"},
    "datasource: qdrant": {"embedding"},
    "type: retriever, datasource: postgres": set(),
    "type: retriever, datasource: postgres, adapter: intent": {"embedding"},
    "type: retriever, implementation: retrievers.implementations.intent.intent_http_retriever.X": {"embedding"},
    "type: retriever, adapter: composite": {"embedding"},
    "type: retriever, adapter: file": {"embedding"},
    "type: retriever, adapter: multimodal": {"embedding"},
    "type: retriever, adapter: qa, datasource: chroma, embedding_provider: ollama": set(),
    "type: retriever, datasource: chroma, embedding_provider: ''": {"embedding"},
    "type: passthrough, datasource: chroma": set(),
    "type: passthrough, adapter: intent": set(),
    "type: passthrough, adapter: multimodal": set(),
    "type: image_generation": {"image"},
    "type: image_generation, image_provider: openai": set(),
    "type: video_generation": {"video"},
    "type: audio_generation": {"text-to-speech"},
    "type: audio_generation, tts_provider: openai": set(),
    "type: document_generation": set(),
}
"""The services that an adapter needs and chooses no provider for, by its keys."""


@pytest.mark.parametrize("keys", NEEDED)
def test_what_an_adapter_needs_and_does_not_choose(keys: str) -> None:
    (found,) = made(f"adapters: [{{name: a, {keys}}}]").adapters
    assert {service.name for service in SERVICES if needs_default(found, service)} == NEEDED[keys]
    assert {service for name, service in states(f"adapters: [{{name: a, {keys}}}]") if name == "a"} >= NEEDED[keys]


def test_each_section_of_a_service_has_a_row_and_no_other() -> None:
    assert states("safety: {enabled: false}\nstt: {}\nreranker: {enabled: false, provider: cohere}\n") == {
        (None, "embedding"): "off",
        (None, "speech-to-text"): "configured",
        (None, "reranking"): "off",
        (None, "moderation"): "off",
    }


def test_a_service_without_a_name_takes_its_default_and_one_that_has_none_is_incomplete() -> None:
    stt = row(made("stt: {enabled: true}\n"), None, "speech-to-text")
    assert (stt.provider.value, stt.state) == ("whisper", "configured")
    image = row(made("image: {enabled: true}\n"), None, "image")
    assert (image.provider.value, image.state, image.reason, image.built) == (None, "incomplete", "no provider is named", False)
    assert paths(image.provider) == (("image", "provider"),)
    off = row(made("image: {enabled: false}\n"), None, "image")
    assert (off.state, off.reason) == ("off", "no provider is named")


NAMES = {
    "gone": ("unknown", "uploads are accepted, and every image is marked as failed"),
    "acme": ("unregistered", "uploads are accepted, and every image is marked as failed"),
    "'${P}'": ("undecided", ""),
    "gemini": ("disabled", "uploads are accepted, and every image is marked as failed"),
    "ollama": ("configured", ""),
}


@pytest.mark.parametrize("name", NAMES)
def test_how_a_provider_fares_that_an_adapter_chooses(name: str) -> None:
    text = "visions: {acme: {}, gemini: {enabled: false}, ollama: {enabled: true, model: m}}\nvision: {enabled: %s}\n"
    text += f"adapters: [{{name: a, type: passthrough, vision_provider: {name}}}]\n"
    use = row(made(text % "true"), "a", "vision")
    assert (use.state, use.reason) == NAMES[name]
    assert use.built is (name in ("gemini", "ollama"))
    # with the service off nobody looks for the provider, and a name that is none is none all the same
    off = row(made(text % "false"), "a", "vision")
    assert off.state == ("off" if name in ("gemini", "ollama") else NAMES[name][0])
    assert off.reason == ("the service is switched off" if name in ("gemini", "ollama") else NAMES[name][1])


def test_with_a_switch_that_is_not_known_here_a_service_counts_as_on() -> None:
    assert states("vision: {enabled: '${V}', provider: ollama}\nvisions: {ollama: {enabled: '${O}', model: m}}\n")[None, "vision"] == "configured"


def test_the_rows_of_an_adapter_that_is_off_are_off() -> None:
    text = "embedding: {enabled: true, provider: ollama}\nembeddings: {ollama: {model: m}}\nadapters: [{name: a, enabled: false, %s}]\n"
    taken = row(made(text % "datasource: chroma"), "a", "embedding")
    assert (taken.state, taken.reason, taken.enabled, taken.path) == ("off", "the adapter is switched off", False, ("adapters", 0))
    own = row(made(text % "embedding_provider: ollama"), "a", "embedding")
    assert (own.state, own.reason, own.enabled, own.path) == ("off", "the adapter is switched off", False, ("adapters", 0))
    wrong = row(made(text % "embedding_provider: gone"), "a", "embedding")
    assert (wrong.state, wrong.reason.startswith("intent and composite")) == ("off", True)


@pytest.mark.parametrize(("family", "state"), [("intent", "configured"), ("composite", "configured"), ("file", "off")])
def test_intent_adapters_embed_whatever_the_switch_of_the_service_says(family: str, state: str) -> None:
    text = "embedding: {enabled: false, provider: ollama}\nembeddings: {ollama: {model: m}}\n"
    for keys in ("", ", embedding_provider: ollama"):
        found = states(text + f"adapters: [{{name: a, type: retriever, adapter: {family}{keys}}}]\n")
        assert (found["a", "embedding"], found[None, "embedding"]) == (state, "off")


CHOICES = """
tts: {enabled: true, provider: coqui}
tts_providers: {coqui: {tts_model: t}, openai: {api_key: k}}
adapters:
- name: a
  type: audio_generation
  allowed_audio_models:
  - {name: x, provider: openai, model: m}
  - {name: y, provider: coqui}
  - {name: '', provider: coqui, model: m}
  - {name: z, provider: '', model: m}
  - {provider: coqui, model: m}
  - text
  - {name: last, provider: gone, model: m}
"""


def test_a_choice_with_a_name_a_provider_and_a_model_has_a_row() -> None:
    found = made(CHOICES)
    rows = {label(use): (use.provider.value, use.model_name, use.state) for use in found.uses if use.service == "text-to-speech"}
    assert rows == {
        None: ("coqui", "t", "configured"),
        "a": ("coqui", "t", "configured"),
        "a@x": ("openai", "m", "configured"),
        "a@last": ("gone", None, "unknown"),
    }
    assert row(found, "a@x", "text-to-speech").path == ("adapters", 0, "allowed_audio_models", 0)
    assert paths(row(found, "a@x", "text-to-speech").provider) == (("adapters", 0, "allowed_audio_models", 0, "provider"),)
    assert row(made(CHOICES.replace("name: a\n", "name: a\n  enabled: false\n")), "a@x", "text-to-speech").is_on is False


def test_a_model_of_the_adapters_own_goes_under_the_key_of_its_providers_model() -> None:
    text = "rerankers: {cohere: {enabled: true, model: r, api_key: k}}\nadapters: [{name: a, reranker_provider: cohere, reranker_model: own}]\n"
    assert row(made(text), "a", "reranking").model_name == "own"
    assert row(made(text.replace(", reranker_model: own", "")), "a", "reranking").model_name == "r"


def test_of_two_sections_the_first_wins_key_by_key() -> None:
    text = "tts: {enabled: true, provider: openai}\ntts_providers: {openai: {api_key: k}}\nstt_providers: {openai: {tts_model: heard, api_key: j}}\n"
    use = row(made(text), None, "text-to-speech")
    assert (use.model_name, use.key.value, use.block) == ("heard", "k", ("tts_providers", "openai"))
    alone = row(made(text.replace("tts_providers: {openai: {api_key: k}}\n", "")), None, "text-to-speech")
    assert (alone.key.value, alone.block) == ("j", ("stt_providers", "openai"))
