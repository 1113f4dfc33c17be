"""Comments that silence findings: `# orbitcfg: ignore[CODE] reason`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from orbitcfg.dataclass import dataclass
from orbitcfg.document.events import IgnoreMalformed, IgnoreUnused
from orbitcfg.document.graph import ImportGraph
from orbitcfg.document.source import Source, Span
from orbitcfg.document.yaml_comments import comments
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.suggest import nearest

FORM = "# orbitcfg: ignore[CODE] reason"
_MARK = re.compile(r"#\s*orbitcfg\s*:", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*orbitcfg\s*:\s*(?P<verb>[\w-]*)\s*(?P<codes>\[[^\[\]]*\])?", re.IGNORECASE)
_NAME = re.compile(r"[^\s,\[\]]+")
_MOST_SUGGESTED = 1_000
OF_THE_MACHINE = ("ORB2", "ORB7", "ORB8")
"""Findings that come and go with variables, servers and model files: that one is not there today makes its comment no mistake."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One rule that a comment silences: on its own line, or in the whole file where `line` is None."""

    code: str
    name: Span
    comment: Span
    line: int | None


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What the comments of a configuration silence, and the comments that cannot be read."""

    rules: tuple[Suppression, ...]
    malformed: tuple[IgnoreMalformed, ...]


def find_suppressions(graph: ImportGraph, codes: Callable[[], Mapping[str, str]], beside: Iterable[Source] = ()) -> Suppressions:
    """All that the comments of the files, and of those `beside` them, silence. `codes` gives the code for every code and name of a rule; it is called where there are any."""
    marked = [comment for source in (*_sources(graph), *beside) for comment in _marked_comments(source)]
    known = codes() if marked else {}
    found: list[Suppression | IgnoreMalformed] = []
    for comment in marked:
        # a file may hold any number of names: for the first alone it is looked up what they may mean
        found += _read(comment, known, suggests=len(found) < _MOST_SUGGESTED)
    return Suppressions(
        tuple(each for each in found if isinstance(each, Suppression)),
        tuple(each for each in found if isinstance(each, IgnoreMalformed)),
    )


def apply_suppressions(suppressions: Suppressions, diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], set[Suppression]]:
    """The findings that are left, and the parts of comments that silenced one."""
    # by place: to go through all comments for each finding would take quadratic time
    by_place: dict[tuple[str, Source, int | None], list[Suppression]] = {}
    for each in suppressions.rules:
        by_place.setdefault((each.code, each.name.source, each.line), []).append(each)
    kept: list[Diagnostic] = []
    used: set[Suppression] = set()
    for diagnostic in diagnostics if by_place else ():
        found = [each for place in _places(diagnostic) for each in by_place.get((diagnostic.code, *place), ())]
        used.update(found)
        if not found:
            kept.append(diagnostic)
    return (kept if by_place else list(diagnostics)), used


def unused_suppressions(suppressions: Suppressions, used: set[Suppression], ran: frozenset[str], within: frozenset[Source]) -> Iterator[IgnoreUnused]:
    """The names in comments that silenced nothing, of rules that ran, in files that were looked at as a whole."""
    idle = [
        each
        for each in suppressions.rules
        if each not in used and each.code in ran and each.name.source in within and not each.code.startswith(OF_THE_MACHINE)
    ]
    names = Counter(each.comment for each in suppressions.rules)
    idle_names = Counter(each.comment for each in idle)
    for each in idle:
        whole = each.comment if idle_names[each.comment] == names[each.comment] else None
        line = each.comment.source.line(each.comment.begins.line)
        yield IgnoreUnused(each.name, whole, each.line is not None and line.lstrip().startswith("#"))


def _sources(graph: ImportGraph) -> Iterator[Source]:
    yield from (document.source for document in graph.documents)
    yield from (orphan.document.source for orphan in graph.orphans)


def _marked_comments(source: Source) -> list[Span]:
    """The comments for orbitcfg in a file; a file without their mark is not scanned."""
    if not _MARK.search(source.text):
        return []
    marked = []
    for comment in comments(source):
        match = _MARK.search(comment.text)
        if match:
            marked.append(Span(source, comment.start + match.start(), comment.end))
    return marked


def _read(comment: Span, codes: Mapping[str, str], *, suggests: bool) -> Iterator[Suppression | IgnoreMalformed]:
    match = _DIRECTIVE.match(comment.text)
    verb, listed = (match["verb"].lower(), match["codes"]) if match else ("", None)
    if verb not in ("ignore", "ignore-file"):
        yield IgnoreMalformed(
            comment,
            f"orbitcfg knows no `{verb}`" if verb else "the comment does not say what to ignore",
            f"write `{FORM}`, or `ignore-file` for the whole file",
        )
    elif match is None or listed is None or not listed.strip("[], \t"):
        yield IgnoreMalformed(comment, "no rule is named", f"write `{verb}[CODE]`, with the code of the finding")
    else:
        line = comment.begins.line if verb == "ignore" else None
        start = comment.start + match.start("codes")
        for number, name in enumerate(_NAME.finditer(listed)):
            span = Span(comment.source, start + name.start(), start + name.end())
            yield _ignore(span, comment, line, codes, suggests=suggests and number < _MOST_SUGGESTED)


def _ignore(name: Span, comment: Span, line: int | None, codes: Mapping[str, str], *, suggests: bool) -> Suppression | IgnoreMalformed:
    code = codes.get(name.text.upper()) or codes.get(name.text.lower())
    if code:
        return Suppression(code, name, comment, line)
    meant = nearest(name.text, codes) if suggests else None
    return IgnoreMalformed(name, f"there is no rule `{name.text}`", f"write `{meant}`" if meant else "name a rule that `orbitcfg rule` lists")


def _places(diagnostic: Diagnostic) -> Iterator[tuple[Source, int | None]]:
    """Where a comment can silence it: the whole file of its own place, and the lines of all its places."""
    match diagnostic.place:
        case Source() as source:
            yield source, None
        case Span(source=source) as span:
            yield source, None
            yield from _lines(span)
    for annotation in diagnostic.related:
        yield from _lines(annotation.span)


def _lines(span: Span) -> Iterator[tuple[Source, int]]:
    """The first and the last line: no comment can stand inside a text of several lines."""
    yield from {(span.source, span.begins.line), (span.source, span.ends.line)}
