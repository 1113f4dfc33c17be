"""What orbitcfg tells its user: diagnostics, and the report that holds them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TypeAlias

from orbitcfg.document.source import Source, Span


class Severity(IntEnum):
    """How bad a finding is; ordered, so that a threshold is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name that users write and read."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Annotation:
    """A second place that belongs to a diagnostic, and what is to be seen there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for a stretch of a source."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Insertion:
    """A key that a mapping lacks, with its value. With `joins` the key may be there: the value is one more item of its list."""

    mapping: Span
    key: str
    value: str | bool
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """An item of a list that goes, or the only value of a key that takes a list."""

    span: Span


Change: TypeAlias = Edit | Insertion | Removal
"""What a fix does in one place of a file."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that mend a finding, which go together.

    A safe one changes the resolved configuration at or below the key paths in `touches` alone, and is applied without being asked twice.
    """

    edits: tuple[Change, ...]
    safe: bool
    touches: tuple[tuple[Hashable, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, placed.

    `message` is the fact: lower case, no full stop, names in backquotes. `help` is one imperative.
    `place` is a span, or a source where the whole file is meant, or None where there is none.
    `key` is the key path as a user would type it, None where the finding is about none.
    """

    code: str
    name: str
    severity: Severity
    message: str
    help: str
    place: Span | Source | None
    key: str | None = None
    related: tuple[Annotation, ...] = ()
    fix: Fix | None = None

    @property
    def file(self) -> str | None:
        """The name of the file that it is about."""
        match self.place:
            case Span(source=source):
                return source.name
            case Source(name=name):
                return name
        return None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was looked at.

    `sources` says where variables were taken from, in the order in which they win.
    """

    files: int = 0
    adapters: int = 0
    adapters_enabled: int = 0
    providers: int = 0
    providers_enabled: int = 0
    variables_set: int = 0
    variables_unset: int = 0
    sources: tuple[str, ...] = ()
    orbit: str = ""


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a report can say of a rule itself: its name, its usual severity, one line about it, and its page in Markdown."""

    name: str
    severity: Severity
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run found, in order of place, and what it looked at.

    `nouns` says for a code what its findings are called when they are counted: "files that nothing imports".
    `pages` says for a code what its rule is about, for formats that carry the rules with them.
    `crashed` says that a rule failed inside orbitcfg, so that something may be missing.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    summary: Summary = field(default_factory=Summary)
    nouns: Mapping[str, str] = field(default_factory=dict)
    crashed: bool = False
    pages: Mapping[str, RulePage] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def fails(self, threshold: Severity | None) -> bool:
        """Whether anything stands at or above the threshold; None never fails."""
        return threshold is not None and any(each.severity >= threshold for each in self.diagnostics)


def joined(reports: Sequence[Report]) -> Report:
    """Several reports as one: what they share is told once, their counts are added up."""
    told: dict[object, Diagnostic] = {}
    for each in (each for report in reports for each in report.diagnostics):
        told.setdefault(_as_read(each), each)
    return Report(tuple(told.values()), _summed(reports), reports[0].nouns, any(report.crashed for report in reports))


def _summed(reports: Sequence[Report]) -> Summary:
    numbers = ("files", "adapters", "adapters_enabled", "providers", "providers_enabled", "variables_set", "variables_unset")
    sources = tuple(dict.fromkeys(source for report in reports for source in report.summary.sources))
    return replace(reports[0].summary, sources=sources, **{name: sum(getattr(each.summary, name) for each in reports) for name in numbers})


def _as_read(diagnostic: Diagnostic) -> object:
    """What a person sees of a finding: alike for a file that several configurations share, each of which has read it."""
    start = diagnostic.place.start if isinstance(diagnostic.place, Span) else None
    related = [(each.span.source.name, each.span.start, each.message) for each in diagnostic.related]
    return (diagnostic.code, diagnostic.severity, diagnostic.file, start, diagnostic.message, diagnostic.help, *related)
