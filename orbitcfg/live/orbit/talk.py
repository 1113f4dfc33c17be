"""What the checks of a running ORBIT share: the connection, the credentials, and what is known so far."""

from collections.abc import Mapping
from typing import Any

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.live.http import HttpClient, Reply
from orbitcfg.live.log import ProbeLog
from orbitcfg.observed.orbit import OrbitSeen

ADMIN_HEADER = "x-api-key"
"""The header that every path of the administration wants a key in, whatever `api_keys.header_name` says."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret, by the name of the variable that holds it."""

    variable: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrbitOptions:
    """How a running ORBIT is looked at."""

    key_header: str
    """The header that chats carry the key in."""
    session_header: str
    """The header that they carry the name of a session in."""
    keys: tuple[Credential, ...] = ()
    """Keys for chatting, each of one adapter."""
    token: Credential | None = None
    """The token of an administrator."""
    ask: bool = False
    """Whether each key asks its adapter a question."""

    names: frozenset[str] = frozenset()
    """The adapters of the files, which are shown whatever they have in common with a key."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be in nothing that is shown."""
        return tuple(each.secret for each in (*self.keys, *([self.token] if self.token else [])))


@dataclass(slots=True)
class Talk:
    """A connection to a running ORBIT. What it said comes in by `saw` alone, without secrets."""

    log: ProbeLog
    client: HttpClient
    base: str
    """The address below which its paths are."""
    options: OrbitOptions
    may_send_secrets: bool
    reached: tuple[str, int] | None = None
    """The address and the port that plain http goes to, where what does not answer it may speak TLS."""
    seen: OrbitSeen = field(default_factory=OrbitSeen)

    def saw(self, **changes: Any) -> None:
        """Takes what was seen in place of what was known."""
        self.seen = replace(self.seen, **{name: self.log.secrets.without(value) for name, value in changes.items()})

    def shown(self, text: str) -> str:
        """A text of the server's as it may be shown."""
        return self.log.secrets.masked(text)

    def with_headers(self, headers: Mapping[str, str]) -> HttpClient:
        """The connection, for requests that carry a credential."""
        return replace(self.client, headers=headers)

    async def read(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a GET, without credentials where none are given."""
        return await self.with_headers(headers or {}).get(self.base + path)

    @property
    def admin_headers(self) -> dict[str, str] | None:
        """What opens the administration: the token, else the first key that the server knows; None where there is neither."""
        if self.options.token:
            return {"authorization": f"Bearer {self.options.token.secret}"}
        known = next((key.variable for key in self.seen.keys if key.adapter is not None), None)
        return next(({ADMIN_HEADER: each.secret} for each in self.options.keys if each.variable == known), None)
