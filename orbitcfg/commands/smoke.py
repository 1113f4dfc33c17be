"""The command `smoke`: a short generation in the embedded engine, judged, as text and as JSON."""

import json
import os
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib import import_module

from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import ConfigTarget, project_root
from orbitcfg.document.masked import as_json as json_value
from orbitcfg.engine import install, run
from orbitcfg.engine.child import Child
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.messages import Listener, Loaded, Message, ModelChosen, Ready, TextPiece
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files, Memory
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice, ModelFile, Observations
from orbitcfg.project.compiler import Path, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report, Severity
from orbitcfg.report.terminal import safe
from orbitcfg.settings.model import Settings

__all__ = ["Generation", "Loaded", "Message", "ModelChosen", "TextPiece", "as_json", "as_text", "configured", "observed", "reported", "smoke"]

_WHY = {
    ModelChoice.NAMED: "named by `--model`",
    ModelChoice.MODEL_PATH: "the file that the configuration names",
    ModelChoice.FOUND_BY_NAME: "found on disk by the name that the configuration asks for",
    ModelChoice.SELF_TEST: "asked for by `--self-test`",
    ModelChoice.FALLBACK: "in place of the configured model, which was not tried",
}


@dataclass(frozen=True, slots=True)
class Generation:
    """What a smoke generation showed, and the findings about it. `orbit_dir` is the folder that relative model paths start from."""

    report: Report
    observations: Observations
    orbit_dir: str

    @property
    def engine(self) -> EngineRun:
        """The run itself."""
        assert self.observations.engine is not None
        return self.observations.engine

    @property
    def model(self) -> ModelFile:
        """The model file that ran, or was to run."""
        return self.observations.models[0]


def smoke(
    path: Path | None = None,
    options: SmokeOptions = SmokeOptions(),
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
    listener: Listener = lambda _message: None,
    child: Child | None = None,
) -> Generation:
    """A short generation with what the configuration resolves to. Raises UsageError where the engine or what was named is missing.

    `child` is an engine that was started before, so that it is ready sooner.
    """
    if not run.is_installed():
        raise UsageError(install.advice())
    process = os.environ if process is None else process
    with nullcontext(child) if child else Child(process) as engine:
        config, run_context = configured(path, options.self_test or options.model is not None, settings, files or Disk(), process)
        observations = run.run_generation(config, options, run_context, engine, listener=_hearing(listener))
    return Generation(reported(config, observations, settings), observations, run_context.orbit_dir or run_context.working_dir)


def observed(config: Config, run_context: RunContext, options: SmokeOptions, process: Mapping[str, str], listener: Listener) -> Observations:
    """The same for a configuration that was read already, as observations; where the engine is missing they say so.

    Raises UsageError for a model, adapter or provider that is not there.
    """
    if not run.is_installed():
        return Observations(engine=run.absent_run())
    with Child(process) as engine:
        return run.run_generation(config, options, run_context, engine, listener=listener)


def _hearing(listener: Listener) -> Listener:
    """The listener, which also loads the rules while the engine loads the model: they are many."""

    def heard(message: Message) -> None:
        listener(message)
        if isinstance(message, Ready):
            import_module("orbitcfg.lint.runner")

    return heard


def configured(path: Path | None, without: bool, settings: Settings, files: Files, process: Mapping[str, str]) -> tuple[Config, RunContext]:
    """The configuration and where ORBIT would run; an empty one where none is found, nothing was named and it is not needed."""
    try:
        target = replace(targets(files, path)[0], only=None, fragment=False)
        here = files
    except UsageError:
        if path is not None or not without:
            raise
        target, here = ConfigTarget("/config/config.yaml"), Memory({"/config/config.yaml": b"{}\n"})
    config = configuration(here, target, settings, process, InterpolationMode.ORBIT)
    variables = {name: variable.value for name, variable in config.environment.variables.items()} or dict(process)
    working_dir = os.path.realpath(files.working_dir if isinstance(files, Disk) else os.getcwd())
    orbit_dir = project_root(here, target.root) if here is files else None
    return config, RunContext(working_dir, variables, orbit_dir)


