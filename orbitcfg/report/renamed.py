"""A report whose files are called by other names, for whoever does not read it where it was made."""

from collections.abc import Callable

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report


def renamed(report: Report, name: Callable[[str], str]) -> Report:
    """The report with its places in files of other names; its words stay as they are."""
    renaming = _Renaming(name)
    return replace(report, diagnostics=tuple(map(renaming.diagnostic, report.diagnostics)))


@dataclass(frozen=True, slots=True)
class _Renaming:
    """How files are called; sources are compared by identity, so that each gets one new one."""

    name: Callable[[str], str]
    sources: dict[Source, Source] = field(default_factory=dict)

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        place = self.span(found.place) if isinstance(found.place, Span) else found.place and self.source(found.place)
        related = tuple(Annotation(self.span(each.span), each.message) for each in found.related)
        return replace(found, place=place, related=related, cause=found.cause and self.diagnostic(found.cause))

    def span(self, span: Span) -> Span:
        return span._replace(source=self.source(span.source))

    def source(self, source: Source) -> Source:
        return self.sources.setdefault(source, replace(source, name=self.name(source.name)))
