"""Models and efforts that an adapter sets for its provider."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from orbitcfg.document.tree import KeyPath, at, value_at
from orbitcfg.effective.adapters import Adapter, allowed_models
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.adapters._inference import runs_in_process, spec_of

_OWN = ("model", "temperature", "max_tokens", "effort")
_COMBINED = ("model", "temperature", "max_tokens", "context_window")


@rule("ORB522", consequence=Consequence.DIFFERENT)
def model_without_provider(config: Config) -> Iterator[Finding]:
    """An adapter sets a model, and names no provider.

    ORBIT does not apply it reliably. Alone on the default provider, or loaded last of those on it, its model and parameters become those of **every** adapter
    without a provider of its own; loaded earlier they have no effect.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, model: gemma-3-1b}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, model: gemma-3-1b}]
    ```
    """
    for adapter in config.adapters:
        keys = [key for key in _OWN if adapter.has(key)]
        # with a rewriter the adapter is loaded on the rewriter's provider (adapters §4), so the default keeps its own
        if keys and not adapter.has("inference_provider") and adapter.chats and not adapter.has("rewrite_provider"):
            listed = ", ".join(f"`{key}`" for key in keys)
            yield Finding(
                f"adapter `{adapter.name}` sets {listed} without `inference_provider`: {'they' if len(keys) > 1 else 'it'} may have no effect, or reach every adapter on the default provider",
                (*adapter.path, keys[0]),
                "add `inference_provider:`",
            )


@rule("ORB523", consequence=Consequence.DIFFERENT, counted="efforts that get lost")
def effort_lost(config: Config) -> Iterator[Finding]:
    """An effort that an adapter, or an entry of its list, sets mostly gets lost.

    ORBIT makes the provider's object before it looks at the effort; now and then it reaches another adapter instead. The provider's block is the reliable place. Many providers
    ignore it altogether.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, model: gemma-3-1b, effort: high}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, model: gemma-3-1b}]
    ```
    """
    for adapter in config.adapters:
        if adapter.has("inference_provider") and adapter.has("effort") and adapter.chats:
            yield _effort(config, adapter, adapter.text("inference_provider"), (*adapter.path, "effort"))
        choices = allowed_models(adapter) if adapter.chats else ()
        places = [(*choice.path, "effort") for choice in choices if choice.own("effort")]
        if places:
            count = f"{len(places)} entries of `allowed_models` set" if len(places) > 1 else "an entry of `allowed_models` sets"
            yield Finding(
                f"adapter `{adapter.name}`: {count} an `effort`, which most of their providers never receive",
                places[0],
                "set it in the provider's block",
                related=tuple(Annotation(config.locate(place), "another one") for place in places[1:4]),
            )


@rule("ORB524", consequence=Consequence.DIFFERENT)
def model_not_taken(config: Config) -> Iterator[Finding]:
    """An adapter sets a model for a provider that has its own.

    Azure's deployment, BitNet's file, and the `model_path` of `llama_cpp` decide which model runs; the adapter's is a mere label.

    ```yaml bad
    # base: chat
    inference: {llama_cpp: {enabled: true, model_path: gguf/gemma.gguf}}
    adapters: [{name: chat, inference_provider: llama_cpp, model: qwen}]
    ```

    ```yaml good
    # base: chat
    inference: {llama_cpp: {enabled: true, model_path: gguf/gemma.gguf}}
    adapters: [{name: chat, inference_provider: llama_cpp}]
    ```
    """
    for adapter in config.adapters:
        provider, model = adapter.text("inference_provider"), adapter.text("model")
        decides = _what_decides(config, provider) if provider and model and adapter.chats else None
        if decides and at(config.tree, ("llama_cpp_presets", model)) is None:
            yield Finding(
                f"adapter `{adapter.name}`: `{provider}` runs the model of `{decides}`, whatever `model` says",
                (*adapter.path, "model"),
                "remove `model`",
            )


@rule("ORB528", consequence=Consequence.DIFFERENT)
def half_of_a_pair(config: Config) -> Iterator[Finding]:
    """A setting is given without the other that it needs.

    `function_model_provider` and `function_model` count together only; `reranker_model` needs `reranker_provider`.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, reranker_model: rerank-v4}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy}]
    ```
    """
    for adapter in config.adapters:
        for given, needed in _PAIRS:
            # of a key that such an adapter does not know another rule tells
            if adapter.has(*given) and not adapter.has(*needed) and config.catalog.at(config.tree, (*adapter.path, *needed)) is not None:
                yield Finding(
                    f"adapter `{adapter.name}`: `{given[-1]}` counts only together with `{needed[-1]}`",
                    (*adapter.path, *given),
                    f"add `{needed[-1]}:`, or remove `{given[-1]}`",
                )


@rule("ORB529", consequence=Consequence.DEGRADED)
def model_loaded_twice(config: Config) -> Iterator[Finding]:
    """A provider that runs inside of ORBIT is asked for in several ways, and loads its model once for each.

    Every other combination of model and parameters is an object of its own, with a copy of the model in memory.

    ```yaml bad
    # base: chat talk
    inference: {llama_cpp: {enabled: true, model_path: gguf/gemma.gguf}}
    adapters:
      - {name: chat, inference_provider: llama_cpp, temperature: 0.1}
      - {name: talk, inference_provider: llama_cpp, temperature: 0.9}
    ```

    ```yaml good
    # base: chat
    inference: {llama_cpp: {enabled: true, model_path: gguf/gemma.gguf}}
    adapters: [{name: chat, inference_provider: llama_cpp, temperature: 0.1}]
    ```
    """
    asked: dict[str, dict[Hashable, Adapter]] = defaultdict(dict)
    for adapter in config.adapters:
        provider = adapter.text("inference_provider")
        if provider and adapter.is_on and adapter.chats and runs_in_process(config, provider):
            asked[provider].setdefault(tuple(repr(value_at(adapter.node, (key,))) for key in _COMBINED), adapter)
    for provider, ways in asked.items():
        for adapter in list(ways.values())[1:]:
            yield Finding(
                f"adapter `{adapter.name}` makes `{provider}` load its model once more, as it asks for it in another way",
                (*adapter.path, "inference_provider"),
                "give its adapters the same model and parameters",
                value=True,
            )


@rule("ORB530", consequence=Consequence.WITHOUT_EFFECT, counted="context windows that only size the history")
def window_sizes_history(config: Config) -> Iterator[Finding]:
    """An adapter's `context_window` only sizes its chat history.

    Most providers are not told of it, so it can go beyond what the server accepts. Providers that load a model inside of ORBIT, and Ollama's cloud and remote
    servers, do take it.

    ```yaml bad
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy, context_window: 131072}]
    ```

    ```yaml good
    # base: chat
    adapters: [{name: chat, inference_provider: shimmy}]
    ```
    """
    for adapter in config.adapters:
        provider = adapter.text("inference_provider")
        if (
            adapter.has("context_window")
            and adapter.chats
            and spec_of(config, provider).overrides.get("context_window", "").startswith("history-only")
            and not runs_in_process(config, provider or "")
        ):
            yield Finding(
                f"adapter `{adapter.name}`: `context_window` sizes the chat history, and the server is not told of it",
                (*adapter.path, "context_window"),
                "set the window where the server is started",
            )


_PAIRS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("reranker_model",), ("reranker_provider",)),
    (("config", "function_model_provider"), ("config", "function_model")),
    (("config", "function_model"), ("config", "function_model_provider")),
)


def _what_decides(config: Config, provider: str) -> str | None:
    """The key that decides which model a provider runs, where it is not the adapter's."""
    if provider == "azure":
        return "deployment"
    if provider == "bitnet" and runs_in_process(config, provider):
        return "bitnet"
    if provider == "llama_cpp" and runs_in_process(config, provider) and value_at(config.tree, ("inference", provider, "model_path")):
        return "model_path"
    return None


def _effort(config: Config, adapter: Adapter, provider: object, path: KeyPath) -> Finding:
    does = spec_of(config, provider).overrides.get("effort", "")
    ending = "ignores it" if does == "ignored" else "hardly ever receives it"
    return Finding(
        f"adapter `{adapter.name}`: `effort` is set here, and the provider `{provider}` {ending}",
        path,
        "remove it" if does == "ignored" else f"set it under `inference.{provider}`",
    )


RULES = (
    model_without_provider,
    effort_lost,
    model_not_taken,
    half_of_a_pair,
    model_loaded_twice,
    window_sizes_history,
)
