"""The ladder from a wanted model to a listed one: exact, declared alias, normalised, near miss. Pure."""

import posixpath
import re
from collections.abc import Sequence
from difflib import get_close_matches

from orbitcfg.observed.endpoint import Fit, ListedModel, Match, Wanted

_OLLAMA_DEFAULTS = re.compile(r"^(?:https?://)?(?:registry\.ollama\.ai/)?(?:library/)?")


def matched(wanted: Wanted, models: Sequence[ListedModel], names: str = "exact") -> Match:
    """The best match of a wanted model; `names` is how the product writes names: exact, ollama or shimmy."""
    asked = wanted.model
    if asked is None:
        return Match(wanted, Fit.ANY)
    for model in models:
        if model.name == asked:
            return Match(wanted, Fit.EXACT, model)
    for model in models:
        if asked in model.aliases or (names == "ollama" and full_ollama_name(model.name) == full_ollama_name(asked)):
            return Match(wanted, Fit.ALIAS, model)
    for normal in (normalised, stem):
        for model in models:
            if normal(model.name) == normal(asked):
                return Match(wanted, Fit.NORMALISED, model)
    near = _near(asked, models)
    return Match(wanted, Fit.NEAR if near else Fit.NONE, near)


def full_ollama_name(name: str) -> str:
    """A name as Ollama's server compares it: without the default host and namespace, with its tag, in lower case."""
    name = _OLLAMA_DEFAULTS.sub("", name.lower())
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def normalised(name: str) -> str:
    """A name as Shimmy makes it of a file's: lower case, a hyphen for blanks and underscores."""
    return name.lower().replace("_", "-").replace(" ", "-")


def stem(name: str) -> str:
    """The file name that an id may be the path of, normalised and without its ending."""
    base = posixpath.basename(name.replace("\\", "/"))
    return normalised(base.removesuffix(".gguf").removesuffix(":latest"))


def _near(asked: str, models: Sequence[ListedModel]) -> ListedModel | None:
    by_stem = {stem(model.name): model for model in models}
    close = get_close_matches(stem(asked), by_stem, 1, 0.6)
    if close:
        return by_stem[close[0]]
    inside = [model for name, model in by_stem.items() if stem(asked) and (name.startswith(stem(asked)) or stem(asked).startswith(name))]
    return inside[0] if inside else None
