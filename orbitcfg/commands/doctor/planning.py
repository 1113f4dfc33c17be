"""Which endpoints and resources a request is about."""

from collections.abc import Set as AbstractSet

from orbitcfg.catalog.specs import CLOUD
from orbitcfg.commands.doctor.request import Request
from orbitcfg.commands.doctor.subject import Subject
from orbitcfg.commands.names import check_name
from orbitcfg.dataclass import replace
from orbitcfg.effective.providers import Provider
from orbitcfg.effective.switches import SWITCH
from orbitcfg.errors import UsageError
from orbitcfg.live.options import ProbeOptions
from orbitcfg.live.plan import EndpointFilter, EndpointPlan, plan_endpoints, target_of
from orbitcfg.live.resources.kind import resource_kinds
from orbitcfg.live.resources.plan import ResourceProbe, plan_resource
from orbitcfg.live.resources.targets import resource_targets
from orbitcfg.observed.resource import ResourceTarget
from orbitcfg.project.config import Config


def endpoints_for(config: Config, request: Request) -> EndpointPlan:
    """The endpoints to look at. Raises UsageError for an adapter, a provider or a service that is nowhere, or nowhere in use."""
    if request.url is None:
        _check_names(config, request.choice)
        return plan_endpoints(config, request.choice)
    use = next(use for use in config.uses if use.is_default)
    row = config.catalog.at(config.tree, use.block) if use.block else None
    assert row is not None, "the configuration is made with the block"
    # asked also where ORBIT could not, for want of a model or a key: it is the address that somebody wants to know of
    target = target_of(config, use, row.provider)
    # the configuration is made up: none of its lines may be shown
    expected = tuple(replace(each, users=(), at=None) for each in target.expected) if request.model else ()
    # a server of one's own may want no key, whatever the vendor does whose API it speaks
    wants_key = target.key_required and target.location == CLOUD
    return EndpointPlan((replace(target, expected=expected, url_at=None, key_at=None, key_required=wants_key, is_default=False),))


def resources_for(subject: Subject, request: Request, options: ProbeOptions) -> tuple[ResourceProbe, ...]:
    """What else ORBIT needs that is to be looked at; nothing of a configuration that nobody wrote, or where a provider is asked for."""
    if not subject.is_users or request.choice.providers or not subject.config.tree.entries:
        return ()
    choice = request.choice
    targets = resource_targets(subject.config, every=choice.every or bool(choice.adapters))
    return tuple(plan_resource(target, options) for target in targets if _takes(choice, target))


def _takes(choice: EndpointFilter, target: ResourceTarget) -> bool:
    if choice.adapters and not any(user.partition("@")[0] in choice.adapters for user in target.users):
        return False
    return not choice.services or target.service in choice.services


def _check_names(config: Config, choice: EndpointFilter) -> None:
    keys = [use.adapter for use in config.uses if use.adapter]
    _check("adapter", choice.adapters, {key.name for key in keys}, {key.label for key in keys})
    in_use = _providers_in_use(config)
    _check_providers(config, choice, in_use)
    _check("service in use", choice.services, {*(use.service for use in config.uses), *(kind.service for kind in resource_kinds())})


def _providers_in_use(config: Config) -> set[str]:
    """The providers that something which is on uses."""
    return {use.provider.value for use in config.uses if use.is_on and use.provider.value}


def _check_providers(config: Config, choice: EndpointFilter, in_use: set[str]) -> None:
    defined: dict[str, Provider] = {}
    for provider in config.providers:
        defined.setdefault(provider.name, provider)
    known = in_use | ({*defined, *(use.provider.value for use in config.uses if use.provider.value)} if choice.every else set())
    for name in choice.providers:
        if name in known or name not in defined:
            continue
        block = defined[name]
        state = "is defined, and nothing that is on uses it" if block.is_on else "is defined and switched off"
        place = config.locate(block.path if block.is_on else (*block.path, SWITCH))
        raise UsageError(f"`{name}` {state} ({place.label}); `--all` includes it")
    _check("provider" if choice.every else "provider in use", choice.providers, known)


def _check(noun: str, names: tuple[str, ...], known: AbstractSet[str], shown: AbstractSet[str] = frozenset()) -> None:
    for name in names:
        check_name(noun, name, sorted(known), sorted(shown))
