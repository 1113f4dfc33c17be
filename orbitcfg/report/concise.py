"""For editors and `grep`: one line a finding."""

from orbitcfg.document.source import Span
from orbitcfg.report import Style
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.full import summed_up
from orbitcfg.report.terminal import SEVERITY_COLORS, painted, safe


def render(report: Report, style: Style) -> str:
    """`file:line:column: severity[CODE] message; help`, without the parts of the place that there are none of."""
    shown = [each for each in report.diagnostics if style.verbose or each.severity > Severity.INFO]
    notes = [] if style.verbose else summed_up(report, style)
    return "".join(f"{line}\n" for line in [*(_line(each, style) for each in shown), *notes])


def _line(diagnostic: Diagnostic, style: Style) -> str:
    label = painted(f"{diagnostic.severity.label}[{diagnostic.code}]", SEVERITY_COLORS[diagnostic.severity], on=style.color)
    place = diagnostic.file or ""
    if isinstance(diagnostic.place, Span):
        begins = diagnostic.place.begins
        place += f":{begins.line}:{begins.column}"
    return f"{safe(place)}{': ' if place else ''}{label} {safe(diagnostic.message)}; {safe(diagnostic.help)}"
