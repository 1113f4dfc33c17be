"""vLLM 0.32.0."""

from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_events, as_json, chunk, completion

SERVER = {"server": "uvicorn"}


@dataclass(frozen=True)
class Vllm:
    """A vLLM under these names; `dead`: its engine process has ended."""

    models: tuple[str, ...] = ("tiny-alpha",)
    context: int = 512
    key: str | None = None
    dead: bool = False

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        answer = self.answered(asked)
        return Answer(answer.status, answer.body, {**SERVER, **answer.headers}, answer.frames)

    def answered(self, asked: Asked) -> Answer:
        """The answer before the header that all have."""
        if asked.path == "/health":
            return Answer(503 if self.dead else 200)
        if asked.path == "/version":
            return as_json({"version": "0.32.0"})
        if self.key and asked.path.startswith("/v1") and asked.bearer != self.key:
            return as_json({"error": "Unauthorized"}, 401)
        match asked.method, asked.path:
            case "GET", "/v1/models":
                return as_json({"object": "list", "data": [self.row(name) for name in self.models]})
            case "POST", "/v1/chat/completions":
                return self.chat(asked.json)
        return as_json({"detail": "Not Found"}, 404)

    def row(self, name: str) -> dict[str, object]:
        """A row of `/v1/models`."""
        base = {"id": name, "object": "model", "created": 1795540668, "owned_by": "vllm", "root": "acme/tiny-model", "parent": None}
        return {**base, "max_model_len": self.context, "permission": []}

    def chat(self, body: dict[str, object]) -> Answer:
        """The reply under the first served name; the length that is asked for must fit."""
        if self.dead:
            return as_json({"error": {"message": "EngineCore encountered an issue.", "type": "InternalServerError", "param": None, "code": 500}}, 500)
        if "messages" not in body:
            return as_json({"error": {"message": "messages: Field required", "type": "BadRequestError", "param": None, "code": 400}}, 400)
        if body["model"] not in self.models:
            text = f"The model `{body['model']}` does not exist. Valid aliases: {', '.join(self.models)}."
            return as_json({"error": {"message": text, "type": "NotFoundError", "param": "model", "code": 404}}, 404)
        limit = body.get("max_tokens")
        if isinstance(limit, int) and limit > self.context:
            text = f"max_tokens={limit} cannot be greater than max_model_len={self.context}."
            return as_json({"error": {"message": text, "type": "BadRequestError", "param": "max_tokens", "code": 400}}, 400)
        model = self.models[0]
        if body.get("stream"):
            return as_events(
                [chunk(model, {"role": "assistant", "content": ""}), chunk(model, {"content": " alpha"}), chunk(model, {"content": ""}, "stop")]
            )
        return as_json(completion(model, " alpha", usage=(6, 2)))
