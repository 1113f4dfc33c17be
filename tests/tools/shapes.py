"""The published shapes beside the report: file, model, title."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.commands.diff.json import DifferenceShape
from orbitcfg.commands.doctor.json import DoctorReport
from orbitcfg.commands.env.json import VariablesShape
from orbitcfg.commands.providers.json import Effective
from orbitcfg.report.json import Shape


class Told(Shape):
    """A finding about a model or the engine."""

    code: str = Field(description="The rule's code.")
    severity: Literal["error", "warning", "info"] = Field(description="How bad it is.")
    message: str = Field(description="The fact.")
    help: str = Field(description="What to do now.")


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
    working_dir: str = Field(description="Where orbitcfg runs.")
    orbit_dir: str | None = Field(description="Where a relative `model_path` starts.")
    models: list[ModelRow] = Field(description="The models that were found.")
    findings: list[Told] = Field(description="What is to be said of them.")


class Facts(Shape):
    """What a model's header tells."""

    architecture: str | None = Field(description="The architecture.")
    kind: str = Field(description="What it is for.")
    name: str | None = Field(description="Its name.")
    quantisation: str | None = Field(description="The type of most of its weights.")
    parameters: int | None = Field(description="How many weights it has.")
    context: int | None = Field(description="The context that it was trained for, in tokens.")
    has_template: bool = Field(description="Whether it has a chat template.")
    size_bytes: int = Field(description="Its size.")


class SmokeShape(Shape):
    """The result of `orbitcfg smoke --format json`; what was not reached is null."""

    version: Literal[1] = Field(description="The version of this shape.")
    model: str | None = Field(description="The model that was run.")
    choice: str | None = Field(description="Why this one.")
    asked: str | None = Field(description="The model that the configuration asks for.")
    ending: str | None = Field(description="How the run ended.")
    text: str | None = Field(description="What was generated.")
    finish: str | None = Field(description="Why generation stopped.")
    known_answer: bool | None = Field(description="Whether the built-in model gave its known answer.")
    reason: str | None = Field(description="Why there is no text.")
    log: str | None = Field(description="The line of the native log that says why.")
    raw: bool | None = Field(description="Whether no chat template was used.")
    parameters: dict[str, Any] = Field(description="The parameters of the generation.")
    capped: list[Any] = Field(description="Parameters that were lowered for the smoke.")
    context: int | None = Field(description="The context that was made, in tokens.")
    chat_template: str | None = Field(description="Which chat template was used.")
    load_ms: float | None = Field(description="Time to load, in milliseconds.")
    first_token_ms: float | None = Field(description="Time to the first token, in milliseconds.")
    tokens: int | None = Field(description="Tokens generated.")
    tokens_per_s: float | None = Field(description="Tokens a second.")
    engine: str | None = Field(description="The engine and its version.")
    build: str | None = Field(description="What it was built for.")
    needed_bytes: int | None = Field(description="Estimated memory.")
    free_bytes: int | None = Field(description="Free memory.")
    facts: Facts | None = Field(description="What the model's header tells.")
    findings: list[Told] = Field(description="What is to be said.")
    errors: int = Field(description="Findings of severity error.")
    warnings: int = Field(description="Findings of severity warning.")


SHAPES: tuple[tuple[str, Any, str], ...] = (
    ("difference.schema.json", DifferenceShape, "The result of `orbitcfg diff --format json`"),
    ("doctor.schema.json", DoctorReport, "The result of `orbitcfg doctor --format json`"),
    ("effective.schema.json", Effective, "The result of `orbitcfg providers --format json`"),
    ("models.schema.json", ModelsShape, "The result of `orbitcfg models --format json`"),
    ("smoke.schema.json", SmokeShape, "The result of `orbitcfg smoke --format json`"),
    ("variables.schema.json", VariablesShape, "The result of `orbitcfg env --format json`"),
)
