"""What a header means: what kind of model it is, how much memory it needs, whether it can chat."""

from collections import Counter

from orbitcfg.engine import gguf
from orbitcfg.engine.ggml import FILE_TYPES, GUESSED
from orbitcfg.engine.gguf import Header, Tensor
from orbitcfg.observed.observation import Damage, ModelFacts, ModelFault, ModelKind

_KINDS = {"adapter": ModelKind.ADAPTER, "mmproj": ModelKind.PROJECTOR, "vocab": ModelKind.VOCABULARY, "imatrix": ModelKind.OTHER}
_PROJECTORS = frozenset({"clip"})
_EMBEDDERS = frozenset(
    {
        "bert",
        "nomic-bert",
        "nomic-bert-moe",
        "jina-bert-v2",
        "jina-bert-v3",
        "neo-bert",
        "modern-bert",
        "eurobert",
        "t5encoder",
        "gemma-embedding",
        "llama-embed",
    }
)
_KV_NUMBER_BYTES = 2
"""llama.cpp keeps keys and values as F16 by default."""


def read_facts(path: str) -> ModelFacts | ModelFault:
    """The facts of the model file at a path, or what is wrong with it."""
    header = gguf.read_header(path)
    return header if isinstance(header, ModelFault) else header_facts(header)


def header_facts(header: Header) -> ModelFacts | ModelFault:
    """The facts that a header gives; a fault where it lacks what every model has."""
    architecture = header.values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture:
        return ModelFault(Damage.NO_ARCHITECTURE)
    kind = _kind(header, architecture)
    shards = _whole(header, "split.count") or 1
    if not header.tensors and kind is not ModelKind.VOCABULARY and shards == 1:
        return ModelFault(Damage.NO_TENSORS)
    weights = sum(tensor.weights for tensor in header.tensors)
    weight_bytes = sum(tensor.size_bytes or 0 for tensor in header.tensors)
    name = header.values.get("general.name")
    return ModelFacts(
        architecture=architecture,
        kind=kind,
        name=name if isinstance(name, str) else None,
        quantisation=_quantisation(header),
        parameters=weights,
        bits=round(weight_bytes * 8 / weights, 2) if weights else 0.0,
        weight_bytes=weight_bytes,
        context=_whole(header, f"{architecture}.context_length"),
        kv_bytes=_kv_bytes(header, architecture),
        has_template="tokenizer.chat_template" in header.values,
        layer_types=frozenset(tensor.type for tensor in header.tensors if tensor.name.startswith("blk.")),
        head_type=_head_type(header.tensors),
        shard=(_whole(header, "split.no") or 0) + 1,
        shards=shards,
    )


def _whole(header: Header, key: str) -> int | None:
    """A whole number, of whatever integer type the file gives it."""
    value = header.values.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kind(header: Header, architecture: str) -> ModelKind:
    stated = header.values.get("general.type")
    if isinstance(stated, str) and stated in _KINDS:
        return _KINDS[stated]
    if architecture in _PROJECTORS:
        return ModelKind.PROJECTOR
    if architecture in _EMBEDDERS or _whole(header, f"{architecture}.pooling_type"):
        return ModelKind.EMBEDDING
    if not header.tensors and "tokenizer.ggml.tokens" in header.values and "split.count" not in header.values:
        return ModelKind.VOCABULARY
    return ModelKind.CHAT


def _quantisation(header: Header) -> str:
    """The quantisation that the file states, else the type that most of the weights have."""
    stated = _whole(header, "general.file_type")
    if stated is not None and (stated & ~GUESSED) in FILE_TYPES:
        return FILE_TYPES[stated & ~GUESSED]
    sizes: Counter[str] = Counter()
    for tensor in header.tensors:
        sizes[tensor.type] += tensor.weights
    # sorted first: of two types with as many weights always the same one
    return max(sorted(sizes), key=lambda name: sizes[name]) if sizes else "none"


def _kv_bytes(header: Header, architecture: str) -> int:
    """The bytes that one token of context takes in the cache of keys and values; 0 where the header does not say."""
    layers = _whole(header, f"{architecture}.block_count") or 0
    heads = _per_layer(header, f"{architecture}.attention.head_count", layers)
    # a file without grouped heads may leave their number out
    kv_heads = _per_layer(header, f"{architecture}.attention.head_count_kv", layers) or heads
    width = _whole(header, f"{architecture}.embedding_length") or 0
    by_default = width // max(heads) if heads and max(heads) > 0 else 0
    key = _whole(header, f"{architecture}.attention.key_length") or by_default
    value = _whole(header, f"{architecture}.attention.value_length") or by_default
    return sum(kv_heads) * (key + value) * _KV_NUMBER_BYTES


def _per_layer(header: Header, key: str, layers: int) -> list[int]:
    """A number for each layer: files give one for all, or a list."""
    value = header.values.get(key)
    if isinstance(value, tuple):
        return [item if isinstance(item, int) else 0 for item in value[:layers]]
    # bounded: a damaged header may speak of billions of layers
    return [value] * min(layers, gguf.KEPT_ITEMS) if isinstance(value, int) else []


def _head_type(tensors: tuple[Tensor, ...]) -> str | None:
    """The type of the output matrix; models without one use their embeddings for it."""
    types = {tensor.name: tensor.type for tensor in tensors}
    return types.get("output.weight") or types.get("token_embd.weight")
