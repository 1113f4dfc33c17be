"""What a user asks of doctor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from orbitcfg.live.plan import EndpointFilter

__all__ = ["EndpointFilter", "Request", "SmokeWhen"]

SmokeWhen = Literal["auto", "always", "never"]


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
    smoke: SmokeWhen = "auto"
    """When the embedded engine generates; auto: where the default server is not to be had."""
