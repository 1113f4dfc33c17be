"""What a user asks of doctor."""

from collections.abc import Mapping
from typing import Literal

from orbitcfg.dataclass import dataclass, field
from orbitcfg.live.plan import EndpointFilter

__all__ = ["EndpointFilter", "Request", "ServerRequest", "SmokeWhen"]

SmokeWhen = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """A running ORBIT to look through. Credentials are named by the variables of the process that hold them."""

    url: str
    """Its address."""
    key_variables: tuple[str, ...] = ()
    """Those of keys for chatting, each of one adapter."""
    token_variable: str | None = None
    """That of an administrator's token."""
    ask: bool = False
    """Whether each key asks its adapter a question, which writes rows into the server's chat history."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a user asks of doctor."""

    choice: EndpointFilter = field(default_factory=EndpointFilter)
    """Which endpoints are looked at."""
    url: str | None = None
    """Only this address is looked at, as the provider that is chosen, without a configuration."""
    model: str | None = None
    """With `url`: the model that it should serve."""
    timeout_s: float = 5.0
    """For each step."""
    deadline_s: float = 30.0
    """For all of it."""
    wait_s: float = 0.0
    """For a server that is starting."""
    generate: bool = False
    """Whether chats are sent."""
    billable: bool = False
    """Whether they are sent to cloud providers too."""
    dry_run: bool = False
    """Whether nothing is asked, only planned."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where an address is reached instead, both as host and port."""
    start_mcp: bool = False
    """Whether the programs of MCP servers are started."""
    server: ServerRequest | None = None
    """The running ORBIT that is looked through; None where none is."""
    smoke: SmokeWhen = "auto"
    """When the embedded engine generates; auto: where the default server is not to be had."""
