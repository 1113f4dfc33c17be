"""What a rule finds."""

from typing import ClassVar

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.deferred import Deferred
from orbitcfg.report.diagnostics import Annotation, Fix, Severity

_PLACES = (Span, Source)


@dataclass(frozen=True, slots=True)
class Finding(Deferred):
    """One fault, in key paths or spans. A rule that finds hundreds of things may leave their words for later."""

    DEFERRED: ClassVar = frozenset({"message", "help"})

    message: str
    """The fact: lower case, no full stop, names in backquotes."""
    at: KeyPath | Span | Source | None
    """A key path in the compiled tree, a span, a source (the whole file) or None (no place)."""
    help: str
    """What to do: one imperative."""
    value: bool = False
    """Whether a key path in `at` means its value, and not its key."""
    key: KeyPath | None = None
    """The key path that the fault is about, where `at` is none."""
    consequence: Consequence | None = None
    """What ORBIT does about it, where that differs from the rule's."""
    severity: Severity | None = None
    """How bad it is, where the rule says so itself: of a consequence that is `BY_RULE` alone."""
    demanded: bool | None = None
    """Whether somebody needs what it is about; None: as the demand of its key path says."""
    affects: tuple[str, ...] | None = None
    """The adapters, and the choices `NAME@CHOICE`, that it strikes; None: those that ask for its key path."""
    depends_on: str = ""
    """What else decides whether it strikes: a server, the load order, a package, a file that is made at run time."""
    dormant: bool = False
    """Whether it would be no fault once what it is about is switched on."""
    blames: KeyPath | None = None
    """The key path that is missing, or the switch that is off, where that is what it comes from."""
    shares_cause: bool = False
    """Whether one change fixes all findings that blame the same, so that the first of them is the cause of the others."""
    explains: tuple[KeyPath, ...] = ()
    """What is missing because of this, so that it is the cause of the findings that blame it; an empty path: all that nothing else explains."""
    related: tuple[Annotation, ...] = ()
    """Other places that belong to it."""
    fix: Fix | None = None
    """What would fix it, None where that takes a person."""
    fatal: bool = False
    """Whether ORBIT's loader raises on it."""

    @property
    def path(self) -> KeyPath | None:
        """The key path in `at`; None where that is none."""
        return None if self.at is None or isinstance(self.at, _PLACES) else self.at

    @property
    def place(self) -> Span | Source | None:
        """The span or the source in `at`; None where it is neither."""
        return self.at if isinstance(self.at, _PLACES) else None
