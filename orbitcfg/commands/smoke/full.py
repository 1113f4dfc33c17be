"""For people: the run in a few lines, without the findings."""

import json
from collections.abc import Iterator

from orbitcfg.commands.smoke.result import Generation
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice, ModelFacts
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import fitted, strip_control_characters

_LABEL = 11
_CHOICES = {
    ModelChoice.NAMED: "named by `--model`",
    ModelChoice.MODEL_PATH: "the file that the configuration names",
    ModelChoice.FOUND_BY_NAME: "found on disk by the name that the configuration asks for",
    ModelChoice.SELF_TEST: "asked for by `--self-test`",
    ModelChoice.FALLBACK: "in place of the configured model, which was not tried",
}


def render(generation: Generation, style: Style) -> str:
    """A line for the model, its parameters, the text, the time and the engine."""
    lines = "".join(f"{label:<{_LABEL}}{strip_control_characters(text)}\n" for label, text in _lines(generation))
    return fitted(lines, style.width, further=_LABEL)


def _lines(generation: Generation) -> Iterator[tuple[str, str]]:
    engine, facts = generation.engine, generation.model.facts
    yield "model", f"{engine.model} ({_CHOICES[engine.choice]})"
    if facts:
        yield "", _description(facts)
    yield "parameters", ", ".join(f"{name} {_value(value)}" for name, value in engine.parameters.items()) + f", context {engine.context}"
    for each in engine.capped:
        yield "", f"capped for the smoke: {each}"
    if engine.ending is Ending.ANSWERED:
        yield "text", repr(engine.text)
        yield "finish", f"{engine.finish} after {engine.tokens} tokens{_known_answer(engine)}"
        yield "time", ", ".join(_times(engine))
    if engine.engine:
        yield "engine", f"{engine.engine}; {engine.build}"
    if generation.orbit is not None:
        yield "ORBIT", str(generation.orbit)


def _description(facts: ModelFacts) -> str:
    weights = f"{facts.parameters / 1e6:,.0f} M" if facts.parameters >= 10**6 else f"{facts.parameters / 1e3:,.0f} k"
    template = "chat template" if facts.has_template else "no chat template"
    trained = f", trained for {facts.context:,} tokens" if facts.context else ""
    return f"{facts.architecture}, {facts.quantisation}, {weights} weights{trained}, {template}"


def _known_answer(engine: EngineRun) -> str:
    if engine.expected is None:
        return ""
    return ", the known answer" if engine.text.strip() == engine.expected else ", which is not the known answer"


def _times(engine: EngineRun) -> Iterator[str]:
    if engine.load_ms is not None:
        yield f"load {engine.load_ms:,.0f} ms"
    if engine.first_token_ms is not None:
        yield f"first token {engine.first_token_ms:,.0f} ms"
    if engine.tokens_per_s is not None:
        yield f"{engine.tokens_per_s:,.0f} tokens a second"


def _value(value: object) -> str:
    return json.dumps(value) if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)
