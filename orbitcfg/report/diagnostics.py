"""Diagnostics, and the report that holds them."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.source import Source, Span
from orbitcfg.plural import counted
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.deferred import Deferred

if TYPE_CHECKING:
    from orbitcfg.release import Orbit
    from orbitcfg.report.verdict import Verdict

SeverityName: TypeAlias = Literal["error", "warning", "info"]


class Severity(IntEnum):
    """How bad a finding is; ordered, so that a threshold is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> SeverityName:
        """The name that users write and read."""
        return _NAMES[self]


_NAMES: Mapping[Severity, SeverityName] = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.ERROR: "error"}


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


InsertedValue: TypeAlias = "str | bool | int | tuple[tuple[str, InsertedValue], ...]"
"""What an insertion writes; pairs are a mapping."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """A key that a mapping lacks, with its value. With `joins` the key may be there: the value, a text, is one more item of its list."""

    mapping: Span
    key: str
    value: InsertedValue
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """An item of a list that goes, or the only value of a key that takes a list."""

    span: Span


Change: TypeAlias = Edit | Insertion | Removal
"""What a fix does in one place of a file."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that fix a finding, which go together.

    A safe one changes the resolved configuration at or below the key paths in `touches` alone, and is applied without being asked twice.
    """

    edits: tuple[Change, ...]
    safe: bool
    touches: tuple[tuple[Hashable, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic(Deferred):
    """One finding, placed."""

    DEFERRED: ClassVar = frozenset({"message", "help", "key", "affects"})

    code: str
    """The rule's code."""
    name: str
    """The rule's name."""
    severity: Severity
    """How bad it is, as the user's settings have it."""
    message: str
    """The fact: lower case, no full stop, names in backquotes."""
    help: str
    """What to do about it by itself: one imperative."""
    place: Span | Source | None
    """Where; a source means the whole file, None no place."""
    key: str | None = None
    """The key path as a user would type it, None where the finding is about none."""
    related: tuple[Annotation, ...] = ()
    """Other places that belong to it."""
    fix: Fix | None = None
    """What would fix it, None where that takes a person."""
    consequence: Consequence = Consequence.HYGIENE
    """What ORBIT does about it."""
    affects: tuple[str, ...] | None = ()
    """The adapters, and the choices `NAME@CHOICE`, that it strikes; None: all."""
    depends_on: str = ""
    """What else decides whether it strikes; empty where nothing does."""
    cause: "Diagnostic | None" = None
    """The finding that explains this one, so that it needs no remedy of its own; None where none does."""

    @property
    def is_symptom(self) -> bool:
        """Whether another finding explains it: it counts for nothing then."""
        return self.cause is not None

    @property
    def remedy(self) -> str:
        """What to do: of a symptom what its cause needs."""
        return self.help if self.cause is None else self.cause.help

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
class Summary(Deferred):
    """What was looked at."""

    DEFERRED: ClassVar = frozenset({"adapters", "adapters_enabled", "providers", "providers_enabled", "variables_set", "variables_unset"})

    files: int = 0
    """Configuration files that were read."""
    adapters: int = 0
    """Adapters that are defined."""
    adapters_enabled: int = 0
    """Adapters that are on."""
    providers: int = 0
    """Inference providers that are defined."""
    providers_enabled: int = 0
    """Inference providers that are on."""
    variables_set: int = 0
    """Variables that are used and set."""
    variables_unset: int = 0
    """Variables that are used and not set."""
    sources: tuple[str, ...] = ()
    """Where variables were taken from, the winning source last."""
    orbit: "Orbit | None" = None
    """The ORBIT that the rules speak of; None where no configuration was looked at."""


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a report can say of a rule itself: its name, its usual severity, one line about it, and its page in Markdown."""

    name: str
    severity: Severity
    summary: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """All that one run found, in order of place, and what it looked at.

    `nouns` says for a code what its findings are called when they are counted: "files that nothing imports".
    `pages` gives for each code what its rule is about, for formats that carry the rules with them.
    `crashed` says that a rule failed inside orbitcfg, so that something may be missing. `verdicts` are those on the configurations that were looked at,
    one each; None for a part of one.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    summary: Summary = field(default_factory=Summary)
    nouns: Mapping[str, str] = field(default_factory=dict)
    crashed: bool = False
    pages: Callable[[], Mapping[str, RulePage]] = field(default=dict, compare=False)
    verdicts: tuple["Verdict | None", ...] = ()

    def __repr__(self) -> str:
        return f"<Report: {self.counts}>"

    @property
    def counting(self) -> tuple[Diagnostic, ...]:
        """The findings without those that another one explains."""
        return tuple(each for each in self.diagnostics if not each.is_symptom)

    @property
    def counts(self) -> str:
        """How many findings it has of each severity, in words."""
        return ", ".join(_counted(self.count(severity), severity) for severity in reversed(Severity))

    def count(self, severity: Severity) -> int:
        """How many findings have this severity, symptoms left out."""
        return sum(each.severity is severity and each.cause is None for each in self.diagnostics)

    @property
    def verdict(self) -> "Verdict | None":
        """The verdict, where it is one."""
        return self.verdicts[0] if len(self.verdicts) == 1 else None

    @property
    def fixable(self) -> int:
        """How many findings above info have a fix that is applied without being asked twice."""
        return sum(each.fix is not None and each.fix.safe and each.severity > Severity.INFO and each.cause is None for each in self.diagnostics)

    def at_least(self, severity: Severity) -> "Report":
        """The report without the findings below a severity."""
        return replace(self, diagnostics=tuple(each for each in self.diagnostics if each.severity >= severity))

    def fails(self, threshold: Severity | None) -> bool:
        """Whether anything stands at or above the threshold; None never fails."""
        return threshold is not None and any(each.severity >= threshold for each in self.counting)


def _counted(number: int, severity: Severity) -> str:
    return f"{number} {severity.label}" if severity is Severity.INFO else counted(number, severity.label)


def merge_reports(reports: Sequence[Report]) -> Report:
    """Several reports as one: what they share is reported once, their counts are added up."""
    once: dict[object, Diagnostic] = {}
    for each in (each for report in reports for each in report.diagnostics):
        once.setdefault(_as_read(each), each)
    verdicts = tuple(verdict for report in reports for verdict in report.verdicts)
    nouns = {code: noun for report in reports for code, noun in report.nouns.items()}
    return Report(tuple(once.values()), _summed(reports), nouns, any(report.crashed for report in reports), verdicts=verdicts)


def _summed(reports: Sequence[Report]) -> Summary:
    numbers = ("files", "adapters", "adapters_enabled", "providers", "providers_enabled", "variables_set", "variables_unset")
    sources = tuple(dict.fromkeys(source for report in reports for source in report.summary.sources))
    return replace(reports[0].summary, sources=sources, **{name: sum(getattr(each.summary, name) for each in reports) for name in numbers})


def _as_read(diagnostic: Diagnostic) -> object:
    """What a person sees of a finding: alike for a file that several configurations share, each of which has read it."""
    start = diagnostic.place.start if isinstance(diagnostic.place, Span) else None
    related = [(each.span.source.name, each.span.start, each.message) for each in diagnostic.related]
    return (diagnostic.code, diagnostic.severity, diagnostic.file, start, diagnostic.message, diagnostic.help, *related)