def reported(config: Config, observations: Observations, settings: Settings) -> Report:
    """What the rules about model files and the engine say."""
    from orbitcfg.lint.runner import run_rules
    from orbitcfg.rules.engine import RULES

    rules = [rule for rule in RULES if settings.selects(rule.code)]
    verdict = run_rules(config, rules, observations)
    return Report(verdict.diagnostics, summary_of(config), {rule.code: rule.counted for rule in rules}, verdict.crashed)


def as_text(generation: Generation) -> str:
    """The result for people, without the findings."""
    engine, facts = generation.engine, generation.model.facts
    rows = [("model", f"{engine.model} ({_WHY[engine.choice]})")]
    if facts:
        weights = f"{facts.parameters / 1e6:,.0f} M" if facts.parameters >= 10**6 else f"{facts.parameters / 1e3:,.0f} k"
        template = "chat template" if facts.has_template else "no chat template"
        trained = f", trained for {facts.context:,} tokens" if facts.context else ""
        rows.append(("", f"{facts.architecture}, {facts.quantisation}, {weights} weights{trained}, {template}"))
    rows.append(("parameters", ", ".join(f"{name} {_shown(value)}" for name, value in engine.parameters.items()) + f", context {engine.context}"))
    rows += [("", f"capped for the smoke: {each}") for each in engine.capped]
    if engine.ending is Ending.ANSWERED:
        rows.append(("text", repr(engine.text)))
        rows.append(("finish", f"{engine.finish} after {engine.tokens} tokens{_verdict(engine)}"))
        rows.append(("time", ", ".join(_times(engine))))
    if engine.engine:
        rows.append(("engine", f"{engine.engine}; {engine.build}"))
    return "".join(f"{label:<11}{safe(text)}\n" for label, text in rows)


def _verdict(engine: EngineRun) -> str:
    if engine.expected is None:
        return ""
    return ", the known answer" if engine.text.strip() == engine.expected else ", which is not the known answer"


def _times(engine: EngineRun) -> list[str]:
    times = [f"load {engine.load_ms:,.0f} ms"] if engine.load_ms is not None else []
    times += [f"first token {engine.first_token_ms:,.0f} ms"] if engine.first_token_ms is not None else []
    return times + ([f"{engine.tokens_per_s:,.0f} tokens a second"] if engine.tokens_per_s is not None else [])


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, list) else f"{value:g}" if isinstance(value, float) else str(value)


def as_json(generation: Generation) -> str:
    """The result for programs, with the findings in short."""
    engine, facts = generation.engine, generation.model.facts
    shape = {
        "version": 1,
        "model": engine.model,
        "choice": engine.choice.name.lower().replace("_", "-"),
        "asked": engine.requested,
        "ending": engine.ending.name.lower().replace("_", "-"),
        "text": engine.text,
        "finish": engine.finish or None,
        "known_answer": None if engine.expected is None else engine.text.strip() == engine.expected,
        "reason": engine.reason or None,
        "log": engine.log or None,
        "raw": engine.raw,
        "parameters": dict(engine.parameters),
        "capped": list(engine.capped),
        "context": engine.context,
        "chat_template": engine.template or None,
        "load_ms": engine.load_ms,
        "first_token_ms": engine.first_token_ms,
        "tokens": engine.tokens,
        "tokens_per_s": engine.tokens_per_s,
        "engine": engine.engine or None,
        "build": engine.build or None,
        "needed_bytes": engine.needed_bytes,
        "free_bytes": engine.free_bytes,
        "facts": facts
        and {
            "architecture": facts.architecture,
            "kind": facts.kind.value,
            "name": facts.name,
            "quantisation": facts.quantisation,
            "parameters": facts.parameters,
            "context": facts.context,
            "has_template": facts.has_template,
            "size_bytes": generation.model.size_bytes,
        },
        "findings": [
            {"code": each.code, "severity": each.severity.label, "message": each.message, "help": each.help} for each in generation.report.diagnostics
        ],
        "errors": generation.report.count(Severity.ERROR),
        "warnings": generation.report.count(Severity.WARNING),
    }
    return json.dumps(json_value(shape), indent=2, ensure_ascii=False) + "\n"
