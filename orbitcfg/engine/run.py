"""Looks at model files and runs one short generation; both give observations."""

import importlib.util
from collections.abc import Callable
from functools import lru_cache

from orbitcfg.dataclass import replace
from orbitcfg.engine import discover, lookup, memory, parameters, selftest
from orbitcfg.engine.child import Child, GenerationRequest, GenerationResult
from orbitcfg.engine.choice import ChosenModel, SmokeOptions, choose_model
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import OLLAMA, FoundModel
from orbitcfg.engine.messages import Listener, ModelChosen
from orbitcfg.engine.ollama_prompt import OllamaPrompt, ollama_prompt
from orbitcfg.observed.observation import Ending, EngineRun, ModelChoice, ModelFile, ModelKind, ModelLookup, Observations
from orbitcfg.project.config import Config

TIMEOUT_S, TIMEOUT_S_PER_GB = 60.0, 5.0
OVERHEAD_BYTES = 64 << 20
"""What the engine itself needs beside weights and cache."""
LIMIT_FACTOR, LIMIT_SPARE_BYTES = 2, 4 << 30
"""The address space that a child may take: the weights are mapped and may be repacked, and libraries and threads take theirs."""


def is_installed() -> bool:
    """Whether the engine is there; it is not loaded to find out."""
    return importlib.util.find_spec("llama_cpp") is not None


def observe_models(config: Config, run_context: RunContext, extra: tuple[str, ...] = ()) -> Observations:
    """The models of this machine, each with the adapters that request it, and what the configuration requests."""
    lookups = lookup.merged_lookups(lookup.model_requests(config))
    named = [path for each in lookups if each.is_path and (path := lookup.place_of(each, run_context))]
    found = discover.find_models(run_context, extra, named)
    matched = [lookup.with_matches(each, found, run_context) for each in lookups]
    return Observations(models=tuple(_with_requests(each.model, matched) for each in found), lookups=tuple(matched))


def run_generation(
    config: Config,
    options: SmokeOptions,
    run_context: RunContext,
    child: Child,
    *,
    listener: Listener = lambda _: None,
    free_bytes: int | None = None,
) -> Observations:
    """Chooses a model, looks at its header, and lets the child generate. Raises UsageError for a model, adapter or provider that is not there."""

    # once at most, and only where a name has to be looked for
    @lru_cache(maxsize=1)
    def search() -> tuple[FoundModel, ...]:
        return tuple(discover.find_models(run_context))

    picked = choose_model(config, options, run_context, search)
    by_ollama = _by_ollama(picked, options, run_context)
    if by_ollama is not None:
        picked = replace(picked, parameters={"of the model": by_ollama.parameters, **picked.parameters})
    lookups = (_matching_files(picked, search, run_context),) if picked.request and picked.choice is not ModelChoice.NAMED else ()
    model = _requested_model(picked)
    run = _prepared_run(picked, options, free_bytes if free_bytes is not None else memory.free_bytes())
    listener(ModelChosen(_name(picked), model.size_bytes))
    if run.ending is Ending.ANSWERED:
        if by_ollama is not None:
            run = replace(_generate(run, picked, replace(options, prompt=by_ollama.text, raw=True), child, listener), template=OLLAMA)
        else:
            run = _generate(run, picked, options, child, listener)
    return Observations(models=(model,), lookups=lookups, engine=run)


def _by_ollama(picked: ChosenModel, options: SmokeOptions, run_context: RunContext) -> OllamaPrompt | None:
    """What Ollama makes of the question, where the model is asked of it."""
    if picked.choice is not ModelChoice.FOUND_BY_NAME or picked.request is None or picked.request.lookup.provider != "ollama" or options.raw:
        return None
    return ollama_prompt(run_context, picked.request.lookup.model, options.prompt, picked.parameters.get("think"))


def absent_run() -> EngineRun:
    """The run that could not be, since the engine is not installed."""
    return EngineRun(Ending.ABSENT, ModelChoice.FALLBACK, selftest.NAME)


