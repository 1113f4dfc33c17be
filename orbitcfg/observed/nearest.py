"""Which of the models that a server lists may be meant by a name that it does not."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice

from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.observed.model_names import model_stem
from orbitcfg.observed.probe import ListedModel

_COMPARED, _COMPARED_CHARACTERS = 1000, 200
"""How many names, and how much of each, are compared for likeness, which takes long."""


def nearest(expected: ExpectedModel, models: Iterable[ListedModel], least: float = 0.0) -> list[ListedModel]:
    """The models that may be asked for the same things, those of the likest names first. `least`: how like they must be, 1 being the same."""
    stem = model_stem(expected.model or "")[:_COMPARED_CHARACTERS]
    matcher = SequenceMatcher(b=stem, autojunk=False)
    found = []
    for model in islice((each for each in models if each.fits(expected.needs)), _COMPARED):
        name = model_stem(model.name[:_COMPARED_CHARACTERS])
        matcher.set_seq1(name)
        begins = bool(stem and name) and (name.startswith(stem) or stem.startswith(name))
        # one that only begins alike is as near as one that is just like enough
        likeness = max(matcher.ratio(), least if begins else 0.0)
        if likeness >= least:
            found.append((likeness, model))
    # the sort is stable: among equals the server's order stays
    return [model for _, model in sorted(found, key=lambda each: -each[0])]
