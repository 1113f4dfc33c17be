"""An endpoint that ORBIT will call for models, as the configuration has it. Data."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.masking.url import without_credentials
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.check import CheckKind, CheckState

INFERENCE = "inference"
"""The service of the language model."""

_ABILITIES = {INFERENCE: Ability.CHAT, "rewriting": Ability.CHAT, "embedding": Ability.EMBED, "vision": Ability.SEE}
"""What each service asks of its model."""

THINKING = ("think", "reasoning_effort")
"""Parameters that ask a model to think first."""

_NO_THOUGHT = (None, False, "", "none")
"""Their values that ask for nothing."""

THE_DEFAULT = "the default"
"""Stands for the default provider among the adapters that need something."""


@dataclass(frozen=True, slots=True)
class ExpectedModel:
    """A model that ORBIT's requests to an endpoint will name."""

    model: str | None
    """Its name; None where the configuration has none that is known here."""
    users: tuple[str, ...]
    """The adapters that ask for it, or `the default`."""
    services: tuple[str, ...]
    """What it is asked for: inference, embedding, …"""
    at: KeyPath | None = None
    """The line that chose it."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """The parameters that ORBIT sends with a request, by their names on the wire."""
    context: int | None = None
    """The number of tokens that the configuration counts on."""
    context_key: str = "context_window"
    """The key that says so."""
    calls_tools: bool = False
    """Whether it is offered tools."""

    @property
    def is_chat(self) -> bool:
        """Whether chats are sent to it, so that a completion can be tried."""
        return INFERENCE in self.services

    @property
    def needs(self) -> Mapping[Ability, str]:
        """What is asked of it, each with the service that asks."""
        found = {ability: service for service, ability in _ABILITIES.items() if service in self.services}
        if self.is_chat and any(self.parameters.get(name) not in _NO_THOUGHT for name in THINKING):
            found[Ability.THINK] = INFERENCE
        if self.is_chat and self.calls_tools:
            found[Ability.TOOLS] = INFERENCE
        return found

    @property
    def struck(self) -> tuple[str, ...]:
        """The adapters, and the choices, that go without where it does not answer."""
        return tuple(user for user in self.users if user != THE_DEFAULT)


@dataclass(frozen=True, slots=True)
class OtherBlock:
    """Another provider's block that leads to the same endpoint, by the very same requests."""

    provider: str
    """ORBIT's name for the provider."""
    url_at: KeyPath | None
    """The line that set its address."""


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """One endpoint to look at."""

    provider: str
    """ORBIT's name for the provider."""
    protocol: str
    """The API that ORBIT speaks to it: openai, ollama, anthropic, …"""
    location: str
    """Where its address is: local, remote or cloud."""
    url: str = field(repr=False)
    """The base address as ORBIT's client uses it."""
    written: str = field(repr=False)
    """The address as it stands in the configuration."""
    expected: tuple[ExpectedModel, ...] = ()
    """The models that requests will name."""
    models_path: str | None = None
    """The path of the free list of models; None where there is none."""
    models_from_root: bool = False
    """Whether that path leads from the server's root, not from the base."""
    list_url: str = field(default="", repr=False)
    """The list of models as ORBIT's client would ask for it; empty where that is not known."""
    chat_url: str = field(default="", repr=False)
    """Where chats go; empty where that is not known."""
    embed_url: str = field(default="", repr=False)
    """Where texts to embed go; empty where none do, or that is not known."""
    client: str = "httpx"
    """The library that ORBIT calls it with, `httpx` or `aiohttp`."""
    heeds_proxies: bool = True
    """Whether that goes through the proxies of the environment."""
    key: str | None = field(default=None, repr=False)
    """The key that is sent."""
    key_fault: str = ""
    """Why no request can carry the key; empty where one can."""
    key_is_secret: bool = True
    """False for the dummy that ORBIT sends where no key is set."""
    takes_key: bool = True
    """Whether the configuration, or a variable, can give it a key at all."""
    takes_user: bool = False
    """Whether a user and a password in the address are sent, as `Basic`, in place of any key."""
    key_required: bool = False
    """Whether requests without a key are pointless."""
    key_variables: tuple[str, ...] = ()
    """The variables that may hold the key."""
    url_at: KeyPath | None = None
    """The line that set the address."""
    key_at: KeyPath | None = None
    """The line that set the key, or where it belongs."""
    timeout_s: float | None = None
    """How long ORBIT waits for a reply; None where the configuration does not say."""
    is_default: bool = False
    """Whether the default provider uses it."""
    others: tuple[OtherBlock, ...] = ()
    """The blocks of other providers that lead to it too."""

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers whose blocks lead to it, each once."""
        return tuple(dict.fromkeys((self.provider, *(other.provider for other in self.others))))

    @property
    def label(self) -> str:
        """Providers and address, for people."""
        return f"{', '.join(self.providers)} at {self.shown_url}"

    @property
    def shown_url(self) -> str:
        """The base without user and password."""
        return without_credentials(self.url)

    @property
    def sends_user(self) -> bool:
        """Whether a user or a password stands in the address, and is sent."""
        parts = urlsplit(self.url)
        return self.takes_user and bool(parts.username or parts.password)

    @property
    def sends_secret(self) -> bool:
        """Whether requests carry what is meant to open the server: a key, or a user with a password."""
        return self.sends_user or bool(self.key and self.key_is_secret)

    @property
    def users(self) -> tuple[str, ...]:
        """The adapters that need it, each once."""
        return tuple(dict.fromkeys(user for expected in self.expected for user in expected.users))

    @property
    def struck(self) -> tuple[str, ...]:
        """The adapters, and the choices, that go without where it does not answer."""
        return tuple(user for user in self.users if user != THE_DEFAULT)


@dataclass(frozen=True, slots=True)
class UnaskedUse:
    """What ORBIT uses a provider for, and why doctor cannot ask for it."""

    provider: str
    """ORBIT's name for the provider; empty where it is not known here."""
    service: str
    """inference, embedding, …"""
    users: tuple[str, ...]
    """The adapters that need it, or `the default`."""
    kind: CheckKind
    """What keeps it from being asked: its provider, its address, or that its model is a file."""
    state: CheckState
    """Failed where requests fail, ok where nobody makes any, unchecked where neither is known."""
    reason: str
    """Why, in words."""
    at: KeyPath | None = None
    """The line that it comes from."""
    place: str = ""
    """That line, for people."""
    variables: tuple[str, ...] = ()
    """The variables whose values would help."""
    model: str = ""
    """The model that runs inside ORBIT itself, so that there are files of it to look at; empty for any other use."""

    @property
    def description(self) -> str:
        """The reason with its line."""
        return f"{self.reason} ({self.place})" if self.place else self.reason
