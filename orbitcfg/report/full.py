"""For people: every finding with its code frame; those of severity info are summed up, one line a rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from orbitcfg.document.source import Source, Span
from orbitcfg.plural import counted
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.style import SEVERITY_COLORS, Style, Tint
from orbitcfg.report.terminal import encodable, fitted, strip_control_characters, width, wrapped

MAX_SYMPTOMS = 5
"""So many of what a finding explains are shown."""

MAX_LINE = 160
"""Characters of a source line that a frame shows where no terminal is narrower."""

_LEAST_LINE = 20


def render(report: Report, style: Style) -> str:
    """The verdict, then the report in full."""
    shown = [each for each in report.diagnostics if style.verbose or each.severity > Severity.INFO]
    symptoms: dict[Diagnostic, list[Diagnostic]] = defaultdict(list)
    for each in shown:
        if each.cause is not None:
            symptoms[each.cause].append(each)
    listed = {each for each in shown if not each.is_symptom}
    # a symptom stands by itself where its cause is not shown
    alone = [each for each in shown if each.cause is None or each.cause not in listed]
    verdict = "".join(f"{encodable(line, style.encoding)}\n" for line in (*verdict_lines(report), *first_step(report)))
    blocks = [
        "\n".join([*_block(first, style), *_alike(others, first, style), *_symptoms(symptoms.get(first, ()), first, style)]) + "\n"
        for first, *others in _folded(alone, symptoms, style)
    ]
    notes = () if style.verbose else summary_lines(report, style)
    summary = "".join(f"{note}\n" for note in notes)
    return "\n".join(filter(None, (fitted(verdict, style.width), *blocks, fitted(summary, style.width))))


def verdict_lines(report: Report) -> list[str]:
    """A line for each configuration: what becomes of ORBIT with it; of one alone also what there is to do."""
    verdicts = [verdict for verdict in report.verdicts if verdict is not None]
    if len(verdicts) == 1:
        return [strip_control_characters(" ".join(part for part in (verdicts[0].headline, _to_do(report)) if part))]
    return [strip_control_characters(f"{verdict.root}: {verdict.headline}") for verdict in verdicts]


def first_step(report: Report) -> Iterator[str]:
    """What to do before all else, in a line: the remedy stands far below the verdict. Nothing where there is no error, or several configurations."""
    verdict = report.verdict
    errors = [each for each in report.counting if each.severity is Severity.ERROR]
    if verdict is None or not errors:
        return
    if verdict.variables:
        yield strip_control_characters(f"  First: set `{verdict.variables[0]}` where ORBIT is started.")
        return
    reasons = [(each.code, each.message) for each in (*verdict.because, *verdict.reasons)]
    first = next((each for reason in reasons for each in errors if (each.code, each.message) == reason), errors[0])
    where = _where(first)
    yield strip_control_characters(f"  First: {first.help}{f' ({where})' if where else ''}.")


def _to_do(report: Report) -> str:
    """How many errors and warnings there are, and how many of them `--fix` fixes; empty where there are none."""
    numbers = [counted(count, severity.label) for severity in (Severity.ERROR, Severity.WARNING) if (count := report.count(severity))]
    fixable = [f"{report.fixable} fixable"] if report.fixable else []
    return f"{', '.join([*numbers, *fixable])}." if numbers else ""


def _folded(found: Sequence[Diagnostic], symptoms: Mapping[Diagnostic, object], style: Style) -> list[list[Diagnostic]]:
    """The findings, those of one rule that want the same done together, at the place of the first; what explains others stays by itself."""
    groups: dict[object, list[Diagnostic]] = {}
    for each in found:
        by_itself = style.verbose or each in symptoms
        groups.setdefault(each if by_itself else (each.code, each.severity, each.help), []).append(each)
    return [*groups.values()]


def _alike(found: Sequence[Diagnostic], first: Diagnostic, style: Style) -> Iterator[str]:
    """The findings that are shown with the first of their kind, a line each."""
    indent = " " * _gutter(first)
    for each in found:
        message = "" if each.message == first.message else f"{style.line(each.message)} "
        yield from wrapped(f"{indent} = also: {message}({_where(each)})" if message else f"{indent} = also: {_where(each)}", style.width)


def _where(diagnostic: Diagnostic) -> str:
    """The place in a line, empty where there is none."""
    return diagnostic.place.label if isinstance(diagnostic.place, Span) else diagnostic.file or ""


def _symptoms(found: Sequence[Diagnostic], cause: Diagnostic, style: Style) -> Iterator[str]:
    """What a finding explains, a line each."""
    indent = " " * _gutter(cause)
    for each in found[: None if style.verbose else MAX_SYMPTOMS]:
        where = _where(each)
        yield from wrapped(f"{indent} = so: {style.line(each.message)} ({each.code}{f', {where}' if where else ''})", style.width)
    if len(found) > MAX_SYMPTOMS and not style.verbose:
        yield f"{indent} = so: {len(found) - MAX_SYMPTOMS} more; `-v` lists them"


def summary_lines(report: Report, style: Style) -> list[str]:
    """One line for each rule with findings of severity info."""
    by_code: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in report.counting:
        if diagnostic.severity is Severity.INFO:
            by_code[diagnostic.code].append(diagnostic)
    return [_note(code, group, report.nouns, style) for code, group in sorted(by_code.items())]


def _note(code: str, group: list[Diagnostic], nouns: Mapping[str, str], style: Style) -> str:
    label = style.paint(f"info[{code}]", SEVERITY_COLORS[Severity.INFO])
    if len(group) == 1:
        where = _where(group[0])
        return f"{label}: {style.line(group[0].message)}{f' ({where})' if where else ''}"
    return f"{label}: {len(group)} {nouns.get(code, group[0].name)}; `-v` lists them"


def _block(diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    color = SEVERITY_COLORS[diagnostic.severity]
    label = style.paint(f"{diagnostic.severity.label}[{diagnostic.code}]", color)
    yield from wrapped(f"{label}: {style.paint(style.line(diagnostic.message), 'bold')}", style.width)
    gutter = _gutter(diagnostic)
    match diagnostic.place:
        case Span() as span:
            yield from _frame(span, "", color, gutter, style)
        case Source(name=name):
            yield f"{' ' * gutter}--> {style.line(name)}"
    for annotation in diagnostic.related:
        yield from _frame(annotation.span, annotation.message, "blue", gutter, style)
    yield from wrapped(f"{' ' * gutter} = help: {style.line(diagnostic.help)}", style.width)


def _gutter(diagnostic: Diagnostic) -> int:
    """The width of the column of line numbers."""
    spans = [annotation.span for annotation in diagnostic.related]
    if isinstance(diagnostic.place, Span):
        spans.append(diagnostic.place)
    return max((len(str(span.begins.line)) for span in spans), default=1)


def _frame(span: Span, message: str, color: Tint, gutter: int, style: Style) -> Iterator[str]:
    begins = span.begins
    bar = " " * gutter + style.paint(" |", "blue")
    yield f"{' ' * gutter}{style.paint('-->', 'blue')} {style.line(span.source.name)}:{begins.line}:{begins.column}"
    if span.source.private:
        if message:
            yield f"{bar} {style.line(message)}"
        return
    room = MAX_LINE if style.width is None else min(MAX_LINE, max(style.width - gutter - 3, _LEAST_LINE))
    line, start, end = shown_line(span, room, style.encoding)
    number = style.paint(f"{begins.line:>{gutter}} |", "blue")
    yield bar
    yield f"{number} {line}".rstrip()
    marks = style.paint("^" * max(width(line[start:end]), 1), color)
    yield f"{bar} {' ' * width(line[:start])}{marks} {style.line(message)}".rstrip()


def shown_line(span: Span, limit: int = MAX_LINE, encoding: str | None = None) -> tuple[str, int, int]:
    """The first line of a span with its secrets masked, and the stretch of it that is meant; of a longer line than `limit` what lies around the stretch.

    The line is as an encoding writes it, so that marks below it stand where they should.
    """
    begins, ends = span.begins, span.ends
    masked = span.source.masked_line(begins.line)
    # of a span that goes on below, all of the line behind its begin
    last = ends.column - 1 if ends.line == begins.line else len(span.source.line(begins.line))
    start, end = masked.column(begins.column - 1), masked.column(last)
    text = strip_control_characters(masked.text)
    before, meant, after = (encodable(part, encoding) for part in (text[:start], text[start:end], text[end:]))
    text, start, end = before + meant + after, len(before), len(before + meant)
    sign = encodable("…", encoding)
    # cut so that the stretch that is meant stays in sight
    cut = 0 if end <= limit - len(sign) or start < limit // 4 else min(start - len(sign), end - limit * 3 // 4, len(text) - limit)
    if cut + limit < len(text):
        text = f"{text[: cut + limit - len(sign)]}{sign}"
    if cut > 0:
        text = f"{sign}{text[cut + len(sign) :]}"
    return text, min(start - cut, len(text)), min(end - cut, len(text))
