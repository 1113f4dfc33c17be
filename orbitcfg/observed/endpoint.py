"""An endpoint that ORBIT will call, and what was seen of it. Data, without codes or severities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from orbitcfg.document.tree import KeyPath
from orbitcfg.masking.url import without_credentials


class Step(Enum):
    """What is checked, in this order; the value is the word for people."""

    KEY = "key"
    RESOLVE = "name"
    CONNECT = "connect"
    TLS = "TLS"
    IDENTIFY = "server"
    HEALTH = "health"
    AUTHORISE = "access"
    LIST = "models"
    MODEL = "model"
    GENERATE = "reply"
    STREAM = "stream"
    PROGRAM = "program"
    ENGINE = "engine"


class State(Enum):
    """How a check ended. `UNCHECKED` is neither pass nor fail."""

    OK = "ok"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Row:
    """One check of one endpoint. `ms` is None where no time was taken."""

    step: Step
    state: State
    detail: str
    ms: float | None = None


class Fault(Enum):
    """Why an endpoint, or one request to it, gave no usable answer."""

    BAD_URL = "the address cannot be used"
    BIND_ADDRESS = "the address is for listening only"
    UNRESOLVED = "the name is not known"
    REFUSED = "connection refused"
    NO_CONNECTION = "no connection"
    TLS_EXPIRED = "the certificate has expired"
    TLS_SELF_SIGNED = "the certificate is self-signed"
    TLS_UNKNOWN_CA = "the certificate's authority is not known"
    TLS_WRONG_HOST = "the certificate is for another host"
    TLS_FAILED = "the TLS handshake failed"
    PLAIN_ON_TLS = "the server speaks plain http"
    TLS_ON_PLAIN = "the server speaks https"
    SILENT = "connected, but no answer came in time"
    CLOSED = "the connection was closed without a reply"
    NOT_HTTP = "the answer is not HTTP"
    TOO_LARGE = "the answer is longer than 1 MiB"
    REDIRECTED = "redirected to another host"
    REDIRECT_LOOP = "redirected in a circle"
    DEADLINE = "the deadline of the run passed"
    INTERRUPTED = "interrupted"
    INTERNAL = "a fault inside orbitcfg"


NOT_CHECKED = frozenset({Fault.DEADLINE, Fault.INTERRUPTED, Fault.INTERNAL})
"""Faults that say nothing about the server."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that ORBIT's requests to an endpoint will name.

    `model` None: the configuration names none that is known here. `users` are the adapters, or `the default`. `at` is the line that chose it.
    `parameters` are those that ORBIT sends, `context` the window that the configuration counts on.
    """

    model: str | None
    users: tuple[str, ...]
    services: tuple[str, ...]
    at: KeyPath | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    context: int | None = None

    @property
    def is_chat(self) -> bool:
        """Whether chats are sent to it, so that a generation can be tried."""
        return "inference" in self.services


@dataclass(frozen=True, slots=True)
class Target:
    """One endpoint to look at.

    `url` is the base as ORBIT's client uses it, `written` as it stands in the configuration. `models_path` leads from the base, or from the server's root, to the free list of models; None where none
    is known. `key` is what will be sent, `key_is_secret` False for the dummy that ORBIT sends where none is set. `timeout_s` is how long ORBIT waits.
    `loopback_risk` names the container file beside the configuration that makes a loopback address doubtful.
    """

    provider: str
    protocol: str
    location: str
    url: str = field(repr=False)
    written: str = field(repr=False)
    wanted: tuple[Wanted, ...] = ()
    models_path: str | None = None
    models_from_root: bool = False
    key: str | None = field(default=None, repr=False)
    key_is_secret: bool = True
    key_required: bool = False
    key_variables: tuple[str, ...] = ()
    url_at: KeyPath | None = None
    key_at: KeyPath | None = None
    timeout_s: float | None = None
    is_default: bool = False

    @property
    def label(self) -> str:
        """How people are told of it."""
        return f"{self.provider} at {self.shown_url}"

    @property
    def shown_url(self) -> str:
        """The base without user and password."""
        return without_credentials(self.url)

    @property
    def users(self) -> tuple[str, ...]:
        """The adapters that need it, each once."""
        return tuple(dict.fromkeys(user for wanted in self.wanted for user in wanted.users))


@dataclass(frozen=True, slots=True)
class Product:
    """A product that serves models.

    `providers` are ORBIT's providers that are meant for it, `others` those that it can serve as well. `ports` is the inclusive range that it is looked for in;
    `start`, `restart` and `pull` are commands or advice, with `{port}` and `{model}` to fill in. `version_at` is the path and key of its version.
    `ignores_model`: it answers any name. `auth` False: it never wants a key. `names` is how it writes model names: exact, ollama or shimmy.
    `details` are paths where more about its models stands.
    """

    id: str
    name: str
    order: int = 100
    providers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    ports: tuple[int, int] = (0, 0)
    start: str = ""
    restart: str = ""
    pull: str = ""
    health: str | None = None
    busy_while_loading: bool = False
    refuses_while_loading: bool = False
    version_at: tuple[str, str] | None = None
    ignores_model: bool = False
    auth: bool = True
    names: str = "exact"
    details: tuple[str, ...] = ()
    program: str | None = None
    alias_flag: str = ""

    def serves(self, provider: str) -> bool:
        """Whether a provider of ORBIT can talk to it."""
        return provider in (*self.providers, *self.others)


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that a server lists.

    `context` is the number of tokens that it takes, where the server says so. `has_file` False: nothing shows that a file stands behind it; None: the server does not tell.
    """

    name: str
    aliases: tuple[str, ...] = ()
    context: int | None = None
    has_file: bool | None = None


