"""Which services there are beside the language model, and which adapters need them."""

from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapters import Adapter

INFERENCE = "inference"
REWRITING = "rewriting"
MODERATION = "moderation"

VECTOR_STORES = frozenset({"chroma", "qdrant", "pinecone", "milvus"})
"""Datasources that retrieve by embeddings."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service: where its provider is chosen for all, and by which keys an adapter chooses its own."""

    name: str
    """As `providers` shows it."""
    selector: KeyPath
    """Where the provider is chosen for all."""
    adapter_key: str | None = None
    """The adapter's key for a provider of its own."""
    adapter_model: str | None = None
    """The adapter's key for a model of its own."""
    model_key: str | None = None
    """The key of its model in a provider's block, where the block serves other purposes too."""
    kinds: frozenset[str] = frozenset()
    """The types of adapters that need the service, whatever their keys say."""
    choices: str | None = None
    """The adapter's list of models that clients may choose."""


SERVICES = (
    Service("embedding", ("embedding", "provider"), "embedding_provider", "embedding_model"),
    Service("reranking", ("reranker", "provider"), "reranker_provider", "reranker_model"),
    Service("vision", ("vision", "provider"), "vision_provider"),
    Service("speech-to-text", ("stt", "provider"), "stt_provider", model_key="stt_model"),
    Service(
        "text-to-speech",
        ("tts", "provider"),
        "tts_provider",
        model_key="tts_model",
        kinds=frozenset({"audio_generation"}),
        choices="allowed_audio_models",
    ),
    Service("image", ("image", "provider"), "image_provider", kinds=frozenset({"image_generation"}), choices="allowed_image_models"),
    Service("video", ("video", "provider"), "video_provider", kinds=frozenset({"video_generation"}), choices="allowed_video_models"),
    Service(MODERATION, ("safety", "moderator")),
)


def needs_default(adapter: Adapter, service: Service) -> bool:
    """Whether an adapter needs a service and chooses no provider for it."""
    if service.adapter_key is None or adapter.own(service.adapter_key) is not None:
        return False
    if adapter.kind in service.kinds:
        return True
    if service.name != "embedding" or adapter.kind != "retriever":
        return False
    family, store = adapter.text("adapter"), adapter.text("datasource")
    return adapter.is_intent or family in ("composite", "file", "multimodal") or store in VECTOR_STORES
