"""Vaults that variables come from: whether their host answers. What they hold is never asked for."""

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import BOTO, HTTPX, HttpServer, lacking, steps_at
from orbitcfg.live.resources.steps import NotTried
from orbitcfg.live.resources.visit import ResourceStep
from orbitcfg.observed.resource import ResourceTarget


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """The service of a region, the vault's own address, or Google's."""
    url, library = target.text("url"), HTTPX
    if target.text("provider").lower() == "aws":
        region = target.text("region")
        url, library = url or (f"https://secretsmanager.{region}.amazonaws.com" if region else ""), BOTO
    missing = lacking(target, *({"aws": () if url else ("region",), "azure": ("url",), "gcp": ("project",)}[target.text("provider").lower()]))
    server = HttpServer(url, options, ("url", "region"), library=library)
    return missing or steps_at(server, NotTried("whether the login may read: that is billed, and shows secrets"))
