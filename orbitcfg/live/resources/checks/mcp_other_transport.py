"""MCP servers by a transport that ORBIT has not: they offer no tool, wherever they are."""

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.unusable import Unusable
from orbitcfg.live.resources.visit import ResourceStep
from orbitcfg.observed.resource import ResourceFault, ResourceTarget


def steps_of(target: ResourceTarget, _options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """Nothing is asked."""
    return (Unusable(ResourceFault.BAD_VALUE, f"ORBIT has no transport `{target.text('transport')}`: write `http` or `stdio`", ("transport",)),)
