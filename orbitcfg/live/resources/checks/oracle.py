"""Oracle: a connection."""

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.steps import NotTried, way_to
from orbitcfg.live.resources.visit import ResourceStep
from orbitcfg.observed.resource import ResourceTarget


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """No more than a connection: its protocol tells nothing before a login."""
    return (*way_to(target), NotTried("login and service are not tried: orbitcfg has no client for Oracle"))
