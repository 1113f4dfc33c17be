"""The ladder from an expected model to a listed one: exact, declared alias, normalised, near miss. Pure."""

from collections.abc import Sequence
from difflib import get_close_matches

from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.model_names import model_stem, ollama_name, shimmy_name
from orbitcfg.observed.probe import Fit, ListedModel, ModelMatch
from orbitcfg.observed.product import NameStyle

_COMPARED, _COMPARED_CHARACTERS = 1000, 200
"""How many names, and how much of each, are compared for likeness, which takes long."""


def match_model(expected: ExpectedModel, models: Sequence[ListedModel], names: NameStyle = "exact") -> ModelMatch:
    """The best match of an expected model; `names` is how the server compares names."""
    asked = expected.model
    if asked is None:
        return ModelMatch(expected, Fit.ANY)
    for model in models:
        if model.name == asked:
            return ModelMatch(expected, Fit.EXACT, model)
    for model in models:
        if asked in model.aliases or (names == "ollama" and ollama_name(model.name) == ollama_name(asked)):
            return ModelMatch(expected, Fit.ALIAS, model)
    for normal in (shimmy_name, model_stem):
        for model in models:
            if normal(model.name) == normal(asked):
                return ModelMatch(expected, Fit.NORMALISED, model)
    near = _near(asked, models)
    return ModelMatch(expected, Fit.NEAR if near else Fit.NONE, near)


def _near(asked: str, models: Sequence[ListedModel]) -> ListedModel | None:
    stem = model_stem(asked)
    by_stem = {model_stem(model.name[:_COMPARED_CHARACTERS]): model for model in models[:_COMPARED]}
    close = get_close_matches(stem, by_stem, 1, 0.6)
    if close:
        return by_stem[close[0]]
    return next((model for name, model in by_stem.items() if stem and (name.startswith(stem) or stem.startswith(name))), None)
