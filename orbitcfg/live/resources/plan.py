"""The resources that are looked at, each with its checks: what is planned is what runs."""

from importlib import import_module

from orbitcfg.dataclass import dataclass
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.kind import resource_kinds
from orbitcfg.live.resources.visit import NotKnown, ResourceStep, StepsOf
from orbitcfg.observed.resource import ResourceTarget


@dataclass(frozen=True, slots=True)
class ResourceProbe:
    """A resource and the checks that are made of it."""

    target: ResourceTarget
    steps: tuple[ResourceStep, ...]

    @property
    def calls(self) -> str:
        """What is asked of it, for people."""
        return ", ".join(dict.fromkeys(step.what for step in self.steps))


def plan_resource(target: ResourceTarget, options: ProbeOptions) -> ResourceProbe:
    """The checks to be made of a resource."""
    if target.unknown:
        return ResourceProbe(target, (NotKnown(target.unknown),))
    module = next(kind.check for kind in resource_kinds() if kind.name == target.kind)
    # imported here: of dozens of protocols a configuration uses a few
    steps_of: StepsOf = import_module(f"orbitcfg.live.resources.checks.{module}").steps_of
    return ResourceProbe(target, steps_of(target, options))
