"""Which of the models that a server lists may be meant by a name that it does not."""

from collections.abc import Iterable
from itertools import islice

from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.model_names import model_stem
from orbitcfg.observed.probe import ListedModel

_COMPARED, _COMPARED_CHARACTERS = 1000, 200
"""How many names, and how much of each, are compared for likeness, which takes long."""

_SAME_START, _SHORTEST = 0.9, 4
"""How like names are that begin alike, and characters of the shorter one below which that is chance."""


def nearest(expected: ExpectedModel, models: Iterable[ListedModel], least: float = 0.0) -> list[ListedModel]:
    """The models that may be asked for the same things, those of the likest names first. `least`: how like they must be, 1 being the same."""
    # only what looks at servers asks
    from difflib import SequenceMatcher

    stem = model_stem(expected.model or "")[:_COMPARED_CHARACTERS]
    matcher = SequenceMatcher(b=stem, autojunk=False)
    found = []
    for model in islice((each for each in models if each.fits(expected.needs)), _COMPARED):
        name = model_stem(model.name[:_COMPARED_CHARACTERS])
        matcher.set_seq1(name)
        begins = bool(stem and name) and (name.startswith(stem) or stem.startswith(name))
        # one that goes on where the other ends is another size or form of the same model
        alike = _SAME_START if min(len(name), len(stem)) >= _SHORTEST else least
        likeness = max(matcher.ratio(), alike if begins else 0.0)
        if likeness >= least:
            found.append((likeness, model))
    # the sort is stable: among equals the server's order stays
    return [model for _, model in sorted(found, key=lambda each: -each[0])]
