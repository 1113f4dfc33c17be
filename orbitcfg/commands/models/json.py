"""For programs: the published shape of `schemas/models.schema.json`."""

from typing import Literal

from pydantic import Field

from orbitcfg.commands.models.result import ModelInventory
from orbitcfg.observed.observation import ModelFile
from orbitcfg.report.json import OrbitShape, Shape, ShortFinding, document, orbit_shape, short_finding
from orbitcfg.report.style import Style


class Listed(Shape):
    """How a server would list a model."""

    name: str | None = Field(description="The name under which it lists the model; null where it does not.")
    also: list[str] = Field(description="Other names that it takes for it.")
    reason: str | None = Field(description="Why it does not find the model, or what is odd about it.")


class ModelRow(Shape):
    """A model file on this machine; what its header does not tell is null."""

    path: str = Field(description="Where it lies.")
    size_bytes: int = Field(description="Its size, all parts together.")
    kind: str | None = Field(description="chat, embedding, projector, adapter, ….")
    architecture: str | None = Field(description="The architecture that its header names.")
    name: str | None = Field(description="The name in its header.")
    quantisation: str | None = Field(description="The type of most of its weights.")
    parameters: int | None = Field(description="How many weights it has.")
    context: int | None = Field(description="The context that it was trained for, in tokens.")
    has_template: bool | None = Field(description="Whether it has a chat template.")
    parts: int | None = Field(description="Into how many files it is split.")
    missing_parts: list[str] = Field(description="Parts that are not there.")
    damage: str | None = Field(description="What is wrong with the file.")
    damage_detail: str | None = Field(description="More about it.")
    asked_by: list[str] = Field(description="The adapters that ask for it.")
    listed: dict[str, Listed] = Field(description="By server, how it would list the model.")


class ModelsShape(Shape):
    """The result of `orbitcfg models --format json`."""

    version: Literal[1] = Field(description="The version of this shape.")
    for_orbit: OrbitShape | None = Field(description="Which ORBIT is spoken of; null without a configuration.")
    working_dir: str = Field(description="Where orbitcfg runs.")
    orbit_dir: str | None = Field(description="Where a relative `model_path` starts.")
    models: list[ModelRow] = Field(description="The models that were found.")
    findings: list[ShortFinding] = Field(description="What is to be said of them.")


def render(inventory: ModelInventory, _style: Style) -> str:
    """The models as one JSON document."""
    orbit = inventory.report.summary.orbit
    return document(
        ModelsShape(
            version=1,
            for_orbit=orbit_shape(orbit) if orbit else None,
            working_dir=inventory.working_dir,
            orbit_dir=inventory.orbit_dir,
            models=[_row(model, inventory.server) for model in inventory.models],
            findings=[short_finding(each) for each in inventory.report.diagnostics],
        )
    )


def _row(model: ModelFile, server: str | None) -> ModelRow:
    facts, fault = model.facts, model.fault
    return ModelRow(
        path=model.path,
        size_bytes=model.size_bytes,
        kind=facts.kind.value if facts else None,
        architecture=facts.architecture if facts else None,
        name=facts.name if facts else None,
        quantisation=facts.quantisation if facts else None,
        parameters=facts.parameters if facts else None,
        context=facts.context if facts else None,
        has_template=facts.has_template if facts else None,
        parts=facts.shards if facts else None,
        missing_parts=list(model.missing_shards),
        damage=fault.damage.name.lower().replace("_", "-") if fault else None,
        damage_detail=fault.detail if fault else None,
        asked_by=list(model.requested_by),
        listed={
            each.server: Listed(name=each.name, also=list(each.also), reason=each.reason or None)
            for each in model.listings
            if not server or each.server == server
        },
    )
