"""What was seen outside of the configuration: model files, the embedded engine, servers. Data for the rules, without codes or severities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.host import HostFacts
from orbitcfg.observed.probe import ProbeResult


class ModelKind(Enum):
    """What a model file is for; the value is the word for people."""

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
    """What is wrong with a model file. `detail` holds the numbers or names of it, in words."""

    damage: Damage
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the header of a model file says.

    `context` is the number of tokens that it was trained for, None where it does not say. `kv_bytes` is the memory that one token of
    context needs. `bits` are the bits that a weight takes on average. `layer_types` and `head_type` are the tensor types of the blocks and of the output.
    `shard` counts from 1, in `shards` files.
    """

    architecture: str
    kind: ModelKind
    name: str | None
    quantisation: str
    parameters: int
    bits: float
    weight_bytes: int
    context: int | None
    kv_bytes: int
    has_template: bool
    layer_types: frozenset[str]
    head_type: str | None
    shard: int = 1
    shards: int = 1


@dataclass(frozen=True, slots=True)
class ServerListing:
    """How one server lists a model file: by a name, `also` by others, or not at all, and why not. With a name, `reason` is a remark."""

    server: str
    name: str | None
    reason: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file on this machine; the first of its shards where it is split.

    `path` is as the user is told it. Either `facts` or `fault` is given. `missing_shards` are the names of absent ones. `requested_by` names the
    adapters that use it, `requested_at` the line that says so.
    """

    path: str
    size_bytes: int
    facts: ModelFacts | None = None
    fault: ModelFault | None = None
    missing_shards: tuple[str, ...] = ()
    listings: tuple[ServerListing, ...] = ()
    requested_by: tuple[str, ...] = ()
    requested_at: KeyPath | None = None

    def listed_as(self, server: str) -> str | None:
        """The name that a server lists it under."""
        return next((listing.name for listing in self.listings if listing.server == server), None)


@dataclass(frozen=True, slots=True)
class ModelLookup:
    """A model that the configuration asks a local provider for, and the files on this machine that it may mean.

    `adapters` are those that ask, `the default` for the default provider. `is_path`: the model is a file that ORBIT loads itself. `exact` are the files that the provider's server lists under this very name, `near` those with a
    like one, with the name that the server gives, empty where it does not list the file. `context` is the number of tokens that the configuration counts on.
    """

    provider: str
    model: str
    adapters: tuple[str, ...]
    at: KeyPath | None
    is_path: bool = False
    context: int | None = None
    context_at: KeyPath | None = None
    exact: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = ()


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
    """One generation in the embedded engine.

    `asked` is what the configuration asks for, where that is another model than the one that ran, `requested_at` its line. `reason` says why there is no
    answer, `log` is the line of the engine's own log that tells most. `expected` is the known answer of the built-in model, None for others.
    `finish` is the engine's word: stop or length. `parameters` are those that were used, `capped` says which differ from the configuration's.
    `template` is the chat template that was used, `needed_bytes` and `free_bytes` the memory.
    """

    ending: Ending
    choice: ModelChoice
    model: str
    requested: str | None = None
    requested_at: KeyPath | None = None
    text: str = ""
    finish: str = ""
    expected: str | None = None
    reason: str = ""
    log: str = ""
    raw: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    capped: tuple[str, ...] = ()
    context: int = 0
    template: str = ""
    load_ms: float | None = None
    first_token_ms: float | None = None
    tokens: int = 0
    tokens_per_s: float | None = None
    engine: str = ""
    build: str = ""
    needed_bytes: int = 0
    free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Observations:
    """All that one run saw. Empty where nothing was looked for."""

    models: tuple[ModelFile, ...] = ()
    lookups: tuple[ModelLookup, ...] = ()
    engine: EngineRun | None = None
    endpoints: tuple[ProbeResult, ...] = ()
    host: HostFacts | None = None
