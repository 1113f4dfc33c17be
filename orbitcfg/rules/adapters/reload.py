"""What a reload of a running ORBIT breaks."""

from collections.abc import Iterator

from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.effective.registry import DEFAULT, default_provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB549", consequence=Consequence.HYGIENE, severity=Severity.INFO, counted="adapters whose reload stops the default provider")
def reload_ends_the_default(config: Config) -> Iterator[Finding]:
    """A reload of one adapter keeps the default provider from answering until ORBIT is restarted.

    Where `shimmy`, `vllm` or `llama_cpp` in mode `api` is the default provider, and one adapter alone is on it without naming it, any reload that touches this adapter closes the client that the
    default model shares. Until a restart every chat without a provider of its own then says that the service is currently unavailable, and `/health` stays fine. An adapter that
    names the provider outlives it, and takes a changed block with it.

    ```yaml bad
    # base: chat
    adapters: [{name: chat}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy}]
    ```
    """
    adapter = config.reloads.closing if config.adapters else None
    if adapter is None:
        return
    name = default_provider(config.tree).value
    # named, its lack of tools would be a fault of the adapter's own
    naming = "" if adapter.uses_mcp else f"add `inference_provider: {name}`, or "
    yield Finding(
        f"after a reload of `{adapter.shown}` the default provider `{name}` answers nothing until ORBIT is restarted: only this adapter uses it, without naming it",
        (*adapter.path, "name"),
        f"{naming}restart ORBIT instead of reloading it",
        key=(ADAPTERS,),
        related=(Annotation(config.locate(DEFAULT, value=True), "the provider of all that name none"),),
    )


RULES = (reload_ends_the_default,)
