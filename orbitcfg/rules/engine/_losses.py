"""Who goes without what where a model file answers nothing."""

from orbitcfg.dataclass import replace
from orbitcfg.document.tree import KeyPath
from orbitcfg.observed.endpoint import THE_DEFAULT
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.finding import Finding
from orbitcfg.rules._services import loss_of


def struck(config: Config, users: tuple[str, ...], place: KeyPath | None, finding: Finding) -> Finding:
    """The finding with the adapters that ask for the file, and the worst that becomes of them."""
    affects = tuple(name for name in users if name != THE_DEFAULT)
    choices = {str(key) for key in config.demand.choices}
    if affects and choices.issuperset(affects):
        return replace(finding, affects=affects, consequence=Consequence.CHOICE_FAILS, demanded=True)
    losses = [loss_of(config, use) for use in config.uses if use.is_on and use.adapter is not None and place in (use.model.path, use.path)]
    return replace(finding, affects=affects, consequence=min(losses, key=lambda loss: loss.rank, default=Consequence.ADAPTER_FAILS), demanded=True)
