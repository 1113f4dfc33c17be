"""Capabilities that the provider of an adapter does not have."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapters import Adapter, allowed_models
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.adapters._inference import mode_of, provider_of, spec_of

_SEARCHING = "name a provider that can, such as `openai`, `anthropic` or `gemini`"


@rule("ORB526", consequence=Consequence.ADAPTER_FAILS)
def tools_not_supported(config: Config) -> Iterator[Finding]:
    """An adapter needs tools, and its provider cannot call any.

    Each request to an `mcp_agent` then fails. With `mcp_tools` the model answers without tools (warning), as is a default provider that cannot call any.

    ```yaml bad
    # base: agent
    adapters: [{name: agent, inference_provider: shimmy}]
    ```

    ```yaml good
    # base: agent
    inference: {sglang: {enabled: true, base_url: "http://localhost:30000/v1", model: m}}
    adapters: [{name: agent, inference_provider: sglang}]
    ```
    """
    for adapter in config.adapters:
        wants = adapter.enables("mcp_tools")
        provider, is_own = provider_of(config, adapter)
        if not (adapter.kind == "mcp_agent" or (wants and adapter.chats)):
            continue
        yield from _choices_without_tools(config, adapter)
        if provider is None:
            continue
        # `is not False`: None means that the catalogue does not say
        if _calls_tools(config, provider):
            continue
        # without a provider of its own it may run on its caller's (resolution C19)
        is_agent = adapter.kind == "mcp_agent"
        yield Finding(
            f"adapter `{adapter.name}` needs tools, which ORBIT cannot call with the provider `{provider}`"
            + (": each request fails" if is_agent else ": it answers without"),
            (*adapter.path, "inference_provider") if is_own else (*adapter.path, "type"),
            "name a provider with tools, such as `openai`, `ollama` or `vllm`",
            value=True,
            consequence=Consequence.ADAPTER_FAILS if is_agent else Consequence.DEGRADED,
            depends_on="" if is_own or not is_agent else "the provider of whoever calls it",
        )


def _calls_tools(config: Config, provider: str) -> bool:
    return spec_of(config, provider).tools.at(mode_of(config, provider)) is not False


def _choices_without_tools(config: Config, adapter: Adapter) -> Iterator[Finding]:
    """What clients may choose of an adapter with tools, and has none."""
    for path, provider in _choices(adapter):
        if not _calls_tools(config, provider):
            yield Finding(
                f"adapter `{adapter.name}` needs tools, which ORBIT cannot call with `{provider}`, a choice of its clients"
                + (": each such request fails" if adapter.kind == "mcp_agent" else ": it answers without"),
                path,
                "name a provider with tools, such as `openai`, `ollama` or `vllm`",
                value=True,
                consequence=Consequence.CHOICE_FAILS if adapter.kind == "mcp_agent" else Consequence.DEGRADED,
            )


def _choices(adapter: Adapter) -> Iterator[tuple[KeyPath, str]]:
    """The providers that clients of an adapter may choose, and where each is named."""
    for choice in allowed_models(adapter):
        if provider := choice.text("provider"):
            yield (*choice.path, "provider"), provider


@rule("ORB527", consequence=Consequence.ADAPTER_FAILS)
def web_search_not_supported(config: Config) -> Iterator[Finding]:
    """`web_search` is on, and the provider cannot search.

    ORBIT passes the wish on to the provider, whose client refuses it: each request fails, at a default provider too, and where a client chooses one of `allowed_models`.
    Some providers merely ignore it (warning).

    ```yaml bad
    # base: chat
    inference: {groq: {enabled: true, api_key: "${GROQ_API_KEY}", model: m}}
    adapters: [{name: chat, inference_provider: groq, capabilities: {web_search: true}}]
    ```

    ```yaml good
    # base: chat
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m}}
    adapters: [{name: chat, inference_provider: openai, capabilities: {web_search: true}}]
    ```
    """
    for adapter in config.adapters:
        if not adapter.enables("web_search") or not adapter.chats or adapter.kind == "web-search":
            continue
        provider, _ = provider_of(config, adapter)
        does = _searches(config, provider) if provider else None
        if does not in ("native", None):
            breaks = does == "breaks_request"
            yield Finding(
                f"adapter `{adapter.name}`: the provider `{provider}` cannot search the web{': each request fails' if breaks else ', and answers without'}",
                (*adapter.path, "capabilities", "web_search"),
                f"{_SEARCHING}, or remove `web_search`",
                consequence=Consequence.ADAPTER_FAILS if breaks else Consequence.DEGRADED,
            )
        for path, choice in _choices(adapter):
            if _searches(config, choice) == "breaks_request":
                yield Finding(
                    f"adapter `{adapter.name}` searches the web, which `{choice}`, a choice of its clients, cannot: each such request fails",
                    path,
                    _SEARCHING,
                    value=True,
                    consequence=Consequence.CHOICE_FAILS,
                )


def _searches(config: Config, provider: str) -> str | None:
    """What a provider's client makes of the wish to search."""
    return spec_of(config, provider).web_search.at(mode_of(config, provider))


RULES = (tools_not_supported, web_search_not_supported)
