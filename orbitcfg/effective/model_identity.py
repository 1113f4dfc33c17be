"""Which of two names mean one model to a provider."""

_OLLAMA = "ollama"
_IMPLIED = ":latest"


def model_identity(provider: str, model: str) -> str:
    """The name by which a provider knows a model. To Ollama, here and in its cloud, `m` and `m:latest` are one."""
    return model.removesuffix(_IMPLIED) if provider.startswith(_OLLAMA) else model
