"""For programs: the published shape of `schemas/why.schema.json`."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.catalog.meaning import Meaning
from orbitcfg.commands.needs import KeyNeed
from orbitcfg.commands.why.result import Explanation, Link, LinkKind
from orbitcfg.document.masked import as_json
from orbitcfg.effective.needed import DemandKind, DemandState
from orbitcfg.report.json import OrbitShape, Shape, document, orbit_shape
from orbitcfg.report.style import Style


class MeaningShape(Shape):
    """What the catalogue says of a key."""

    description: str = Field(description="What it is; empty where the catalogue does not say.")
    types: list[str] = Field(description="The types that it may have, as JSON Schema names them.")
    default: Any = Field(description="What ORBIT's code takes where the key is missing; null where it takes nothing.")
    allowed: list[str] = Field(description="The values and the limits that it may have.")
    read_by: str | None = Field(description="What reads it; null where the catalogue does not say.")
    effect: str | None = Field(description="What it does that does not simply work; null where it does.")


class Step(Shape):
    """One step on the value's way; its place is null for what no file says."""

    kind: LinkKind = Field(description="What happened.")
    text: str = Field(description="The same in a sentence.")
    file: str | None = Field(description="Path relative to the working directory, with POSIX slashes.")
    line: int | None = Field(description="From 1.")
    column: int | None = Field(description="From 1, in code points.")


class KeyNeedShape(Shape):
    """Who needs what stands at a key."""

    state: DemandState = Field(
        description="yes; perhaps: what is not known here decides; blocked: somebody asks, and a switch on the way is off; no: nobody asks."
    )
    kinds: list[DemandKind] = Field(
        description="What for: check (the loader insists on it), build (something is made of it at the start), ask (requests use it), choice (they do where a "
        "client chooses it), fallback (a key that is missing means it)."
    )
    adapters: list[str] = Field(description="The adapters that need it, and NAME@CHOICE for what clients may choose; none where it is ORBIT itself.")
    through: list[str] = Field(description="The keys that lead from the first of them to it.")
    off_at: str | None = Field(description="The switch that turns it off; null where none does.")


class WhyShape(Shape):
    """The result of `orbitcfg why --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    for_orbit: OrbitShape = Field(description="Which ORBIT is spoken of.")
    key: str = Field(description="The key path.")
    set: bool = Field(description="Whether the compiled configuration has it.")
    value: Any = Field(description="The value, with secrets masked; null where there is none.")
    meaning: MeaningShape | None = Field(description="What the key means; null where the catalogue does not know it.")
    steps: list[Step] = Field(description="How the value came about, newest first.")
    needed_by: KeyNeedShape = Field(description="Who needs it.")


def render(explanation: Explanation, _style: Style) -> str:
    """The explanation as one JSON document."""
    return document(
        WhyShape(
            version=1,
            for_orbit=orbit_shape(explanation.orbit),
            key=explanation.key,
            set=explanation.is_set,
            value=as_json(explanation.value),
            meaning=_meaning(explanation.meaning) if explanation.meaning else None,
            steps=[_step(link) for link in explanation.links],
            needed_by=_need(explanation.need),
        )
    )


def _meaning(meaning: Meaning) -> MeaningShape:
    return MeaningShape(
        description=meaning.description,
        types=list(meaning.types),
        default=as_json(meaning.default),
        allowed=list(meaning.allowed),
        read_by=meaning.reader or None,
        effect=meaning.effect or None,
    )


def _step(link: Link) -> Step:
    begins = link.place.begins if link.place else None
    return Step(
        kind=link.kind,
        text=link.text,
        file=link.place.source.name if link.place else None,
        line=begins.line if begins else None,
        column=begins.column if begins else None,
    )


def _need(need: KeyNeed) -> KeyNeedShape:
    """A need in the published shape."""
    return KeyNeedShape(state=need.state, kinds=list(need.kinds), adapters=list(need.adapters), through=list(need.through), off_at=need.off_at)
