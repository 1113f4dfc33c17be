"""The models that there are for a provider: what its server lists, else what lies on this machine."""

from collections.abc import Callable

from orbitcfg.catalog.specs import CLOUD, LOCAL
from orbitcfg.commands.models.result import ModelInventory
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.effective.use import Use
from orbitcfg.engine.discover import SERVERS
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.plan import target_of
from orbitcfg.live.probe import plan_probe
from orbitcfg.live.products import product_meant_by
from orbitcfg.live.run import run_probes
from orbitcfg.model_purpose import purpose_of
from orbitcfg.observed.endpoint import ProbeTarget
from orbitcfg.observed.observation import ModelKind
from orbitcfg.observed.probe import ProbeResult
from orbitcfg.project.config import Config

_TIMEOUT_S, _DEADLINE_S = 2.0, 8.0
_SHOWN = 20
"""Models that a line names."""


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """The models that may be chosen for a provider, who knows of them, and the one that the configuration names; None where it names none."""

    models: tuple[str, ...]
    source: str
    current: str | None = None

    @property
    def has_current(self) -> bool:
        """Whether the model that the configuration names may stay: it is among them, or there is no list."""
        return self.current is not None and (not self.models or self.current in self.models)

    def describe(self) -> str:
        """The models and where they are from, in words."""
        if not self.models:
            return self.source
        more = f" and {len(self.models) - _SHOWN} more" if len(self.models) > _SHOWN else ""
        return f"{', '.join(f'`{each}`' for each in self.models[:_SHOWN])}{more} ({self.source})"


def offered_models(config: Config, found: Use, current: str | None, on_disk: Callable[[], tuple[str, ...]]) -> ModelOffer:
    """What there is for the row of whoever is to use a provider; `on_disk` gives what lies on this machine, and is asked where no server has a list."""
    target = _target(config, found)
    if target is None:
        return ModelOffer((), "the provider lists none that could be asked for here", current)
    if target.location == CLOUD:
        return ModelOffer((), "its vendor is not asked", current)
    (seen,) = list_models((target,))
    listed = chat_models(seen)
    if listed:
        return ModelOffer(listed, f"listed at {target.shown_url}", current)
    silent = f"{target.shown_url} {'lists none' if seen.model_list.models is not None else 'gives no list'}"
    local = on_disk() if target.location == LOCAL else ()
    if local:
        return ModelOffer(local, f"on this machine; {silent}", current)
    return ModelOffer((), silent, current)


def _target(config: Config, found: Use) -> ProbeTarget | None:
    row = config.catalog.at(config.tree, found.block) if found.block else None
    if row is None or not found.url.value or row.provider.models_path is None:
        return None
    return target_of(config, found, row.provider)


def list_models(targets: tuple[ProbeTarget, ...]) -> tuple[ProbeResult, ...]:
    """What servers say when they are asked for their models; a key goes to this machine alone."""
    options = ProbeOptions(_TIMEOUT_S)
    # of each the list alone matters
    bare = (replace(each, expected=()) for each in targets)
    probes = [plan_probe(each if each.location == LOCAL else replace(each, key=None, key_is_secret=False), options) for each in bare]
    results, interrupted = run_probes(probes, options, _DEADLINE_S, lambda _target, _check: None)
    if interrupted:
        raise KeyboardInterrupt
    return results


def chat_models(seen: ProbeResult) -> tuple[str, ...]:
    """The models of a server's list that chat, as far as their names say."""
    return tuple(dict.fromkeys(each.name for each in seen.model_list.models or () if purpose_of(each.name) is None))


def machine_models(provider: str, inventory: ModelInventory) -> tuple[str, ...]:
    """The names by which a provider's server would list the chat models of this machine; none where it is not known how it names them."""
    product = product_meant_by(provider)
    if product is None or product.id not in SERVERS:
        return ()
    chatting = (each for each in inventory.models if each.facts is not None and each.facts.kind is ModelKind.CHAT)
    return tuple(dict.fromkeys(listing.name for each in chatting for listing in each.listings if listing.server == product.id and listing.name))
