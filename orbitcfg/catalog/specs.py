"""What `x-orbit` says, as one frozen type for each kind of row. `schemas/x-orbit.schema.json` is the vocabulary, `annotation` reads it.

They are named tuples, since every command makes these classes when it starts, and a dataclass takes eight times as long to make.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from orbitcfg.document.tree import KeyPath
from orbitcfg.record import NamedTuple
from orbitcfg.report.consequence import Consequence

T = TypeVar("T")

Reload: TypeAlias = Literal["adapters", "adapter", "mcp"]
"""What a running ORBIT reads again on request: all adapters, what one adapter is made with, or the list of MCP servers."""

Stage: TypeAlias = Literal["construct", "init", "call"]
"""When a client gives up: as it is made, as ORBIT initializes it, or at a request."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})

MODE_API, MODE_DIRECT = "api", "direct"
"""The modes of a provider that can do both: it calls a server, or runs the model inside of ORBIT."""

NOT_KNOWN = "not-known"
"""The protocol of a provider whose class does not say how it calls a server."""

IN_PROCESS = "in-process"
"""The protocol of a provider that runs its model inside of ORBIT."""

LOCAL, REMOTE, CLOUD = "local", "remote", "cloud"
"""The locations of a server: on this machine, elsewhere, at a vendor that charges for it. A provider has the one where its server usually is."""

CONSEQUENCES: Mapping[str, Consequence] = MappingProxyType(
    {
        "will-not-start": Consequence.NO_START,
        "no-sign-in": Consequence.NO_SIGN_IN,
        "no-request": Consequence.NO_REQUEST,
        "adapter-unavailable": Consequence.ADAPTER_MISSING,
        "request-fails": Consequence.ADAPTER_FAILS,
        "choice-fails": Consequence.CHOICE_FAILS,
        "purpose-lost": Consequence.PURPOSE_LOST,
        "misleads": Consequence.MISLEADS,
        "silent": Consequence.MISLEADS,
        "sent-as-is": Consequence.DIFFERENT,
        "default-used": Consequence.DIFFERENT,
        "ignored": Consequence.DIFFERENT,
        "service-off": Consequence.DEGRADED,
        "warning": Consequence.DEGRADED,
    }
)
"""What each effect of the vocabulary comes to."""


class Reaction(NamedTuple):
    """What ORBIT does about a value that it cannot use: an effect of the vocabulary, and what it means here."""

    effect: str
    what: str = ""
    always: bool = False
    """Whether that follows also where the section or the block is switched off."""

    @property
    def consequence(self) -> Consequence:
        """What it comes to."""
        return CONSEQUENCES[self.effect]


class Renaming(NamedTuple):
    """The name on the wire for models whose names begin in one of these ways."""

    models: tuple[str, ...]
    sent_as: str


class ParameterSpec(NamedTuple):
    """How a provider's key goes into a request."""

    sent_as: str | None = None
    """Its dotted name on the wire; None where it is not sent under a name of its own."""
    sent_in: str | None = None
    """The only requests that hold it, where those are not the ordinary ones."""
    sent_when: str = "always"
    """`always`, `set` (where it is true for Python), or `not-null`."""
    only_models: tuple[str, ...] | None = None
    """How the names of the models begin that it goes to; None where it goes to all."""
    not_models: tuple[str, ...] = ()
    """How the names of the models begin that it never goes to."""
    renamed_for: Renaming | None = None
    """The models that get it under another name."""
    name_keys: tuple[str, ...] = ()
    """Keys of the block that hold its name on the wire, the first one first."""
    stands_in_for: str | None = None
    """The key whose place it takes."""
    stands_in_when: str = "absent"
    """Whether it does so where that key is `absent`, or also where it is `empty`."""


class UseCondition(NamedTuple):
    """What makes ORBIT look at a mapping: one of these values under a key elsewhere, and all of these switches on. Without a key: the switches alone."""

    key: KeyPath | None
    values: tuple[str, ...]
    gates: tuple[KeyPath, ...]


