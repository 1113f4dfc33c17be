"""LM Studio."""

from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_events, as_json, chunk, completion


@dataclass(frozen=True)
class LmStudio:
    """An LM Studio with these models, of which the first is loaded with a context."""

    models: tuple[str, ...] = ("qwen2.5-7b-instruct",)
    context: int = 4096

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request; an unknown path is a 200."""
        match asked.method, asked.path:
            case "GET", "/v1/models":
                return as_json(
                    {"data": [{"id": name, "object": "model", "owned_by": "organization_owner"} for name in self.models], "object": "list"}
                )
            case "GET", "/api/v0/models":
                loaded = {"state": "loaded", "loaded_context_length": self.context}
                rows = [
                    {"id": name, "object": "model", "type": "llm", "max_context_length": 131072, **({} if at else loaded)}
                    for at, name in enumerate(self.models)
                ]
                return as_json({"object": "list", "data": rows})
            case "POST", "/v1/chat/completions":
                return self.chat(asked.json)
        return as_json({"error": f"Unexpected endpoint or method. ({asked.method} {asked.path}). Returning 200 anyway"})

    def chat(self, body: dict[str, object]) -> Answer:
        """The reply of the loaded model, under its true name."""
        model = self.models[0]
        if body.get("stream"):
            return as_events([chunk(model, {"role": "assistant", "content": "Hello"}), chunk(model, {}, "stop")])
        return as_json(completion(model, "Hello", usage=(6, 2)))
