"""Names of models as servers write and compare them."""

OLLAMA_HOST, OLLAMA_NAMESPACE, OLLAMA_TAG = "registry.ollama.ai", "library", "latest"

HUB_OWNERS = {"sentence_transformers": "sentence-transformers", "transformers": "", "airllm": "", "vllm": "", "tensorrt": "", "privacy_filter": ""}
"""ORBIT's providers that load whole repositories of Hugging Face inside ORBIT, and whose repository a name without an owner means."""

_ENDINGS = (".gguf", ":latest")


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
