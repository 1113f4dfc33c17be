"""For GitLab: a code quality report, as https://docs.gitlab.com/ci/testing/code_quality/ describes it."""

from typing import Any

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.fingerprint import fingerprints
from orbitcfg.report.json_text import json_text
from orbitcfg.report.style import Style

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, _style: Style) -> str:
    """The report as a JSON list."""
    marked = zip(report.counting, fingerprints(report.counting), strict=True)
    return json_text([_issue(each, mark) for each, mark in marked])


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    return {
        "description": f"{diagnostic.message}; {diagnostic.help}",
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": _location(diagnostic.place),
    }


def _location(place: Span | Source | None) -> dict[str, Any]:
    """GitLab drops what has no path and no line, so the whole file is its first line, and no place is the project's folder."""
    match place:
        case Span(source=source, begins=begins, ends=ends):
            positions = {"begin": begins._asdict(), "end": ends._asdict()}
            return {"path": source.name, "positions": positions}
        case Source(name=name):
            return {"path": name, "lines": {"begin": 1}}
    return {"path": ".", "lines": {"begin": 1}}
