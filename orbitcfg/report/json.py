"""For programs: the published shape of `schemas/report.schema.json`."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orbitcfg.document.source import Span
from orbitcfg.release import KnownBy, Orbit
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, Severity, SeverityName
from orbitcfg.report.fingerprint import fingerprints
from orbitcfg.report.json_text import json_text
from orbitcfg.report.style import Style
from orbitcfg.report.verdict import AdapterState, AdapterVerdict, Basis, Reason, Verdict


class Shape(BaseModel):
    """A part of a published shape: it has the keys that it names, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def document(shape: BaseModel) -> str:
    """A shape as one JSON document."""
    return json_text(shape.model_dump())


class RelatedPlace(Shape):
    """A second place that belongs to a finding."""

    file: str = Field(description="Path relative to the working directory, with POSIX slashes.")
    line: int = Field(description="Line, counted from 1.")
    column: int = Field(description="Column, counted from 1, in code points.")
    message: str = Field(description="What is to be seen there.")


class Finding(Shape):
    """One finding. Its place is null where there is none; a file without a line means the whole file."""

    code: str = Field(description="The rule's code, such as ORB501.")
    name: str = Field(description="The rule's name, such as unknown-provider.")
    severity: SeverityName = Field(description="How bad it is.")
    message: str = Field(description="The fact.")
    help: str = Field(description="What to do now.")
    file: str | None = Field(description="Path relative to the working directory, with POSIX slashes.")
    line: int | None = Field(description="First line, counted from 1.")
    column: int | None = Field(description="First column, counted from 1, in code points.")
    end_line: int | None = Field(description="Last line.")
    end_column: int | None = Field(description="The column behind the last one.")
    key: str | None = Field(description="The key path that it is about, as `orbitcfg why` takes it.")
    related: list[RelatedPlace] = Field(description="Other places that belong to it.")
    consequence: str = Field(
        description="What ORBIT does about it, as a word: NO_START, ADAPTER_FAILS, DEGRADED, HYGIENE and so on, the worst first."
    )
    affects: list[str] | Literal["all"] = Field(description="The adapters that it strikes, and NAME@CHOICE for what clients may choose; or all.")
    depends_on: str | None = Field(description="What else decides whether it strikes; null where nothing does.")
    fingerprint: str = Field(description="What makes it the same finding tomorrow.")
    cause: str | None = Field(
        description="The fingerprint of the finding that explains this one, which then counts for nothing; null where none does."
    )


class ReasonShape(Shape):
    """The finding that a part of the verdict comes from."""

    code: str = Field(description="The rule's code.")
    message: str = Field(description="The fact.")
    file: str | None = Field(description="Path relative to the working directory, with POSIX slashes.")
    line: int | None = Field(description="Line, counted from 1.")


class ChoiceShape(Shape):
    """A model or a skill that clients of an adapter may choose."""

    name: str = Field(description="The name by which it is chosen.")
    state: AdapterState = Field(description="As of an adapter.")
    because: list[ReasonShape] = Field(description="What the state comes from.")


class AdapterShape(Shape):
    """What becomes of an adapter."""

    name: str = Field(description="The adapter's name.")
    state: AdapterState = Field(
        description="answers; degraded: it answers, without something that it should have; fails; off; unknown: what is not known here decides."
    )
    because: list[ReasonShape] = Field(description="What the state comes from.")
    choices: list[ChoiceShape] = Field(description="What its clients may choose.")


class VerdictShape(Shape):
    """What becomes of ORBIT with a configuration."""

    root: str = Field(description="The root file.")
    basis: Basis = Field(description="What it rests on: the files, or what was seen of servers as well.")
    starts: bool | None = Field(description="Whether ORBIT starts; null where what is not known here decides.")
    because: list[ReasonShape] = Field(description="Why it does not start.")
    unknown: list[str] = Field(description="What its start depends on, and is not known here.")
    adapters: list[AdapterShape] = Field(description="Each adapter, in order.")
    lost: list[str] = Field(description="Files that an import names, and that ORBIT goes on without.")


class ShortFinding(Shape):
    """A finding about a model or the engine."""

    code: str = Field(description="The rule's code.")
    severity: SeverityName = Field(description="How bad it is.")
    message: str = Field(description="The fact.")
    help: str = Field(description="What to do now.")


class Counts(Shape):
    """How many findings there are of each severity."""

    error: int = Field(description="Findings of severity error.")
    warning: int = Field(description="Findings of severity warning.")
    info: int = Field(description="Findings of severity info.")


class Summary(Shape):
    """What was looked at."""

    files: int = Field(description="Configuration files read.")
    adapters: int = Field(description="Adapters defined.")
    adapters_enabled: int = Field(description="Adapters that are on.")
    providers: int = Field(description="Inference providers defined.")
    providers_enabled: int = Field(description="Inference providers that are on.")
    variables_set: int = Field(description="Variables used that are set.")
    variables_unset: int = Field(description="Variables used that are not set.")
    variable_sources: list[str] = Field(description="Where variables were taken from, the winning source last.")
    findings: Counts = Field(description="How many findings there are.")


