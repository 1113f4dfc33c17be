"""For programs: the published shape of `schemas/upgrade.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.upgrade.result import AdapterFate, Edition, KeyChange, KeyFate, Upgrade
from orbitcfg.report.json import Finding, OrbitShape, Shape, VerdictShape, document, findings, orbit_shape, verdict
from orbitcfg.report.style import Style
from orbitcfg.report.verdict import AdapterState


class EditionShape(Shape):
    """The configuration with one release."""

    orbit: OrbitShape = Field(description="Which ORBIT that is.")
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT; null for a part of a configuration.")


class KeyShape(Shape):
    """A key that the releases treat otherwise."""

    fate: KeyFate = Field(
        description="renamed: it has another name in the later release; stops, begins: the later release reads it no longer, or reads it at last."
    )
    key: str = Field(description="The key path, as the files write it.")
    new_name: str | None = Field(description="What a renamed key is called afterwards; null for any other.")
    file: str | None = Field(description="The file that holds it.")
    line: int | None = Field(description="From 1.")
    column: int | None = Field(description="From 1, in code points.")


class AdapterShape(Shape):
    """An adapter that fares otherwise."""

    name: str = Field(description="The adapter's name.")
    was: AdapterState | None = Field(description="How it fares with the earlier release; null where it is not there.")
    now: AdapterState | None = Field(description="How it fares with the later release; null where it is not there.")


class UpgradeShape(Shape):
    """The result of `orbitcfg diff --upgrade --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    equal: bool = Field(description="Whether both releases treat the configuration alike.")
    was: EditionShape = Field(description="With the earlier release.")
    now: EditionShape = Field(description="With the later release.")
    keys: list[KeyShape] = Field(description="The keys that the releases treat otherwise; of those that lie in each other the outermost.")
    coming: list[Finding] = Field(description="Errors and warnings that only the later release gives.")
    going: list[Finding] = Field(description="Errors and warnings that only the earlier release gives.")
    adapters: list[AdapterShape] = Field(description="The adapters that fare otherwise.")


def render(upgrade: Upgrade, _style: Style) -> str:
    """The upgrade as one JSON document."""
    return document(
        UpgradeShape(
            version=1,
            equal=upgrade.is_empty,
            was=_edition(upgrade.was),
            now=_edition(upgrade.now),
            keys=[_key(each) for each in upgrade.keys],
            coming=findings(upgrade.coming),
            going=findings(upgrade.going),
            adapters=[_adapter(each) for each in upgrade.adapters],
        )
    )


def _edition(edition: Edition) -> EditionShape:
    return EditionShape(orbit=orbit_shape(edition.config.orbit), verdict=verdict(edition.verdict))


def _key(change: KeyChange) -> KeyShape:
    begins = change.place.begins if change.place else None
    return KeyShape(
        fate=change.fate,
        key=change.key,
        new_name=change.new_name,
        file=change.place.source.name if change.place else None,
        line=begins.line if begins else None,
        column=begins.column if begins else None,
    )


def _adapter(fate: AdapterFate) -> AdapterShape:
    return AdapterShape(name=fate.name, was=fate.was, now=fate.now)