def _with_requests(model: ModelFile, lookups: list[ModelLookup]) -> ModelFile:
    asking = [each for each in lookups if model.path in each.exact or model.path in dict(each.near)]
    services = tuple(dict.fromkeys(each.service for each in asking))
    by = tuple(dict.fromkeys(adapter for each in asking for adapter in each.adapters))
    return replace(model, requested_by=by, requested_at=next((each.at for each in asking), None), requested_for=services)


def _matching_files(picked: ChosenModel, search: Callable[[], tuple[FoundModel, ...]], run_context: RunContext) -> ModelLookup:
    """What the configuration requests, with the files that it means; a path needs no search."""
    assert picked.request is not None
    candidates = (picked.found,) if picked.request.lookup.is_path else search()
    return lookup.with_matches(picked.request.lookup, candidates, run_context)


def _requested_model(picked: ChosenModel) -> ModelFile:
    if picked.request is None or picked.choice is ModelChoice.NAMED or picked.choice is ModelChoice.FALLBACK:
        return picked.found.model
    return replace(picked.found.model, requested_by=picked.request.lookup.adapters, requested_at=picked.request.lookup.at)


def _name(picked: ChosenModel) -> str:
    return selftest.NAME if _is_built_in(picked) else picked.found.model.path


def _is_built_in(picked: ChosenModel) -> bool:
    return picked.choice in (ModelChoice.SELF_TEST, ModelChoice.FALLBACK)


def _prepared_run(picked: ChosenModel, options: SmokeOptions, free_bytes: int | None) -> EngineRun:
    """The run before it begins: with the ending ANSWERED where nothing is in its way."""
    model, row = picked.found.model, picked.request
    given = parameters.generation_parameters(
        picked.parameters,
        row.lookup.context if row else None,
        max_tokens=options.max_tokens,
        full_context=options.full_context,
        known_answer=_is_built_in(picked),
    )
    facts = model.facts
    needed = facts.weight_bytes + facts.kv_bytes * given.context + OVERHEAD_BYTES if facts else 0
    run = EngineRun(
        Ending.ANSWERED,
        picked.choice,
        _name(picked),
        requested=row.lookup.model if row and picked.choice is not ModelChoice.NAMED else None,
        requested_at=row.lookup.at if row and picked.choice is not ModelChoice.NAMED else None,
        expected=selftest.ANSWER if _is_built_in(picked) else None,
        raw=options.raw,
        chat_format=None if row is None or options.raw or _is_built_in(picked) else row.chat_format,
        parameters=given.sent,
        capped=given.capped,
        context=given.context,
        needed_bytes=needed,
        free_bytes=free_bytes,
    )
    if facts is None or model.missing_shards or facts.kind is not ModelKind.CHAT:
        return replace(run, ending=Ending.NOT_TRIED)
    if free_bytes is not None and needed > free_bytes:
        return replace(run, ending=Ending.NOT_TRIED, reason="memory")
    return run


def _generate(run: EngineRun, picked: ChosenModel, options: SmokeOptions, child: Child, listener: Listener) -> EngineRun:
    request = GenerationRequest(
        model=picked.found.path,
        prompt=options.prompt,
        raw=options.raw,
        context=run.context,
        parameters=run.parameters,
        memory_limit=run.needed_bytes * LIMIT_FACTOR + LIMIT_SPARE_BYTES,
        chat_format=run.chat_format,
    )
    timeout_s = options.timeout_s or TIMEOUT_S + TIMEOUT_S_PER_GB * picked.found.model.size_bytes / 1e9
    return _with_result(run, child.run(request, timeout_s, listener))


def _with_result(run: EngineRun, result: GenerationResult) -> EngineRun:
    """The run with what the engine reported of it."""
    ready, loaded, done = result.ready, result.loaded, result.done
    return replace(
        run,
        ending=result.ending,
        text=result.text,
        reason=result.reason,
        log=result.log,
        finish=done.finish if done else "",
        template=loaded.template if loaded and not run.raw else "",
        load_ms=loaded.load_ms if loaded else None,
        first_token_ms=done.first_token_ms if done else None,
        tokens=done.tokens if done else 0,
        tokens_per_s=done.tokens_per_s if done else None,
        engine=ready.engine if ready else "",
        build=ready.build if ready else "",
    )
