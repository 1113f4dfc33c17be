"""Which model the embedded engine runs, and why that one."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orbitcfg.engine import asked, discover, selftest
from orbitcfg.engine.asked import Wanted
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.discover import Found
from orbitcfg.errors import UsageError
from orbitcfg.observed.model_names import model_stem
from orbitcfg.observed.observation import Choice
from orbitcfg.project.config import Config
from orbitcfg.suggest import did_you_mean

Search = Callable[[], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class SmokeOptions:
    """What a user can ask of a smoke generation.

    `model` is a file or a name. `self_test` takes the built-in model. `adapter` or `provider` choose whose parameters and model are meant. `raw` uses no
    chat template. None leaves a limit to the configuration; `timeout_s` None grows with the model's size.
    """

    model: str | None = None
    self_test: bool = False
    adapter: str | None = None
    provider: str | None = None
    prompt: str = "Say hi"
    raw: bool = False
    max_tokens: int | None = None
    full_context: bool = False
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model to run, and the row of the configuration whose parameters are used; None where there is none."""

    choice: Choice
    found: Found
    row: Wanted | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


def chosen(config: Config, options: SmokeOptions, surroundings: RunContext, search: Search) -> Chosen:
    """The model that was named, else the configuration's, else the built-in one. Raises UsageError for a name that means nothing."""
    row, parameters = _row(config, options)
    if options.self_test:
        return Chosen(Choice.SELF_TEST, built_in(surroundings))
    if options.model is not None:
        return Chosen(Choice.NAMED, _named(options.model, surroundings, search), row, parameters)
    if row is not None and row.asked.is_path:
        found = _at_path(row, surroundings)
        return Chosen(Choice.MODEL_PATH, found, row, parameters) if found else Chosen(Choice.FALLBACK, built_in(surroundings), row, parameters)
    if row is not None:
        match = asked.matched(row.asked, search(), surroundings)
        meant = [*match.exact, *(path for path, _ in match.near)]
        best = next((found for path in meant for found in search() if found.model.path == path), None)
        if best:
            return Chosen(Choice.FOUND_BY_NAME, best, row, parameters)
    return Chosen(Choice.FALLBACK, built_in(surroundings), row, parameters)


def built_in(surroundings: RunContext) -> Found:
    """The model with the known answer."""
    return discover.inspected(selftest.path(), surroundings)


def _row(config: Config, options: SmokeOptions) -> tuple[Wanted | None, Mapping[str, object]]:
    """The row that is meant, where it wants a model from this machine, and its parameters: the first that fits, the default first."""
    uses = [use for use in config.uses if use.service == "inference"]
    for word, name in (("adapter", options.adapter), ("provider", options.provider)):
        known = [str(getattr(use, word)) for use in uses if getattr(use, word)]
        if name is not None and name not in known:
            raise UsageError(f"there is no {word} `{name}` with a model" + did_you_mean(name, known))
        uses = [use for use in uses if name is None or getattr(use, word) == name]
    rows = [row for row in asked.wanted(config) if row.use in uses]
    if uses and (not rows or rows[0].use is not uses[0]) and (options.adapter or options.provider):
        return None, uses[0].parameters
    return (rows[0], rows[0].parameters) if rows else (None, uses[0].parameters if uses else {})


def _named(name: str, surroundings: RunContext, search: Search) -> Found:
    """The file at a path, or the model that a server lists under a name."""
    path = surroundings.absolute(name)
    if os.path.lexists(path) or name.lower().endswith(".gguf"):
        return discover.inspected(name, surroundings)
    models = search()
    listed = {each: found for found in models for listing in found.model.listings for each in (listing.name, *listing.also) if each}
    found = listed.get(name) or next((each for each in models if model_stem(name) == model_stem(each.path)), None)
    if found is None:
        raise UsageError(f"there is no model `{name}` here" + did_you_mean(name, listed, otherwise="; `orbitcfg models` lists them"))
    return found


def _at_path(row: Wanted, surroundings: RunContext) -> Found | None:
    """The file that ORBIT would load itself; None where it is at none of the places where ORBIT looks."""
    for path in asked.paths(row.asked, surroundings):
        if os.path.lexists(path):
            return discover.inspected(path, surroundings)
    return None
