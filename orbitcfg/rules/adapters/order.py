"""Models that depend on which adapter was loaded first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapters import Adapter
from orbitcfg.effective.use import ServedBy, Use
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB532", consequence=Consequence.DIFFERENT)
def model_by_order(config: Config) -> Iterator[Finding]:
    """Which model answers depends on which adapter was loaded, or which model was asked for, first.

    ORBIT keeps one object for each provider, and does not look at model and parameters when it takes it. A model of `allowed_models`, an effort, and the
    default therefore mostly run with the model of another adapter on that provider. Labels and logs still show the one that was asked for.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, model: gemma-3-1b, allowed_models: [{name: big, provider: shimmy, model: gemma-3-12b}]}]
    general: {inference_provider: ollama}
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: m}}
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, model: gemma-3-1b, allowed_models: [{name: big, provider: ollama, model: gemma-3-12b}]}]
    inference: {ollama: {enabled: true, base_url: "http://localhost:11434", model: gemma-3-12b}}
    ```
    """
    by_path = {adapter.path: adapter for adapter in config.adapters}
    entries: dict[KeyPath, list[Use]] = defaultdict(list)
    for use in config.uses:
        if not use.order_dependent or not use.enabled or use.service != "inference":
            continue
        adapter = by_path.get(use.path[:2]) if use.path else None
        if use.adapter is None:
            if _is_relied_on(by_path.values(), use):
                yield _default(use)
        elif adapter is not None and use.path and len(use.path) > 2:
            entries[adapter.path].append(use)
        elif adapter is not None and adapter.has("inference_provider"):
            yield _adapter(adapter, use)
    for path, uses in entries.items():
        yield _entries(by_path[path], uses)


def _is_relied_on(known: Iterable[Adapter], use: Use) -> bool:
    """Whether an adapter takes the default, and the one that changes it names its provider (ORB522 reports one that does not)."""
    relying = [adapter for adapter in known if adapter.is_on and adapter.chats and not adapter.has("inference_provider")]
    return bool(relying) and use.served_by not in {ServedBy(adapter.key) for adapter in relying}


def _default(use: Use) -> Finding:
    winner = f": `{use.served_by.owner}` now" if use.served_by and use.served_by.owner else ""
    return Finding(
        f"the default provider `{use.provider.value}` answers with the model of the adapter on it that is loaded last{winner}",
        ("general", "inference_provider"),
        "give the default a provider that no adapter overrides",
        value=True,
    )


def _adapter(adapter: Adapter, use: Use) -> Finding:
    winner = f", now that of `{use.served_by.owner}`" if use.served_by and use.served_by.owner else ""
    return Finding(
        f"adapter `{adapter.name}` may be answered with another adapter's model on `{use.provider.value}`{winner}",
        (*adapter.path, "inference_provider"),
        "set what differs in the provider's block",
        value=True,
    )


def _entries(adapter: Adapter, uses: list[Use]) -> Finding:
    named = [str(use.adapter.entry) for use in uses if use.adapter is not None]
    listed = ", ".join(f"`{name}`" for name in named[:3]) + (" …" if len(named) > 3 else "")
    return Finding(
        f"adapter `{adapter.name}`: clients that choose {listed} may be answered by another model of the same provider, the one that is used first",
        (*adapter.path, "allowed_models"),
        "list one model for each provider",
    )


RULES = (model_by_order,)
