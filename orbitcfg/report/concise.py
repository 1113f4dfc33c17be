"""For editors and `grep`: one line a finding."""

from orbitcfg.document.source import Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.full import summary_lines
from orbitcfg.report.style import SEVERITY_COLORS, Style
from orbitcfg.report.terminal import strip_control_characters


def render(report: Report, style: Style) -> str:
    """`file:line:column: severity[CODE] message; help`, without the parts of the place that there are none of."""
    shown = [each for each in report.counting if style.verbose or each.severity > Severity.INFO]
    notes = [] if style.verbose else summary_lines(report, style)
    return "".join(f"{line}\n" for line in [*(_line(each, style) for each in shown), *notes])


def _line(diagnostic: Diagnostic, style: Style) -> str:
    label = style.paint(f"{diagnostic.severity.label}[{diagnostic.code}]", SEVERITY_COLORS[diagnostic.severity])
    place, message, remedy = map(strip_control_characters, (_place(diagnostic), diagnostic.message, diagnostic.help))
    return f"{place}{': ' if place else ''}{label} {message}; {remedy}"


def _place(diagnostic: Diagnostic) -> str:
    if not isinstance(diagnostic.place, Span):
        return diagnostic.file or ""
    begins = diagnostic.place.begins
    return f"{diagnostic.file}:{begins.line}:{begins.column}"
