"""Names of models as servers write and compare them."""

import re

OLLAMA_HOST, OLLAMA_NAMESPACE, OLLAMA_TAG = "registry.ollama.ai", "library", "latest"

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

HUB_OWNERS = {"sentence_transformers": "sentence-transformers", "transformers": "", "airllm": "", "vllm": "", "tensorrt": "", "privacy_filter": ""}
"""ORBIT's providers that load whole repositories of Hugging Face inside ORBIT, and whose repository a name without an owner means."""

_ENDINGS = (".gguf", ":latest")


def purpose_of(name: str) -> str | None:
    """What a model is for that does anything but chat, as its name says; None where it says nothing."""
    return next((purpose for pattern, purpose in _PURPOSES if pattern.search(name.lower())), None)


def ollama_name(name: str) -> str:
    """A name with its default parts filled in, in lower case: Ollama takes names that agree in it for the same."""
    front, slash, last = name.lower().rpartition("://")[2].rpartition("/")
    model, _, tag = last.partition(":")
    parts = front.split("/") if slash else [OLLAMA_NAMESPACE]
    if len(parts) == 1:
        parts = [OLLAMA_HOST, *parts]
    return "/".join([*parts, model]) + f":{tag or OLLAMA_TAG}"


def hub_repository(provider: str, name: str) -> str | None:
    """The repository of Hugging Face that a provider loads by a name; None where the name is a path."""
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name:
        return None
    owner = HUB_OWNERS[provider]
    return name if "/" in name or not owner else f"{owner}/{name}"


def shimmy_name(stem: str) -> str:
    """The name that Shimmy makes of a file's without its ending: in lower case, a hyphen for blanks and underscores."""
    return stem.lower().replace("_", "-").replace(" ", "-")


def model_stem(name: str) -> str:
    """What of a name the rules of all servers agree on: no folder, no ending, no case, one character between words."""
    last = name.replace("\\", "/").rpartition("/")[2].lower()
    for ending in _ENDINGS:
        last = last.removesuffix(ending)
    return "".join(character if character.isalnum() or character == "." else "-" for character in last)
