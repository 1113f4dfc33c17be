"""Every row of the effective configuration: which adapter uses which provider, model, URL, key and parameters."""

from collections.abc import Iterable

from orbitcfg.compile.environment import Environment
from orbitcfg.effective.adapters import Adapter, beside_adapters
from orbitcfg.effective.consumers import Consumers
from orbitcfg.effective.inference import language_models
from orbitcfg.effective.outcome import Outcomes
from orbitcfg.effective.realtime import Voices
from orbitcfg.effective.services import Services
from orbitcfg.effective.switches import Switches
from orbitcfg.effective.use import Use


def uses(switches: Switches, adapters: Iterable[Adapter], environment: Environment) -> tuple[Use, ...]:
    """The rows of a configuration: the default first, then each adapter in order, each with its services."""
    consumers = Consumers(switches, tuple(adapter for adapter in adapters if adapter.name))
    outcomes = Outcomes(beside_adapters(switches.tree, switches.catalog.memo), switches.catalog, environment)
    models = language_models(consumers, outcomes)
    services = Services(switches, outcomes)
    voices = Voices(switches, consumers.adapters, environment)
    rows = [models.default, *services.defaults()]
    for adapter in consumers.adapters:
        own = models.of_adapters.get(adapter.path) or voices.of_adapter(adapter)
        rows += [own] if own is not None else []
        rows += (*models.of_choices[adapter.path], *services.of_adapter(adapter))
    return tuple(rows)
