"""What can be said of one file at once: faults of its own, and what was said of it before, moved along with its text."""

from collections.abc import Iterable, Iterator

from orbitcfg.document.source import Source, Span
from orbitcfg.editor.diagnostics import KnownDiagnostics, UriOf, of_file
from orbitcfg.editor.positions import range_of, span_of
from orbitcfg.editor.project import Project, Snapshot
from orbitcfg.editor.protocol import types
from orbitcfg.editor.shift import shift_between
from orbitcfg.lint.runner import run_rules
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.rules import rules_of

AT_FIRST = ("files.contents", "shape")
"""The rules whose findings are shown before anything else is, when a project is opened."""

AT_A_KEY = ("files.contents", "shape.keys")
"""The rules that need no more than the file and the catalogue: the others of `shape` ask what ORBIT uses, which takes longer than a keystroke may."""


def quick_findings(project: Project, snapshot: Snapshot, families: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """What the rules of some families find."""
    policy = project.settings.policy
    return policy.regraded(run_rules(snapshot.config, rules_of(families), selects=policy.selects, keep=True).diagnostics)


def quick_diagnostics(
    snapshot: Snapshot,
    found: Iterable[Diagnostic],
    path: str,
    before: Iterable[types.Diagnostic],
    old: Source | None,
    uri_of: UriOf,
    known: KnownDiagnostics,
) -> list[types.Diagnostic]:
    """The diagnostics of a file until the whole configuration is judged: what is `found` now, and those of its text `old` that stood there `before`."""
    shown = of_file(snapshot, found, path, uri_of, known)
    document = snapshot.documents.get(path)
    if document is None or old is None or document.source in snapshot.stale:
        return shown
    ran = {rule.code for rule in rules_of(AT_A_KEY)}
    return [*shown, *_moved((each for each in before if each.code not in ran), old, document.source)]


def _moved(diagnostics: Iterable[types.Diagnostic], old: Source, new: Source) -> Iterator[types.Diagnostic]:
    """Diagnostics at their places in a new text; without those whose place was changed."""
    shift = shift_between(old.text, new.text)
    for each in diagnostics:
        span = span_of(old, each.range)
        start, end = shift.moved(span.start), shift.moved(span.end)
        if start is not None and end is not None and start <= end:
            yield types.Diagnostic(
                range_of(Span(new, start, end)),
                each.message,
                each.severity,
                each.code,
                each.code_description,
                each.source,
                each.tags,
                each.related_information,
            )
