"""Messages of the engine's process: one a line of JSON, checked where it comes in."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.observed.foreign_json import MAX_COUNT, parse_json

RECORD = b"\x1e"
"""Stands before every message, as in JSON text sequences (RFC 7464); `engine.py` imports nothing of the package and has its own."""


@dataclass(frozen=True, slots=True)
class ModelChosen:
    """The model that is about to run; orbitcfg sends this one itself."""

    model: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is imported: its version and how it was built."""

    engine: str
    build: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is in memory: the chat template that is used, and how long it took."""

    template: str
    load_ms: float | None


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The engine raised an exception of this kind."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is whole: why it ended (stop or length), its pieces, and how fast they came."""

    finish: str
    tokens: int
    first_token_ms: float | None
    tokens_per_s: float | None


Message: TypeAlias = ModelChosen | Ready | Loaded | TextPiece | Refused | Done
Listener: TypeAlias = Callable[[Message], None]


def parse_message(line: bytes) -> Message | None:
    """The message in a line of the engine's output; None for whatever else native code prints there."""
    if not line.startswith(RECORD):
        return None
    fields = parse_json(line[len(RECORD) :])
    if not isinstance(fields, dict):
        return None
    match fields:
        case {"event": "ready"}:
            return Ready(_text(fields, "engine"), _text(fields, "build"))
        case {"event": "loaded"}:
            return Loaded(_text(fields, "template"), _number(fields, "load_ms"))
        case {"event": "text", "text": str(text)}:
            return TextPiece(text)
        case {"event": "refused", "reason": str(reason)}:
            return Refused(_text(fields, "kind"), reason)
        case {"event": "done"}:
            tokens = int(_number(fields, "tokens") or 0)
            return Done(_text(fields, "finish"), tokens, _number(fields, "first_token_ms"), _number(fields, "tokens_per_s"))
    return None


def _text(fields: Mapping[str, Any], name: str) -> str:
    return str(fields.get(name, ""))


def _number(fields: Mapping[str, Any], name: str) -> float | None:
    """A finite number; None where the engine says anything else."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # larger ones do not even fit into a float
    return float(value) if abs(value) <= MAX_COUNT else None
