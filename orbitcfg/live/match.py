"""The ladder from an expected model to a listed one: exact, declared alias, a gateway's pattern, normalised, near miss. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.model_names import model_stem, ollama_name, shimmy_name
from orbitcfg.observed.nearest import nearest
from orbitcfg.observed.probe import Fit, ListedModel, ModelMatch
from orbitcfg.observed.product import NameStyle

_LIKE = 0.6
"""How like a name must be to be the nearest."""


def match_model(expected: ExpectedModel, models: Sequence[ListedModel], names: NameStyle = "exact") -> ModelMatch:
    """The best match of an expected model; `names` is how the server compares names."""
    asked = expected.model
    if asked is None:
        return ModelMatch(expected, Fit.ANY)
    for fit, is_meant in _rungs(asked, names):
        for model in models:
            if is_meant(model):
                return ModelMatch(expected, fit, model)
    near = next(iter(nearest(expected, models, _LIKE)), None)
    return ModelMatch(expected, Fit.NEAR if near else Fit.NONE, near)


def _rungs(asked: str, names: NameStyle) -> Iterator[tuple[Fit, Callable[[ListedModel], bool]]]:
    """The ways in which a listed model may be the one that is asked for, the surest first."""
    yield Fit.EXACT, lambda model: model.name == asked
    yield Fit.ALIAS, lambda model: asked in model.aliases or (names == "ollama" and ollama_name(model.name) == ollama_name(asked))
    if names == "dated":
        dated = re.compile(rf"{re.escape(asked.removesuffix('-latest'))}-20\d{{6}}")
        yield Fit.ALIAS, lambda model: dated.fullmatch(model.name) is not None
    yield Fit.PATTERN, lambda model: model.is_pattern and fnmatchcase(asked, model.name)
    yield Fit.NORMALISED, lambda model: shimmy_name(model.name) == shimmy_name(asked)
    yield Fit.NORMALISED, lambda model: model_stem(model.name) == model_stem(asked)
