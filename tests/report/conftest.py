"""The one list of findings that every format is shown."""

import pytest

from orbitcfg.document.source import Source, Span
from orbitcfg.release import Orbit, Release
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, RulePage, Severity, Summary

ADAPTERS = Source("config/adapters/café.yaml", 'adapters:\n  - name: "prüfung 😀", model: [gpt-oss,\n      "20b"]\n')
INFERENCE = Source("config/inference.yaml", "inference:\n  shimmy:\n    enabled: true\n    api_key: sk-live-1234567890\n")
ORPHAN = Source("config/my notes.yaml", "a: 1\n")
SECRETS = Source(".env", "OPENAI_API_KEY=sk-very-secret\nBROKEN sk-other-secret\n", private=True)

ORBIT = Orbit(Release(2, 15, 9), "newest", catalogue=Release(2, 15, 9), commit="5b961247")


def _span(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


DIAGNOSTICS = (
    Diagnostic(
        code="ORB501",
        name="unknown-provider",
        severity=Severity.ERROR,
        message="adapter `prüfung 😀` uses provider `gpt-oss`, which `inference` does not define: 100% wrong",
        help="write `shimmy`, or define it",
        place=_span(ADAPTERS, "gpt-oss"),
        key="adapters[prüfung 😀].model",
        related=(Annotation(_span(INFERENCE, "shimmy"), "did you mean this one?"), Annotation(_span(SECRETS, "OPENAI_API_KEY"), "set here")),
    ),
    Diagnostic(
        code="ORB301",
        name="wrong-type",
        severity=Severity.WARNING,
        message='a list of two lines <&> "quoted"',
        help="write one",
        place=_span(ADAPTERS, '[gpt-oss,\n      "20b"]'),
        key="adapters[0].model",
    ),
    Diagnostic("ORB112", "unreachable-file", Severity.INFO, "nothing imports this file", "import it", ORPHAN),
    Diagnostic("ORB211", "env-line-ignored", Severity.WARNING, "the name has no `=`", "write `NAME=value`", _span(SECRETS, "BROKEN sk-other-secret")),
    Diagnostic(
        "ORB501",
        "unknown-provider",
        Severity.ERROR,
        "the text ends in\x1b[31m a\nsecond line",
        "fix it",
        Span(INFERENCE, len(INFERENCE.text), len(INFERENCE.text)),
    ),
    Diagnostic("ORB901", "rule-crashed", Severity.ERROR, "rule ORB999 failed inside orbitcfg", "report it", None),
)
"""Several places, several lines, the whole file, a private source, an empty stretch at a file's end, no place; non-ASCII throughout."""

SECRET_WORDS = ("sk-live-1234567890", "sk-very-secret", "sk-other-secret")


@pytest.fixture
def report() -> Report:
    """The findings as a report."""
    page = RulePage(
        "unknown-provider",
        Severity.ERROR,
        "An adapter names a provider that is not there",
        "An adapter names a provider that is not there.\n\n```yaml\na: 1\n```",
    )
    return Report(DIAGNOSTICS, Summary(files=3, orbit=ORBIT), pages=lambda: {"ORB501": page}, crashed=True)


@pytest.fixture
def empty() -> Report:
    """A report that found nothing."""
    return Report(summary=Summary(files=1, orbit=ORBIT))
