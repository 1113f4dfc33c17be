"""For programs: the published shape of `schemas/variables.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.env.result import Variable, VariableInventory
from orbitcfg.compile.environment import PROCESS
from orbitcfg.document.source import Span
from orbitcfg.report.json import OrbitShape, Shape, VerdictShape, document, orbit_shape, verdict
from orbitcfg.report.style import Style


class UseShape(Shape):
    """One use of a variable."""

    key: str = Field(description="The key path, as `orbitcfg why` takes it; the provider's block where ORBIT looks the variable up by itself.")
    file: str = Field(description="Relative to the working directory.")
    line: int = Field(description="From 1.")
    column: int = Field(description="From 1, in code points.")
    default: str | None = Field(description="The text behind `:-`, masked where it is a secret's; null where there is none.")
    enabled: bool = Field(description="Whether somebody needs what the key belongs to.")
    by_orbit: bool = Field(description="Whether ORBIT looks the variable up by itself, without a placeholder.")


class VariableNeedShape(Shape):
    """Who needs a variable, and why."""

    adapters: list[str] = Field(description="The adapters, and NAME@CHOICE for what clients may choose; none where it is ORBIT itself.")
    through: list[str] = Field(description="The keys that lead from them to the variable, the one that holds it last.")


class VariableShape(Shape):
    """One variable; its value is never told."""

    name: str = Field(description="Its name.")
    set: bool = Field(description="Whether it is set here.")
    source: str | None = Field(description="What sets it: `environment`, or an env file, relative to the working directory; null where nothing does.")
    line: int | None = Field(description="The line of the env file that sets it; null where none does.")
    defaults: list[str] = Field(description="Its defaults, each once.")
    required_by: list[str] = Field(description="What somebody needs and goes without where it is not set, as key paths.")
    needed_by: list[VariableNeedShape] = Field(description="Who goes without where it is not set.")
    declared: bool | None = Field(description="Whether the repository's `env.example` names it; null where there is no such file.")
    uses: list[UseShape] = Field(description="Where it is used, in order.")


class VariablesShape(Shape):
    """The result of `orbitcfg env --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    for_orbit: OrbitShape | None = Field(description="Which ORBIT is spoken of.")
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT with the variables that are set here.")
    sources: list[str] = Field(description="Where variables were looked for, the winning one last.")
    variables: list[VariableShape] = Field(description="In the order of first use.")
    unused: list[str] = Field(description="The names in the repository's `env.example` that the configuration does not use.")
    unread: list[str] = Field(description="Files that cannot be read, whose variables are unknown.")


def render(found: VariableInventory, _style: Style) -> str:
    """The variables as one JSON document."""
    return document(
        VariablesShape(
            version=1,
            for_orbit=orbit_shape(found.orbit) if found.orbit else None,
            verdict=verdict(found.verdict),
            sources=list(found.sources),
            variables=[_variable(variable, found.declared) for variable in found.variables],
            unused=list(found.unused),
            unread=list(found.unread),
        )
    )


def _variable(variable: Variable, declared: frozenset[str] | None) -> VariableShape:
    return VariableShape(
        name=variable.name,
        set=variable.is_set,
        source=variable.source,
        line=None if variable.source == PROCESS else _line(variable.place),
        defaults=list(variable.defaults),
        required_by=list(variable.required_by),
        needed_by=[VariableNeedShape(adapters=list(need.adapters), through=list(need.through)) for need in variable.needs],
        declared=None if declared is None else variable.name in declared,
        uses=[
            UseShape(
                key=place.key,
                file=place.span.source.name,
                line=place.span.begins.line,
                column=place.span.begins.column,
                default=place.default,
                enabled=place.is_on,
                by_orbit=place.by_orbit,
            )
            for place in variable.places
        ],
    )


def _line(place: Span | None) -> int | None:
    return None if place is None else place.begins.line
