"""What can be done about the findings at a place: their fixes, all fixes, and a comment that silences one."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from orbitcfg.document.source import Position, Source, Span
from orbitcfg.document.yaml_comments import closed_stretches, comments
from orbitcfg.edit.apply import Remedy, remedies
from orbitcfg.edit.fixer import FixResult, keeping_promise
from orbitcfg.editor.cursor import Cursor
from orbitcfg.editor.diagnostics import as_diagnostic, span_in
from orbitcfg.editor.positions import position_at, range_of
from orbitcfg.editor.protocol import types
from orbitcfg.editor.shift import shift_between
from orbitcfg.files.store import Files
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.terminal import strip_control_characters

REASON = "accepted as it is"
"""What a comment says until the user says why."""

MOST = 50
"""Findings at one place that something is offered for: a longer list helps nobody, and each fix is tried before it is offered."""

_COMMENT = re.compile(r"#\s*orbitcfg:\s*ignore\[(?P<codes>[^\[\]]*)\]")


def actions(cursor: Cursor, found: Iterable[Diagnostic], place: Span, compiled: Callable[[Files], Config]) -> list[types.CodeAction]:
    """The fixes of the findings that touch a place, safe ones first, and comments that silence them. A fix that would not keep its promise is not offered."""
    here = [each for each in found if _touches(span_in(cursor.snapshot, each), place)]
    here = sorted(here, key=lambda each: span_in(cursor.snapshot, each).start)[:MOST]
    offered = sorted(remedies(here), key=lambda each: not each.safe)
    snapshot = cursor.snapshot
    kept = keeping_promise(snapshot.files, lambda files: [compiled(files)], [snapshot.config], offered)
    fixes = [action for each in kept if (action := _fix(cursor, each)) is not None]
    return [*fixes, *_silencing(cursor, here)]


def fix_all(result: FixResult, uri_of: Callable[[str], str], *, only: str | None = None) -> types.WorkspaceEdit | None:
    """The texts that all fixes make of the files, or of one of them, by its real path; None where they change nothing."""
    changes = {uri_of(each.path): [_whole(each.old, each.new)] for each in result.changes if only in (None, each.path)}
    return types.WorkspaceEdit(changes) if changes else None


def _whole(old: bytes, new: bytes) -> types.TextEdit:
    """A new text for all that differs between two contents."""
    before, after = (content.decode("utf-8", "replace").removeprefix("\ufeff") for content in (old, new))
    shift = shift_between(before, after)
    start, end = shift.before, shift.after
    span = Span(Source("", before), start, len(before) - end)
    return types.TextEdit(range_of(span), after[start : len(after) - end])


def _touches(one: Span, other: Span) -> bool:
    return one.source is other.source and one.start <= other.end and other.start <= one.end


def _fix(cursor: Cursor, remedy: Remedy) -> types.CodeAction | None:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in remedy.edits:
        written = cursor.snapshot.written(edit.span)
        if written is None or written.source is not edit.span.source:
            return None
        uri = cursor.uri_of(cursor.snapshot.path(written.source))
        changes.setdefault(uri, []).append(types.TextEdit(range_of(written), edit.replacement))
    first = remedy.findings[0]
    title = strip_control_characters(first.help or f"fix {first.code}")
    return types.CodeAction(
        f"{title} ({first.code})" if remedy.safe else f"{title} ({first.code}, may change more than that)",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[as_diagnostic(cursor.snapshot, each, cursor.uri_of) for each in remedy.findings],
        is_preferred=remedy.safe,
        edit=types.WorkspaceEdit(changes),
    )


def _silencing(cursor: Cursor, here: list[Diagnostic]) -> Iterator[types.CodeAction]:
    """The comments that silence findings, each on its line, where one can stand there."""
    source = cursor.text
    placed = [each for each in here if isinstance(each.place, Span) and each.place.source is source and not each.is_symptom]
    there = {each.begins.line: each for each in comments(source)} if placed else {}
    closed = list(closed_stretches(source)) if placed else []
    for each in placed:
        assert isinstance(each.place, Span)
        edit = _comment(source, each.place.ends.line, each.code, there, closed)
        if edit is not None:
            yield types.CodeAction(
                f"silence {each.code} on this line",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[as_diagnostic(cursor.snapshot, each, cursor.uri_of)],
                edit=types.WorkspaceEdit({cursor.uri_of(cursor.snapshot.path(source)): [edit]}),
            )


def _comment(source: Source, number: int, code: str, there: Mapping[int, Span], closed: list[Span]) -> types.TextEdit | None:
    """What silences a code on a line: one more in the comment that stands there, or a comment."""
    if number in there:
        listed = _COMMENT.search(there[number].text)
        if listed is None:
            return None
        at = position_at(source, there[number].start + listed.end("codes"))
        return types.TextEdit(types.Range(at, at), f", {code}")
    offset = source.offset(Position(number, 1)) + len(source.line(number).rstrip())
    if any(each.start <= offset < each.end for each in closed):
        return None
    at = position_at(source, offset)
    return types.TextEdit(types.Range(at, at), f"  # orbitcfg: ignore[{code}] {REASON}")
