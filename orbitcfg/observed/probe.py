"""What was seen of one endpoint. Data, without codes or severities."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from orbitcfg.observed.check import CheckResult, ProbeFault
from orbitcfg.observed.endpoint import ExpectedModel, ProbeTarget
from orbitcfg.observed.product import Product, version_number


@dataclass(frozen=True, slots=True)
class ProxyUse:
    """The proxy that ORBIT's client would use: the variable that names it, and its host and port."""

    variable: str
    place: str


@dataclass(frozen=True, slots=True)
class TrustFault:
    """Certificates to trust that cannot be had: the variable that names them, the path that it holds, and what is wrong with that."""

    variable: str
    path: str
    reason: str

    @property
    def fact(self) -> str:
        """What is wrong, in words."""
        return f"`{self.variable}` names `{self.path}`, which {self.reason}"


@dataclass(frozen=True, slots=True)
class Connection:
    """How the addresses of the endpoint's host took connections.

    `answered` is the address that did, `refused` those that refused, `slow` those that swallowed it. `certificate_days` is for how long the certificate is valid.
    `trust` is what keeps certificates from being trusted at all. `through_proxy`: the connection was made to the proxy, as the endpoint is not on this machine.
    """

    answered: str | None = None
    refused: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    certificate_days: int | None = None
    proxy: ProxyUse | None = None
    trust: TrustFault | None = None
    through_proxy: bool = False

    @property
    def hop(self) -> ProxyUse | None:
        """The proxy that connections are made to; None where they are made to the server."""
        return self.proxy if self.through_proxy else None


class ServerHealth(Enum):
    """What a server says about itself."""

    UNKNOWN = "not asked"
    READY = "ready"
    LOADING = "still loading its model"
    UNHEALTHY = "lists models, but says itself that it is not healthy (503)"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers.

    `product` is None where it is not known, `meant` is the product that the provider is for. `version` is the server's own word. `owner` is the program that holds the port, `found_at` the address on this
    machine where the product that is meant answers instead.
    """

    product: Product | None = None
    meant: Product | None = None
    version: str | None = None
    health: ServerHealth = ServerHealth.UNKNOWN
    owner: str | None = None
    found_at: str | None = None

    @property
    def product_name(self) -> str | None:
        """The product with its version, for people; None where it is not known."""
        if self.product is None:
            return None
        return f"{self.product.name} {self.version}" if self.version else self.product.name

    def is_product(self, product_id: str, since: tuple[int, ...] = (), until: tuple[int, ...] | None = None) -> bool:
        """Whether a product answered, of a version from `since` and below `until`; false where the version is not known and matters."""
        if self.product is None or self.product.id != product_id:
            return False
        number = version_number(self.version)
        return (not since and until is None) or (number is not None and number >= since and (until is None or number < until))

    def missed(self, providers: Iterable[str]) -> Product | None:
        """The product that providers of ORBIT are for, where one answers that none of them can talk to; None where all is well or nothing is known."""
        return self.meant if self.product and not any(map(self.product.serves, providers)) else None

    def is_meant(self, product_id: str) -> bool:
        """Whether the provider is for this product."""
        return self.meant is not None and self.meant.id == product_id


@dataclass(frozen=True, slots=True)
class Access:
    """The answer to the request for the list of models.

    `status` is None where there was none, `error_text` what the server says is wrong, `redirect` the other host that it sends its callers to. `key_withheld`: the key would have gone unencrypted to another
    machine, and was not sent.
    """

    status: int | None = None
    error_text: str = ""
    redirect: str | None = None
    key_withheld: bool = False


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that a server lists.

    `context` is the number of tokens that it takes, where the server says so. `has_file` False: nothing shows that a file stands behind it; None: the server does not say.
    """

    name: str
    aliases: tuple[str, ...] = ()
    context: int | None = None
    has_file: bool | None = None


class Fit(Enum):
    """How an expected model compares with a server's list."""

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
class ModelMatch:
    """An expected model and the listed one that it is, or that it probably means."""

    expected: ExpectedModel
    fit: Fit
    listed: ListedModel | None = None

    @property
    def is_without_file(self) -> bool:
        """Whether the model is listed under this name, and nothing shows that a file stands behind it."""
        return self.fit.is_served and self.listed is not None and self.listed.has_file is False


class WrongBody(Enum):
    """What came instead of a list of models."""

    WEB_PAGE = "a web page"
    OTHER = "something that is no list of models"


@dataclass(frozen=True, slots=True)
class ModelList:
    """The models that a server lists, compared with those that are expected.

    `models` is None where there was no list; then `wrong_body` says what came, and `right_url` the base under which the list was found instead. `is_idle`: none of the models is loaded.
    """

    models: tuple[ListedModel, ...] | None = None
    matches: tuple[ModelMatch, ...] = ()
    is_idle: bool = False
    wrong_body: WrongBody | None = None
    right_url: str | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """One chat completion."""

    expected: ExpectedModel
    """The model that was asked for."""
    stream: bool
    """Whether it was asked for in pieces."""
    status: int | None = None
    """The HTTP status; None where there was no reply."""
    fault: ProbeFault | None = None
    """Why there was no reply, or no whole one."""
    text: str = field(default="", metadata={"longest": 2000})
    """What the model said."""
    reasoning: bool = False
    """Whether thoughts came, apart from the answer."""
    finish: str | None = None
    """Why it ended, in the server's word: stop, length."""
    tokens: int | None = None
    """The number of tokens that the server counted."""
    chunks: int = 0
    """The number of pieces of text."""
    first_token_ms: float | None = None
    """How long the first piece took."""
    total_ms: float = 0.0
    """How long all of it took."""
    defects: tuple[str, ...] = ()
    """How it differs from OpenAI's form."""
    error: str = ""
    """What the server says was wrong."""
    alive_after: bool | None = None
    """Whether the server still answered after it had closed the connection without a reply; None where it had not."""

    @property
    def tokens_per_s(self) -> float | None:
        """How fast the text came after its first piece; None where the numbers do not say."""
        number = self.tokens or self.chunks
        if self.first_token_ms is None or number < 2 or self.total_ms <= self.first_token_ms:
            return None
        # less the first token, with whose arrival the time begins
        return (number - 1) / (self.total_ms - self.first_token_ms) * 1000


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What was seen of one endpoint."""

    target: ProbeTarget
    """The endpoint."""
    checks: tuple[CheckResult, ...] = ()
    """Every check, those that were not made too."""
    fault: ProbeFault | None = None
    """Why the probe ended early."""
    fault_detail: str = ""
    """What of the fault changes from one endpoint to the next: a host, a port, an exception."""
    connection: Connection = Connection()
    """How its host took connections."""
    identity: Identity = Identity()
    """Who answers there."""
    access: Access = Access()
    """What the request for its models was answered with."""
    model_list: ModelList = ModelList()
    """What it lists."""
    chats: tuple[ChatReply, ...] = ()
    """The chat completions that were tried."""
    trace: tuple[str, ...] = ()
    """A line for each request, with the head of its reply."""
    odd: tuple[str, ...] = ()
    """Fields of replies whose type is none that they may have, in words."""