class KeySpec(NamedTuple):
    """What ORBIT does with a key."""

    effect: str | None = None
    """Why a value does nothing: never-read, no-effect, log-only, report-only, elsewhere; None where it works."""
    why: str = ""
    """The reason, in words."""
    instead: str | None = None
    """The key to write, from the root behind a slash, else relative to the mapping."""
    safety: bool = False
    """Whether a person may rely on the key for safety."""
    is_traced_once: bool = False
    """Whether the effect was seen in ORBIT's code alone, and in no run."""
    reader: str = ""
    """The part of ORBIT that reads it, in words."""
    reads: str | None = None
    """How its reader takes a text for a switch or a number: raw, parsed, mixed, registry, literal, int(), float(), as-is, any-case."""
    unit: str | None = None
    """The unit of a number, `ms` or `s`, where its name does not say it."""
    works: tuple[object, ...] = ()
    """Values of another type that do what is meant by them."""
    gates: bool = True
    """Of a switch: whether it turns off what stands beside it."""
    is_secret: bool = False
    """Whether it holds a secret though its name does not say so."""
    variable: str | None = None
    """The variable that ORBIT's own configurations fill it from, where its name is not that of the key's path."""
    none: str | None = None
    """The text that stands for none, where the value must not be empty."""
    is_project_file: bool = False
    """Whether it names files, seen from the project's root."""
    modes: tuple[str, ...] | None = None
    """The modes of the block, or the types of the adapter, in which it counts; None where it always does."""
    missing: Reaction | None = None
    """What follows where it is missing."""
    null: Reaction | None = None
    """What follows where it is null."""
    wrong: Reaction | None = None
    """What follows where its value does not fit."""
    mistyped: Reaction | None = None
    """What follows where its value is of another type, if that is something else."""
    stops_build: tuple[str, ...] = ()
    """The cases in which the provider cannot be made: null, missing, missing-in-direct, wrong, empty, left."""
    has_default_when_empty: bool = False
    """Whether an empty value counts as a missing one."""
    used_when: tuple[UseCondition, ...] = ()
    """On a mapping: what makes ORBIT look at it, any of these; it always does where there are none."""
    renamed: Mapping[str, str] = _NOTHING
    """In a mapping: other names of its keys, each with the key that is meant or the place where it is read."""
    parameter: ParameterSpec | None = None
    """How it goes into a request; None where it does not."""
    later: Mapping[str, str] = _NOTHING
    """In a mapping: keys that this ORBIT does not read yet, each with the release that it came with."""


class PerMode(NamedTuple, Generic[T]):
    """A fact that is always the same, or differs by the mode of a provider."""

    always: T | None = None
    by_mode: Mapping[str, T] = _NOTHING

    def at(self, mode: str | None) -> T | None:
        """The fact in a mode; None where the catalogue does not say."""
        return self.by_mode.get(mode or "") if self.by_mode else self.always


class ModeSpec(NamedTuple):
    """The key of a block that decides its mode, the mode where the key is missing, and all modes that there are."""

    key: str
    default: str
    values: tuple[str, ...]


class EmptyUrlSpec(NamedTuple):
    """What an address that is null leads to: what a variable holds, else an address, else a fault; without any of them the client reads the text `None`."""

    what: str
    env: str | None = None
    url: str | None = None
    stage: Stage | None = None
    """When the provider gives up over it."""
    takes_empty: bool = False
    """Whether empty text counts as null."""


class UrlSpec(NamedTuple):
    """What a provider's client makes of its address."""

    keys: tuple[str, ...] = ()
    """The keys that may hold it, the one that wins first; behind a slash, a key of another section."""
    fixed: str | None = None
    """The address that is always called."""
    env: str | None = None
    """The variable that moves that address."""
    is_ignored: bool = False
    """Whether an address that is written is not called."""
    paths: tuple[str, ...] = ()
    """Paths in which the base address itself may end, though they look like those of endpoints; the empty one: the root serves the API too."""
    null: EmptyUrlSpec | None = None
    """What an empty address leads to; None where it counts as a missing one."""


class BrokenSpec(NamedTuple):
    """Why no ordinary call is ever sent, and when the provider gives up; `services` are those that it is so for, all where there are none."""

    stage: Stage
    what: str
    services: tuple[str, ...] = ()


class ClientSpec(NamedTuple):
    """The library that ORBIT calls a provider with, and how."""

    family: str
    """Its family: a key of `effective.families.FAMILIES`."""
    paths: Mapping[str, str] = _NOTHING
    """The path of an ordinary call by service; that of all others under the empty name."""
    as_is: tuple[str, ...] = ()
    """Keys whose address is not completed."""
    read_in: Stage | None = None
    """When the address is read, where that is not as in the family."""
    asks_at_start: bool | None = None
    """Whether `initialize()` sends a request and gives up without an answer, where that is not as in the family."""
    no_key: Mapping[str, Stage] = _NOTHING
    """When the provider gives up without a key, by how it is left out: missing, null, empty."""
    other_key: Stage | None = None
    """When it gives up over a key that is no text; None where it takes that too."""
    shortest_key: int = 0
    """How many characters a key must have, or `initialize()` refuses it."""
    key_prefix: str = ""
    """How a key must begin, or `initialize()` fails; a call that can be sent is sent all the same."""
    unaddressed: str | None = None
    """What is requested first where no address is given: method and whole address."""
    broken: BrokenSpec | None = None
    """Why no ordinary call is ever sent."""


