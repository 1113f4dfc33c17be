"""Ollama."""

import json
from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_json, as_text


@dataclass(frozen=True)
class Ollama:
    """An Ollama with these models; `context` is that of those that are loaded."""

    models: tuple[str, ...] = ("llama3.2:latest",)
    context: int | None = None
    foreign_host: bool = False

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if self.foreign_host:
            return Answer(403)
        match asked.method, asked.path:
            case "GET", "/":
                return as_text("Ollama is running")
            case "GET", "/api/version":
                return as_json({"version": "0.13.0"})
            case "GET", "/api/tags":
                return as_json({"models": [self.row(name) for name in self.models]})
            case "GET", "/api/ps":
                return as_json({"models": [{**self.row(name), "context_length": self.context} for name in self.models if self.context]})
            case "GET", "/v1/models":
                rows = [{"id": name, "object": "model", "created": 1755000000, "owned_by": "library"} for name in self.models]
                return as_json({"object": "list", "data": rows or None})
            case "POST", "/api/chat":
                return self.chat(asked.json)
            case "POST", "/v1/chat/completions" if not asked.json.get("messages"):
                return as_json(
                    {"error": {"message": "[] is too short - 'messages'", "type": "invalid_request_error", "param": None, "code": None}}, 400
                )
        return as_text("404 page not found", 404)

    def row(self, name: str) -> dict[str, object]:
        """A row of `/api/tags`."""
        details = {
            "parent_model": "",
            "format": "gguf",
            "family": "llama",
            "families": ["llama"],
            "parameter_size": "3.2B",
            "quantization_level": "Q4_K_M",
        }
        return {"name": name, "model": name, "modified_at": "2026-08-01T10:00:00Z", "size": 2019393189, "digest": "a80c4f17acd5", "details": details}

    def chat(self, body: dict[str, object]) -> Answer:
        """Ollama's own chat, in lines where it streams."""
        base = {"model": body["model"], "created_at": "2026-08-21T10:00:00Z"}
        last = {"done": True, "done_reason": "stop", "eval_count": 2}
        if not body.get("stream", True):
            return as_json({**base, "message": {"role": "assistant", "content": "Hello there"}, **last})
        lines = [{**base, "message": {"role": "assistant", "content": piece}, "done": False} for piece in ("Hello", " there")]
        lines.append({**base, "message": {"role": "assistant", "content": ""}, **last})
        return Answer(200, headers={"content-type": "application/x-ndjson"}, frames=tuple(json.dumps(line).encode() + b"\n" for line in lines))
