"""What a rule finds."""

from dataclasses import dataclass

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.report.diagnostics import Annotation, Fix, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, in key paths or spans."""

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
    severity: Severity | None = None
    """How bad it is, where that differs from the rule's."""
    related: tuple[Annotation, ...] = ()
    """Other places that belong to it."""
    fix: Fix | None = None
    """What would fix it, None where that takes a person."""
    fatal: bool = False
    """Whether ORBIT's loader raises on it."""
