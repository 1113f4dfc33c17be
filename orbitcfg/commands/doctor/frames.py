"""Findings as HTML: what is wrong, the line of the configuration, and what to do."""

from collections.abc import Iterator

from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.full import shown_line
from orbitcfg.report.markup import Markup, concatenate, element, prose


def finding(diagnostic: Diagnostic) -> Markup:
    """A finding with its frames."""
    severity = diagnostic.severity.label
    label = element("span", element("b", severity), " ", diagnostic.code, class_="label", title=diagnostic.name)
    remedy = element("p", element("b", "help"), " ", prose(diagnostic.help), class_="help")
    return element("article", element("h3", label, " ", prose(diagnostic.message)), _frames(diagnostic), remedy, class_=f"finding {severity}")


def _frames(diagnostic: Diagnostic) -> Iterator[Markup]:
    match diagnostic.place:
        case Span() as span:
            yield _frame(span, "", "here")
        case Source(name=name):
            yield element("figure", _caption(name))
    for annotation in diagnostic.related:
        yield _frame(annotation.span, annotation.message, "related")


def _frame(span: Span, message: str, kind: str) -> Markup:
    """The line with the stretch that is meant marked; of a private source the place alone."""
    begins = span.begins
    caption = _caption(f"{span.source.name}:{begins.line}:{begins.column}")
    note = element("p", prose(message), class_="note") if message else Markup()
    if span.source.private:
        return element("figure", caption, note)
    line, start, end = shown_line(span)
    text = concatenate(line[:start], element("mark", line[start:end], class_=kind), line[end:])
    return element("figure", caption, element("pre", element("span", str(begins.line), class_="number"), element("code", text)), note)


def _caption(place: str) -> Markup:
    return element("figcaption", place)
