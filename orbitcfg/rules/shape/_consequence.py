"""What ORBIT does with a value that does not fit, as the catalogue says."""

from orbitcfg.catalog.specs import Reaction
from orbitcfg.document.tree import KeyPath
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence

_NO_START = "does not start"
"""What the catalogue says by itself only where it depends on the value."""


def consequence_of(config: Config, path: KeyPath, reaction: Reaction | None) -> Consequence:
    """What a value at a path comes to that ORBIT meets so: something else than is written, where the catalogue does not say.

    What keeps the default provider from being made ends the start. Where a part is switched off that would end the start, nothing reads the value, unless the catalogue says that it is read `always`.
    """
    if path in config.unbuilt_default:
        return Consequence.NO_START
    if reaction is None:
        return Consequence.DIFFERENT
    if reaction.consequence is Consequence.NO_START and not reaction.always and not config.demand.of(path).is_demanded:
        return Consequence.WITHOUT_EFFECT
    return reaction.consequence


def what_follows(config: Config, path: KeyPath, reaction: Reaction | None) -> str:
    """What ORBIT then does, to follow a fact; empty where the catalogue does not say."""
    what = f": {reaction.what}" if reaction and reaction.what else ""
    ends = (reaction is not None and reaction.consequence is Consequence.NO_START) or path in config.unbuilt_default
    if not ends or _NO_START in what:
        return what
    # what nobody needs yet ends the start once somebody does
    return f"{what}, so ORBIT {_NO_START}{'' if consequence_of(config, path, reaction) is Consequence.NO_START else ' once it is needed'}"
