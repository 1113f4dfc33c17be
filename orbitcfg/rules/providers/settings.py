"""Settings of a provider that do not go together."""

import re
from collections.abc import Iterator

from orbitcfg.catalog.specs import ApiKeySpec
from orbitcfg.compile.environment import Environment
from orbitcfg.document.events import PlaceholderUsed
from orbitcfg.document.tree import Interpolated, KeyPath, Mapping, Scalar, Unknown, at, value_at
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._chosen_models import chosen_models
from orbitcfg.rules.providers._demanded import demanded, inference_block

_REFUSES_EFFORT = ("grok-4.5", "grok-4.20")


_OWN_MODEL = 3
"""How long the path of an adapter's own model is."""


@rule("ORB430", consequence=Consequence.ADAPTER_FAILS)
def endpoint_and_model(config: Config) -> Iterator[Finding]:
    """An adapter asks Hugging Face for a model, and the provider has an endpoint.

    A dedicated endpoint has its model. The client refuses both together, so the provider cannot be set up.

    ```yaml bad
    # base: chat
    inference: {huggingface: {enabled: true, endpoint_url: "https://x.endpoints.huggingface.cloud", api_key: "${HF_TOKEN}"}}
    adapters: [{name: chat, inference_provider: huggingface, model: m}]
    ```

    ```yaml good
    # base: chat
    inference: {huggingface: {enabled: true, endpoint_url: "https://x.endpoints.huggingface.cloud", api_key: "${HF_TOKEN}"}}
    adapters: [{name: chat, inference_provider: huggingface}]
    ```
    """
    if not value_at(config.tree, ("inference", "huggingface", "endpoint_url")):
        return
    for chosen in chosen_models(config):
        if chosen.provider == "huggingface":
            yield Finding(
                "the endpoint of Hugging Face has its own model, and the client refuses another beside it",
                chosen.model_path,
                f"remove {'`model`' if isinstance(chosen.model_path[-2], int) and len(chosen.model_path) == _OWN_MODEL else 'the entry'}, or `inference.huggingface.endpoint_url`",
            )


@rule("ORB431", consequence=Consequence.ADAPTER_FAILS)
def effort_breaks_requests(config: Config) -> Iterator[Finding]:
    """An adapter asks `xai` for a model that cannot be asked with an effort, and there is one.

    With `grok-4.5*` and `grok-4.20*` each chat and each tool call then fails inside of ORBIT. An effort of the adapter's own mostly gets lost on the way (warning).

    ```yaml bad
    # base: chat
    inference: {xai: {enabled: true, api_key: "${XAI_API_KEY}", model: grok-4.3, reasoning_effort: high}}
    adapters: [{name: chat, inference_provider: xai, model: grok-4.5}]
    ```

    ```yaml good
    # base: chat
    inference: {xai: {enabled: true, api_key: "${XAI_API_KEY}", model: grok-4.3}}
    adapters: [{name: chat, inference_provider: xai, model: grok-4.5}]
    ```
    """
    own = next((key for key in ("reasoning_effort", "effort") if value_at(config.tree, ("inference", "xai", key))), None)
    for chosen in chosen_models(config):
        effort = value_at(chosen.node, ("effort",))
        if chosen.provider == "xai" and chosen.model.startswith(_REFUSES_EFFORT) and (own or effort):
            path = (*chosen.model_path[:-1], "effort") if effort else chosen.model_path
            lost = "" if own else "the order in which models are asked for"
            written = " and ".join(f"`{each}`" for each in (f"inference.xai.{own}" if own else "", "effort" if effort else "") if each)
            yield Finding("an effort makes every request to this model of `xai` fail", path, f"remove {written}", depends_on=lost)


@rule("ORB432", consequence=Consequence.ADAPTER_FAILS)
def unknown_reasoning_model(config: Config) -> Iterator[Finding]:
    """A model of OpenAI's `o4` series, which this version of ORBIT takes for an older kind.

    It sends `max_tokens`, `temperature` and `top_p` as to older models, which the vendor is said to refuse, and drops the effort.

    ```yaml bad
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: o4-mini}}
    ```

    ```yaml good
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: o3-mini}}
    ```
    """
    block = inference_block(config, "openai")
    if block is None or not block.is_on:
        return
    places: list[KeyPath] = [(*block.path, "model")] if (block.text("model") or "").startswith("o4") else []
    places += [chosen.model_path for chosen in chosen_models(config) if chosen.provider == "openai" and chosen.model.startswith("o4")]
    for path in places:
        message = "ORBIT sends this model the parameters of an older kind"
        yield Finding(message, path, "name an o3 or a gpt-5 model", value=True, depends_on="the vendor's answer to them")


@rule("ORB433", consequence=Consequence.DIFFERENT)
def block_shadowed(config: Config) -> Iterator[Finding]:
    """One provider is written in two places.

    ORBIT reads `inferences` before `inference`, and a section of the provider's name at the root where its block is empty. Only one of them counts.

    ```yaml bad
    inferences: {shimmy: {model: other}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m}}
    ```
    """
    inference = at(config.tree, ("inference",))
    for name in inference.entries if isinstance(inference, Mapping) else ():
        plural: KeyPath = ("inferences", name)
        root: KeyPath = (name,)
        if _is_filled(config, plural):
            yield _shadow(config, plural, ("inference", name), "this one counts: ORBIT reads `inferences` first")
        elif _is_filled(config, root) and name not in config.catalog.root.properties and isinstance(name, str):
            # a section of ORBIT's that happens to be called so is no provider's block
            yield _shadow(config, root, ("inference", name), "this one counts")


