"""For code scanning: SARIF 2.1.0, as https://docs.oasis-open.org/sarif/sarif/v2.1.0/ describes it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, RulePage, Severity
from orbitcfg.report.fingerprint import fingerprints
from orbitcfg.report.json import verdict
from orbitcfg.report.json_text import json_text
from orbitcfg.report.style import Style
from orbitcfg.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "orbitcfgFinding/v1"
"""A name of our own: GitHub's upload makes `primaryLocationLineHash` itself, and warns of every one that it did not make."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, _style: Style) -> str:
    """The report as one SARIF log.

    A finding without a place becomes a notification of the run: GitHub refuses a whole log for one result without a location.
    """
    placed = [each for each in report.counting if each.place is not None]
    symptoms: dict[Diagnostic, list[Diagnostic]] = defaultdict(list)
    for each in report.diagnostics:
        if each.cause is not None:
            symptoms[each.cause].append(each)
    pages = report.pages()
    codes = sorted({each.code for each in report.diagnostics} | set(pages))
    run = {
        "tool": {"driver": _driver(report, pages, codes)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, symptoms[each], codes.index(each.code), mark) for each, mark in zip(placed, fingerprints(placed), strict=True)],
        "properties": {"verdicts": [found and found.model_dump() for found in map(verdict, report.verdicts)]},
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(report: Report, pages: Mapping[str, RulePage], codes: list[str]) -> dict[str, Any]:
    names = {each.code: each.name for each in report.diagnostics}
    return {
        "name": "orbitcfg",
        "semanticVersion": __version__,
        "rules": [_rule(code, pages[code]) if code in pages else {"id": code, "name": names[code]} for code in codes],
    }


def _rule(code: str, page: RulePage) -> dict[str, Any]:
    level = _LEVELS[page.severity]
    return {
        "id": code,
        "name": page.name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.summary},
        "help": {"text": page.text, "markdown": page.text},
        "defaultConfiguration": {"level": level},
        "properties": {"problem.severity": "recommendation" if level == "note" else level},
    }


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.crashed,
        "toolExecutionNotifications": [_notification(each) for each in report.counting if each.place is None],
    }


def _notification(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "level": _LEVELS[diagnostic.severity],
        "message": _message(diagnostic),
        "associatedRule": {"id": diagnostic.code},
    }


def _result(diagnostic: Diagnostic, symptoms: Iterable[Diagnostic], rule_index: int, fingerprint: str) -> dict[str, Any]:
    assert diagnostic.place is not None
    result = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[diagnostic.severity],
        "message": _message(diagnostic),
        "locations": [_location(diagnostic)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    explained = tuple(Annotation(each.place, f"{each.code}: {each.message}") for each in symptoms if isinstance(each.place, Span))
    if diagnostic.related or explained:
        result["relatedLocations"] = list(_related((*diagnostic.related, *explained)))
    return result


def _message(diagnostic: Diagnostic) -> dict[str, str]:
    return {"text": f"{diagnostic.message}; {diagnostic.help}"}


def _location(diagnostic: Diagnostic) -> dict[str, Any]:
    assert diagnostic.place is not None
    location: dict[str, Any] = {"physicalLocation": _physical(diagnostic.place)}
    if diagnostic.key is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.key, "kind": "member"}]
    return location


def _related(annotations: tuple[Annotation, ...]) -> Iterator[dict[str, Any]]:
    for number, annotation in enumerate(annotations, 1):
        yield {"id": number, "physicalLocation": _physical(annotation.span), "message": {"text": annotation.message}}


def _physical(place: Span | Source) -> dict[str, Any]:
    """A stretch of a file; without a region, the whole file is meant."""
    match place:
        case Source(name=name):
            return {"artifactLocation": _artifact(name)}
        case Span(source=source, begins=begins, ends=ends):
            region = {"startLine": begins.line, "startColumn": begins.column, "endLine": ends.line, "endColumn": ends.column}
            return {"artifactLocation": _artifact(source.name), "region": region}


def _artifact(name: str) -> dict[str, str]:
    """A file as a URI: relative to where the repository is checked out, where it can be."""
    if name.startswith("/"):
        return {"uri": f"file://{quote(name)}"}
    if name[1:3] == ":/":
        return {"uri": f"file:///{quote(name, safe='/:')}"}
    return {"uri": quote(name), "uriBaseId": "%SRCROOT%"}
