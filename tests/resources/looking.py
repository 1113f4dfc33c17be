"""A look at one resource, made as doctor makes it, from the values that its row names."""

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.kind import resource_kinds
from orbitcfg.live.resources.plan import plan_resource
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import run_all
from orbitcfg.observed.resource import ResourceResult, ResourceTarget, ResourceValue

_KNOWN = frozenset({"type", "family", "dimensions", "intent", "uploads", "agents"})
"""Values that what stands around a resource gives, beside those of its row."""


def target(kind: str, /, **values: object) -> ResourceTarget:
    """A resource of a kind, with these values and the defaults of its row for the others."""
    row = next(each for each in resource_kinds() if each.name == kind)
    found = {
        name: ResourceValue(values.get(name, spec.default), (*row.at, name) if name in values else None, spec.is_secret)
        for name, spec in row.values.items()
    } | {name: ResourceValue(values[name]) for name in _KNOWN & values.keys()}
    unknown = values.keys() - found.keys()
    assert not unknown, f"{kind} has no value {unknown}"
    return ResourceTarget(kind, row.title, row.service, "here", row.at, found, row.consequence, row.without, overrides=row.overrides)


def look(kind: str, options: ProbeOptions | None = None, /, **values: object) -> ResourceResult:
    """What is seen of it."""
    options = options or ProbeOptions()
    looked_at = target(kind, **values)
    run = ResourceRun(looked_at, plan_resource(looked_at, options).steps, options, lambda _target, _check: None)
    run_all([run], options, 20.0)
    return run.log.result()


def rows(result: ResourceResult) -> list[str]:
    """Its checks, a line each, without times."""
    return [f"{check.state.value} {check.kind.value}: {check.detail}" for check in result.checks]