class OrbitShape(Shape):
    """Which ORBIT is spoken of."""

    release: str | None = Field(description="Its release; null where its code does not say.")
    known_by: KnownBy = Field(
        description="How that is known: option: `--orbit`; setting: the setting `orbit`; server, archive, image: ORBIT's code lies beside the "
        "configuration or above it, in a release archive, in ORBIT's container image; newest: nothing says, so the newest known is meant."
    )
    folder: str | None = Field(description="The folder that holds ORBIT's code; null where it is not at hand.")
    catalogue: str = Field(description="The release that the catalogue of what ORBIT reads was taken from.")


class JsonReport(Shape):
    """The result of `orbitcfg validate --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    orbit: str = Field(description="The version of ORBIT that the rules speak of.")
    for_orbit: OrbitShape | None = Field(description="The same in parts; null where no configuration was looked at.")
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT; null for a part of a configuration, and where there are several.")
    verdicts: list[VerdictShape | None] = Field(description="The same for each configuration that was looked at.")
    diagnostics: list[Finding] = Field(description="All findings, by consequence, then by place; what another one explains comes behind it.")
    summary: Summary = Field(description="What was looked at.")


def render(report: Report, _style: Style) -> str:
    """The report as one JSON document."""
    shape = JsonReport(
        version=1,
        orbit=report.summary.orbit.label if report.summary.orbit else "",
        for_orbit=orbit_shape(report.summary.orbit) if report.summary.orbit else None,
        verdict=verdict(report.verdict),
        verdicts=[verdict(each) for each in report.verdicts],
        diagnostics=findings(report.diagnostics),
        summary=_summary(report),
    )
    return document(shape)


def orbit_shape(orbit: Orbit) -> OrbitShape:
    """An ORBIT in the published shape."""
    release = None if orbit.release is None else str(orbit.release)
    return OrbitShape(release=release, known_by=orbit.known_by, folder=orbit.shown_folder, catalogue=orbit.catalogue_label)


def verdict(found: Verdict | None) -> VerdictShape | None:
    """A verdict in the published shape."""
    if found is None:
        return None
    return VerdictShape(
        root=found.root,
        basis=found.basis,
        starts=found.starts,
        because=_reasons(found.because),
        unknown=list(found.unknown),
        adapters=[_adapter(adapter) for adapter in found.adapters],
        lost=list(found.lost),
    )


def _adapter(adapter: AdapterVerdict) -> AdapterShape:
    choices = [ChoiceShape(name=each.name, state=each.state, because=_reasons(each.because)) for each in adapter.choices]
    return AdapterShape(name=adapter.name, state=adapter.state, because=_reasons(adapter.because), choices=choices)


def _reasons(reasons: Iterable[Reason]) -> list[ReasonShape]:
    return [ReasonShape(code=each.code, message=each.message, file=each.file, line=each.line) for each in reasons]


def findings(diagnostics: Sequence[Diagnostic]) -> list[Finding]:
    """Diagnostics in the published shape."""
    marks = dict(zip(diagnostics, fingerprints(diagnostics), strict=True))
    return [_finding(each, mark, marks.get(each.cause) if each.cause else None) for each, mark in marks.items()]


def _finding(diagnostic: Diagnostic, mark: str, cause: str | None) -> Finding:
    span = diagnostic.place if isinstance(diagnostic.place, Span) else None
    return Finding(
        code=diagnostic.code,
        name=diagnostic.name,
        severity=diagnostic.severity.label,
        message=diagnostic.message,
        help=diagnostic.remedy,
        file=diagnostic.file,
        line=span.begins.line if span else None,
        column=span.begins.column if span else None,
        end_line=span.ends.line if span else None,
        end_column=span.ends.column if span else None,
        key=diagnostic.key,
        related=[_related(annotation) for annotation in diagnostic.related],
        consequence=diagnostic.consequence.name,
        affects="all" if diagnostic.affects is None else list(diagnostic.affects),
        depends_on=diagnostic.depends_on or None,
        fingerprint=mark,
        cause=cause,
    )


def short_finding(diagnostic: Diagnostic) -> ShortFinding:
    """A diagnostic in short."""
    return ShortFinding(code=diagnostic.code, severity=diagnostic.severity.label, message=diagnostic.message, help=diagnostic.help)


def _related(annotation: Annotation) -> RelatedPlace:
    begins = annotation.span.begins
    return RelatedPlace(file=annotation.span.source.name, line=begins.line, column=begins.column, message=annotation.message)


def _summary(report: Report) -> Summary:
    summary = report.summary
    return Summary(
        files=summary.files,
        adapters=summary.adapters,
        adapters_enabled=summary.adapters_enabled,
        providers=summary.providers,
        providers_enabled=summary.providers_enabled,
        variables_set=summary.variables_set,
        variables_unset=summary.variables_unset,
        variable_sources=list(summary.sources),
        findings=Counts(**{severity.label: report.count(severity) for severity in Severity}),
    )
