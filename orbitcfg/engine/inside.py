"""The models that run inside ORBIT itself: whether their files are there, and whether their headers fit."""

import os
from collections.abc import Iterable, Iterator

from orbitcfg.dataclass import replace
from orbitcfg.document.tree import value_at
from orbitcfg.effective.service import INFERENCE, MODERATION
from orbitcfg.engine import discover, lookup, places
from orbitcfg.engine.context import RunContext, folder_entries
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.endpoint import THE_DEFAULT, UnaskedUse
from orbitcfg.observed.model_names import HUB_OWNERS, hub_repository
from orbitcfg.observed.observation import ModelFacts, ModelFile, ModelKind, ModelLookup, Observations
from orbitcfg.project.config import Config

_NEEDED_BY_ALL = frozenset({INFERENCE, MODERATION})
"""Services that the server itself asks for."""

_WEIGHTS = (".safetensors", ".bin", ".gguf", ".onnx", ".pt")
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_SWITCHED_ON = frozenset({"1", "true", "yes", "on"})
"""How Hugging Face's libraries read these variables, in small letters."""


def look_inside(config: Config, uses: Iterable[UnaskedUse], run_context: RunContext) -> Observations:
    """What was seen of the models that uses load inside ORBIT; each of these uses with how it stands."""
    lookups = {(each.provider, each.model, each.service): each for each in lookup.merged_lookups(lookup.model_requests(config)) if each.is_path}
    models: list[ModelFile] = []
    asked: list[ModelLookup] = []
    seen: list[UnaskedUse] = []
    for use in uses:
        request = lookups.get((use.provider, use.model, use.service))
        if use.kind is not CheckKind.FILE or not use.model:
            seen.append(use)
        elif _is_nobodys(use):
            seen.append(replace(use, reason=f"{use.reason}, and no adapter asks for it"))
        elif use.provider in HUB_OWNERS:
            state, reason = _from_hub(config, use, run_context)
            seen.append(replace(use, state=state, reason=reason))
            # one that can be fetched at the first use is not missed
            asked += [ModelLookup(use.provider, use.model, use.users, use.at, use.service, is_path=True)] if state is CheckState.FAILED else []
        elif request is not None:
            request = replace(request, adapters=use.users)
            found = _file(request, run_context)
            models += [found] if found else []
            asked.append(replace(request, exact=(found.path,) if found else ()))
            state, reason = _described(use, found)
            seen.append(replace(use, state=state, reason=reason))
        else:
            seen.append(use)
    return Observations(models=tuple(models), lookups=tuple(asked), unasked=tuple(seen))


def _is_nobodys(use: UnaskedUse) -> bool:
    """Whether a provider is chosen for all, and nobody uses it."""
    return use.users == (THE_DEFAULT,) and use.service not in _NEEDED_BY_ALL


def _file(request: ModelLookup, run_context: RunContext) -> ModelFile | None:
    """The file that ORBIT loads, or what lies in its place."""
    path = lookup.place_of(request, run_context)
    found = discover.inspect_model(path, run_context) if path else None
    return replace(found.model, requested_by=request.adapters, requested_at=request.at, requested_for=(request.service,)) if found else None


def _described(use: UnaskedUse, model: ModelFile | None) -> tuple[CheckState, str]:
    if model is None:
        return CheckState.FAILED, f"`{use.model}` for `{use.provider}` is not there"
    if model.fault or model.facts is None:
        return CheckState.FAILED, f"`{model.path}` for `{use.provider}` cannot be loaded"
    if model.missing_shards:
        return CheckState.FAILED, f"`{model.path}` for `{use.provider}` lacks {len(model.missing_shards)} of its parts"
    facts = f"{model.facts.kind.value}, {model.facts.architecture}, {model.facts.quantisation}"
    return CheckState.OK if fits(model.facts, use.service) else CheckState.FAILED, f"`{model.path}` for `{use.provider}`: {facts}"


def fits(facts: ModelFacts, service: str) -> bool:
    """Whether a model is of the kind that a service asks for."""
    return facts.kind is ModelKind.CHAT or (facts.kind is ModelKind.EMBEDDING and service == "embedding")


def _from_hub(config: Config, use: UnaskedUse, run_context: RunContext) -> tuple[CheckState, str]:
    """How a model stands that is loaded by its name, or from a folder of that name."""
    name, what = use.model, f"`{use.model}` for `{use.provider}`"
    base = run_context.orbit_dir or run_context.working_dir
    folder = os.path.normpath(os.path.join(base, os.path.expanduser(name)))
    if os.path.isdir(folder):
        is_whole = _has_weights(folder)
        return (CheckState.OK, f"{what} is a folder with weights") if is_whole else (CheckState.FAILED, f"{what} is a folder without weights")
    repository = hub_repository(use.provider, name)
    if repository is None:
        return CheckState.FAILED, f"{what} is not there"
    cached = [path for cache in _caches(config, use, run_context) for path in _snapshots(cache, repository)]
    if any(map(_has_weights, cached)):
        return CheckState.OK, f"{what} is in the cache of Hugging Face"
    if any((run_context.variable(each) or "").lower() in _SWITCHED_ON for each in _OFFLINE):
        return CheckState.FAILED, f"{what} is not in the cache of Hugging Face, and its libraries are told to stay offline"
    start = "its download has not ended" if cached else "it is not on this machine"
    return CheckState.UNCHECKED, f"{what}: {start}, so ORBIT downloads it at its first use"


def _caches(config: Config, use: UnaskedUse, run_context: RunContext) -> Iterator[str]:
    """The folders that may hold it, the one of the configuration first."""
    own = value_at(config.tree, ("embeddings", use.provider, "cache_folder"))
    named = run_context.variable("SENTENCE_TRANSFORMERS_HOME")
    base = run_context.orbit_dir or run_context.working_dir
    yield from (os.path.join(base, os.path.expanduser(each)) for each in (own, named) if isinstance(each, str) and each)
    yield from places.hubs(run_context)
    yield from (os.path.join(home, ".cache", "huggingface", "hub") for home in run_context.homes)


def _snapshots(cache: str, repository: str) -> list[str]:
    """The downloads of a repository."""
    snapshots = os.path.join(cache, f"models--{repository.replace('/', '--')}", "snapshots")
    return [entry.path for entry in folder_entries(snapshots) if entry.is_dir()]


def _has_weights(folder: str) -> bool:
    """Whether weights are there, which in a cache are links to what was downloaded."""
    return any(entry.name.endswith(_WEIGHTS) and os.path.exists(entry.path) for entry in folder_entries(folder))
