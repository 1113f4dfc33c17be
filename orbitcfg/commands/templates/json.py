"""For programs: the published shape of `schemas/templates.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.templates.result import TemplateInventory, TemplateRow
from orbitcfg.document.source import Source, Span
from orbitcfg.report.diagnostics import Diagnostic
from orbitcfg.report.json import OrbitShape, Shape, document, orbit_shape
from orbitcfg.report.style import Style


class TemplateFinding(Shape):
    """What is wrong with a template, or with a file."""

    code: str = Field(description="The rule.")
    severity: str = Field(description="error, warning or info.")
    consequence: str = Field(description="What ORBIT does about it.")
    message: str = Field(description="The fact.")
    help: str = Field(description="What to do.")
    affects: list[str] | Literal["all"] = Field(description="The adapters that it strikes.")
    file: str | None = Field(description="The file, relative to the working directory.")
    line: int | None = Field(description="The line, from 1.")
    column: int | None = Field(description="The column, from 1, in code points.")


class TemplateShape(Shape):
    """One template in one adapter."""

    adapter: str = Field(description="The adapter's name.")
    on: bool = Field(description="Whether ORBIT loads the adapter, or may.")
    library: str = Field(description="The file that holds it, relative to the working directory.")
    id: str | None = Field(description="Its id; null where it has none.")
    line: int = Field(description="Its line in the file, from 1.")
    parameters: list[str] = Field(description="The names of its parameters, in order.")
    examples: list[str] = Field(description="The questions that it is found by.")
    findings: list[TemplateFinding] = Field(description="What is wrong with it.")


class TemplatesShape(Shape):
    """The result of `orbitcfg templates --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    orbit: str = Field(description="The version of ORBIT that the findings speak of.")
    for_orbit: OrbitShape | None = Field(description="The same in parts.")
    templates: list[TemplateShape] = Field(description="The templates, adapter by adapter, in ORBIT's order.")
    findings: list[TemplateFinding] = Field(description="What is wrong with the files, and is about no single template.")


def render(inventory: TemplateInventory, _style: Style) -> str:
    """The templates as one JSON document."""
    orbit = inventory.report.summary.orbit
    return document(
        TemplatesShape(
            version=1,
            orbit=orbit.label if orbit else "",
            for_orbit=orbit_shape(orbit) if orbit else None,
            templates=[_row(row) for row in inventory.rows],
            findings=[_finding(each) for each in inventory.others],
        )
    )


def _row(row: TemplateRow) -> TemplateShape:
    return TemplateShape(
        adapter=row.adapter,
        on=row.is_on,
        library=row.library,
        id=row.id,
        line=row.place.begins.line,
        parameters=list(row.parameters),
        examples=list(row.examples),
        findings=[_finding(each) for each in row.findings],
    )


def _finding(found: Diagnostic) -> TemplateFinding:
    begins = found.place.begins if isinstance(found.place, Span) else None
    source = found.place if isinstance(found.place, Source) else None if found.place is None else found.place.source
    return TemplateFinding(
        code=found.code,
        severity=found.severity.label,
        consequence=found.consequence.name,
        message=found.message,
        help=found.help,
        affects="all" if found.affects is None else list(found.affects),
        file=None if source is None else source.name,
        line=None if begins is None else begins.line,
        column=None if begins is None else begins.column,
    )
