"""For GitHub Actions: workflow commands, which become annotations of the changed files."""

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, _style: Style) -> str:
    """One workflow command a finding, the worst first: GitHub shows ten of each kind and drops the rest."""
    worst_first = sorted(report.counting, key=lambda each: -each.severity)
    return "".join(f"{_command(each)}\n" for each in worst_first)


def _command(diagnostic: Diagnostic) -> str:
    properties = {**_place(diagnostic.place), "title": f"{diagnostic.code} {diagnostic.name}"}
    listed = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_escaped(f'{diagnostic.message}; {diagnostic.help}')}"


def _place(place: Span | Source | None) -> dict[str, str | int]:
    """Columns only within one line: GitHub takes none for a stretch of several."""
    match place:
        case Source(name=name):
            return {"file": name}
        case Span(source=source, begins=begins, ends=ends):
            lines: dict[str, str | int] = {"file": source.name, "line": begins.line, "endLine": ends.line}
            return {**lines, "col": begins.column, "endColumn": ends.column} if begins.line == ends.line else lines
    return {}


def _escaped(text: str) -> str:
    # GitHub turns `%0A` and its like back, so the text's own `%` has to be escaped
    return strip_control_characters(text).replace("%", "%25")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
