"""What stands in the bodies of replies: lists of models and errors, in all the shapes that servers give them. Pure."""

import json
from collections.abc import Mapping

from orbitcfg.observed.probe import ListedModel

MAX_ERROR_TEXT = 300
"""Characters of a server's own message that are shown."""


def parse_json(body: str) -> object:
    """The JSON value of a body; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # a server may send nothing but brackets, which raises a RecursionError
        return None


def parse_object(body: str) -> dict[str, object]:
    """The JSON object of a body; empty where it is none."""
    value = parse_json(body)
    return value if isinstance(value, dict) else {}


def at(value: object, dotted: str) -> object:
    """What stands at a dotted path in a JSON value; None where nothing does."""
    for part in dotted.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def text_of(value: object) -> str | None:
    """A value that is text; None for any other."""
    return value if isinstance(value, str) else None


def count_of(value: object) -> int | None:
    """A value that is a positive number; None for any other."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def list_rows(value: object) -> list[dict[str, object]] | None:
    """The rows of a list of models; None where the value is none.

    OpenAI's `data` (null where there is nothing), Ollama's, Gemini's and Cohere's `models`, or a bare list.
    """
    match value:
        case {"data": None}:
            rows: list[object] = []
        case {"data": list(rows)} | {"models": list(rows)} | list(rows):
            pass
        case {"models": None}:
            rows = []
        case _:
            return None
    return [row for row in rows if isinstance(row, dict)]


def model_list(body: str) -> tuple[ListedModel, ...] | None:
    """The models of a list, each once; None where the body is no list."""
    rows = list_rows(parse_json(body))
    if rows is None:
        return None
    models = {model.name: model for model in map(_model, rows) if model}
    if rows and not models:
        return None
    return tuple(models.values())


def _model(row: Mapping[str, object]) -> ListedModel | None:
    name = next((name for key in ("id", "name", "model", "key") if (name := text_of(row.get(key))) is not None), None)
    if name is None:
        return None
    written = row.get("aliases")
    aliases = [alias for alias in written if isinstance(alias, str)] if isinstance(written, list) else []
    if name.startswith("models/"):
        aliases.append(name.removeprefix("models/"))
    return ListedModel(name, tuple(aliases), context_of(row))


def context_of(row: Mapping[str, object]) -> int | None:
    """How many tokens a row says that the model takes."""
    # what the server was started with before what the model was trained for
    paths = ("max_model_len", "meta.n_ctx", "loaded_context_length", "context_length", "meta.n_ctx_train")
    return next((count for path in paths if (count := count_of(at(row, path)))), None)


def error_text(body: str) -> str:
    """What a server says is wrong, in one line; empty where it says nothing."""
    value = parse_json(body)
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
    value = parse_json(body)
    return next((code for path in ("error.code", "error.type", "code", "type") if (code := text_of(at(value, path))) is not None), "")


def is_html(body: str) -> bool:
    """Whether a body is a web page."""
    start = body.lstrip()[:200].lower()
    return start.startswith(("<!doctype html", "<html"))


def shortened(text: str) -> str:
    """A text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_ERROR_TEXT else line[: MAX_ERROR_TEXT - 1] + "…"
