"""What a model is for, as its name says."""

import re

EMBEDS = "embeds texts"

_PURPOSES = (
    (
        re.compile(
            r"(?<![a-z])(?:embed(?:ding|der)?s?|embeddinggemma)(?![a-z])|(?:^|/)(?:all-minilm|bge-(?!reranker)|e5-|gte-|paraphrase-|sentence-t5)|titan-embed"
        ),
        EMBEDS,
    ),
    (re.compile(r"(?<![a-z])re-?rank(?:er|ing)?(?![a-z])"), "ranks texts"),
    (re.compile(r"(?:^|/)(?:whisper|tts-1)(?![a-z])"), "hears or speaks"),
    (re.compile(r"(?:^|/)(?:dall-e|gpt-image|stable-diffusion|sdxl)(?![a-z])"), "makes pictures"),
    (re.compile(r"(?:^|/)(?:text|omni)-moderation(?![a-z])"), "judges texts"),
)
"""How models are called, in small letters, that do another thing: by the word, or by the families that do nothing else."""


def purpose_of(name: str) -> str | None:
    """What a model is for that does anything but chat, as its name says; None where it says nothing."""
    return next((purpose for pattern, purpose in _PURPOSES if pattern.search(name.lower())), None)
