"""The blocks of providers that nothing uses, as ORBIT would call them."""

from collections.abc import Iterator

from orbitcfg.effective.block import ModelRequest, plain_block
from orbitcfg.effective.consumers import Consumer
from orbitcfg.effective.outcome import outcome_of
from orbitcfg.effective.providers import Provider
from orbitcfg.effective.rows import SharedParts, row_of, with_fault
from orbitcfg.effective.service import SERVICES, Service
from orbitcfg.effective.use import Use
from orbitcfg.project.config import Config


def unused_blocks(config: Config) -> Iterator[Use]:
    """A use for each block that no use leads to; nobody's, and switched off."""
    used = {use.block for use in config.uses}
    services = dict(_services(config))
    for provider in config.providers:
        if provider.path not in used and (provider.is_inference or provider.path[0] in services):
            yield _use(config, provider, services.get(provider.path[0]))


def _services(config: Config) -> Iterator[tuple[object, Service]]:
    """The service of each section that holds its providers."""
    for service in reversed(SERVICES):
        row = config.catalog.at(config.tree, service.selector)
        for section in row.refers_to.sections if row is not None and row.refers_to is not None else ():
            yield section[0], service


def _use(config: Config, provider: Provider, service: Service | None) -> Use:
    block = plain_block(config.tree, config.catalog, provider.path)
    outcome = outcome_of(config.tree, block, config.environment, service.model_key if service else None)
    name = service.name if service else "inference"
    consumer = Consumer(None, None, ModelRequest(provider.name), provider.path, enabled=False, service=name)
    return with_fault(row_of(config.tree, consumer, outcome, SharedParts()), outcome)
