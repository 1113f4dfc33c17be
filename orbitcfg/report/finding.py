"""What a rule says."""

from dataclasses import dataclass

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath
from orbitcfg.report.diagnostics import Annotation, Fix, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, in key paths or spans.

    `at` is a key path in the compiled tree, a span, a source (the whole file) or None (no place).
    With `value`, a key path means its value, otherwise its key. `key` is the key path that the fault is about, where `at` is none.
    `severity` is given where it differs from the rule's. `fatal` says that ORBIT's loader raises on it.
    """

    message: str
    at: KeyPath | Span | Source | None
    help: str
    value: bool = False
    key: KeyPath | None = None
    severity: Severity | None = None
    related: tuple[Annotation, ...] = ()
    fix: Fix | None = None
    fatal: bool = False
