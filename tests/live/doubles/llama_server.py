"""llama.cpp's `llama-server`: one model, with a key, as a router, or still loading."""

from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_events, as_json, chunk, completion

SERVER = {"server": "llama.cpp"}


@dataclass(frozen=True)
class LlamaServer:
    """A server with these models; several make it a router."""

    models: tuple[str, ...] = ("/models/gemma-3-4b-it-Q4_K_M.gguf",)
    aliases: tuple[str, ...] = ()
    context: int = 4096
    key: str | None = None
    loading: bool = False

    @property
    def is_router(self) -> bool:
        """Whether it was started without a model."""
        return len(self.models) != 1

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        answer = self.answered(asked)
        return Answer(answer.status, answer.body, {**SERVER, **answer.headers}, answer.frames)

    def answered(self, asked: Asked) -> Answer:
        """The answer before the header that all have."""
        if self.loading:
            return as_json({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}, 503)
        if asked.path in ("/health", "/v1/health"):
            return as_json({"status": "ok"})
        if self.key and asked.bearer != self.key:
            return as_json({"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}, 401)
        match asked.method, asked.path:
            case "GET", "/v1/models" | "/models":
                return self.listed()
            case "GET", "/props":
                settings = {"n_ctx": 0 if self.is_router else self.context}
                role = {"role": "router"} if self.is_router else {}
                return as_json({"default_generation_settings": settings, "total_slots": 4, "build_info": "b9001-0c1e57098", **role})
            case "POST", "/v1/chat/completions" | "/chat/completions":
                return self.chat(asked.json)
        return as_json({"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}}, 404)

    def listed(self) -> Answer:
        """Both lists in one answer."""
        meta = {"n_ctx_train": 131072, "n_params": 3880099328, "size": 2483994624, "ftype": "Q4_K - Medium"}
        data = [
            {"id": name, "aliases": list(self.aliases), "object": "model", "created": 1795539107, "owned_by": "llamacpp", "meta": meta}
            for name in self.models
        ]
        return as_json({"models": [{"name": name, "model": name} for name in self.models], "object": "list", "data": data})

    def chat(self, body: dict[str, object]) -> Answer:
        """The reply of the one model, or of the router's."""
        if self.is_router and body["model"] not in self.models:
            return as_json({"error": {"message": f"model '{body['model']}' not found", "type": "invalid_request_error", "code": 400}}, 400)
        model = self.models[0]
        if body.get("stream"):
            return as_events([chunk(model, {"role": "assistant", "content": None}), chunk(model, {"content": "Hello"}), chunk(model, {}, "stop")])
        return as_json(completion(model, "Hello", usage=(12, 2)))
