"""What to look at: the endpoints that the effective configuration will call, each once, with who needs it."""

from collections.abc import Hashable, Iterable

from orbitcfg.catalog.specs import ProviderSpec
from orbitcfg.compile.environment import PROCESS
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.document.tree import at, plain, value_at
from orbitcfg.effective.clients import header_fault
from orbitcfg.effective.families import FAMILIES, ClientFamily
from orbitcfg.effective.realtime import REALTIME
from orbitcfg.effective.request import OrdinaryRequest
from orbitcfg.effective.use import Use
from orbitcfg.live.blocks import unused_blocks
from orbitcfg.live.location import location_of
from orbitcfg.live.products import product_meant_by
from orbitcfg.live.unasked import is_needed, unasked_use
from orbitcfg.observed.ability import Ability
from orbitcfg.observed.check import CheckKind
from orbitcfg.observed.endpoint import THE_DEFAULT, ExpectedModel, OtherBlock, ProbeTarget, UnaskedUse
from orbitcfg.observed.host import KeyState
from orbitcfg.project.config import Config

_CONTEXT = "context_window"


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """Which endpoints are looked at; nothing chosen means those of enabled adapters and the default."""

    adapters: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    every: bool = False

    @property
    def takes_off(self) -> bool:
        """Whether what is switched off is looked at too."""
        return self.every or bool(self.adapters or self.providers)

    def takes(self, use: Use) -> bool:
        """Whether a row of the effective configuration is chosen."""
        if use.state == "ignored" or not (self.takes_off or _is_wanted(use)):
            return False
        if self.adapters and (use.adapter is None or use.adapter.name not in self.adapters):
            return False
        return (not self.providers or use.provider.value in self.providers) and (not self.services or use.service in self.services)


def _is_wanted(use: Use) -> bool:
    """Whether ORBIT will try to use it, or an adapter that is on asks for it in vain."""
    return use.is_on or (use.enabled and use.adapter is not None)


@dataclass(frozen=True, slots=True)
class EndpointPlan:
    """The endpoints to look at, the keys that they need, and the uses that cannot be asked for."""

    targets: tuple[ProbeTarget, ...]
    keys: tuple[KeyState, ...] = ()
    unasked: tuple[UnaskedUse, ...] = ()


def plan_endpoints(config: Config, chosen: EndpointFilter) -> EndpointPlan:
    """The plan for a configuration: every use that is chosen is in it."""
    targets: dict[Hashable, list[ProbeTarget]] = {}
    keys: dict[Hashable, KeyState] = {}
    unasked: dict[Hashable, UnaskedUse] = {}
    # of a root that cannot be read nothing is known, not even that it lacks anything
    uses = config.uses if config.tree.entries else ()
    for use in (*uses, *(unused_blocks(config) if chosen.every else ())):
        if not chosen.takes(use):
            continue
        vain = unasked_use(config, use, _users(use), off_too=chosen.takes_off)
        if vain is not None:
            _add_unasked(unasked, vain)
        row = config.catalog.at(config.tree, use.block) if use.block else None
        if (
            row is None
            or row.provider.protocol is None
            or (vain is not None and vain.kind in (CheckKind.PROVIDER, CheckKind.FILE) and use.service != REALTIME)
        ):
            continue
        _add_key(keys, config, use, row.provider)
        if vain is None:
            _add_target(targets, config, use, row.provider)
    return EndpointPlan(tuple(each for listed in targets.values() for each in listed), tuple(keys.values()), tuple(unasked.values()))


def _add_unasked(unasked: dict[Hashable, UnaskedUse], vain: UnaskedUse) -> None:
    identity = (vain.provider, vain.service, vain.kind, vain.state, vain.reason, vain.place)
    before = unasked.get(identity)
    unasked[identity] = vain if before is None else replace(before, users=_merged(before.users, vain.users))


