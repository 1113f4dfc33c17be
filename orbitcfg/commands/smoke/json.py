"""For programs: the published shape of `schemas/smoke.schema.json`."""

from typing import Any, Literal

from pydantic import Field

from orbitcfg.commands.smoke.result import Generation
from orbitcfg.document.masked import as_json
from orbitcfg.observed.observation import ModelFacts
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.json import OrbitShape, Shape, ShortFinding, VerdictShape, document, orbit_shape, short_finding, verdict
from orbitcfg.report.style import Style


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
    verdict: VerdictShape | None = Field(description="What becomes of ORBIT with the configuration's files; null where there is no configuration.")
    for_orbit: OrbitShape | None = Field(description="Which ORBIT is spoken of; null where there is no configuration.")
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
    findings: list[ShortFinding] = Field(description="What is to be said.")
    errors: int = Field(description="Findings of severity error.")
    warnings: int = Field(description="Findings of severity warning.")


def render(generation: Generation, _style: Style) -> str:
    """The run as one JSON document, with the findings in short."""
    engine, model, report = generation.engine, generation.model, generation.report
    return document(
        SmokeShape(
            version=1,
            verdict=verdict(generation.verdict),
            for_orbit=orbit_shape(generation.orbit) if generation.orbit else None,
            model=engine.model,
            choice=engine.choice.name.lower().replace("_", "-"),
            asked=engine.requested,
            ending=engine.ending.name.lower().replace("_", "-"),
            text=engine.text,
            finish=engine.finish or None,
            known_answer=None if engine.expected is None else engine.text.strip() == engine.expected,
            reason=engine.reason or None,
            log=engine.log or None,
            raw=engine.raw,
            parameters={name: as_json(value) for name, value in engine.parameters.items()},
            capped=list(engine.capped),
            context=engine.context,
            chat_template=engine.template or None,
            load_ms=engine.load_ms,
            first_token_ms=engine.first_token_ms,
            tokens=engine.tokens,
            tokens_per_s=engine.tokens_per_s,
            engine=engine.engine or None,
            build=engine.build or None,
            needed_bytes=engine.needed_bytes,
            free_bytes=engine.free_bytes,
            facts=_facts(model.facts, model.size_bytes) if model.facts else None,
            findings=[short_finding(each) for each in report.diagnostics],
            errors=report.count(Severity.ERROR),
            warnings=report.count(Severity.WARNING),
        )
    )


def _facts(facts: ModelFacts, size_bytes: int) -> Facts:
    return Facts(
        architecture=facts.architecture,
        kind=facts.kind.value,
        name=facts.name,
        quantisation=facts.quantisation,
        parameters=facts.parameters,
        context=facts.context,
        has_template=facts.has_template,
        size_bytes=size_bytes,
    )
