"""What stands in the bodies of replies: lists of models and errors, in all the shapes that servers give them. Pure."""

import html
import json
import re
from collections.abc import Mapping

from orbitcfg.dataclass import dataclass, field
from orbitcfg.observed.foreign_json import Fields, at, parse_json, text_of
from orbitcfg.observed.probe import ListedModel

MAX_WORDS = 4096
"""Characters of a server's own message that are kept; fewer are shown, and they are cut only once secrets are masked."""

MAX_MODELS = 10_000
"""Rows of a list that are read."""

_NAMES = ("id", "name", "model", "key")
_CONTEXTS = ("max_model_len", "meta.n_ctx", "loaded_context_length", "context_length", "meta.n_ctx_train")
"""Where a row says how many tokens its model takes: what the server was started with before what the model was trained for."""
_TITLE = re.compile(r"<title>([^<]{1,300})", re.IGNORECASE)
_STATUS = re.compile(r"\A[1-5]\d\d\b[ :-]{0,3}")
"""The number at the beginning of a title, which is told with the status."""

_WANTS_TLS = re.compile(
    r"plain http request was sent to https port|client sent an http request to an https server"
    r"|speaking plain http to an ssl-enabled server port|combination of host and port requires tls",
    re.IGNORECASE,
)
"""What nginx, servers in Go, Apache and Tomcat answer on a port that speaks TLS."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a reply brought: its text, and the JSON value that this is, None where it is none."""

    text: str = field(default="", repr=False)
    value: object = field(default=None, repr=False)

    @classmethod
    def of(cls, text: str) -> "Body":
        """The body with this text."""
        return cls(text, parse_json(text))

    @property
    def fields(self) -> Mapping[str, object]:
        """The JSON object; empty where it is none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def is_html(self) -> bool:
        """Whether it is a web page."""
        start = self.text[:1000].lstrip()[:200].lower()
        return start.startswith(("<!doctype html", "<html"))

    @property
    def wants_tls(self) -> bool:
        """Whether it says that requests have to come over TLS."""
        return _WANTS_TLS.search(self.text[:MAX_WORDS]) is not None

    @property
    def error_text(self) -> str:
        """What the server says is wrong, in one line; empty where it says nothing."""
        match self._told:
            case {"error": {"message": str(text)}} | {"error": str(text)} | {"detail": str(text)} | {"message": str(text)}:
                return _line(text)
            case {"detail": [{"msg": str(text)}, *_]}:
                return _line(text)
            case dict() | list():
                return _line(json.dumps(self.value, ensure_ascii=False))
        return self._title if self.is_html else _line(self.text)

    @property
    def _told(self) -> object:
        """The JSON value that tells an error; Gemini puts it into a list."""
        match self.value:
            case [{"error": _} as only]:
                return only
        return self.value

    @property
    def _title(self) -> str:
        """The title of a web page, which is all that proxies say."""
        found = _TITLE.search(self.text[:MAX_WORDS])
        return _STATUS.sub("", _line(html.unescape(found[1]))) if found else ""

    @property
    def error_code(self) -> str:
        """The server's code or type for an error, such as `insufficient_quota`."""
        return next((code for path in ("error.code", "error.type", "code", "type") if (code := text_of(at(self._told, path))) is not None), "")


def list_rows(value: object) -> list[dict[str, object]] | None:
    """The rows of a list of models; None where the value is none.

    OpenAI's `data` (null where there is nothing), Ollama's, Gemini's and Cohere's `models`, or a bare list.
    """
    rows = _rows(value)
    return None if rows is None else [row for row in rows[:MAX_MODELS] if isinstance(row, dict)]


def _rows(value: object) -> list[object] | None:
    match value:
        case {"data": None}:
            return []
        case {"data": list(rows)} | {"models": list(rows)} | list(rows):
            return rows
        case {"models": None}:
            return []
    return None


def model_list(body: Body, odd: list[str]) -> tuple[ListedModel, ...] | None:
    """The models of a list, each once; None where the body is no list. What of it has a type that it should not have is noted in `odd`."""
    rows = _rows(body.value)
    if rows is None:
        return None
    # of what is no list at all nothing more is said
    notes = Fields({})
    if len(rows) > MAX_MODELS:
        notes.note(f"it lists {len(rows):,} models, of which {MAX_MODELS:,} are read")
    if not all(isinstance(row, dict) for row in rows):
        notes.note("a row of the list of models is no map")
    found = list_rows(body.value) or []
    models = {model.name: model for model in (_model(Fields(row, notes.odd)) for row in found) if model}
    if found and not models:
        return None
    odd += notes.odd
    return tuple(models.values())


def _model(row: Fields) -> ListedModel | None:
    name = next((name for key in _NAMES if (name := row.text(key)) is not None), None)
    if name is None:
        row.note("a row of the list of models has no name")
        return None
    aliases = row.texts("aliases")
    if name.startswith("models/"):
        aliases = (*aliases, name.removeprefix("models/"))
    context = next((count for path in _CONTEXTS if (count := row.count(path)) is not None), None)
    # llama-server as a router leaves a model in the list that it could not load
    return ListedModel(name, aliases, context, failed=at(row.value, "status.failed") is True)


def is_router(listed: object, properties: object) -> bool:
    """Whether a llama-server hands requests on to its models by their names: by its own word, else by the state that its list has of each."""
    rows = list_rows(listed) or []
    return at(properties, "role") == "router" or any(text_of(at(row, "status.value")) is not None for row in rows)


def _line(text: str) -> str:
    """A text in one line."""
    return " ".join(text[:MAX_WORDS].split())
