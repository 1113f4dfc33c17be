"""The configuration that `resolve` gives."""

from collections.abc import Callable

from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.masked import masked_node, of_masked_node
from orbitcfg.document.tree import Mapping, plain
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.verdict import Verdict


@dataclass(frozen=True, slots=True, repr=False)
class Resolution:
    """A configuration as ORBIT's loader returns it.

    `tree` is None where the loader would raise; `report` then says why, and otherwise the errors and warnings that `validate` would tell: of a symbolic one, of loading alone.
    `verdict` is what becomes of ORBIT; None for a symbolic one. `files` are those that an adapter names, each in a sentence, where it was asked for alone: ORBIT reads them beside the configuration.
    """

    tree: Mapping | None
    report: Report
    verdict: Verdict | None = None
    files: tuple[str, ...] = ()

    def __repr__(self) -> str:
        if self.tree is None:
            return f"<Resolution: ORBIT would not start, {self.report.counts}>"
        return f"<Resolution: {self.tree.span.source.name}, {counted(len(self.tree.entries), 'section')}, {self.report.counts}>"

    @property
    def value(self) -> object:
        """The configuration as Python's own types, nothing masked; None where ORBIT's loader would raise."""
        return None if self.tree is None else plain(self.tree)

    def without_findings(self) -> "Resolution":
        """The same without what was found, which holds all that was worked out about the configuration: more than the configuration itself."""
        return replace(self, report=Report())

    def printable(self, *, show_secrets: bool) -> object:
        """The configuration as it may be shown: secrets masked, unless they are asked for."""
        return self.value if show_secrets or self.tree is None else masked_node(self.tree)

    def of_printable(self, use: Callable[[object], str], *, show_secrets: bool) -> str:
        """What `use` makes of `printable`, whose collections are given to it one by one, as `of_masked_node` does."""
        return use(self.value) if show_secrets or self.tree is None else of_masked_node(use, self.tree)
