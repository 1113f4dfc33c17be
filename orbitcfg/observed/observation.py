"""What was seen outside of the configuration: model files, the embedded engine, servers. Data for the rules, without codes or severities."""

from collections.abc import Mapping
from enum import Enum, auto

from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.endpoint import UnaskedUse
from orbitcfg.observed.host import HostFacts
from orbitcfg.observed.orbit import OrbitResult
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.observed.resource import ResourceResult


class ModelKind(Enum):
    """What a model file is for; the value is what people call it."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    PROJECTOR = "projector"
    ADAPTER = "adapter"
    VOCABULARY = "vocabulary"
    OTHER = "other"


class Damage(Enum):
    """Why a file is no model that an engine can load."""

    MISSING = auto()
    DANGLING_LINK = auto()
    IN_PIECES = auto()
    OTHER_CASE = auto()
    UNFINISHED = auto()
    BLOB_MISSING = auto()
    OLD_BLOB_NAME = auto()
    FOLDER = auto()
    NOT_A_FILE = auto()
    UNREADABLE = auto()
    EMPTY = auto()
    TOO_SHORT = auto()
    ZEROS = auto()
    LFS_POINTER = auto()
    WEB_PAGE = auto()
    JSON_TEXT = auto()
    XML_TEXT = auto()
    PLAIN_TEXT = auto()
    ZIP_ARCHIVE = auto()
    GZIP_ARCHIVE = auto()
    TAR_ARCHIVE = auto()
    SAFETENSORS = auto()
    PICKLE = auto()
    OLD_FORMAT = auto()
    NOT_GGUF = auto()
    BIG_ENDIAN = auto()
    OLD_VERSION = auto()
    NEW_VERSION = auto()
    CUT_IN_HEADER = auto()
    CUT_IN_TENSOR_TABLE = auto()
    CUT_IN_WEIGHTS = auto()
    ABSURD_COUNT = auto()
    ABSURD_LENGTH = auto()
    BAD_VALUE_TYPE = auto()
    BAD_TEXT = auto()
    BAD_ALIGNMENT = auto()
    DUPLICATE_KEY = auto()
    DUPLICATE_TENSOR = auto()
    BAD_TENSOR_SHAPE = auto()
    BAD_TENSOR_TYPE = auto()
    BAD_TENSOR_OFFSET = auto()
    NO_ARCHITECTURE = auto()
    NO_TENSORS = auto()


@dataclass(frozen=True, slots=True)
class ModelFault:
    """What is wrong with a model file. `detail` is text with the numbers or names of it, `instead` the files that lie there in its place."""

    damage: Damage
    detail: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the header of a model file says of the model."""

    architecture: str
    """What llama.cpp calls the network, such as `llama` or `qwen3`."""
    kind: ModelKind
    """What it is made for."""
    name: str | None
    """The model's own name, None where the header has none."""
    quantisation: str
    """How its weights are stored, such as `Q4_K_M`."""
    parameters: int
    """How many weights it has."""
    bits: float
    """Bits that a weight takes on average."""
    weight_bytes: int
    """What the weights take, in the file or in all of its shards."""
    context: int | None
    """Tokens that it was trained for, None where the header does not say."""
    kv_bytes: int
    """Memory that one token of context needs."""
    has_template: bool
    """Whether it brings a chat template."""
    layer_types: frozenset[str]
    """The tensor types of its blocks."""
    head_type: str | None
    """The tensor type of its output, None where it has none."""
    shard: int = 1
    """Which of its files this is, counted from 1."""
    shards: int = 1
    """How many files it is split into."""


