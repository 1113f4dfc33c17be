"""The room that a provider's settings leave for the history of a chat."""

from collections.abc import Iterator

from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective.providers import Provider
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation
from orbitcfg.report.finding import Finding
from orbitcfg.rules._rule import rule
from orbitcfg.rules.providers._demanded import demanded

_LEAST = 100
"""The smallest history, in tokens, that ORBIT keeps whatever the window is."""

_RESERVE = 1024
_OVERHEAD = 1200
"""Tokens that ORBIT sets aside for the answer and for the system prompt where nothing else is written."""


@rule("ORB438", consequence=Consequence.DEGRADED)
def no_room_for_history(config: Config) -> Iterator[Finding]:
    """The answer takes up the whole context window, so that almost no history is sent.

    ORBIT takes `max_tokens` (else 1024) and 1200 tokens for the system prompt off the window. If less than 100 are left, the model is sent 100 tokens of
    history, and forgets what was said. `context_window` only sizes this history: it does not tell the server to allow more.

    ```yaml bad
    chat_history: {enabled: true}
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, mode: api, base_url: "http://localhost:8000/v1", model: m, max_model_len: 4096, max_tokens: 4096}}
    ```

    ```yaml good
    chat_history: {enabled: true}
    general: {inference_provider: vllm}
    inference: {vllm: {enabled: true, mode: api, base_url: "http://localhost:8000/v1", model: m, max_model_len: 8192, max_tokens: 2048}}
    ```
    """
    if not config.switches.is_on(("chat_history", "enabled")):
        return
    overhead = _whole(value_at(config.tree, ("history", "system_overhead_tokens"))) or _OVERHEAD
    for block in demanded(config):
        window = _window(block) if block.is_inference else None
        if window is None:
            continue
        size, window_path = window
        reserve, reserve_path = _reserve(block)
        left = size - reserve - overhead
        if left < _LEAST:
            yield Finding(
                f"a window of {size} tokens, less {reserve} for the answer and {overhead} for the system prompt, leaves no room for the history",
                window_path,
                "allow a wider window, or shorter answers",
                related=(Annotation(config.locate(reserve_path), "so much is kept for the answer"),) if reserve_path else (),
            )


def _window(block: Provider) -> tuple[int, KeyPath] | None:
    """The window that is written, with its place; None where ORBIT looks it up by the model's name."""
    # in the order in which ORBIT looks (resolution §10)
    for key in (block.row.provider.context_key, "context_window", "max_context_length", "context_length"):
        size = _whole(value_at(block.node, (key,))) if key else None
        if size:
            return size, (*block.path, key)
    return None


def _reserve(block: Provider) -> tuple[int, KeyPath | None]:
    for key in ("max_tokens", "num_predict"):
        size = _whole(value_at(block.node, (key,)))
        if size:
            return size, (*block.path, key)
    return _RESERVE, None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


RULES = (no_room_for_history,)
