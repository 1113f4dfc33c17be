"""Findings as the protocol's diagnostics, at their files."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import key_span
from orbitcfg.editor.positions import range_of
from orbitcfg.editor.project import Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Severity
from orbitcfg.report.terminal import strip_control_characters

SOURCE = "orbitcfg"
UriOf = Callable[[str], str]
"""What the editor calls the file at a real path."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


class KnownDiagnostics:
    """What findings were for the editor before: of files that have not changed most of them are the same."""

    def __init__(self) -> None:
        # of those of one rule at one place each is compared: most are the same object
        self._shown: dict[object, list[tuple[Diagnostic, types.Diagnostic]]] = {}

    def of(self, found: Diagnostic, make: Callable[[], types.Diagnostic]) -> types.Diagnostic:
        """What a finding is for the editor."""
        listed = self._shown.setdefault((found.code, found.place), [])
        for index, (each, shown) in enumerate(listed):
            if each is found or each == found:
                listed[index] = found, shown
                return shown
        listed.append((found, make()))
        return listed[-1][1]

    def keep(self, found: Iterable[Diagnostic]) -> None:
        """Forgets all but these, each of which was asked for last of those that equal it."""
        wanted = {id(each) for each in found}
        kept = ((key, [each for each in listed if id(each[0]) in wanted]) for key, listed in self._shown.items())
        self._shown = {key: listed for key, listed in kept if listed}


def by_file(snapshot: Snapshot, found: Iterable[Diagnostic], uri_of: UriOf, known: KnownDiagnostics) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of each file, by real path. Of a file that is broken the reason alone: places in its last good tree are no places in its text.

    What is `known` is taken from there, and what is new is put there.
    """
    by_source: defaultdict[Source, list[Diagnostic]] = defaultdict(list)
    for each in found:
        by_source[source_of(snapshot, each)].append(each)
    listed: defaultdict[str, list[types.Diagnostic]] = defaultdict(list)
    for source, here in by_source.items():
        if source not in snapshot.stale:
            path = snapshot.path(source)
            for each in here:
                listed[path].append(known.of(each, partial(as_diagnostic, snapshot, each, uri_of)))
    return dict(listed)


def of_file(snapshot: Snapshot, found: Iterable[Diagnostic], path: str, uri_of: UriOf, known: KnownDiagnostics) -> list[types.Diagnostic]:
    """The diagnostics of the file at a real path."""
    sources = {source for each in found if (source := source_of(snapshot, each)) and snapshot.path(source) == path}
    return by_file(snapshot, (each for each in found if source_of(snapshot, each) in sources), uri_of, known).get(path, [])


def source_of(snapshot: Snapshot, found: Diagnostic) -> Source:
    """The source that a finding is shown in: that of the root where it has no place."""
    match found.place:
        case Span(source=source):
            return source
        case Source() as source:
            return source
    return snapshot.config.graph.root.source


def span_in(snapshot: Snapshot, found: Diagnostic) -> Span:
    """The stretch that a finding is shown at: the begin of the file where it is about all of it."""
    return found.place if isinstance(found.place, Span) else Span(source_of(snapshot, found), 0, 0)


def as_diagnostic(snapshot: Snapshot, found: Diagnostic, uri_of: UriOf) -> types.Diagnostic:
    """One finding for the editor."""
    remedy = f"\n{found.remedy}" if found.remedy else ""
    return types.Diagnostic(
        range=range_of(span_in(snapshot, found)),
        severity=types.DiagnosticSeverity.Hint if found.is_symptom else _SEVERITIES[found.severity],
        code=found.code,
        code_description=types.CodeDescription(page_uri(found.code)),
        source=SOURCE,
        message=strip_control_characters(found.message)
        + (strip_control_characters(remedy.strip()) and f"\n{strip_control_characters(remedy.strip())}"),
        tags=_tags(snapshot, found) or None,
        related_information=[_related(snapshot, each, uri_of) for each in _annotations(found) if each.span.source not in snapshot.stale] or None,
    )


def page_uri(code: str) -> str:
    """The address of a rule's page, which the editor asks the server for."""
    return f"orbitcfg:/rules/{code}.md"


def _annotations(found: Diagnostic) -> list[Annotation]:
    """The other places that belong to a finding, that of its cause among them."""
    cause = found.cause
    because = [Annotation(cause.place, cause.message)] if cause is not None and isinstance(cause.place, Span) else []
    return [*because, *found.related]


def _related(snapshot: Snapshot, annotation: Annotation, uri_of: UriOf) -> types.DiagnosticRelatedInformation:
    location = types.Location(uri_of(snapshot.path(annotation.span.source)), range_of(annotation.span))
    return types.DiagnosticRelatedInformation(location, strip_control_characters(annotation.message))


def _tags(snapshot: Snapshot, found: Diagnostic) -> list[types.DiagnosticTag]:
    """What makes an editor fade a text, or strike it out: nothing reads it, or it goes by another name now."""
    if found.consequence is not Consequence.WITHOUT_EFFECT or not isinstance(found.place, Span):
        return []
    is_renamed = found.place in snapshot.config.once(_renamed_keys)
    return [types.DiagnosticTag.Deprecated if is_renamed else types.DiagnosticTag.Unnecessary]


def _renamed_keys(config: Config) -> frozenset[Span | None]:
    """Where keys stand that nothing reads, and that another one is to be written for."""
    return frozenset(key_span(config.tree, path) for path, *_ in config.rows_with("instead"))
