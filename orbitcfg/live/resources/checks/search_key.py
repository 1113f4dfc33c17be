"""Search engines that bill each search: the key is there, and their host answers."""

from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.resources.http_server import HttpServer, lacking, steps_at
from orbitcfg.live.resources.steps import NotTried
from orbitcfg.live.resources.visit import ResourceStep
from orbitcfg.observed.resource import ResourceTarget

_HOSTS = {
    "brave": "https://api.search.brave.com",
    "serper": "https://google.serper.dev",
    "tavily": "https://api.tavily.com",
    "google_pse": "https://www.googleapis.com",
    "perplexity": "https://api.perplexity.ai",
}


def steps_of(target: ResourceTarget, options: ProbeOptions) -> tuple[ResourceStep, ...]:
    """A connection; the key is sent nowhere."""
    provider = target.text("provider").lower()
    url = (target.text("url") if provider == "perplexity" else "") or _HOSTS[provider]
    missing = lacking(target, "api_key", *(("engine",) if provider == "google_pse" else ()))
    return missing or steps_at(HttpServer(url, options, ("url", "provider")), NotTried("whether the key is right: each search is billed"))