class Fit(Enum):
    """How a wanted model compares with a server's list."""

    EXACT = "listed"
    ALIAS = "listed under another name"
    NORMALISED = "listed, but written otherwise"
    NEAR = "not listed, but a like name is"
    NONE = "not listed"
    ANY = "no model is named"

    @property
    def is_served(self) -> bool:
        """Whether requests with this name reach the model."""
        return self in (Fit.EXACT, Fit.ALIAS, Fit.ANY)


@dataclass(frozen=True, slots=True)
class Match:
    """A wanted model and the listed one that it is, or that it probably means."""

    wanted: Wanted
    fit: Fit
    listed: ListedModel | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """One chat completion.

    `status` None: no reply. `text` is what the model said, `defects` how the reply differs from OpenAI's shape, `error` what the server said was wrong.
    `alive_after` says whether the server still answered after a connection that closed without a reply.
    """

    wanted: Wanted
    stream: bool
    status: int | None = None
    fault: Fault | None = None
    text: str = ""
    reasoning: bool = False
    finish: str | None = None
    tokens: int | None = None
    chunks: int = 0
    first_token_ms: float | None = None
    total_ms: float = 0.0
    defects: tuple[str, ...] = ()
    error: str = ""
    alive_after: bool | None = None

    @property
    def tokens_per_s(self) -> float | None:
        """How fast the text came after its first piece; None where that cannot be told."""
        number = self.tokens or self.chunks
        if self.first_token_ms is None or number < 2 or self.total_ms <= self.first_token_ms:
            return None
        return (number - 1) / (self.total_ms - self.first_token_ms) * 1000


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What was seen of one endpoint.

    `answered`, `refused` and `slow` are addresses. `product` is what answered, None where it is not known, `meant` what the provider is for; `version` is the server's own word.
    `status` and `said` are the answer to the request for the list of models; `shape` says what else than a list came: html or other.
    `right_url` is where the list was found instead, `found_at` where the right product answers on this machine. `owner` is the program that holds the port.
    """

    target: Target
    rows: tuple[Row, ...] = ()
    fault: Fault | None = None
    fault_detail: str = ""
    answered: str | None = None
    refused: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    certificate_days: int | None = None
    proxy: str | None = None
    proxy_variable: str | None = None
    product: Product | None = None
    meant: Product | None = None
    version: str | None = None
    is_ready: bool = True
    is_dead: bool = False
    status: int | None = None
    said: str = ""
    shape: str = ""
    key_withheld: bool = False
    models: tuple[ListedModel, ...] | None = None
    matches: tuple[Match, ...] = ()
    right_url: str | None = None
    redirect: str | None = None
    found_at: str | None = None
    owner: str | None = None
    idle: bool = False
    generations: tuple[Generation, ...] = ()
    trace: tuple[str, ...] = ()

    def is_product(self, product_id: str, since: tuple[int, ...] = (), until: tuple[int, ...] | None = None) -> bool:
        """Whether a product answered, of a version from `since` and below `until`; false where the version is not known and matters."""
        if self.product is None or self.product.id != product_id:
            return False
        number = version_number(self.version)
        return (not since and until is None) or (number is not None and number >= since and (until is None or number < until))


def version_number(text: str | None) -> tuple[int, ...] | None:
    """The numbers of a version, to compare; None where it has none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", text or "")
    return tuple(int(part) for part in found[1].split(".")) if found else None


@dataclass(frozen=True, slots=True)
class Program:
    """A server's program on this machine.

    `path` None: it is not on PATH; `beside` is where it lies nevertheless. `models` are the names that it lists itself, None where it did not say. `fault` is its last word where it does not run.
    """

    name: str
    path: str | None
    beside: str | None = None
    version: str | None = None
    models: tuple[str, ...] | None = None
    gpu: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class KeyState:
    """An API key that something needs: whether it is set, and by which source."""

    provider: str
    variables: tuple[str, ...]
    users: tuple[str, ...]
    is_set: bool
    source: str = ""
    at: KeyPath | None = None


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What lies around the configuration and runs beside it.

    `container_file` is the compose file or Dockerfile beside it. `bind_without_key` says that this file starts Shimmy for all addresses without a key. `orbit_at` is where ORBIT itself answers.
    """

    container_file: str | None = None
    bind_without_key: bool = False
    orbit_at: str | None = None
    programs: tuple[Program, ...] = ()
    keys: tuple[KeyState, ...] = ()
