"""The shapes of what servers answer: lists of models and errors, as tolerant as the servers are different. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from orbitcfg.observed.endpoint import ListedModel

MAX_SAID = 300
"""Characters of a server's own words that are told."""


def parsed_json(body: str) -> Any:
    """The JSON value of a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def at(value: Any, dotted: str) -> Any:
    """What stands at a dotted path in a JSON value; None where nothing does."""
    for part in dotted.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def list_rows(value: Any) -> list[dict[str, Any]] | None:
    """The rows of a list of models; None where the value is none.

    OpenAI's `data` (null where there is nothing), Ollama's, Gemini's and Cohere's `models`, or a bare list.
    """
    match value:
        case {"data": None}:
            rows: Any = []
        case {"data": list(rows)} | {"models": list(rows)} | list(rows):
            pass
        case {"models": None}:
            rows = []
        case _:
            return None
    return [row for row in rows if isinstance(row, dict)]


def listed(body: str) -> tuple[ListedModel, ...] | None:
    """The models of a list, each once; None where the body is no list."""
    rows = list_rows(parsed_json(body))
    if rows is None:
        return None
    models = {model.name: model for model in map(_listed, rows) if model}
    if rows and not models:
        return None
    return tuple(models.values())


def _listed(row: Mapping[str, Any]) -> ListedModel | None:
    name = next((row[key] for key in ("id", "name", "model", "key") if isinstance(row.get(key), str)), None)
    if name is None:
        return None
    aliases = [alias for alias in row.get("aliases") or () if isinstance(alias, str)]
    if name.startswith("models/"):
        aliases.append(name.removeprefix("models/"))
    return ListedModel(name, tuple(aliases), context_of(row))


def context_of(row: Mapping[str, Any]) -> int | None:
    """How many tokens a row says that the model takes."""
    for path in ("max_model_len", "meta.n_ctx", "loaded_context_length", "context_length", "meta.n_ctx_train"):
        value = at(row, path)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def said(body: str) -> str:
    """What a server says is wrong, in one line; empty where it says nothing."""
    value = parsed_json(body)
    match value:
        case {"error": {"message": str(text)}} | {"error": str(text)} | {"detail": str(text)} | {"message": str(text)}:
            return shortened(text)
        case {"detail": [{"msg": str(text)}, *_]}:
            return shortened(text)
        case {"error": dict()} | dict() | list():
            return shortened(json.dumps(value))
    return "" if is_html(body) else shortened(body)


def error_code(body: str) -> str:
    """The server's code or type for an error, such as `insufficient_quota`."""
    value = parsed_json(body)
    for path in ("error.code", "error.type", "code", "type"):
        found = at(value, path)
        if isinstance(found, str):
            return found
    return ""


def is_html(body: str) -> bool:
    """Whether a body is a web page."""
    start = body.lstrip()[:200].lower()
    return start.startswith(("<!doctype html", "<html"))


def shortened(text: str) -> str:
    """A text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SAID else line[: MAX_SAID - 1] + "…"
