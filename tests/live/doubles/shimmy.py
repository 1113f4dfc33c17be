"""Shimmy 1.7.4, 2.5.0 and 2.6.5."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.live.doubles import CLOSED, EMPTY_404, EMPTY_502, Answer, Asked, as_events, as_json, as_text, chunk, completion

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "Content-Type, Authorization",
    "access-control-max-age": "86400",
}
LIKE_OLLAMA = {
    "modified_at": "2025-01-01T00:00:00Z",
    "size": 0,
    "digest": "",
    "details": {"format": "gguf", "family": "", "parameter_size": "", "quantization_level": ""},
}
TEXT = " alpha one two three"


@dataclass(frozen=True)
class Shimmy:
    """A Shimmy of a version. `reply` answers a chat where it is not the known text; `phantoms` are listed without a file."""

    version: str
    models: tuple[str, ...] = ("tiny-alpha",)
    phantoms: tuple[str, ...] = ()
    key: str | None = None
    reply: Callable[[Asked], Answer] | None = None

    @property
    def number(self) -> tuple[int, ...]:
        """The version, to compare."""
        return tuple(map(int, self.version.split(".")))

    @property
    def listed(self) -> list[str]:
        """Every name, sorted as the server does."""
        return sorted((*self.models, *self.phantoms))

    @property
    def registered(self) -> list[str]:
        """The names that were registered at the start: all of 1.x."""
        return self.listed if self.number < (2,) else list(self.phantoms)

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request, with the headers that the version sends."""
        answer = self.answered(asked)
        cors = {} if self.number >= (2, 6, 5) else CORS
        return Answer(answer.status, answer.body, {**answer.headers, **cors}, answer.frames, answer.pause_s)

    def answered(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if self.number >= (2, 6, 5) and "origin" in asked.headers:
            return as_json({"error": {"message": "Browser origin is not allowed", "type": "permission_error"}}, 403)
        if self.key and (asked.method, asked.path) != ("GET", "/health") and asked.bearer != self.key:
            return as_json({"error": {"message": "Valid API credentials required", "type": "authentication_error"}}, 401, www_authenticate="Bearer")
        match asked.method, asked.path:
            case "GET", "/health":
                return self.health()
            case "GET", "/v1/models":
                return as_json({"object": "list", "data": [self.row(name) for name in self.listed]})
            case "GET", "/api/models":
                return as_json({"models": self.rows()})
            case "GET", "/metrics":
                return as_json({"gpu_detected": False, "gpu_vendor": None, "service": "shimmy", "version": self.version})
            case "GET", "/api/tags" if self.number >= (2,):
                return as_json({"models": [{"name": name, "model": name, **LIKE_OLLAMA} for name in self.listed]})
            case "GET", "/openapi.json" if self.number >= (2, 6, 4):
                return as_json({"info": {"title": "Shimmy API", "version": self.version}})
            case "POST", "/v1/chat/completions":
                return self.chat(asked)
        return EMPTY_404

    def health(self) -> Answer:
        """The health check, with the version."""
        return as_json(
            {
                "compatibility": {"cors": True, "openai": True},
                "endpoints": {"chat": "/v1/chat/completions", "generate": "/api/generate", "health": "/health", "models": "/v1/models"},
                "models": {"discovered": len(self.models), "manual": len(self.registered), "total": len(self.listed)},
                "service": "shimmy",
                "status": "ok",
                "timestamp": "2026-11-24T16:51:47.984768168+00:00",
                "uptime_seconds": 1795539107,
                "version": self.version,
            }
        )

    def row(self, name: str) -> dict[str, object]:
        """A row of `/v1/models`."""
        if self.number < (1, 8):
            return {"id": name, "object": "model", "created": 0, "owned_by": "shimmy", "root": name}
        return {"id": name, "object": "model", "created": 1795537540, "owned_by": "shimmy"}

    def rows(self) -> list[dict[str, object]]:
        """The rows of `/api/models`: what was found is listed twice."""
        unknown: dict[str, object] = {"size_bytes": None, "model_type": None, "parameter_count": None}
        found: dict[str, object] = {"size_bytes": 3569824, "model_type": "Llama", "parameter_count": None}
        registered = [{"name": name, **unknown, "source": "registered"} for name in self.registered]
        return [*registered, *({"name": name, **found, "source": "discovered"} for name in self.models)]

    def chat(self, asked: Asked) -> Answer:
        """A chat completion; up to 2.6.4 a stream, unless it is refused."""
        body = asked.json
        model = body.get("model")
        if model is None:
            return as_text("Failed to deserialize the JSON body into the target type: missing field `model` at line 1 column 40", 422)
        if model not in self.listed:
            names = ", ".join(f'"{name}"' for name in self.listed)
            text = f"Model '{model}' not found. Available models: [{names}]"
            return as_json({"error": {"code": "model_not_found", "message": text, "param": "model", "type": "invalid_request_error"}}, 404)
        if self.reply:
            return self.reply(asked)
        if model in self.phantoms:
            return EMPTY_502
        streams = body.get("stream", True) if self.number < (2, 6, 5) else body.get("stream")
        return stream(model, TEXT) if streams or (streams is None and self.number < (2, 6, 5)) else self.whole(model)

    def whole(self, model: str, text: str = TEXT) -> Answer:
        """The reply in one piece."""
        return as_json(completion(model, text, usage=(35, 5) if self.number >= (2, 6, 5) else (0, 0)))


def stream(model: str, text: str) -> Answer:
    """The reply in pieces."""
    pieces = [chunk(model, {"content": f" {word}", "role": None}) for word in text.split()]
    return as_events([chunk(model, {"content": None, "role": "assistant"}), *pieces, chunk(model, {"content": None, "role": None}, "stop")])


def without_gpu(_asked: Asked) -> Answer:
    """What a chat gets where there is no GPU driver at all."""
    return EMPTY_502


def damaged(_asked: Asked) -> Answer:
    """What a chat gets of 2.6.1 and later where the file's header cannot be read."""
    return CLOSED


def failing_stream(asked: Asked) -> Answer:
    """What 2.6.5 sends where a generation fails: the error comes inside the stream."""
    if not asked.json.get("stream"):
        return EMPTY_502
    error = {"error": {"code": "generation_failed", "message": "Generation failed", "type": "server_error"}}
    return as_events([chunk(asked.json["model"], {"content": None, "role": "assistant"}), error])


def swallowing_stream(asked: Asked) -> Answer:
    """What up to 2.6.4 sends where a generation fails: a stream as if it were complete."""
    model = asked.json["model"]
    if not asked.json.get("stream"):
        return EMPTY_502
    return as_events([chunk(model, {"content": None, "role": "assistant"}), chunk(model, {"content": None, "role": None}, "stop")])
