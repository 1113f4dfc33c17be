"""What ORBIT will really use for one service of one adapter."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.provenance import NOTHING, Sourced

if TYPE_CHECKING:
    from orbitcfg.effective.request import Caller, OrdinaryRequest, Refusal

UseState: TypeAlias = Literal[
    "configured", "off", "disabled", "unknown", "unregistered", "incomplete", "keyless", "failing", "ignored", "undecided", "unjudged"
]
"""How a use will fare: see `Use.state`."""


KEYLESS: UseState = "keyless"
"""The state of a use whose API key is missing, where a variable could bring it."""


NOT_MADE = ", so ORBIT cannot set up the provider"
"""How reasons end that say so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a provider does not work, in words, and the key that it is about.

    `stops_build`: ORBIT cannot make it at all. `state` is the state of a use that has the fault.
    """

    reason: str
    path: KeyPath | None = None
    stops_build: bool = False
    state: UseState = "failing"
    is_about_key: bool = False
    """Whether it is the API key that is missing."""
    remedy: str = ""
    """What to do about it, where that is not to give the key another value."""
    variable: str = ""
    """The variable whose value it is about; empty where it is about none."""
    is_told_elsewhere: bool = False
    """Whether a rule of its own reports it: of providers that never work, and of addresses that are written wrong."""

    @property
    def cause(self) -> str:
        """The reason alone, for a sentence that says by itself that ORBIT cannot make the provider."""
        return self.reason.removesuffix(NOT_MADE)


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Whose object serves a use that is another's: an adapter's, or the default's (None)."""

    owner: AdapterKey | None


@dataclass(frozen=True, slots=True)
class Use:
    """One row of the effective configuration."""

    adapter: AdapterKey | None
    """Whose row it is; None for the default."""
    service: str
    """inference, embedding, reranking, vision, speech-to-text, text-to-speech, image, video, rewriting, realtime, or moderation."""
    state: UseState
    """How it will fare:

    - configured: the files hold all that it needs; nothing was asked;
    - off: the adapter, or the whole service, is switched off;
    - disabled: the provider is;
    - unknown: its section has no block of this name;
    - unregistered: it has, and ORBIT has no provider of this name;
    - incomplete: a setting is missing or wrong that the provider cannot do without;
    - keyless: its API key is missing, which the variable `key_variable` may bring elsewhere;
    - failing: ORBIT makes the provider, and its requests fail inside ORBIT;
    - ignored: ORBIT does not look at what is written;
    - undecided: it depends on a variable that is not set here;
    - unjudged: ORBIT makes a provider that the catalogue does not know, and how that calls a server is not known.
    """
    provider: Sourced[str | None]
    """None where there is none, or where it is not known here; likewise the model and the address."""
    model: Sourced[object] = NOTHING
    """The model in the type in which it is sent."""
    url: Sourced[str | None] = NOTHING
    """The base address that ORBIT's client will use."""
    key: Sourced[str | None] = field(default=NOTHING, repr=False)
    """The API key, which is never shown."""
    parameters: Mapping[str, Sourced[object]] = field(default_factory=dict)
    """What an ordinary request holds, by dotted name on the wire: `options.seed` is sent in an object `options`."""
    key_variable: str | None = None
    """The variable that gives the API key, or would."""
    stand_in_key: str | None = None
    """The text that ORBIT sends where there is no key."""
    reason: str = ""
    """What ORBIT does where all is not well, in words."""
    built: bool = True
    """False where making the provider raises an error: as the default it stops the start. One that is off or not registered is never made, and stops nothing."""
    order_dependent: bool = False
    """Whether the object made for another adapter may serve instead, depending on which was loaded or asked first."""
    served_by: ServedBy | None = None
    """Whose object serves; None where its own does."""
    enabled: bool = True
    """Whether its adapter is on."""
    protocol: str | None = None
    """How ORBIT talks to it: a protocol of the catalogue, `realtime`, or `in-process`."""
    path: KeyPath | None = None
    """The place of the adapter or of its entry; None for the default."""
    block: KeyPath | None = None
    """The provider's block; None where there is none."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with the block that serves it, the worst first."""
    built_with: tuple[KeyPath, ...] = ()
    """The keys without whose values, of those that are not known here, its provider cannot be made."""
    is_open: bool = False
    """Whether its address, its key or its model is not known here."""
    request: "OrdinaryRequest | Refusal | None" = None
    """The request of an ordinary call, or what keeps it from being sent; None where nothing is called over HTTP, or it is not known here."""
    caller: "Caller | None" = field(default=None, repr=False)
    """What calls the provider; None where nothing does, or nothing that was measured."""

    @property
    def model_name(self) -> str | None:
        """The model as text; None where there is none, or where it is not known here."""
        return None if self.model.value is None else str(self.model.value)

    @property
    def is_default(self) -> bool:
        """Whether it is the default language model."""
        return self.adapter is None and self.service == "inference"

    @property
    def key_set(self) -> bool:
        """Whether there is a key to send."""
        return bool(self.key.value)

    @property
    def is_on(self) -> bool:
        """Whether ORBIT will try to use it."""
        return self.enabled and self.state not in ("off", "ignored")

    @property
    def request_parameters(self) -> dict[str, Any]:
        """The parameters as a request holds them."""
        return nest_parameters({name: parameter.value for name, parameter in self.parameters.items()})

    @property
    def fields(self) -> dict[str, Sourced[object]]:
        """What has a provenance: `provider`, each parameter, `model`, `url`, `key`."""
        return {"provider": self.provider, **self.parameters, "model": self.model, "url": self.url, "key": self.key}


def nest_parameters(parameters: Mapping[str, object]) -> dict[str, Any]:
    """Parameters as the wire nests them: `options.seed` stands in an object `options`."""
    whole: dict[str, Any] = {}
    for name, value in parameters.items():
        *parents, last = name.split(".")
        place = whole
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return whole
