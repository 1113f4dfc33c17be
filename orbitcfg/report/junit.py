"""For CI servers that show test results: JUnit XML, one suite a file."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from orbitcfg.document.source import Span
from orbitcfg.report.diagnostics import Diagnostic, Report, Severity
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

# what XML forbids, even as a reference
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_NO_FILE = "orbitcfg"


def render(report: Report, _style: Style) -> str:
    """The report as JUnit XML: an error is a failed test, anything less a passed one that says what it knows."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in report.counting:
        by_file[diagnostic.file or _NO_FILE].append(diagnostic)
    tests = max(len(report.counting), 1)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="orbitcfg" tests="{tests}" failures="{report.count(Severity.ERROR)}" errors="0">'
    for file, diagnostics in by_file.items():
        yield from _suite(file, diagnostics)
    if not by_file:
        yield f'  <testsuite name="{_NO_FILE}" tests="1" failures="0" errors="0" skipped="0">'
        yield f'    <testcase classname="{_NO_FILE}" name="nothing found"/>'
        yield "  </testsuite>"
    yield "</testsuites>"


def _suite(file: str, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    listed = list(diagnostics)
    failures = sum(each.severity is Severity.ERROR for each in listed)
    yield f'  <testsuite name={_attribute(file)} tests="{len(listed)}" failures="{failures}" errors="0" skipped="0">'
    for diagnostic in listed:
        yield from _case(file, diagnostic)
    yield "  </testsuite>"


def _case(file: str, diagnostic: Diagnostic) -> Iterator[str]:
    place = ""
    if diagnostic.file is not None:
        place = f" file={_attribute(file)}"
    if isinstance(diagnostic.place, Span):
        place += f' line="{diagnostic.place.begins.line}"'
    yield f"    <testcase classname={_attribute(file)} name={_attribute(f'{diagnostic.code} {diagnostic.name}')}{place}>"
    label = f"{diagnostic.severity.label}[{diagnostic.code}]"
    body = _text(f"{_where(diagnostic)}{label} {diagnostic.message}; {diagnostic.help}")
    if diagnostic.severity is Severity.ERROR:
        yield f'      <failure type="{diagnostic.code}" message={_attribute(diagnostic.message)}>{body}</failure>'
    else:
        yield f"      <system-out>{body}</system-out>"
    yield "    </testcase>"


def _where(diagnostic: Diagnostic) -> str:
    match diagnostic.place:
        case Span(source=source, begins=begins):
            return f"{source.name}:{begins.line}:{begins.column}: "
    return f"{diagnostic.file}: " if diagnostic.file else ""


def _text(text: str) -> str:
    return escape(_writable(text))


def _attribute(text: str) -> str:
    return quoteattr(_writable(text))


def _writable(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", strip_control_characters(text))
