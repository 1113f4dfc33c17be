"""Who goes without what where an endpoint does not answer."""

from collections.abc import Iterable, Iterator

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.effective.service import MODERATION
from orbitcfg.effective.use import Use
from orbitcfg.observed.endpoint import THE_DEFAULT, ExpectedModel, ProbeTarget
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import Consequence
from orbitcfg.report.diagnostics import Severity
from orbitcfg.report.finding import Finding
from orbitcfg.rules._services import loss_of

_NAMED = 3
"""Adapters that a message names."""


@dataclass(slots=True)
class _Losers:
    """Adapters and choices that lose the same, each once, and what they asked for."""

    names: dict[str, None] = field(default_factory=dict)
    services: dict[str, None] = field(default_factory=dict)


def by_loss(config: Config, target: ProbeTarget, expected: Iterable[ExpectedModel], finding: Finding) -> Iterator[Finding]:
    """A finding that an endpoint, or one model of it, gives no answers: once for each thing that comes of it, the worst first."""
    listed = tuple(expected)
    uses = [use for use in config.uses if _is_of(use, target, listed)]
    moderation = next((use for use in uses if use.service == MODERATION and use.is_on), None)
    if moderation is not None:
        yield _of_all(finding, moderation)
        return
    losses = _losses(config, uses)
    if not losses:
        yield _without_losers(finding, listed)
    for index, (consequence, losers) in enumerate(losses.items()):
        message = f"{finding.message}; {_without(losers)}" if index else finding.message
        yield replace(finding, message=message, consequence=consequence, affects=tuple(losers.names), demanded=True)


def _of_all(finding: Finding, moderation: Use) -> Finding:
    """Of an endpoint that looks at every request: all who ask for its block go without, which are all."""
    block = moderation.block or ()
    is_there = finding.path is not None and finding.path[: len(block)] == block
    return replace(finding, at=finding.path if is_there else moderation.url.path or block, consequence=Consequence.ADAPTER_FAILS, affects=None)


def _is_of(use: Use, target: ProbeTarget, expected: tuple[ExpectedModel, ...]) -> bool:
    """Whether a use sends its requests there, for one of these models."""
    if use.provider.value not in target.providers or use.url.value != target.url:
        return False
    user = THE_DEFAULT if use.adapter is None else str(use.adapter)
    return any(use.model_name == each.model and user in each.users and use.service in each.services for each in expected)


def _losses(config: Config, uses: Iterable[Use]) -> dict[Consequence, _Losers]:
    """What comes of it, the worst first; each adapter stands under the worst that it suffers, and choices beside the adapters that fail."""
    found: dict[Consequence, _Losers] = {}
    on = [use for use in uses if use.is_on and use.adapter is not None]
    for use in sorted(on, key=lambda use: _loss(config, use).rank):
        name, consequence = str(use.adapter), _loss(config, use)
        if any(name in losers.names for losers in found.values()):
            continue
        if consequence is Consequence.CHOICE_FAILS and Consequence.ADAPTER_FAILS in found:
            consequence = Consequence.ADAPTER_FAILS
        losers = found.setdefault(consequence, _Losers())
        losers.names[name] = losers.services[use.service] = None
    return found


def _loss(config: Config, use: Use) -> Consequence:
    """What comes of one use without answers; of a choice that it fails."""
    return Consequence.CHOICE_FAILS if use.adapter is not None and use.adapter.entry is not None else loss_of(config, use)


def _without_losers(finding: Finding, expected: tuple[ExpectedModel, ...]) -> Finding:
    """Of an endpoint that no adapter asks: the default's strikes nobody; any other is looked at because the user wants to know of it."""
    if any(THE_DEFAULT in each.users for each in expected):
        return replace(finding, affects=())
    return replace(finding, consequence=Consequence.HYGIENE, severity=Severity.ERROR, affects=())


def _without(losers: _Losers) -> str:
    names = list(losers.names)
    shown = ", ".join(f"`{name}`" for name in names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"{shown} {'goes' if len(names) == 1 else 'go'} without {' and '.join(losers.services)}"