def _add_target(targets: dict[Hashable, list[ProbeTarget]], config: Config, use: Use, provider: ProviderSpec) -> None:
    made = target_of(config, use, provider)
    # with the key: of two keys for one address one may be refused
    listed = targets.setdefault((made.url, made.key), [])
    for index, before in enumerate(listed):
        if _is_one(before, made):
            listed[index] = _with_block(before, made)
            return
    listed.append(made)


def _is_one(first: ProbeTarget, second: ProbeTarget) -> bool:
    """Whether the blocks of two endpoints lead to one: all that is asked of both is the same, and they are not for two different products."""
    if second.provider in first.providers:
        return True
    meant = {product.id for target in (first, second) if (product := product_meant_by(*target.providers))}
    return len(meant) < 2 and _requests(first) == _requests(second)


def _requests(target: ProbeTarget) -> Hashable:
    """What decides how an endpoint is asked, beside its address and its key."""
    asked = target.protocol, target.models_path, target.models_from_root, target.list_url, target.chat_url
    # of all clients aiohttp alone goes another way, and trusts other certificates
    return *asked, target.client == "aiohttp", target.heeds_proxies, target.key_is_secret, target.key_required, target.location


def _with_block(target: ProbeTarget, made: ProbeTarget) -> ProbeTarget:
    """An endpoint with what another block, or another use of its own, asks of it."""
    joined = target.expected
    for expected in made.expected:
        joined = _joined(joined, expected)
    others = target.others if made.provider in target.providers else (*target.others, OtherBlock(made.provider, made.url_at))
    embed_url, is_default = target.embed_url or made.embed_url, target.is_default or made.is_default
    return replace(target, expected=joined, embed_url=embed_url, is_default=is_default, others=others)


def _joined(expected: tuple[ExpectedModel, ...], other: ExpectedModel) -> tuple[ExpectedModel, ...]:
    """The models with one more; the same model with the same parameters is one, with more users."""
    for index, each in enumerate(expected):
        # one that is to chat and to embed is named in two lines, and can do but one of it
        is_alike = each.model == other.model and (Ability.EMBED in each.needs) == (Ability.EMBED in other.needs)
        if is_alike and (each.parameters == other.parameters or not other.is_chat):
            users, services = _merged(each.users, other.users), _merged(each.services, other.services)
            most = max((each, other), key=lambda one: one.context or 0)
            tools = each.calls_tools or other.calls_tools
            joined = replace(each, users=users, services=services, context=most.context, context_key=most.context_key, calls_tools=tools)
            return (*expected[:index], joined, *expected[index + 1 :])
    return (*expected, other)


