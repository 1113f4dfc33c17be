"""Models of another kind than they are asked for."""

import re
from collections.abc import Iterator

from orbitcfg.effective.consumers import INFERENCE
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule

_KINDS = (
    (
        re.compile(
            r"(?:^|[/:_-])(?:nomic-)?embed(?:ding|dings|der)?(?:$|[:_-])|(?:^|/)(?:mxbai-embed|all-minilm|bge-(?:m3|large|base|small)|paraphrase-)"
        ),
        "for embeddings",
    ),
    (re.compile(r"(?:^|[/:_-])re-?rank(?:er|ing)?(?:$|[:_-])"), "for reranking"),
    (
        re.compile(r"(?:^|/)(?:whisper|tts-1|dall-e|gpt-image|stable-diffusion|sdxl|text-moderation|omni-moderation)(?:$|[:_-])"),
        "for speech, images or moderation",
    ),
)
"""What the names of models say of what they are for, in small letters."""


@rule("ORB451", consequence=Consequence.ADAPTER_FAILS)
def model_of_another_kind(config: Config) -> Iterator[Finding]:
    """A model that is asked to chat is one for embeddings, reranking, speech or images, by its name.

    Servers refuse the request: Ollama says that the model does not support chat.

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: nomic-embed-text}}
    ```

    ```yaml good
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b"}}
    ```
    """
    found: dict[tuple[object, str, str], list[Use]] = {}
    for use in config.uses:
        name = use.model.value if use.service == INFERENCE and use.is_on else None
        kind = _kind_of(name) if isinstance(name, str) else None
        if kind is not None and use.model.path is not None:
            found.setdefault((use.model.path, str(name), kind), []).append(use)
    for (_, name, kind), uses in found.items():
        path = uses[0].model.path
        yield Finding(
            f"`{name}` is a model {kind}, and is asked to chat",
            path,
            "name a model that chats",
            value=True,
            affects=tuple(dict.fromkeys(str(use.adapter) for use in uses if use.adapter is not None)),
            depends_on="what the server serves",
        )


def _kind_of(name: str) -> str | None:
    return next((kind for expression, kind in _KINDS if expression.search(name.lower())), None)


RULES = (model_of_another_kind,)
