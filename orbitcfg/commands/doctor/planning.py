"""Which endpoints a request is about."""

from dataclasses import replace

from orbitcfg.commands.doctor.request import Request
from orbitcfg.errors import UsageError
from orbitcfg.live.plan import EndpointFilter, EndpointPlan, plan_endpoints
from orbitcfg.observed.endpoint import ExpectedModel
from orbitcfg.project.config import Config
from orbitcfg.suggest import did_you_mean


def endpoints_for(config: Config, request: Request) -> EndpointPlan:
    """The endpoints to look at. Raises UsageError for an adapter, a provider or a service that is nowhere."""
    if request.url is None:
        _check_names(config, request.choice)
        return plan_endpoints(config, request.choice)
    made = plan_endpoints(config, EndpointFilter(providers=request.choice.providers, services=("inference",)))
    expected = (ExpectedModel(request.model, (), ("inference",)),) if request.model else ()
    # the configuration is made up: none of its lines may be shown
    return EndpointPlan(tuple(replace(target, expected=expected, url_at=None, key_at=None) for target in made.targets[:1]))


def _check_names(config: Config, choice: EndpointFilter) -> None:
    uses = config.uses
    for names, known, noun in (
        (choice.adapters, {use.adapter.name for use in uses if use.adapter}, "adapter"),
        (choice.providers, {use.provider.value for use in uses if use.provider.value}, "provider in use"),
        (choice.services, {use.service for use in uses}, "service in use"),
    ):
        for name in names:
            if name not in known:
                raise UsageError(f"there is no {noun} `{name}`" + did_you_mean(name, known, otherwise=f"; there are {', '.join(sorted(known))}"))
