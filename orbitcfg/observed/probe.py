"""What was seen of one endpoint. Data, without codes or severities."""

from collections.abc import Iterable
from enum import Enum

from orbitcfg.dataclass import dataclass, field
from orbitcfg.model_purpose import EMBEDS, purpose_of
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.check import NOT_CHECKED, CheckResult, ProbeFault
from orbitcfg.observed.denial import Denial, denial_of
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
    machine where the product that is meant answers instead. `is_router`: it hands requests on to one of several models, by their names.
    """

    product: Product | None = None
    meant: Product | None = None
    version: str | None = None
    health: ServerHealth = ServerHealth.UNKNOWN
    owner: str | None = None
    found_at: str | None = None
    is_router: bool = False

    @property
    def ignores_model(self) -> bool:
        """Whether it answers with the model that it has, whatever name is asked for."""
        return self.product is not None and self.product.ignores_model and not self.is_router

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
    """The answer to the request for the list of models, or, where that is open to all, to the question that showed more."""

    status: int | None = None
    """Its HTTP status; None where there was none."""
    error_text: str = ""
    """What the server says is wrong."""
    error_code: str = ""
    """Its code or type for that."""
    challenge: str = ""
    """How it wants its callers to show who they are: its `WWW-Authenticate`."""
    redirect: str | None = None
    """The other host that it sends its callers to."""
    key_withheld: bool = False
    """Whether the key would have gone unencrypted to another machine, and was not sent."""
    key_proved: bool = False
    """Whether it was seen to refuse requests without the key, and not those with it."""
    list_refused: bool = False
    """Whether it keeps its list from the key, and reads chats."""

    @property
    def denial(self) -> Denial | None:
        """Why it refuses its callers; None where it does not."""
        return denial_of(self.status, self.error_code, self.error_text, self.challenge)


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that a server lists.

    `context` is the number of tokens that it takes, where the server says so. `has_file` False: nothing shows that a file stands behind it; None: the server does not say. `can` and `cannot` are what the server says that it
    does and does not do; of all else it says nothing. `failed`: it could not be loaded.
    """

    name: str
    aliases: tuple[str, ...] = ()
    context: int | None = None
    has_file: bool | None = None
    can: frozenset[Ability] = frozenset()
    cannot: frozenset[Ability] = frozenset()
    failed: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether its name stands for many, as gateways write them, so that nobody can ask for it."""
        return "*" in self.name

    def fits(self, needs: Iterable[Ability]) -> bool:
        """Whether it may be asked for this, by what the server says, else by what its name says."""
        purpose = purpose_of(self.name)
        return all(self._fits(need, purpose) for need in needs) and not self.is_pattern and not self.failed and self.has_file is not False

    def _fits(self, need: Ability, purpose: str | None) -> bool:
        if need in self.can or need in self.cannot:
            return need in self.can
        return purpose == EMBEDS if need is Ability.EMBED else purpose is None


class Fit(Enum):
    """How an expected model compares with a server's list."""

    EXACT = "listed"
    ALIAS = "listed under another name"
    NORMALISED = "listed, but written otherwise"
    NEAR = "not listed, but a like name is"
    NONE = "not listed"
    PATTERN = "listed by a pattern"
    ANY = "no model is named"

    @property
    def is_served(self) -> bool:
        """Whether requests with this name reach the model."""
        return self in (Fit.EXACT, Fit.ALIAS, Fit.PATTERN, Fit.ANY)


@dataclass(frozen=True, slots=True)
class ModelMatch:
    """An expected model and the listed one that it is, or that it probably means."""

    expected: ExpectedModel
    fit: Fit
    listed: ListedModel | None = None

    @property
    def lacks(self) -> tuple[Ability, ...]:
        """What is asked of the model, and the server says that it cannot."""
        return tuple(need for need in self.expected.needs if self.fit.is_served and self.listed is not None and need in self.listed.cannot)

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
    `is_lacking`: the server has no list, while what answers chats is where it belongs.
    """

    models: tuple[ListedModel, ...] | None = None
    matches: tuple[ModelMatch, ...] = ()
    is_idle: bool = False
    wrong_body: WrongBody | None = None
    right_url: str | None = None
    is_lacking: bool = False


_CUT_ENDS = frozenset({"length", "max_tokens"})
"""How servers call it that a completion has used up its tokens."""


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
    error_code: str = ""
    """Its code or type for that."""
    is_short: bool = False
    """Whether fewer tokens were asked for than ORBIT asks for."""
    is_unstreamed: bool = False
    """Whether one whole completion came where pieces were asked for, which ORBIT's client takes nothing from."""
    breaks_off: bool = False
    """Whether a stream ended in the middle of its answer."""
    alive_after: bool | None = None
    """Whether the server still answered after it had closed the connection without a reply; None where it had not."""

    @property
    def denial(self) -> Denial | None:
        """Why the server refuses it; None where it does not, or for another reason."""
        return denial_of(self.status, self.error_code, self.error)

    @property
    def was_heard(self) -> bool:
        """Whether the model said anything, aloud or in thoughts."""
        return bool(self.text) or self.reasoning

    @property
    def is_cut(self) -> bool:
        """Whether there was no time, or no tokens, for more than a beginning that is no answer yet."""
        return self.fault in NOT_CHECKED or (self.is_short and self.finish in _CUT_ENDS)

    @property
    def tokens_per_s(self) -> float | None:
        """How fast the text came after its first piece; None where the numbers do not say."""
        number = self.tokens or self.chunks
        if self.first_token_ms is None or number < 2 or self.total_ms <= self.first_token_ms:
            return None
        # less the first token, with whose arrival the time begins
        return (number - 1) / (self.total_ms - self.first_token_ms) * 1000


@dataclass(frozen=True, slots=True)
class EmbeddingReply:
    """One text that was embedded.

    `size` is how many numbers its vector has; None where none came. `is_zero`: all of them are zero.
    """

    expected: ExpectedModel
    status: int | None = None
    fault: ProbeFault | None = None
    error: str = ""
    size: int | None = None
    is_zero: bool = False
    total_ms: float = 0.0


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
    embeddings: tuple[EmbeddingReply, ...] = ()
    """The texts that were embedded."""
    trace: tuple[str, ...] = ()
    """A line for each request, with the head of its reply."""
    odd: tuple[str, ...] = ()
    """Fields of replies whose type is none that they may have, in words."""

    def denial_of(self, chat: ChatReply) -> Denial | None:
        """Why the server refuses a chat; None where it does not. A key that was seen to open it is not the one that is refused: a gateway has keys of its own."""
        why = chat.denial
        return None if why and why.is_about_key and self.access.key_proved else why
