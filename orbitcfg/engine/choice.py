"""Which model the embedded engine runs, and why that one."""

import os
from collections.abc import Callable, Mapping, Sequence

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.effective.use import Use
from orbitcfg.engine import discover, lookup, selftest
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import FoundModel
from orbitcfg.engine.lookup import LocalRequest
from orbitcfg.errors import UsageError
from orbitcfg.observed.model_names import model_stem
from orbitcfg.observed.observation import ModelChoice
from orbitcfg.project.config import Config
from orbitcfg.suggest import did_you_mean

Search = Callable[[], Sequence[FoundModel]]


@dataclass(frozen=True, slots=True)
class SmokeOptions:
    """What a user can ask of a smoke generation."""

    model: str | None = None
    """A file, or the name that a local server lists; None for the configuration's model."""
    self_test: bool = False
    """Whether to take the built-in model."""
    adapter: str | None = None
    """The adapter whose model and parameters are meant."""
    provider: str | None = None
    """The provider whose model and parameters are meant."""
    prompt: str = "Say hi"
    """What the model is asked."""
    raw: bool = False
    """Whether to use no chat template."""
    max_tokens: int | None = None
    """None leaves it to the configuration, capped."""
    full_context: bool = False
    """Whether to use all of the configured context."""
    timeout_s: float | None = None
    """None grows with the model's size."""


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model to run, and the configuration's request whose parameters are used; None where there is none."""

    choice: ModelChoice
    found: FoundModel
    request: LocalRequest | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


def choose_model(config: Config, options: SmokeOptions, run_context: RunContext, search: Search) -> ChosenModel:
    """The model that was named, else the configuration's, else the built-in one. Raises UsageError for a name that means nothing."""
    request, parameters = _model_request(config, options)
    if options.self_test:
        return ChosenModel(ModelChoice.SELF_TEST, built_in_model(run_context))
    if options.model is not None:
        return ChosenModel(ModelChoice.NAMED, _named(options.model, run_context, search), request, parameters)
    if request is not None and request.lookup.is_path:
        if found := _at_path(request, run_context):
            return ChosenModel(ModelChoice.MODEL_PATH, found, request, parameters)
    elif request is not None:
        match = lookup.with_matches(request.lookup, search(), run_context)
        meant = [*match.exact, *(path for path, _ in match.near)]
        best = next((found for path in meant for found in search() if found.model.path == path), None)
        if best:
            return ChosenModel(ModelChoice.FOUND_BY_NAME, best, request, parameters)
    return ChosenModel(ModelChoice.FALLBACK, built_in_model(run_context), request, parameters)


def built_in_model(run_context: RunContext) -> FoundModel:
    """The model with the known answer."""
    return discover.inspect_model(selftest.path(), run_context)


def _model_request(config: Config, options: SmokeOptions) -> tuple[LocalRequest | None, Mapping[str, object]]:
    """The request that is meant, where it is for a model on this machine, and its parameters: the first that fits, the default first."""
    uses = [use for use in config.uses if use.service == "inference"]
    for word, name, name_of in (("adapter", options.adapter, _adapter_name), ("provider", options.provider, _provider_name)):
        known = [name_of(use) for use in uses if name_of(use)]
        if name is not None and name not in known:
            raise UsageError(f"there is no {word} `{name}` with a model" + did_you_mean(name, known))
        uses = [use for use in uses if name is None or name_of(use) == name]
    rows = [row for row in lookup.model_requests(config) if row.use in uses]
    if uses and (not rows or rows[0].use is not uses[0]) and (options.adapter or options.provider):
        return None, uses[0].request_parameters
    if rows:
        # with all who ask for the same model
        return replace(rows[0], lookup=lookup.merged_lookups(rows)[0]), rows[0].parameters
    return None, uses[0].request_parameters if uses else {}


def _adapter_name(use: Use) -> str:
    return "" if use.adapter is None else str(use.adapter)


def _provider_name(use: Use) -> str:
    return use.provider.value or ""


def _named(name: str, run_context: RunContext, search: Search) -> FoundModel:
    """The file at a path, or the model that a server lists under a name."""
    path = run_context.absolute_path(name)
    # a link that leads nowhere is meant as well, and has a fault of its own
    if os.path.lexists(path) or name.lower().endswith(".gguf"):
        return discover.inspect_model(name, run_context)
    models = search()
    listed = {each: found for found in models for listing in found.model.listings for each in (listing.name, *listing.also) if each}
    found = listed.get(name) or next((each for each in models if model_stem(name) == model_stem(each.path)), None)
    if found is None:
        raise UsageError(f"there is no model `{name}` here" + did_you_mean(name, listed, otherwise="; `orbitcfg models` lists them"))
    return found


def _at_path(request: LocalRequest, run_context: RunContext) -> FoundModel | None:
    """The file that ORBIT would load itself, or what lies in its place; None where nothing does."""
    path = lookup.place_of(request.lookup, run_context)
    return discover.inspect_model(path, run_context) if path else None
