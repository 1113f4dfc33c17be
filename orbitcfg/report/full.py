"""For people: every finding with its code frame; those of severity info are summed up, one line a rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.style import SEVERITY_COLORS, Style
from orbitcfg.report.terminal import strip_control_characters, width

MAX_LINE = 160
"""Columns of a source line that a frame shows."""


def render(report: Report, style: Style) -> str:
    """The report in full."""
    shown = [each for each in report.diagnostics if style.verbose or each.severity > Severity.INFO]
    blocks = ["\n".join(_block(diagnostic, style)) + "\n" for diagnostic in shown]
    notes = () if style.verbose else summary_lines(report, style)
    return "\n".join(blocks) + ("\n" if blocks and notes else "") + "".join(f"{note}\n" for note in notes)


def summary_lines(report: Report, style: Style) -> list[str]:
    """One line for each rule with findings of severity info."""
    by_code: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in report.diagnostics:
        if diagnostic.severity is Severity.INFO:
            by_code[diagnostic.code].append(diagnostic)
    return [_note(code, group, report.nouns, style) for code, group in sorted(by_code.items())]


def _note(code: str, group: list[Diagnostic], nouns: Mapping[str, str], style: Style) -> str:
    label = style.paint(f"info[{code}]", SEVERITY_COLORS[Severity.INFO])
    if len(group) == 1:
        place = group[0].place
        where = f" ({place.label if isinstance(place, Span) else place.name})" if place else ""
        return f"{label}: {strip_control_characters(group[0].message)}{where}"
    return f"{label}: {len(group)} {nouns.get(code, group[0].name)}; `-v` lists them"


def _block(diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    color = SEVERITY_COLORS[diagnostic.severity]
    label = style.paint(f"{diagnostic.severity.label}[{diagnostic.code}]", color)
    yield f"{label}: {style.paint(strip_control_characters(diagnostic.message), 'bold')}"
    gutter = _gutter(diagnostic)
    match diagnostic.place:
        case Span() as span:
            yield from _frame(span, "", color, gutter, style)
        case Source(name=name):
            yield f"{' ' * gutter}--> {strip_control_characters(name)}"
    for annotation in diagnostic.related:
        yield from _frame(annotation.span, annotation.message, "blue", gutter, style)
    yield f"{' ' * gutter} = help: {strip_control_characters(diagnostic.help)}"


def _gutter(diagnostic: Diagnostic) -> int:
    """The width of the column of line numbers."""
    spans = [annotation.span for annotation in diagnostic.related]
    if isinstance(diagnostic.place, Span):
        spans.append(diagnostic.place)
    return max((len(str(span.begins.line)) for span in spans), default=1)


def _frame(span: Span, message: str, color: str, gutter: int, style: Style) -> Iterator[str]:
    begins = span.begins
    bar = " " * gutter + style.paint(" |", "blue")
    yield f"{' ' * gutter}{style.paint('-->', 'blue')} {strip_control_characters(span.source.name)}:{begins.line}:{begins.column}"
    if span.source.private:
        if message:
            yield f"{bar} {strip_control_characters(message)}"
        return
    line, start, end = shown_line(span)
    number = style.paint(f"{begins.line:>{gutter}} |", "blue")
    yield bar
    yield f"{number} {line}".rstrip()
    marks = style.paint("^" * max(width(line[start:end]), 1), color)
    yield f"{bar} {' ' * width(line[:start])}{marks} {strip_control_characters(message)}".rstrip()


def shown_line(span: Span) -> tuple[str, int, int]:
    """The first line of a span with its secrets masked, and the stretch of it that is meant."""
    begins, ends = span.begins, span.ends
    line = span.source.line(begins.line)
    last = ends.column - 1 if ends.line == begins.line else len(line)
    masked = span.source.masked_line(begins.line)
    start, end = masked.column(begins.column - 1), masked.column(last)
    text = strip_control_characters(masked.text)
    # cut so that the stretch that is meant stays in sight
    cut = max(0, start - MAX_LINE // 2) if len(text) > MAX_LINE else 0
    text = text[cut : cut + MAX_LINE]
    return text, min(start - cut, len(text)), min(end - cut, len(text))