@rule("ORB434", consequence=Consequence.DIFFERENT)
def key_beaten_by_variable(config: Config) -> Iterator[Finding]:
    """A written API key is not used, since the provider's variable holds another.

    For most vendors the environment beats the file.

    ```yaml bad
    # environment: GROQ_API_KEY=gsk-one
    general: {inference_provider: groq}
    inference: {groq: {enabled: true, api_key: "${OTHER_KEY:-gsk-two}", model: m}}
    ```

    ```yaml good
    # environment: GROQ_API_KEY=gsk-one
    general: {inference_provider: groq}
    inference: {groq: {enabled: true, api_key: "${GROQ_API_KEY}", model: m}}
    ```
    """
    for block in demanded(config):
        spec = block.row.provider.api_key
        value = value_at(block.node, (spec.key,)) if spec.key else None
        if not (spec.env_wins and isinstance(value, str) and value) or isinstance(value, Unknown):
            continue
        variable = _winning(config.environment, spec, value)
        if variable is not None:
            yield Finding(
                f"`{variable}` is set, and beats the key that is written here",
                (*block.path, spec.key),
                f"write `${{{variable}}}`, or remove the line",
                value=True,
            )


@rule("ORB435", consequence=Consequence.DIFFERENT)
def two_addresses(config: Config) -> Iterator[Finding]:
    """A provider block has two addresses, and one of them does not count.

    `base_url` beats `api_base`; for Cohere's and Jina's rerankers, Cohere's speech, and xAI's images, videos and speech it is the other way round.

    ```yaml bad
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m, base_url: "https://one.example.org/v1", api_base: "https://two.example.org/v1"}}
    ```

    ```yaml good
    general: {inference_provider: openai}
    inference: {openai: {enabled: true, api_key: "${OPENAI_API_KEY}", model: m, base_url: "https://one.example.org/v1"}}
    ```
    """
    for block in config.providers:
        keys = [key for key in block.row.provider.url.keys if key in ("base_url", "api_base")]
        values = [value_at(block.node, (key,)) for key in keys]
        if len(keys) < 2 or not all(values) or values[0] == values[1]:
            continue
        wins, loses = keys
        yield Finding(
            f"`{loses}` does not count beside `{wins}`",
            (*block.path, loses),
            f"remove `{loses}`",
            related=(Annotation(config.locate((*block.path, wins)), "this one counts"),),
        )


@rule("ORB436", consequence=Consequence.DIFFERENT)
def store_placeholder_not_filled(config: Config) -> Iterator[Finding]:
    """A placeholder in `vector_stores` stands where ORBIT does not fill it.

    ORBIT reads that file a second time by itself, and fills a placeholder only in `connection_params`, and where it is the whole value.

    ```yaml bad
    # environment: QDRANT_HOST=qdrant
    vector_stores: {qdrant: {enabled: true, connection_params: {host: "${QDRANT_HOST}.example.org"}}}
    files: {default_vector_store: qdrant}
    ```

    ```yaml good
    vector_stores: {qdrant: {enabled: true, connection_params: {host: localhost}}}
    files: {default_vector_store: qdrant}
    ```
    """
    for event in config.events_of(PlaceholderUsed):
        path = event.path
        if len(path) < 3 or path[0] != "vector_stores" or not config.demand.of(path).is_demanded:
            continue
        node = at(config.tree, path)
        template = next((step.template for step in node.steps if isinstance(step, Interpolated)), "") if isinstance(node, Scalar) else ""
        # ORBIT fills whole values in `connection_params` alone (loader §11.3)
        if "connection_params" not in path or not re.fullmatch(r"\$\{[^}]*\}", template):
            yield Finding(
                "ORBIT reads this file a second time, and does not fill this placeholder",
                event.span,
                "write the value out, or a placeholder alone in `connection_params`",
                key=path,
            )


def _is_filled(config: Config, path: KeyPath) -> bool:
    node = at(config.tree, path)
    return isinstance(node, Mapping) and bool(node.entries)


def _shadow(config: Config, wins: KeyPath, loses: KeyPath, note: str) -> Finding:
    counts = wins[0] == "inferences" or not _is_filled(config, loses)
    winner, loser = (wins, loses) if counts else (loses, wins)
    return Finding(
        f"`{config.format_path(loser)}` does not count beside `{config.format_path(winner)}`",
        loser,
        f"remove `{config.format_path(wins)}`, or move what is meant to `{config.format_path(loses)}`"
        if _is_filled(config, loses)
        else f"move `{config.format_path(wins)}` to `{config.format_path(loses)}`",
        related=(Annotation(config.locate(winner), note if counts else "this one counts"),),
    )


def _winning(environment: Environment, spec: ApiKeySpec, value: str) -> str | None:
    """The provider's variable, where it is set to something else than what is written."""
    first = next(iter(spec.env), None)
    variable = environment[first] if first else None
    return first if variable is not None and variable.value and variable.value != value else None


RULES = (
    endpoint_and_model,
    effort_breaks_requests,
    unknown_reasoning_model,
    block_shadowed,
    key_beaten_by_variable,
    two_addresses,
    store_placeholder_not_filled,
)
