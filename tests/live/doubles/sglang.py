"""SGLang."""

from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_events, as_json, chunk, completion


@dataclass(frozen=True)
class Sglang:
    """An SGLang with one model; while it is `starting`, its health is 503 and everything waits."""

    model: str = "qwen2.5-0.5b"
    context: int = 32768
    key: str | None = None
    starting: bool = False

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if asked.path in ("/health", "/health_generate"):
            return Answer(503 if self.starting else 200)
        if self.starting:
            return Answer(503)
        if self.key and asked.bearer != self.key:
            return as_json({"error": "Unauthorized"}, 401)
        match asked.method, asked.path:
            case "GET", "/v1/models":
                row = {"id": self.model, "object": "model", "created": 1755000000, "owned_by": "sglang", "root": self.model, "parent": None}
                return as_json({"object": "list", "data": [{**row, "max_model_len": self.context}]})
            case "GET", "/get_server_info":
                return as_json({"model_path": self.model, "version": "0.5.4"})
            case "POST", "/v1/chat/completions":
                return self.chat(asked.json)
        return as_json({"detail": "Not Found"}, 404)

    def chat(self, body: dict[str, object]) -> Answer:
        """The reply, whatever model is named."""
        model = str(body["model"])
        if body.get("stream"):
            return as_events([chunk(model, {"role": "assistant", "content": ""}), chunk(model, {"content": "Hello"}), chunk(model, {}, "stop")])
        return as_json(completion(model, "Hello", usage=(6, 2)))
