"""How endpoints are looked at."""

import os
from collections.abc import Mapping

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.dataclass import dataclass, field
from orbitcfg.effective.address import Address, mapped
from orbitcfg.live.secrets import Secrets
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget

WHOLE_S = 5.0
"""For all that is asked of one resource beside models."""

CHAT_PROTOCOLS = frozenset({"openai", "ollama"})


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """How endpoints are looked at."""

    timeout_s: float = 5.0
    """For each step."""
    wait_s: float = 0.0
    """For a server that is starting."""
    generate: bool = False
    """Whether chats are sent."""
    billable: bool = False
    """Whether they are sent to cloud providers too."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment that ORBIT would have."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where an address is reached instead, both as host and port: what `--map` says."""

    folder: str = ""
    """The folder that ORBIT runs in, from which its relative paths lead."""
    start_mcp: bool = False
    """Whether the programs of MCP servers are started."""
    whole_s: float = WHOLE_S
    """For all that is asked of one resource beside models."""

    def path_of(self, written: str) -> str:
        """Where a path of the configuration leads."""
        return os.path.join(self.folder, written)

    def sends_chats(self, target: ProbeTarget, expected: ExpectedModel) -> bool:
        """Whether chats are sent for a model. Without a list of models nothing shows which ones it can answer."""
        may = self.billable or target.location != CLOUD
        can = target.models_path is not None and target.protocol in CHAT_PROTOCOLS
        return self.generate and may and can and expected.is_chat and expected.model is not None

    def sends_texts(self, target: ProbeTarget, expected: ExpectedModel) -> bool:
        """Whether a text is sent to be embedded."""
        may = self.generate and (self.billable or target.location != "cloud") and target.protocol in CHAT_PROTOCOLS
        return may and bool(target.embed_url) and Ability.EMBED in expected.needs and expected.model is not None

    def secrets_of(self, *targets: ProbeTarget) -> Secrets:
        """What may be in nothing that is shown of endpoints: theirs, and those of the proxies on the way."""
        return Secrets.of(targets, (value for name, value in self.variables.items() if name.lower().endswith("_proxy")))

    def reaches(self, address: Address) -> Address:
        """The address that requests to this one are sent to."""
        host, port = mapped(address, self.places)
        return Address(address.scheme, host, port, address.path)
