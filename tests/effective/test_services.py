"""The services beside the language model."""

from typing import Any

from orbitcfg.effective.use import Use
from tests.effective.small import SHIMMY, adapter, config, paths, row

EMBEDDINGS = {"openai": {"model": "text-embedding-3-small", "api_key": "k"}, "ollama": {"model": "nomic-embed-text"}}


def summary(use: Use) -> tuple[str | None, str | None, str | None, str]:
    """Provider, model, address and state of a row."""
    return use.provider.value, use.model_name, use.url.value, use.state


def test_the_selected_embedding_provider() -> None:
    found = config({"embedding": {"enabled": True, "provider": "openai"}, "embeddings": EMBEDDINGS})
    assert summary(row(found, None, "embedding")) == ("openai", "text-embedding-3-small", "https://api.openai.com/v1", "ok")


def test_a_service_that_is_off() -> None:
    found = config({"embedding": {"enabled": False, "provider": "openai"}, "embeddings": EMBEDDINGS})
    assert row(found, None, "embedding").state == "off"


def test_an_adapters_own_embedding_provider_and_model() -> None:
    keys = {"type": "retriever", "adapter": "intent", "embedding_provider": "ollama", "embedding_model": "mine"}
    use = row(config({"embedding": {"provider": "openai"}, "embeddings": EMBEDDINGS, "adapters": [adapter("a", **keys)]}), "a", "embedding")
    assert summary(use) == ("ollama", "mine", "http://localhost:11434", "ok")
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
    assert row(found, None, "reranking").state == "ok"


def test_speech_takes_the_block_of_speaking_first() -> None:
    sections = {
        "stt": {"enabled": True, "provider": "openai"},
        "tts_providers": {"openai": {"base_url": "http://speak/v1", "api_key": "k"}},
        "stt_providers": {"openai": {"base_url": "http://hear/v1", "stt_model": "w"}},
    }
    assert summary(row(config(sections), None, "speech-to-text")) == ("openai", "w", "http://speak/v1", "ok")


def test_an_audio_provider_is_off_only_where_both_sides_are() -> None:
    sections: dict[str, Any] = {"tts": {"enabled": True, "provider": "openai"}, "tts_providers": {"openai": {"enabled": False, "api_key": "k"}}}
    assert row(config(sections), None, "text-to-speech").state == "ok"
    sections["stt_providers"] = {"openai": {"enabled": False}}
    assert row(config(sections), None, "text-to-speech").state == "disabled"


def test_a_generator_rewrites_with_the_first_provider_that_there_is() -> None:
    keys = {"type": "document_generation", "rewrite_provider": "gone", "rewrite_model": "r", "inference_provider": "shimmy", "model": "own"}
    use = row(config({"adapters": [adapter("pdf", **keys)]}), "pdf", "rewriting")
    assert summary(use) == ("shimmy", "own", "http://localhost:11435/v1", "ok")
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
    assert summary(row(found, "p", "image")) == ("openai", "i", "https://api.openai.com/v1", "ok")
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
