"""Providers that rewrite requests for generators."""

from collections.abc import Iterator

from orbitcfg.document.tree import value_at
from orbitcfg.effective.adapters import GENERATORS
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule


@rule("ORB525", consequence=Consequence.DIFFERENT)
def rewrite_model_mixed_up(config: Config) -> Iterator[Finding]:
    """A generating adapter gives its rewriting provider a model that is not meant for it.

    Without `rewrite_model` the adapter's own `model` goes to the `rewrite_provider`. Image and video generation do not pass `rewrite_model` on at all (info).

    ```yaml bad
    # base: painter
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234/v1", api_key: lm-studio, model: m}}
    adapters: [{name: painter, inference_provider: shimmy, model: gemma-3-1b, rewrite_provider: lmstudio}]
    ```

    ```yaml good
    # base: painter
    inference: {lmstudio: {enabled: true, base_url: "http://localhost:1234/v1", api_key: lm-studio, model: m}}
    adapters: [{name: painter, inference_provider: shimmy, model: gemma-3-1b, rewrite_provider: lmstudio, rewrite_model: qwen}]
    ```
    """
    for adapter in config.adapters:
        if adapter.kind not in GENERATORS:
            continue
        differs = adapter.text("rewrite_provider") != adapter.text("inference_provider")
        if adapter.has("rewrite_provider") and not adapter.has("rewrite_model") and adapter.has("model") and differs:
            yield Finding(
                f"adapter `{adapter.name}`: its `model` goes to `{adapter.text('rewrite_provider')}` as well, as there is no `rewrite_model`",
                (*adapter.path, "rewrite_provider"),
                "add `rewrite_model:`",
            )


@rule("ORB531", consequence=Consequence.DEGRADED)
def nvidia_for_rewriting(config: Config) -> Iterator[Finding]:
    """The provider `nvidia` is to rewrite requests or to choose skills, and cannot.

    Both hand it a temperature and a length, which it sets itself too: each call raises, and the next candidate is taken.

    ```yaml bad
    # base: painter
    inference: {nvidia: {enabled: true, api_key: "${NVIDIA_API_KEY}", model: m}}
    adapters: [{name: painter, rewrite_provider: nvidia}]
    ```

    ```yaml good
    # base: painter
    adapters: [{name: painter, rewrite_provider: shimmy}]
    ```
    """
    for adapter in config.adapters:
        if adapter.kind in GENERATORS and adapter.text("rewrite_provider") == "nvidia":
            yield Finding(
                f"adapter `{adapter.name}`: `nvidia` cannot rewrite requests, and the next candidate is taken",
                (*adapter.path, "rewrite_provider"),
                "name another provider",
                value=True,
            )
    if value_at(config.tree, ("skill_routing", "router_provider")) == "nvidia":
        yield Finding(
            "`nvidia` cannot choose skills: no skill is chosen",
            ("skill_routing", "router_provider"),
            "name another provider",
            value=True,
            demanded=config.switches.is_on(("skill_routing", "auto_detect")),
        )


RULES = (rewrite_model_mixed_up, nvidia_for_rewriting)
