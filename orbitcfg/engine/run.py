"""Looks at model files and runs one short generation, and gives what was seen as observations."""

import importlib.util
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from orbitcfg.engine import asked, discover, memory, parameters, selftest
from orbitcfg.engine.child import Child, Outcome, Request
from orbitcfg.engine.choice import Chosen, SmokeOptions, chosen
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import Found
from orbitcfg.observed.observation import Choice, Ending, EngineRun, ModelFile, ModelKind, ModelLookup, Observations
from orbitcfg.project.config import Config

TIMEOUT_S, TIMEOUT_S_PER_GB = 60.0, 5.0
OVERHEAD_BYTES = 64 << 20
"""What the engine itself needs beside weights and cache."""
LIMIT_FACTOR, LIMIT_SPARE_BYTES = 2, 4 << 30
"""The address space that a child may take: the weights are mapped and may be repacked, and libraries and threads take theirs."""

Listener = Callable[[Mapping[str, Any]], None]


def is_installed() -> bool:
    """Whether the engine is there; it is not loaded to find out."""
    return importlib.util.find_spec("llama_cpp") is not None


def inventory(config: Config, surroundings: RunContext, extra: tuple[str, ...] = ()) -> Observations:
    """The models of this machine, each with the adapters that ask for it, and what the configuration asks for."""
    rows = asked.joined(asked.wanted(config))
    named = [path for row in rows if row.is_path for path in asked.paths(row, surroundings)[:1] if os.path.lexists(path)]
    found = discover.search(surroundings, extra, named)
    wanted = [asked.matched(row, found, surroundings) for row in rows]
    return Observations(models=tuple(_with_askers(each.model, wanted) for each in found), asked=tuple(wanted))


def smoke(
    config: Config,
    options: SmokeOptions,
    surroundings: RunContext,
    child: Child,
    *,
    listener: Listener = lambda _message: None,
    free_bytes: int | None = None,
) -> Observations:
    """Chooses a model, looks at its header, and lets the child generate. Raises UsageError for a model, adapter or provider that is not there."""

    @lru_cache(maxsize=1)
    def search() -> tuple[Found, ...]:
        return tuple(discover.search(surroundings))

    picked = chosen(config, options, surroundings, search)
    wanted = (_matched(picked, search, surroundings),) if picked.row and picked.choice is not Choice.NAMED else ()
    model = _asked_for(picked)
    run = _blocked(picked, options, free_bytes if free_bytes is not None else memory.free_bytes())
    listener({"event": "chosen", "model": _name(picked), "size_bytes": model.size_bytes, "choice": picked.choice})
    if run.ending is Ending.ANSWERED:
        run = _generated(run, picked, options, child, listener)
    return Observations(models=(model,), asked=wanted, engine=run)


def absent() -> EngineRun:
    """The run that could not be, since the engine is not installed."""
    return EngineRun(Ending.ABSENT, Choice.FALLBACK, selftest.NAME)


def _with_askers(model: ModelFile, wanted: list[ModelLookup]) -> ModelFile:
    asking = [each for each in wanted if model.path in each.exact or model.path in dict(each.near)]
    by = tuple(dict.fromkeys(adapter for each in asking for adapter in each.adapters))
    return replace(model, asked_by=by, asked_at=next((each.at for each in asking), None))


def _matched(picked: Chosen, search: Callable[[], tuple[Found, ...]], surroundings: RunContext) -> ModelLookup:
    """What the configuration asks for, with the files that it means; a path needs no search."""
    assert picked.row is not None
    candidates = (picked.found,) if picked.row.asked.is_path else search()
    return asked.matched(picked.row.asked, candidates, surroundings)


def _asked_for(picked: Chosen) -> ModelFile:
    if picked.row is None or picked.choice is Choice.NAMED or picked.choice is Choice.FALLBACK:
        return picked.found.model
    return replace(picked.found.model, asked_by=picked.row.asked.adapters, asked_at=picked.row.asked.at)


def _name(picked: Chosen) -> str:
    return selftest.NAME if _is_built_in(picked) else picked.found.model.path


def _is_built_in(picked: Chosen) -> bool:
    return picked.choice in (Choice.SELF_TEST, Choice.FALLBACK)


def _blocked(picked: Chosen, options: SmokeOptions, free_bytes: int | None) -> EngineRun:
    """The run before it begins: with the ending ANSWERED where nothing is in its way."""
    model, row = picked.found.model, picked.row
    given = parameters.of(
        picked.parameters,
        row.asked.context if row else None,
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
        asked=row.asked.model if row and picked.choice is not Choice.NAMED else None,
        asked_at=row.asked.at if row and picked.choice is not Choice.NAMED else None,
        expected=selftest.ANSWER if _is_built_in(picked) else None,
        raw=options.raw,
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


def _generated(run: EngineRun, picked: Chosen, options: SmokeOptions, child: Child, listener: Listener) -> EngineRun:
    request = Request(
        model=picked.found.path,
        prompt=options.prompt,
        raw=options.raw,
        context=run.context,
        parameters=run.parameters,
        memory_limit=run.needed_bytes * LIMIT_FACTOR + LIMIT_SPARE_BYTES,
    )
    timeout_s = options.timeout_s or TIMEOUT_S + TIMEOUT_S_PER_GB * picked.found.model.size_bytes / 1e9
    return _measured(run, child.run(request, timeout_s, listener))


def _measured(run: EngineRun, outcome: Outcome) -> EngineRun:
    ready, loaded, done = (outcome.messages.get(event, {}) for event in ("ready", "loaded", "done"))
    return replace(
        run,
        ending=outcome.ending,
        text=outcome.text,
        reason=outcome.reason,
        log=outcome.log,
        finish=str(done.get("finish", "")),
        template="" if run.raw else str(loaded.get("template", "")),
        load_ms=_number(loaded.get("load_ms")),
        first_token_ms=_number(done.get("first_token_ms")),
        tokens=int(_number(done.get("tokens")) or 0),
        tokens_per_s=_number(done.get("tokens_per_s")),
        engine=str(ready.get("engine", "")),
        build=str(ready.get("build", "")),
    )


def _number(value: object) -> float | None:
    """What a child says where a number belongs."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
