"""OpenAI proper."""

from dataclasses import dataclass

from tests.live.doubles import Answer, Asked, as_events, as_json, chunk, completion


@dataclass(frozen=True)
class OpenAi:
    """The vendor's API with one key; `status` refuses every request in its own way."""

    key: str
    models: tuple[str, ...] = ("gpt-5",)
    status: int = 200
    code: str = ""

    def __call__(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if asked.bearer != self.key:
            text = f"Incorrect API key provided: {asked.bearer}. You can find your API key at your account page."
            return as_json({"error": {"message": text, "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}}, 401)
        if self.status != 200:
            return as_json({"error": {"message": "refused", "type": "error", "param": None, "code": self.code}}, self.status)
        match asked.method, asked.path:
            case "GET", "/v1/models":
                rows = [{"id": name, "object": "model", "created": 1686935002, "owned_by": "openai"} for name in self.models]
                return as_json({"object": "list", "data": rows})
            case "POST", "/v1/chat/completions":
                model = asked.json["model"]
                if asked.json.get("stream"):
                    return as_events([chunk(model, {"role": "assistant", "content": "Hello"}), chunk(model, {}, "stop")])
                return as_json(completion(model, "Hello", usage=(6, 2)))
        return as_json(
            {"error": {"message": f"Invalid URL ({asked.method} {asked.path})", "type": "invalid_request_error", "param": None, "code": None}}, 404
        )