def _merged(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def target_of(config: Config, use: Use, provider: ProviderSpec) -> ProbeTarget:
    """The endpoint of one row of the effective configuration."""
    api_key, family = provider.api_key, _family(provider)
    return ProbeTarget(
        provider=use.provider.value or "",
        protocol=use.protocol or provider.protocol or "",
        location=location_of(use.url.value or "", provider, config.catalog),
        url=use.url.value or "",
        written=str(_written(config, use) or use.url.value),
        expected=(_expected(config, use, provider),),
        models_path=provider.models_path,
        models_from_root=provider.models_from_root,
        list_url=_called(use, _list_path(provider)),
        chat_url=_called(use, "/api/chat" if provider.protocol == "ollama" else "/chat/completions"),
        embed_url=use.request.url if use.service == "embedding" and isinstance(use.request, OrdinaryRequest) else "",
        client=family.library if family else "httpx",
        heeds_proxies=family is None or family.heeds_proxies,
        key=use.key.value or use.stand_in_key,
        key_fault=header_fault(use.key.value, family) if use.key.value and family else "",
        key_is_secret=use.key_set,
        takes_key=bool(api_key.key or api_key.env),
        takes_user=family is not None and family.sends_user,
        key_required=api_key.required,
        key_variables=(use.key_variable,) if use.key_variable else api_key.env,
        url_at=use.url.path or use.block,
        key_at=use.key.path or ((*use.block, api_key.key) if use.block and api_key.key else use.block),
        timeout_s=_timeout_s(config, use),
        is_default=use.is_default and use.enabled,
    )


def _list_path(provider: ProviderSpec) -> str:
    """Where ORBIT's client finds the list of models, below its base; empty where it stands at the server's root, whatever the base."""
    # Shimmy's stands at the root and below `/v1` alike, unless the base is wrong
    below_root = "/models" if provider.protocol == "openai" else ""
    return below_root if provider.models_from_root else provider.models_path or ""


def _called(use: Use, path: str) -> str:
    """The whole address of a call of ORBIT's client; empty where that is not known."""
    made = use.caller.call(path) if use.caller and path else None
    return made.url if isinstance(made, OrdinaryRequest) else ""


def _family(provider: ProviderSpec) -> ClientFamily | None:
    return FAMILIES[provider.client.family] if provider.client else None


def _timeout_s(config: Config, use: Use) -> float | None:
    """How long ORBIT waits for a reply, where the configuration says so and ORBIT heeds it."""
    path = (*(use.block or ()), "timeout", "total")
    row, value = config.catalog.at(config.tree, path), value_at(config.tree, path)
    heeded = row is not None and row.effect is None
    # ORBIT counts it in milliseconds
    return value / 1000 if heeded and isinstance(value, int | float) and not isinstance(value, bool) else None


def _written(config: Config, use: Use) -> object:
    return value_at(config.tree, use.url.path) if use.url.path else None


def _expected(config: Config, use: Use, provider: ProviderSpec) -> ExpectedModel:
    context, key = _context(config, use, provider)
    return ExpectedModel(
        use.model_name,
        _users(use),
        (use.service,),
        use.model.path or use.block,
        use.request_parameters,
        context,
        key,
        calls_tools=_calls_tools(config, use, provider),
    )


def _calls_tools(config: Config, use: Use, provider: ProviderSpec) -> bool:
    """Whether ORBIT offers tools to the model of a use."""
    adapter = config.routed.get(use.adapter.name) if use.adapter else None
    return adapter is not None and adapter.uses_mcp and provider.tools.at(use.protocol if provider.modes is None else "api") is not False


def _users(use: Use) -> tuple[str, ...]:
    """Who needs it; nobody a block that nothing uses."""
    if use.adapter is None:
        return (THE_DEFAULT,) if use.enabled else ()
    return (str(use.adapter),)


def _context(config: Config, use: Use, provider: ProviderSpec) -> tuple[int | None, str]:
    """The context window that the configuration counts on, and the key that says so: the adapter's, else the provider's own key, else `context_window`."""
    places = [(*use.path, _CONTEXT)] if use.path else []
    if use.block:
        places += [(*use.block, name) for name in (provider.context_key, _CONTEXT) if name]
    for path in places:
        node = at(config.tree, path)
        value = plain(node) if node else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value, str(path[-1])
    return None, _CONTEXT


def _add_key(keys: dict[Hashable, KeyState], config: Config, use: Use, provider: ProviderSpec) -> None:
    """Notes a key that requests need, or that is set."""
    if not use.key_set and not provider.api_key.required:
        return
    variables = (use.key_variable,) if use.key_variable else provider.api_key.env
    identity = (use.provider.value, variables)
    before = keys.get(identity)
    if before:
        keys[identity] = replace(before, users=_merged(before.users, _users(use)), is_needed=before.is_needed or is_needed(use))
        return
    variable, family = config.environment[use.key_variable] if use.key_variable else None, _family(provider)
    source = "" if variable is None else "the environment" if variable.source == PROCESS else f"`{variable.source}`"
    keys[identity] = KeyState(
        use.provider.value or "",
        variables,
        _users(use),
        use.key_set,
        source,
        use.key.path or use.block,
        header_fault(use.key.value, family) if use.key.value and family else "",
        config.is_decided,
        is_needed(use),
    )
