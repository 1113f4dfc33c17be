"""What happened on the way from files to a configuration: data for the rules, without codes or severities."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Hashable, TypeAlias

from orbitcfg.text import Source, Span
from orbitcfg.tree import Filling, KeyPath, Mapping, Node


class Fault(Enum):
    """Why a file gives no configuration."""

    SYNTAX = auto()
    ENCODING = auto()
    SEVERAL_DOCUMENTS = auto()
    RECURSION = auto()
    TOO_LARGE = auto()
    TOO_DEEP = auto()
    TOO_MANY_ALIASES = auto()
    NOT_A_MAPPING = auto()
    EMPTY = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file could not be read, or holds no mapping. `place` is the file itself where no stretch of it is to blame."""

    fault: Fault
    place: Span | Source
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A mapping has a key twice; the first one's value is `lost`, the second's is kept."""

    key: Hashable
    first: Span
    second: Span
    lost: Node
    kept: Node


@dataclass(frozen=True, slots=True)
class Reinterpreted:
    """Plain text that YAML 1.1 reads as something else than a person does. `is_key`: it is the key of a mapping.

    The span holds the text, behind an anchor where there is one.
    """

    span: Span
    text: str
    value: object
    is_key: bool = False


class Skip(Enum):
    """Why an import brings nothing."""

    MISSING = auto()
    UNREADABLE = auto()
    ESCAPES = auto()
    PLACEHOLDER = auto()
    WRONG_TYPE = auto()
    CYCLE = auto()


@dataclass(frozen=True, slots=True)
class ImportSkipped:
    """An import that brings nothing.

    `name` is the path as written, `detail` the reason in words (for a cycle the files, in order), `near` existing files that may be meant.
    `fatal` is true where ORBIT's loader raises instead of going on.
    """

    skip: Skip
    place: Span
    name: str
    detail: str = ""
    near: tuple[str, ...] = ()
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class ImportMisspelt:
    """A key that is not `import`, and holds names of YAML files as that would."""

    key: str
    place: Span


@dataclass(frozen=True, slots=True)
class ImportRepeated:
    """A file that is merged again; its lists are then doubled. `lists` are the paths of its lists."""

    place: Span
    earlier: Span
    name: str
    lists: tuple[KeyPath, ...]


class Loss(Enum):
    """In what way a value lost against one that stood earlier."""

    SCALAR = auto()
    MISMATCH = auto()
    NULL = auto()


@dataclass(frozen=True, slots=True)
class ValueLost:
    """Two files give a value for one path; ORBIT keeps the earlier."""

    loss: Loss
    path: KeyPath
    kept: Node
    lost: Node
    kept_key: Span
    lost_key: Span


@dataclass(frozen=True, slots=True)
class PlaceholderUsed:
    """One `${…}` that ORBIT looked up. `default` is the text behind `:-`, None where there is none."""

    path: KeyPath
    span: Span
    inside: str
    default: str | None
    filling: Filling


@dataclass(frozen=True, slots=True)
class PlaceholderIgnored:
    """A `${…}` where ORBIT never looks: in a key, or inside a list in a list."""

    path: KeyPath
    span: Span
    in_key: bool


@dataclass(frozen=True, slots=True)
class DollarName:
    """A value that is `$NAME` and nothing else: the shell's form, which ORBIT does not know."""

    path: KeyPath
    name: str


@dataclass(frozen=True, slots=True)
class RequiredMissing:
    """A value without which ORBIT's loader raises. `because` is the path that makes it required, None if it always is."""

    path: KeyPath
    because: KeyPath | None


@dataclass(frozen=True, slots=True)
class LoaderCrash:
    """A value on which ORBIT's loader stumbles, without naming it."""

    path: KeyPath
    needs: str


@dataclass(frozen=True, slots=True)
class CorsWildcard:
    """Credentials are allowed together with the origin `*`."""

    origins: KeyPath
    credentials: KeyPath


@dataclass(frozen=True, slots=True)
class PresetApplied:
    """A provider block was replaced by a preset; `dropped` are its keys that were lost so."""

    block: KeyPath
    preset: str
    replaced: Mapping
    dropped: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class PresetMissing:
    """A provider block asks for a preset that is not there, or is no mapping; the block stays as it is."""

    block: KeyPath
    section: str
    preset: object


@dataclass(frozen=True, slots=True)
class EnvLineIgnored:
    """A line of an env file that sets nothing."""

    span: Span
    has_no_equals: bool


@dataclass(frozen=True, slots=True)
class EnvOverridden:
    """An env file replaces a variable that the process sets to something else."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class EnvFileUnread:
    """A `.env` that ORBIT does not read, since `read` stands before it, or since it lies where ORBIT does not look (None)."""

    file: Source
    read: str | None


@dataclass(frozen=True, slots=True)
class RuleCrashed:
    """A rule raised. `error` is the name of what it raised: its words might show a value."""

    code: str
    name: str
    error: str


@dataclass(frozen=True, slots=True)
class IgnoreUnused:
    """A rule's name in an ignore comment that silenced nothing. `comment` is the whole comment where no name in it silenced anything."""

    name: Span
    comment: Span | None
    stands_alone: bool


@dataclass(frozen=True, slots=True)
class IgnoreMalformed:
    """A comment for orbitcfg that says nothing to it: why, and what to write instead."""

    span: Span
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BaselineEntryGone:
    """A finding that the baseline expects and that is no more."""

    place: Span | Source
    code: str
    file: str | None
    message: str


Event: TypeAlias = (
    FileFault
    | DuplicateKey
    | Reinterpreted
    | ImportSkipped
    | ImportMisspelt
    | ImportRepeated
    | ValueLost
    | PlaceholderUsed
    | PlaceholderIgnored
    | DollarName
    | RequiredMissing
    | LoaderCrash
    | CorsWildcard
    | PresetApplied
    | PresetMissing
    | EnvLineIgnored
    | EnvOverridden
    | EnvFileUnread
    | RuleCrashed
    | IgnoreUnused
    | IgnoreMalformed
    | BaselineEntryGone
)
