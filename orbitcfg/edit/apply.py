"""Fixes as edits of texts: which of them go together, and the texts that result."""

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise

from orbitcfg.dataclass import dataclass
from orbitcfg.document.source import Source, Span
from orbitcfg.edit.layout import Layout
from orbitcfg.report.diagnostics import Diagnostic, Edit, Fix

_BYTE_ORDER_MARK = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Remedy:
    """Edits, and every finding that they fix."""

    edits: tuple[Edit, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def safe(self) -> bool:
        """Whether every finding takes them for safe."""
        return all(each.fix is not None and each.fix.safe for each in self.findings)

    @property
    def touches(self) -> frozenset[tuple[Hashable, ...]]:
        """The key paths at or below which they may change the resolved configuration, where they are safe."""
        return frozenset(path for each in self.findings if each.fix is not None for path in each.fix.touches)


def remedies(diagnostics: Iterable[Diagnostic]) -> list[Remedy]:
    """The fixes of the findings that can be carried out, in the order of the findings; equal ones once."""
    layouts: dict[Source, Layout] = {}
    found: dict[tuple[Edit, ...], tuple[Diagnostic, ...]] = {}
    for diagnostic in diagnostics:
        edits = placed_edits(diagnostic.fix, layouts) if diagnostic.fix and not diagnostic.is_symptom else None
        if edits:
            found[edits] = (*found.get(edits, ()), diagnostic)
    return [Remedy(edits, findings) for edits, findings in found.items()]


def placed_edits(fix: Fix, layouts: dict[Source, Layout]) -> tuple[Edit, ...] | None:
    """The changes of a fix as edits; None where one cannot be placed, or two of them overlap."""
    edits: list[Edit] = []
    for change in fix.edits:
        edit = change if isinstance(change, Edit) else Layout.of(change, layouts).edit(change)
        if edit is None or any(_overlap(edit.span, each.span) for each in edits):
            return None
        edits.append(edit)
    return tuple(edits)


def compatible_remedies(remedies: Iterable[Remedy]) -> list[Remedy]:
    """Those that can be carried out together: of two that overlap, the first."""
    chosen: list[Remedy] = []
    taken: dict[Source, list[tuple[int, int]]] = {}
    for remedy in remedies:
        if not any(_is_taken(edit.span, taken.get(edit.span.source, [])) for edit in remedy.edits):
            chosen.append(remedy)
            for edit in remedy.edits:
                insort(taken.setdefault(edit.span.source, []), (edit.span.start, edit.span.end))
    return chosen


def _is_taken(span: Span, taken: list[tuple[int, int]]) -> bool:
    """Whether a stretch overlaps one of many in order that do not overlap: if any, then one of its neighbours."""
    index = bisect_left(taken, (span.start, span.end))
    return any(_overlap(span, Span(span.source, *each)) for each in taken[max(index - 1, 0) : index + 1])


def _overlap(first: Span, second: Span) -> bool:
    """Whether edits of two stretches change one place; insertions do where they touch."""
    if first.source is not second.source:
        return False
    # which of two insertions at one place comes first would be chance
    if first.start == first.end or second.start == second.end:
        return first.start <= second.end and second.start <= first.end
    return first.start < second.end and second.start < first.end


def edited_texts(remedies: Iterable[Remedy]) -> Mapping[Source, str]:
    """The new text of each source that compatible remedies change."""
    edits: dict[Source, list[Edit]] = {}
    for remedy in remedies:
        for edit in remedy.edits:
            edits.setdefault(edit.span.source, []).append(edit)
    return {source: _apply_edits(source.text, listed) for source, listed in edits.items()}


def _apply_edits(text: str, edits: list[Edit]) -> str:
    ordered = sorted(edits, key=lambda edit: edit.span.start)
    kept = [text[one.span.end : other.span.start] for one, other in pairwise(ordered)]
    kept = [text[: ordered[0].span.start], *kept, text[ordered[-1].span.end :]]
    return kept[0] + "".join(edit.replacement + after for edit, after in zip(ordered, kept[1:], strict=True))


def encode_text(text: str, old: bytes) -> bytes:
    """A text as bytes, with the byte order mark that the old bytes have."""
    mark = _BYTE_ORDER_MARK if old.startswith(_BYTE_ORDER_MARK) else b""
    return mark + text.encode("utf-8")
