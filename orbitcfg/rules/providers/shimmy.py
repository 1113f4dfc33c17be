"""What a block for Shimmy counts on, and no Shimmy has."""

from collections.abc import Iterator

from orbitcfg.catalog.shimmy_placeholders import SHIMMY_1
from orbitcfg.document.tree import KeyPath, Unknown, value_at
from orbitcfg.effective.address import parse_address
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Fix, Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._fixes import setting_fix
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._chosen_models import chosen_models
from orbitcfg.rules.providers._demanded import demanded, inference_block

_LARGEST_CONTEXT = 8192
"""Tokens that Shimmy 2.x takes in at most, whatever the model could. Shimmy 1.7 takes 4096."""

_CONTEXT_OF_1_7 = 4096
_ANSWER = 1024
"""Tokens for the answer that leave room for a prompt."""


@rule("ORB416", consequence=Consequence.DIFFERENT)
def context_beyond_shimmy(config: Config) -> Iterator[Finding]:
    """The block for Shimmy counts on a longer context than Shimmy has.

    Shimmy 1.7 has 4096 tokens for the prompt and the answer together, and loses the answer beyond; 2.x has 8192 at most. Guides speak of 128K. ORBIT tells Shimmy nothing of
    `context_window`: it only sends that much history.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, context_window: 65536}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: m, context_window: 4096, max_tokens: 512}}
    ```
    """
    for block in _shimmy(config):
        window = value_at(block.node, ("context_window",))
        if _number(window) > _LARGEST_CONTEXT:
            said = f"`context_window` is {window}, and Shimmy takes in 4096 tokens (1.7) or 8192 at most (2.x)"
            yield _finding(
                block, "context_window", said, f"write `{_CONTEXT_OF_1_7}`", setting_fix(config, (*block.path, "context_window"), _CONTEXT_OF_1_7)
            )
        longest = value_at(block.node, ("max_tokens",))
        if _number(longest) >= _CONTEXT_OF_1_7:
            said = f"`max_tokens` is {longest}, and prompt and answer together have 4096 tokens in Shimmy 1.7"
            yield _finding(block, "max_tokens", said, f"write `{_ANSWER}`", setting_fix(config, (*block.path, "max_tokens"), _ANSWER))


@rule("ORB417", consequence=Consequence.ADAPTER_FAILS)
def model_without_file(config: Config) -> Iterator[Finding]:
    """The model is `phi3-lora`, which Shimmy 1.7 lists whether it has it or not.

    Without `SHIMMY_BASE_GGUF` or a file `models/phi3-mini.gguf` each request ends in 502. `shimmy discover` shows the models that have a file.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: phi3-lora}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "http://localhost:11435", model: gemma-3-1b-it-q4-0}}
    ```
    """
    block = inference_block(config, "shimmy")
    places: list[KeyPath] = [(*block.path, "model")] if block is not None and block.text("model") == SHIMMY_1 else []
    places += [chosen.model_path for chosen in chosen_models(config) if chosen.provider == "shimmy" and chosen.model == SHIMMY_1]
    for path in places:
        yield Finding(
            f"Shimmy lists `{SHIMMY_1}` whether there is a file behind it or not",
            path,
            "name a model that `shimmy discover` shows",
            value=True,
            depends_on="the files that Shimmy has",
        )


@rule("ORB418", consequence=Consequence.EXPOSED, severity=Severity.INFO)
def shimmy_without_key(config: Config) -> Iterator[Finding]:
    """Shimmy runs on another machine, and no key is given.

    Guides say that it needs none. From 2.6.5 on it wants one on any address but its own machine's; before, it has none, so that whoever reaches it may use it.

    ```yaml bad
    inference: {shimmy: {enabled: true, base_url: "https://gpu.example.org", model: m}}
    ```

    ```yaml good
    inference: {shimmy: {enabled: true, base_url: "https://gpu.example.org", api_key: "${SHIMMY_API_KEY}", model: m}}
    ```
    """
    for block in _shimmy(config):
        url, key = value_at(block.node, ("base_url",)), value_at(block.node, ("api_key",))
        address = parse_address(url) if isinstance(url, str) and not isinstance(url, Unknown) and not key else None
        if address is not None and not address.is_loopback:
            yield _finding(
                block,
                "base_url",
                "Shimmy from 2.6.5 on wants a key when it is not asked from its own machine, and none is given",
                "add `api_key: ${SHIMMY_API_KEY}`",
            )


def _shimmy(config: Config) -> Iterator[Provider]:
    return demanded(config, ("inference", "shimmy"))


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _finding(block: Provider, key: str, message: str, help_text: str, fix: Fix | None = None) -> Finding:
    return Finding(message, (*block.path, key), help_text, value=True, fix=fix)


RULES = (context_beyond_shimmy, model_without_file, shimmy_without_key)