class ApiKeySpec(NamedTuple):
    """Where a provider's API key comes from."""

    key: str | None = None
    """The key of the block that holds it; None where there is none."""
    env: tuple[str, ...] = ()
    """The variables that ORBIT looks into by itself."""
    env_wins: bool = False
    """Whether the first variable beats the key that is written."""
    literal: str | None = None
    """The text that is sent where there is no key."""
    required: bool = False
    """Whether the provider needs one."""
    stops_build: bool = False
    """Whether the provider cannot be made without."""


class ProviderSpec(NamedTuple):
    """What ORBIT's provider makes of its block, and what its server speaks."""

    protocol: str | None = None
    """What requests are written in; None where ORBIT has no class for the block."""
    location: str | None = None
    """Where its server usually is: local, remote, cloud."""
    url: UrlSpec = UrlSpec()
    """Its address."""
    client: ClientSpec | None = None
    """What calls it; None where that was never measured, or nothing does."""
    api_key: ApiKeySpec = ApiKeySpec()
    """Its API key."""
    modes: ModeSpec | None = None
    """The modes that it works in; None where there is but one."""
    model_keys: tuple[str, ...] = ()
    """The keys that name its model, the one that wins first."""
    direct_model_keys: tuple[str, ...] = ()
    """The same in the mode `direct`, where they differ."""
    context_key: str | None = None
    """Its own key for the size of the context window."""
    output_key: str | None = None
    """Its own key for the longest answer."""
    presets: str | None = None
    """The section whose presets an adapter may name as its model."""
    own_section: tuple[str, ...] = ()
    """Keys that it reads from its own block alone, whatever block stands before it."""
    models_path: str | None = None
    """The path of its server's list of models."""
    models_from_root: bool = False
    """Whether that path begins at the root of the address, not behind the base address."""
    tools: PerMode[bool] = PerMode()
    """Whether it can call tools."""
    web_search: PerMode[str] = PerMode()
    """What becomes of a request that wants a web search."""
    packages: PerMode[tuple[str, ...]] = PerMode()
    """The Python packages that it needs."""
    closed_by_reload: bool = False
    """Whether a reload of the only adapter on it closes its client for good, which the default model shares; where it calls a server."""
    overrides: Mapping[str, str] = _NOTHING
    """What becomes of a parameter that an adapter sets for it, in words."""
    status: str | None = None
    """What of it does not work in this ORBIT; None where all does."""
    status_why: str = ""
    """The reason, in words."""


class ReferenceSpec(NamedTuple):
    """What the name in a value leads to."""

    sections: tuple[KeyPath, ...]
    """The mappings or lists that define the names, the one that wins first."""
    reaction: Reaction
    """What follows where the name leads nowhere."""
    off: Reaction | None = None
    """What follows where it leads to something that is off, if that is something else."""
    values: tuple[str, ...] | None = None
    """The names that ORBIT has a class for; None where it takes any that is defined."""
    key: KeyPath | None = None
    """The key that names an item, where the names are defined in a list."""
    switches: tuple[str, ...] = ()
    """The switches of what is named."""
    types: tuple[str, ...] = ()
    """What `type` must be of what is named; empty: any will do."""
    gates: tuple[KeyPath, ...] = ()
    """Switches elsewhere without which nobody looks at the name."""
    fails_behind_gate: bool = False
    """Whether a name behind a gate that is off makes something fail."""


class SectionSpec(NamedTuple):
    """What a section of the configuration holds."""

    entry: str = ""
    """What one entry of it is, in words: `an inference provider`."""
    holds: str | None = None
    """What blocks, of which only those that something names are used, it holds: providers, stores, presets; None where it holds none."""
    presets_of: str | None = None
    """The inference provider whose presets it holds."""
    reload: Reload | None = None
    """What makes a change of it take effect in a running ORBIT; None where only a restart does."""


class ImplementationSpec(NamedTuple):
    """A class that an adapter may name: its family, the datasource that it works with (None: any), and whether it is only a base for others."""

    family: str | None
    datasource: str | None
    is_abstract: bool = False


class RealtimeSpec(NamedTuple):
    """What a type of adapters that hands a voice on asks of its vendor: the provider's block, the address, the model where none is written, the API key."""

    block: KeyPath
    url: str
    model: str
    api_key: ApiKeySpec


class AdapterSpec(NamedTuple):
    """What adapters ORBIT can build: combinations of type, datasource and adapter, classes by dotted path, and what types for voices ask."""

    triples: frozenset[tuple[str, str, str]] = frozenset()
    implementations: Mapping[str, ImplementationSpec] = _NOTHING
    realtime: Mapping[str, RealtimeSpec] = _NOTHING
