"""Context sizes that no server is told."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._demanded import demanded

_OLLAMA_DEFAULT = 4096
"""What Ollama takes in where nobody tells it otherwise; on machines with much memory it is more."""


@rule("ORB450", consequence=Consequence.DIFFERENT, counted="context sizes that no server is told")
def context_not_sent(config: Config) -> Iterator[Finding]:
    """A context size is counted on that ORBIT does not tell a local Ollama.

    `num_ctx` and `context_window` only size the chat history there. The server keeps its own context, 4096 tokens or so, and cuts longer prompts at their beginning without a word. What
    works is `OLLAMA_CONTEXT_LENGTH` in the server's environment, or `PARAMETER num_ctx` in a Modelfile. (`ollama_remote` and `ollama_cloud` do send it.)

    ```yaml bad
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: "llama3.2:3b", context_window: 32768}}
    ```

    ```yaml good
    general: {inference_provider: ollama_remote}
    inference: {ollama_remote: {enabled: true, base_url: "http://gpu.example.org:11434", model: "llama3.2:3b", num_ctx: 32768}}
    ```
    """
    for provider in demanded(config):
        found = _counted_on(config, provider) if provider.is_inference and provider.row.provider.protocol == "ollama" else None
        if found is not None:
            path, size = found
            yield Finding(
                f"`{path[-1]}` is {size}, and ORBIT tells the server no context size: Ollama cuts prompts at its own, {_OLLAMA_DEFAULT} tokens or so",
                path,
                f"set `OLLAMA_CONTEXT_LENGTH={size}` for the server, or `PARAMETER num_ctx {size}` in a Modelfile",
                value=True,
                depends_on="the context size that the server has",
            )


def _counted_on(config: Config, provider: Provider) -> tuple[KeyPath, int] | None:
    """The key that says how long a context is counted on, and its tokens; None where none does, or where the server is told."""
    own = provider.row.provider.context_key
    row = config.catalog.below(provider.row, provider.node, own) if own else None
    if own is None or row is None or row.spec.parameter is not None:
        return None
    for key in (own, "context_window"):
        size = value_at(provider.node, (key,))
        if isinstance(size, int) and not isinstance(size, bool) and (size > _OLLAMA_DEFAULT or (key == own and size > 0)):
            return (*provider.path, key), size
    return None


RULES = (context_not_sent,)
