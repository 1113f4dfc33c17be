"""Lengths of vectors that ORBIT makes of a model's."""

from collections.abc import Iterator

from orbitcfg.document.tree import value_at
from orbitcfg.effective.model_identity import model_identity
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._demanded import demanded

_LENGTHS = {
    "nomic-embed-text": 768,
    "embeddinggemma": 768,
    "mxbai-embed-large": 1024,
    "bge-m3": 1024,
    "bge-large": 1024,
    "snowflake-arctic-embed2": 1024,
    "all-minilm": 384,
    "paraphrase-multilingual": 768,
    "qwen3-embedding:0.6b": 1024,
    "qwen3-embedding:4b": 2560,
    "qwen3-embedding:8b": 4096,
}
"""The numbers in a vector of Ollama's models for embeddings, by the pages of its library; of those that come in one length alone."""

_REMOVED = "remove it: the vectors are as long as the model gives them"
"""No number is better: each is sent as the context, too."""


@rule("ORB452", consequence=Consequence.DIFFERENT, counted="`dimensions` at Ollama")
def vectors_resized(config: Config) -> Iterator[Finding]:
    """`dimensions` of an Ollama embedding is no wish that the model fulfils.

    ORBIT cuts longer vectors, and fills shorter ones with zeros; what is cut off was part of the meaning. It also sends the number as `num_ctx`, so that Ollama reads that many tokens of
    a text and drops the rest. Without `dimensions` the vectors are as the model gives them.

    ```yaml bad
    embedding: {enabled: true, provider: ollama}
    embeddings: {ollama: {base_url: "http://localhost:11434", model: nomic-embed-text, dimensions: 512}}
    adapters:
      - {name: files, type: passthrough, datasource: none, adapter: multimodal,
         implementation: implementations.passthrough.multimodal.MultimodalImplementation,
         capabilities: {retrieval_behavior: conditional, supports_file_ids: true}, embedding_provider: ollama}
    ```

    ```yaml good
    embedding: {enabled: true, provider: ollama}
    embeddings: {ollama: {base_url: "http://localhost:11434", model: nomic-embed-text}}
    ```
    """
    for provider in demanded(config):
        size = value_at(provider.node, ("dimensions",)) if _is_asked(provider) else None
        if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
            continue
        path, length = (*provider.path, "dimensions"), _length(provider)
        if length not in (None, size):
            yield Finding(
                f"`dimensions` is {size}, and the model `{provider.text('model')}` gives vectors of {length}: ORBIT {'cuts' if size < length else 'fills'} them",
                path,
                _REMOVED,
                value=True,
            )
        else:
            yield Finding(
                f"`dimensions` is sent to Ollama as `num_ctx` too, which reads {size} tokens of a text and drops the rest",
                path,
                _REMOVED,
                value=True,
                depends_on="the length of the texts",
                consequence=Consequence.DIFFERENT,
            )


def _is_asked(provider: Provider) -> bool:
    """Whether ORBIT's own client of Ollama embeds with it."""
    return provider.path[0] == "embeddings" and provider.row.provider.protocol == "ollama"


def _length(provider: Provider) -> int | None:
    """The length of the vectors that its model gives; None where that is not known."""
    model = provider.text("model") or ""
    name = model_identity(provider.name, model)
    return _LENGTHS.get(name, _LENGTHS.get(name.partition(":")[0]))


RULES = (vectors_resized,)
