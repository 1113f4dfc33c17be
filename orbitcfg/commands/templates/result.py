"""The templates of a configuration's intent adapters."""

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Span
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Diagnostic, Report


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template in one adapter."""

    adapter: str
    """The adapter's name, as it may be shown."""
    is_on: bool
    """Whether ORBIT loads the adapter, or may."""
    library: str
    """The file that holds it."""
    id: str | None
    """Its id as it may be shown; None where it has none."""
    place: Span
    """Where it stands."""
    parameters: tuple[str, ...]
    """The names of its parameters, in order."""
    examples: tuple[str, ...]
    """The questions that it is found by."""
    findings: tuple[Diagnostic, ...]
    """What is wrong with it."""


@dataclass(frozen=True, slots=True, repr=False)
class TemplateInventory:
    """The templates, adapter by adapter, and all findings about the files that hold them. `others` are those that are about no single template."""

    rows: tuple[TemplateRow, ...]
    others: tuple[Diagnostic, ...]
    report: Report
    unread: tuple[str, ...] = ()
    """The intent adapters none of whose libraries was read, as they may be shown."""

    def __repr__(self) -> str:
        return f"<TemplateInventory: {counted(len(self.rows), 'template')}>"
