"""What to look at: the endpoints that the effective configuration will call, each once, with who needs it."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from orbitcfg.catalog.specs import LOCAL, ProviderSpec
from orbitcfg.compile.environment import PROCESS
from orbitcfg.document.tree import KeyPath, at, plain, value_at
from orbitcfg.effective import Use
from orbitcfg.observed.endpoint import KeyState, Target, Wanted
from orbitcfg.project.config import Config

THE_DEFAULT = "the default"
_CALLED = frozenset({"ok", "keyless", "failing", "undecided"})
_SWITCHED_OFF = frozenset({"off", "disabled"})
_CONTEXT = "context_window"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which endpoints are wanted; nothing chosen means those of enabled adapters and the default."""

    adapters: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    every: bool = False

    def takes(self, use: Use) -> bool:
        """Whether a row of the effective configuration is wanted."""
        off_too = self.every or bool(self.adapters or self.providers)
        if use.state not in _CALLED and not (off_too and use.state in _SWITCHED_OFF):
            return False
        if not use.enabled and not off_too:
            return False
        if self.adapters and (use.adapter or "").partition("@")[0] not in self.adapters:
            return False
        return (not self.providers or use.provider in self.providers) and (not self.services or use.service in self.services)


@dataclass(frozen=True, slots=True)
class Plan:
    """The endpoints to look at, the keys that they need, and the rows whose address nobody knows here."""

    targets: tuple[Target, ...]
    keys: tuple[KeyState, ...] = ()
    unknown: tuple[Use, ...] = ()


def planned(config: Config, choice: Choice) -> Plan:
    """The plan for a configuration."""
    targets: dict[Hashable, Target] = {}
    keys: dict[Hashable, KeyState] = {}
    unknown = []
    for use in config.uses:
        if use.provider is None or use.block is None or not choice.takes(use):
            continue
        row = config.catalog.at(config.tree, use.block)
        if row is None or row.provider.protocol is None:
            continue
        _add_key(keys, config, use, row.provider)
        if use.url is None:
            unknown += [use] if use.state == "undecided" else []
            continue
        _add_target(targets, config, use, row.provider)
    return Plan(tuple(targets.values()), tuple(keys.values()), tuple(unknown))


def _add_target(targets: dict[Hashable, Target], config: Config, use: Use, provider: ProviderSpec) -> None:
    made = target_of(config, use, provider)
    identity = (made.url, made.provider, made.key)
    before = targets.get(identity)
    if before is None:
        targets[identity] = made
        return
    joined = before.wanted
    for wanted in made.wanted:
        joined = _joined(joined, wanted)
    targets[identity] = replace(before, wanted=joined, is_default=before.is_default or made.is_default)


def _joined(wanted: tuple[Wanted, ...], other: Wanted) -> tuple[Wanted, ...]:
    """The models with one more; the same model with the same parameters is one, with more users."""
    for index, each in enumerate(wanted):
        if each.model == other.model and (each.parameters == other.parameters or not other.is_chat):
            users, services = _merged(each.users, other.users), _merged(each.services, other.services)
            context = max(filter(None, (each.context, other.context)), default=None)
            return (*wanted[:index], replace(each, users=users, services=services, context=context), *wanted[index + 1 :])
    return (*wanted, other)


def _merged(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def target_of(config: Config, use: Use, provider: ProviderSpec) -> Target:
    """The endpoint of one row of the effective configuration."""
    api_key = provider.api_key
    return Target(
        provider=use.provider or "",
        protocol=use.protocol or provider.protocol or "",
        location=provider.location or LOCAL,
        url=use.url or "",
        written=str(_written(config, use) or use.url),
        wanted=(_wanted(config, use, provider),),
        models_path=provider.models_path,
        models_from_root=provider.models_from_root,
        key=use.key or use.stand_in_key,
        key_is_secret=bool(use.key),
        key_required=api_key.required,
        key_variables=(use.key_variable,) if use.key_variable else api_key.env,
        url_at=_first(use, "url") or use.block,
        key_at=_first(use, "key") or ((*use.block, api_key.key) if use.block and api_key.key else use.block),
        timeout_s=_timeout_s(config, use),
        is_default=use.adapter is None and use.service == "inference",
    )


def _timeout_s(config: Config, use: Use) -> float | None:
    """How long ORBIT waits for a reply, where the configuration says so and ORBIT heeds it."""
    path = (*(use.block or ()), "timeout", "total")
    row, value = config.catalog.at(config.tree, path), value_at(config.tree, path)
    heeded = row is not None and row.effect is None
    return value / 1000 if heeded and isinstance(value, int | float) and not isinstance(value, bool) else None


def _written(config: Config, use: Use) -> object:
    path = _first(use, "url")
    return value_at(config.tree, path) if path else None


def _first(use: Use, name: str) -> KeyPath | None:
    paths = use.origins.get(name, ())
    return paths[0] if paths else None


def _wanted(config: Config, use: Use, provider: ProviderSpec) -> Wanted:
    user = THE_DEFAULT if use.adapter is None else use.adapter
    return Wanted(use.model, (user,), (use.service,), _first(use, "model") or use.block, use.parameters, _context(config, use, provider))


def _context(config: Config, use: Use, provider: ProviderSpec) -> int | None:
    """The context window that the configuration counts on: the adapter's, else the provider's own key, else `context_window`."""
    places = [(*use.path, _CONTEXT)] if use.path else []
    if use.block:
        places += [(*use.block, name) for name in (provider.context_key, _CONTEXT) if name]
    for path in places:
        node = at(config.tree, path)
        value = plain(node) if node else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _add_key(keys: dict[Hashable, KeyState], config: Config, use: Use, provider: ProviderSpec) -> None:
    """Notes a key that requests need, or that is set."""
    if not use.key and not provider.api_key.required:
        return
    variables = (use.key_variable,) if use.key_variable else provider.api_key.env
    identity = (use.provider, variables)
    user = THE_DEFAULT if use.adapter is None else use.adapter
    before = keys.get(identity)
    if before:
        keys[identity] = replace(before, users=_merged(before.users, (user,)))
        return
    variable = config.environment[use.key_variable] if use.key_variable else None
    source = "" if variable is None else "the environment" if variable.source == PROCESS else f"`{variable.source}`"
    keys[identity] = KeyState(use.provider or "", variables, (user,), bool(use.key), source, at=_first(use, "key") or use.block)


def requests(target: Target, *, generations: int) -> str:
    """What will be asked of an endpoint, in words."""
    asked = ["its name, a connection"]
    if target.url.startswith("https:"):
        asked[0] += " and a TLS handshake"
    if target.location != "cloud":
        asked.append("who it is")
    if target.models_path:
        asked.append("its list of models")
    if generations:
        asked.append(f"{generations} chat completions" + (", BILLABLE" if target.location == "cloud" else ""))
    return ", ".join(asked)