@dataclass(frozen=True, slots=True)
class ServerListing:
    """How one server lists a model file: by a name, `also` by others, or not at all, and why not. With a name, `reason` is a remark."""

    server: str
    name: str | None
    reason: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file on this machine; the first of its shards where it is split."""

    path: str
    """As it is shown to the user."""
    size_bytes: int
    """Of all shards together."""
    facts: ModelFacts | None = None
    """None where there is a fault."""
    fault: ModelFault | None = None
    """What is wrong with it, None where it is whole."""
    missing_shards: tuple[str, ...] = ()
    """The names of shards that are not there."""
    listings: tuple[ServerListing, ...] = ()
    """How each server lists it."""
    requested_by: tuple[str, ...] = ()
    """The adapters that use it."""
    requested_at: KeyPath | None = None
    """The line that asks for it."""
    requested_for: tuple[str, ...] = ()
    """What it is asked for: inference, embedding, …"""

    def listed_as(self, server: str) -> str | None:
        """The name that a server lists it under."""
        return next((listing.name for listing in self.listings if listing.server == server), None)


@dataclass(frozen=True, slots=True)
class ModelLookup:
    """A model that the configuration asks a local provider for, and the files on this machine that it may mean."""

    provider: str
    """The provider that is to serve it."""
    model: str
    """Its name or path, as the configuration writes it."""
    adapters: tuple[str, ...]
    """Those that ask; `the default` for the default provider."""
    at: KeyPath | None
    """The line that asks."""
    service: str = "inference"
    """What it is asked for."""
    is_path: bool = False
    """Whether the model is one that ORBIT loads itself."""
    context: int | None = None
    """Tokens of context that the configuration counts on."""
    context_at: KeyPath | None = None
    """The line that says so."""
    exact: tuple[str, ...] = ()
    """The files that the provider's server lists under this very name."""
    near: tuple[tuple[str, str], ...] = ()
    """Files of a similar name, each with the name that the server gives it, empty where it does not list it."""


class ModelChoice(Enum):
    """Why the embedded engine took the model that it took."""

    NAMED = auto()
    MODEL_PATH = auto()
    FOUND_BY_NAME = auto()
    SELF_TEST = auto()
    FALLBACK = auto()


class Ending(Enum):
    """How a run of the embedded engine ended."""

    ANSWERED = auto()
    ABSENT = auto()
    NOT_TRIED = auto()
    REFUSED = auto()
    DIED = auto()
    TIMED_OUT = auto()
    GARBLED = auto()


@dataclass(frozen=True, slots=True)
class EngineRun:
    """One generation in the embedded engine."""

    ending: Ending
    """How it ended."""
    choice: ModelChoice
    """Why this model ran."""
    model: str
    """The model that ran, or was to run."""
    requested: str | None = None
    """The model that the configuration asks for; None where none, or where the user named one."""
    requested_at: KeyPath | None = None
    """The line that asks for it."""
    text: str = ""
    """The answer."""
    finish: str = ""
    """Why the answer ended, as the engine puts it: stop or length."""
    expected: str | None = None
    """The known answer of the built-in model, None for others."""
    reason: str = ""
    """Why there is no answer."""
    log: str = ""
    """The line of the engine's own log that says most about a failure."""
    raw: bool = False
    """Whether it ran without a chat template."""
    chat_format: str | None = None
    """The chat template that ORBIT asks for, whatever the file brings; None where it takes the file's."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """The parameters that were used."""
    capped: tuple[str, ...] = ()
    """Which of them differ from the configuration's."""
    context: int = 0
    """Tokens of context that it ran with."""
    template: str = ""
    """The chat template that was used."""
    load_ms: float | None = None
    """How long the model took to load; None where it did not."""
    first_token_ms: float | None = None
    """From the request to the first piece of the answer; None where there is none."""
    tokens: int = 0
    """How many tokens the answer has."""
    tokens_per_s: float | None = None
    """How fast the rest came; None where there were too few pieces to tell."""
    engine: str = ""
    """The engine's name and version."""
    build: str = ""
    """What it was built for."""
    needed_bytes: int = 0
    """Memory that the model needs."""
    free_bytes: int | None = None
    """Memory that the machine has, None where it does not say."""


@dataclass(frozen=True, slots=True)
class Observations:
    """All that one run saw. Empty where nothing was looked for."""

    models: tuple[ModelFile, ...] = ()
    lookups: tuple[ModelLookup, ...] = ()
    engine: EngineRun | None = None
    endpoints: tuple[ProbeResult, ...] = ()
    unasked: tuple[UnaskedUse, ...] = ()
    host: HostFacts | None = None
    orbit: OrbitResult | None = None
    resources: tuple[ResourceResult, ...] = ()
