"""Findings that are known and left for later: a file of them, matched by rule, key path and text, never by line."""

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from orbitcfg.dataclass import dataclass
from orbitcfg.document.decode import decode_source, reason
from orbitcfg.document.events import BaselineEntryGone
from orbitcfg.document.source import Source, Span
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import refuse_leaving
from orbitcfg.files.store import Files
from orbitcfg.lint.causes import shares_cause, with_those_left
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.terminal import escaped

VERSION = 1
MAX_BASELINE_BYTES = 16 * 1024 * 1024
_OWN = "ORB9"
"""Findings about orbitcfg itself are never written: writing the baseline fixes them."""

FindingIdentity: TypeAlias = tuple[str, str, str]
"""Code, key path, and text; the file in place of a key path where there is none."""


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One finding that is expected. `place` is its line in the baseline, `file` relative to where the user works."""

    code: str
    file: str | None
    key: str | None
    message: str
    place: Span | Source

    @property
    def identity(self) -> FindingIdentity:
        """What makes a finding this one."""
        return (self.code, self.key or self.file or "", self.message)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that are expected, each as often as it was there."""

    entries: tuple[BaselineEntry, ...]


def format_baseline(diagnostics: Iterable[Diagnostic], name: str) -> str:
    """The findings as the text of a baseline that is to be called `name`: one line a finding, sorted."""
    folder = posixpath.dirname(name)
    lines = sorted(_line(each, folder) for each in diagnostics if _has_entry(each) and not each.code.startswith(_OWN))
    body = ",\n".join(f"    {line}" for line in lines)
    findings = f"[\n{body}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def read_baseline(files: Files, path: str) -> Baseline:
    """The baseline in a file. Raises UsageError where there is none."""
    refuse_leaving(files, path)
    try:
        source, fault = decode_source(files.name(path), files.read(path, MAX_BASELINE_BYTES))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the baseline `{path}`: {reason(error)}") from None
    try:
        shape = None if fault else json.loads(source.text)
    except (ValueError, RecursionError):
        # JSON that is nested too deep raises a RecursionError
        shape = None
    entries = _entries(source, shape)
    if entries is None:
        raise UsageError(f"`{source.name}` is no baseline: write one with --write-baseline")
    return Baseline(entries)


def match_baseline(baseline: Baseline, diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], list[BaselineEntry]]:
    """The findings that the baseline does not expect, and the entries that no finding matches."""
    # each as often as it was there: one more of the same kind is new
    waiting = Counter(entry.identity for entry in baseline.entries)
    kept = []
    expected = set()
    for diagnostic in diagnostics:
        identity = (diagnostic.code, diagnostic.key or diagnostic.file or "", diagnostic.message)
        if waiting[identity]:
            waiting[identity] -= 1
            expected.add(diagnostic)
        elif _has_entry(diagnostic) or diagnostic.cause not in expected:
            kept.append(diagnostic)
    return with_those_left(kept), list(_unmatched(baseline.entries, waiting))


def _has_entry(diagnostic: Diagnostic) -> bool:
    """Whether it needs an entry of its own: what another finding explains does not, but one more of those that one change fixes is new."""
    return not diagnostic.is_symptom or shares_cause(diagnostic)


def gone_events(gone: Iterable[BaselineEntry]) -> Iterator[BaselineEntryGone]:
    """Entries that no finding matches, as events for the rules."""
    return (BaselineEntryGone(entry.place, entry.code, entry.file, entry.message) for entry in gone)


def _unmatched(entries: Iterable[BaselineEntry], waiting: Counter[FindingIdentity]) -> Iterator[BaselineEntry]:
    for entry in entries:
        if waiting[entry.identity]:
            waiting[entry.identity] -= 1
            yield entry


def _line(diagnostic: Diagnostic, folder: str) -> str:
    # relative to the baseline's own folder, so that it may be read from another place than it was written from
    file = None if diagnostic.file is None else posixpath.relpath(diagnostic.file, folder or ".")
    return _written({"code": diagnostic.code, "key": diagnostic.key, "file": file, "message": diagnostic.message})


def _written(finding: object) -> str:
    return escaped(json.dumps(finding, ensure_ascii=False))


def _entries(source: Source, shape: object) -> tuple[BaselineEntry, ...] | None:
    """The entries of a baseline's text; None where it is none."""
    match shape:
        case {"version": 1, "findings": list(findings)}:
            entries = []
            offset = 0
            # from behind the entry before: the search for all of them stays linear
            for finding in findings:
                place = _place(source, finding, offset)
                entry = _entry(source, finding, place)
                if entry is None:
                    return None
                offset = place.end if place else offset
                entries.append(entry)
            return tuple(entries)
    return None


def _entry(source: Source, finding: Any, place: Span | None) -> BaselineEntry | None:
    match finding:
        case {"code": str(code), "key": None | str() as key, "file": None | str() as file, "message": str(message)}:
            name = None if file is None else posixpath.normpath(posixpath.join(posixpath.dirname(source.name), file))
            return BaselineEntry(code, name, key, message, place or source)
    return None


def _place(source: Source, finding: object, offset: int) -> Span | None:
    """Where an entry stands, if it stands there as orbitcfg wrote it."""
    line = _written(finding)
    end_of_line = source.text.find("\n", offset) if offset else 0
    # no further than the next line: an entry that was edited must not cost a search of the whole file
    start = source.text.find(line, max(end_of_line, 0), max(end_of_line, 0) + len(line) + 64)
    return Span(source, start, start + len(line)) if start >= 0 else None
