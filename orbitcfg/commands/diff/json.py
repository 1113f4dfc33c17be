"""For programs: the published shape of `schemas/difference.schema.json`."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.commands.diff.keys import ValueChange
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.diff.rows import RowChange
from orbitcfg.commands.diff.value import Value
from orbitcfg.document.source import Span
from orbitcfg.effective.reload import How, Rollout
from orbitcfg.report.json import OrbitShape, Shape, VerdictShape, document, orbit_shape, verdict
from orbitcfg.report.style import Style


class Place(Shape):
    """A place in a file of one side."""

    file: str = Field(description="The file, relative to the working directory; that of a revision as it is called there.")
    line: int = Field(description="From 1.")
    column: int = Field(description="From 1, in code points.")


class Standing(Shape):
    """A value on one side."""

    value: Any = Field(description="The value, with every placeholder as it was written, and with secrets masked.")
    preset: str | None = Field(description="The preset that brought it, null where none did.")
    places: list[Place] = Field(description="Where the deciding value stands, then where the preset is asked for; empty where ORBIT itself decides.")


class FieldChange(Shape):
    """A field of a row that differs."""

    field: str = Field(description="provider, model, url, key, state, or `parameters.` and a parameter's name on the wire.")
    was: Standing | None = Field(description="The older side, null where it has no value.")
    now: Standing | None = Field(description="The newer side, null where it has no value.")


class AdapterChange(Shape):
    """What one adapter will use otherwise for one service."""

    adapter: str | None = Field(description="The adapter's name; null for the default; NAME@ENTRY for an entry of its list of models.")
    service: str = Field(description="What it is used for, as in `orbitcfg providers`.")
    change: Literal["new", "gone", "on", "off", "changed"] = Field(
        description="new or gone: only one side has it; on or off: both have it, and one does not use it; changed: both use it."
    )
    place: Place | None = Field(description="What decides it on the newer side; of what is gone, on the older.")
    fields: list[FieldChange] = Field(description="The fields that differ.")


class KeyChange(Shape):
    """A key of the resolved configuration that differs."""

    key: str = Field(description="The key path, as `orbitcfg why` takes it.")
    section: str | None = Field(description="The adapter or the provider that it belongs to, null for any other key.")
    in_adapters: bool = Field(description="Whether `adapters` tells of it already.")
    strikes: list[str] | Literal["all"] = Field(
        description="The adapters that need it, and NAME@CHOICE for what clients may choose; all, where ORBIT itself does; none where nobody does."
    )
    was: Standing | None = Field(description="The older side, null where it does not have the key.")
    now: Standing | None = Field(description="The newer side, null where it does not have the key.")


class Verdicts(Shape):
    """What becomes of ORBIT with either side."""

    was: VerdictShape | None = Field(description="With the older side.")
    now: VerdictShape | None = Field(description="With the newer side.")


class RolloutShape(Shape):
    """What makes the newer side take effect in an ORBIT that runs with the older."""

    by: Literal["restart", "reload"] = Field(description="restart; reload: the calls below are enough.")
    because: str | None = Field(description="Why nothing less than a restart does; null for a reload.")
    calls: list[str] = Field(description="What to run, or to ask of the server where ORBIT has no command for it.")


class DifferenceShape(Shape):
    """The result of `orbitcfg diff --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    orbit: str = Field(description="The version of ORBIT that the rows speak of.")
    for_orbit: OrbitShape = Field(description="The same in parts.")
    base: str = Field(description="The older side, as it was named.")
    head: str = Field(description="The newer side, as it was named; `working tree` where none was.")
    equal: bool = Field(description="Whether both sides come to the same.")
    verdicts: Verdicts = Field(description="What becomes of ORBIT with either side, read without any environment.")
    takes_effect: RolloutShape | None = Field(
        description="What makes the newer side take effect in an ORBIT that runs; null where nothing that is used differs."
    )
    adapters: list[AdapterChange] = Field(description="What ORBIT will use otherwise, read without any environment.")
    keys: list[KeyChange] = Field(description="Every key that differs.")


def render(difference: Difference, _style: Style) -> str:
    """The difference as one JSON document."""
    others = frozenset(id(change) for change in difference.other_keys)
    return document(
        DifferenceShape(
            version=1,
            orbit=difference.now.config.orbit.label,
            for_orbit=orbit_shape(difference.now.config.orbit),
            base=difference.was.label,
            head=difference.now.label,
            equal=difference.is_empty,
            verdicts=Verdicts(**dict(zip(("was", "now"), map(verdict, difference.verdicts), strict=True))),
            takes_effect=_rollout(difference.rollout),
            adapters=[_row(row) for row in difference.rows],
            keys=[_key(difference, change, in_adapters=id(change) not in others) for change in difference.keys],
        )
    )


def _rollout(rollout: Rollout | None) -> RolloutShape | None:
    if rollout is None:
        return None
    return RolloutShape(by="restart" if rollout.how is How.RESTART else "reload", because=rollout.because or None, calls=list(rollout.calls))


def _row(row: RowChange) -> AdapterChange:
    fields = [FieldChange(field=change.key, was=_standing(change.was), now=_standing(change.now)) for change in row.fields]
    return AdapterChange(
        adapter=None if row.adapter is None else str(row.adapter),
        service=row.service,
        change=row.kind,
        place=None if row.place is None else _place(row.place),
        fields=fields,
    )


def _key(difference: Difference, change: ValueChange, *, in_adapters: bool) -> KeyChange:
    need = difference.need_of(change)
    return KeyChange(
        key=change.key,
        section=difference.section_of(change) or None,
        in_adapters=in_adapters,
        strikes="all" if need.is_of_all else list(need.struck),
        was=_standing(change.was),
        now=_standing(change.now),
    )


def _standing(value: Value | None) -> Standing | None:
    if value is None:
        return None
    return Standing(value=value.shown, preset=value.preset, places=[_place(span) for span in value.places])


def _place(span: Span) -> Place:
    begins = span.begins
    return Place(file=span.source.name, line=begins.line, column=begins.column)
