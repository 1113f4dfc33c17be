"""The parameters of a short generation: those that ORBIT would send, under the engine's names, capped."""

import math
from collections.abc import Mapping

from orbitcfg.dataclass import dataclass

MAX_TOKENS = 16
CONTEXT = 512
SEED = 1
"""Fixed, so that two runs give the same."""

_NAMES = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "typical_p": "typical_p",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repeat_penalty": "repeat_penalty",
    "repetition_penalty": "repeat_penalty",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "num_predict": "max_tokens",
    "stop": "stop",
}
_WHOLE = frozenset({"top_k", "max_tokens"})
_SELF_TEST_ONLY = frozenset({"max_tokens", "stop"})


@dataclass(frozen=True, slots=True)
class GenerationParameters:
    """What the engine is given, and which of it differs from the configuration."""

    sent: Mapping[str, object]
    capped: tuple[str, ...]
    context: int


def generation_parameters(
    resolved: Mapping[str, object], context: int | None, *, max_tokens: int | None, full_context: bool, known_answer: bool
) -> GenerationParameters:
    """The engine's parameters for those that ORBIT resolves.

    `max_tokens` is the user's own limit. The built-in model keeps its own length and stops, or its known answer would be cut.
    """
    sent: dict[str, object] = {"temperature": 0.0, "seed": SEED}
    sent.update(_engine_parameters(resolved))
    if known_answer:
        sent = {name: value for name, value in sent.items() if name not in _SELF_TEST_ONLY}
    configured_tokens = sent.get("max_tokens")
    limit = max_tokens or (min(configured_tokens, MAX_TOKENS) if isinstance(configured_tokens, int) and configured_tokens > 0 else MAX_TOKENS)
    sent["max_tokens"] = limit
    given = context if full_context and context else min(context or CONTEXT, CONTEXT)
    capped = []
    if isinstance(configured_tokens, int) and configured_tokens != limit:
        capped.append(f"max_tokens {limit} instead of {configured_tokens}")
    if context and given != context:
        capped.append(f"context {given} instead of {context}")
    return GenerationParameters(sent, tuple(capped), given)


def _engine_parameters(resolved: Mapping[str, object]) -> dict[str, object]:
    """The parameters that the engine has too, by its names, those in nested mappings as well; values that no engine takes are left out."""
    known: dict[str, object] = {}
    for name, value in resolved.items():
        if isinstance(value, Mapping):
            known.update(_engine_parameters(value))
        elif name in _NAMES:
            usable = _stops(value) if name == "stop" else _number(value, whole=_NAMES[name] in _WHOLE)
            if usable is not None:
                known[_NAMES[name]] = usable
    return known


def _number(value: object, *, whole: bool) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return None
    # the engine takes a C `int`
    return int(value) if whole and abs(value) < 1 << 31 else None if whole else float(value)


def _stops(value: object) -> list[str] | None:
    texts = [value] if isinstance(value, str) else value
    return [each for each in texts if isinstance(each, str) and each] if isinstance(texts, list) else None
