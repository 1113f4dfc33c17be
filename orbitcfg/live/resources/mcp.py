"""The Model Context Protocol, as far as it takes to ask for tools: what is sent, and what an answer says. Pure."""

from collections.abc import Mapping

from orbitcfg.dataclass import dataclass
from orbitcfg.live.resources.hidden import expanded
from orbitcfg.observed.foreign_json import at, text_of
from orbitcfg.observed.resource import ResourceTarget
from orbitcfg.version import __version__

VERSION = "2025-06-18"
"""Of the protocol; a server that knows another one answers with that."""

INITIALIZE: Mapping[str, object] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": {"name": "orbitcfg", "version": __version__}},
}
INITIALIZED: Mapping[str, object] = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LIST_TOOLS: Mapping[str, object] = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}

MAX_WAIT_S = 60.0
"""For a server's tools, however long ORBIT waits for them."""


@dataclass(frozen=True, slots=True)
class McpAnswer:
    """What a server answers to one request: a result, or its words for why there is none."""

    result: Mapping[str, object]
    error: str | None = None

    @classmethod
    def to(cls, request: Mapping[str, object], message: object) -> "McpAnswer | None":
        """The answer that a message is; None where it answers another request, or none."""
        if not isinstance(message, dict) or message.get("id") != request["id"] or "method" in message:
            return None
        if "error" in message:
            return cls({}, text_of(at(message, "error.message")) or "an error without words")
        result = message.get("result")
        return cls(result if isinstance(result, dict) else {})

    @property
    def server(self) -> str:
        """What the server calls itself."""
        name, version = (text_of(at(self.result, f"serverInfo.{key}")) or "" for key in ("name", "version"))
        return f"{name} {version}".strip()

    @property
    def protocol(self) -> str:
        """The version of the protocol that it speaks."""
        return text_of(at(self.result, "protocolVersion")) or VERSION

    @property
    def tools(self) -> tuple[str, ...] | None:
        """The names of its tools, of the first page, which is all that ORBIT asks for; None where it has no list."""
        listed = self.result.get("tools")
        if not isinstance(listed, list):
            return None
        return tuple(name for each in listed if (name := text_of(at(each, "name"))) is not None)


def texts_of(content: object, variables: Mapping[str, str]) -> dict[str, str] | None:
    """A mapping of names to texts as ORBIT makes one of `headers` and `env`; None where it cannot."""
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        return None
    return {str(name): expanded(value, variables) if isinstance(value, str) else str(value) for name, value in content.items()}


def wait_s(target: ResourceTarget) -> float:
    """For how long ORBIT waits for a server's tools."""
    try:
        seconds = int(target.text("timeout"))
    except ValueError:
        seconds = 5
    return min(max(float(seconds), 0.1), MAX_WAIT_S)


def summary(server: str, tools: tuple[str, ...]) -> str:
    """Who answers, and how many tools it offers."""
    listed = f"{len(tools)} tool{'s' if len(tools) != 1 else ''}"
    return f"{server}, {listed}" if server else listed
