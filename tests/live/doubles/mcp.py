"""An MCP server over http, as FastMCP answers: a session, events or JSON."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from tests.live.doubles import Answer, Asked, as_json, as_text

PATH = "/mcp"


@dataclass
class Mcp:
    """What it offers, and how it answers."""

    tools: tuple[str, ...] = ("add", "search")
    name: str = "doubles"
    events: bool = True
    session: str | None = "session-of-this-test"
    token: str | None = None
    path: str = PATH
    errors: dict[str, str] = field(default_factory=dict)
    """Methods that fail, with the server's words."""
    lingers_s: float = 0.0
    """For how long a stream stays open behind its answer."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    """The messages that it got."""
    closed: list[str] = field(default_factory=list)
    """The sessions that were ended."""

    def __call__(self, asked: Asked) -> Answer:
        if self.token is not None and asked.bearer != self.token:
            return as_json({"error": "invalid_token", "error_description": "Authentication required"}, 401)
        if asked.path.partition("?")[0] != self.path:
            return as_text("Not Found", 404)
        if "text/event-stream" not in asked.headers["accept"] or "application/json" not in asked.headers["accept"]:
            return as_json({"error": {"message": "Not Acceptable"}}, 406)
        if asked.method == "DELETE":
            self.closed.append(asked.headers["mcp-session-id"])
            return Answer(200)
        message = asked.json
        self.sent.append(message)
        method = message["method"]
        if method != "initialize" and asked.headers.get("mcp-session-id") != self.session:
            return as_json({"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Bad Request: Missing session ID"}}, 400)
        if "id" not in message:
            return Answer(202)
        return self._reply(message["id"], method)

    def _reply(self, number: int, method: str) -> Answer:
        result: dict[str, Any] = {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in self.tools]}
        if method == "initialize":
            result = {"protocolVersion": "2025-03-26", "capabilities": {"tools": {}}, "serverInfo": {"name": self.name, "version": "1.0"}}
        whole: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "result": result}
        if method in self.errors:
            whole = {"jsonrpc": "2.0", "id": number, "error": {"code": -32603, "message": self.errors[method]}}
        headers = {"mcp-session-id": self.session} if self.session and method == "initialize" else {}
        if not self.events:
            return replace(as_json(whole), headers={"content-type": "application/json", **headers})
        frames = (
            b": a comment\n\n",
            b'event: message\ndata: {"jsonrpc": "2.0", "method": "notifications/message", "params": {}}\n\n',
            b"event: message\r\ndata: " + json.dumps(whole).encode() + b"\r\n\r\n",
        )
        late = (b": still here\n\n",) if self.lingers_s else ()
        return Answer(200, headers={"content-type": "text/event-stream", **headers}, frames=(*frames, *late), pause_s=self.lingers_s)
