"""What happened on the way from files to a configuration: data for the rules, without codes or severities.

Named tuples, since so many dataclasses would cost every start 6 ms.
"""

import re
from collections.abc import Hashable
from enum import Enum, auto
from typing import TypeAlias

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Substitution
from orbitcfg.masking.names import MASK
from orbitcfg.record import NamedTuple


class FileProblem(Enum):
    """Why a file gives no configuration."""

    SYNTAX = auto()
    ENCODING = auto()
    SEVERAL_DOCUMENTS = auto()
    RECURSION = auto()
    TOO_LARGE = auto()
    TOO_DEEP = auto()
    TOO_MANY_ALIASES = auto()
    TOO_DEEP_AN_IMPORT = auto()
    TOO_MANY_IMPORTS = auto()
    TOO_MANY_NODES = auto()
    TOO_MANY_FILES = auto()
    TOO_MANY_CHARACTERS = auto()
    TOO_MANY_ENTRIES = auto()
    TOO_MANY_BLANKS = auto()
    TOO_LONG_A_CHAIN = auto()
    TOO_LONG_A_NUMBER = auto()
    NOT_A_MAPPING = auto()
    EMPTY = auto()
    UNREADABLE = auto()


class FileFault(NamedTuple):
    """A file could not be read, or holds no mapping. `place` is the file itself where no part of it is to blame.

    Of a syntax error it is what caused it, with its `remedy`, and `noticed` where reading ended if that is elsewhere; `quoted` is what the
    detail quotes from the file.
    """

    problem: FileProblem
    place: Span | Source
    detail: str = ""
    remedy: str = ""
    noticed: Span | None = None
    quoted: str = ""

    @property
    def shown_detail(self) -> str:
        """The detail, without what it quotes from a line that holds a secret."""
        if not isinstance(self.place, Span) or not self.place.source.masked_line(self.place.begins.line).stretches:
            return self.detail
        return re.sub(r"'[^']*'", MASK, self.detail.replace(self.quoted, MASK) if self.quoted else self.detail)


class DuplicateKey(NamedTuple):
    """A mapping has a key twice; the first one's value is `lost`, the second's is kept."""

    key: Hashable
    first: Span
    second: Span
    lost: Node
    kept: Node


class OddBlank(NamedTuple):
    """A key that begins with what looks like a blank and is a letter to YAML, as a non-breaking blank is. The place is that of the character."""

    key: str
    place: Span


class Reinterpreted(NamedTuple):
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


class ImportSkipped(NamedTuple):
    """An import that brings nothing.

    `name` is the path as written, `detail` the reason (for a cycle the files, in order), `near` existing files that may be meant.
    `fatal` is true where ORBIT's loader raises instead of going on.
    """

    skip: Skip
    place: Span
    name: str
    detail: str = ""
    near: tuple[str, ...] = ()
    fatal: bool = False


class ImportMisspelt(NamedTuple):
    """A key that is not `import`, and holds names of YAML files as that would."""

    key: str
    place: Span


class ImportRepeated(NamedTuple):
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


class ValueLost(NamedTuple):
    """Two files give a value for one path; ORBIT keeps the earlier."""

    loss: Loss
    path: KeyPath
    kept: Node
    lost: Node
    kept_key: Span
    lost_key: Span


class PlaceholderUsed(NamedTuple):
    """One `${…}` that ORBIT looked up. `default` is the text behind `:-`, None where there is none."""

    path: KeyPath
    span: Span
    inside: str
    default: str | None
    substitution: Substitution


class PlaceholderIgnored(NamedTuple):
    """A `${…}` where ORBIT never looks: in a key, or inside a list in a list."""

    path: KeyPath
    span: Span
    in_key: bool


class PlaceholderUnclosed(NamedTuple):
    """A `${` without its `}`: the text stays as it is."""

    path: KeyPath
    span: Span


class RequiredMissing(NamedTuple):
    """A value without which ORBIT's loader raises. `because` is the path that makes it required, None if it always is."""

    path: KeyPath
    because: KeyPath | None


class LoaderCrash(NamedTuple):
    """A value on which ORBIT's loader stumbles, without naming it."""

    path: KeyPath
    needs: str


class CorsWildcard(NamedTuple):
    """Credentials are allowed together with the origin `*`."""

    origins: KeyPath
    credentials: KeyPath


class PresetApplied(NamedTuple):
    """A provider block was replaced by a preset; `dropped` are the keys that it lost."""

    block: KeyPath
    preset: str
    replaced: Mapping
    dropped: tuple[Hashable, ...]


class PresetMissing(NamedTuple):
    """A provider block asks for a preset that is not there, or is no mapping; the block stays as it is."""

    block: KeyPath
    section: str
    preset: object


class EnvLineIgnored(NamedTuple):
    """A line of an env file that sets nothing."""

    span: Span
    has_no_equals: bool


class EnvOverridden(NamedTuple):
    """An env file replaces a variable that the process sets to something else."""

    name: str
    span: Span


class EnvFileUnread(NamedTuple):
    """An env file that ORBIT does not read, since `read` stands before it, or since it has another name or lies where ORBIT does not look (None); with the variables that it sets."""

    file: Source
    read: str | None
    names: frozenset[str] = frozenset()


class EnvFileMarked(NamedTuple):
    """An env file that begins with a byte order mark."""

    file: Source


class RuleCrashed(NamedTuple):
    """A rule raised. `error` is the name of the exception alone: its message might show a value."""

    code: str
    name: str
    error: str


class FindingsCut(NamedTuple):
    """A rule was cut off at the limit of findings, and those behind it did not run."""

    code: str
    name: str


class IgnoreUnused(NamedTuple):
    """A rule's name in an ignore comment that silenced nothing. `comment` is the whole comment where no name in it silenced anything."""

    name: Span
    comment: Span | None
    stands_alone: bool


class IgnoreMalformed(NamedTuple):
    """A comment for orbitcfg that it cannot read: why, and what to write instead."""

    span: Span
    reason: str
    remedy: str


class BaselineEntryGone(NamedTuple):
    """A finding that the baseline expects and that is gone."""

    place: Span | Source
    code: str
    file: str | None
    message: str


class NamesUnjudged(NamedTuple):
    """Names that the ORBIT that is meant knows, or may know, and the catalogue does not; with `is_older` it is of a release that is not judged at all."""

    names: tuple[str, ...]
    is_older: bool = False


Event: TypeAlias = (
    FileFault
    | DuplicateKey
    | OddBlank
    | Reinterpreted
    | ImportSkipped
    | ImportMisspelt
    | ImportRepeated
    | ValueLost
    | PlaceholderUsed
    | PlaceholderIgnored
    | PlaceholderUnclosed
    | RequiredMissing
    | LoaderCrash
    | CorsWildcard
    | PresetApplied
    | PresetMissing
    | EnvLineIgnored
    | EnvOverridden
    | EnvFileUnread
    | EnvFileMarked
    | RuleCrashed
    | FindingsCut
    | NamesUnjudged
    | IgnoreUnused
    | IgnoreMalformed
    | BaselineEntryGone
)
