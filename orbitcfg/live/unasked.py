"""The uses that no request can be sent for: without an address, without a provider, inside ORBIT itself."""

from orbitcfg.catalog.specs import IN_PROCESS
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import Interpolated, KeyPath, Node, Scalar, Substitution, Unknown
from orbitcfg.effective.provenance import Sourced
from orbitcfg.effective.realtime import PROTOCOL as REALTIME
from orbitcfg.effective.service import SERVICES
from orbitcfg.effective.switches import SWITCH
from orbitcfg.effective.use import Use
from orbitcfg.masking.url import without_credentials
from orbitcfg.observed.check import CheckKind, CheckState
from orbitcfg.observed.endpoint import UnaskedUse
from orbitcfg.project.config import Config

ASKED = frozenset({"configured", "keyless", "failing", "undecided"})
"""The states of uses whose endpoint is looked at."""

SWITCHED_OFF = frozenset({"off", "disabled"})
"""Those of uses whose endpoint is looked at where the user wants what is off too."""

_NEEDED_BY_ALL = frozenset({"inference", "moderation"})
"""Services that the server itself asks its default provider for."""


def unasked_use(config: Config, use: Use, users: tuple[str, ...], *, off_too: bool) -> UnaskedUse | None:
    """Why a use cannot be asked for; None where it can. `off_too`: what is off is asked as well."""
    found = _of_provider(config, use) if use.state not in ASKED | (SWITCHED_OFF if off_too else frozenset()) else None
    found = found or _of_address(config, use)
    if found is None:
        return None
    found = replace(found, provider=use.provider.value or "", service=use.service, users=users)
    return found if found.state is CheckState.UNCHECKED else _weighed(found, use)


def is_needed(use: Use) -> bool:
    """Whether the server, or an adapter that is on, sends requests: a provider that is chosen for all may be nobody's."""
    return use.enabled and (use.adapter is not None or use.service in _NEEDED_BY_ALL)


def _weighed(found: UnaskedUse, use: Use) -> UnaskedUse:
    """What fails, unless it is off or nobody asks for it."""
    if not use.enabled:
        return replace(found, state=CheckState.UNCHECKED)
    if not is_needed(use):
        return replace(found, state=CheckState.OK, reason=f"{found.reason}, and no adapter asks for it")
    return found


def _of_provider(config: Config, use: Use) -> UnaskedUse | None:
    """What is wrong with the provider, so that ORBIT sends nothing."""
    name, named_at = use.provider.value, use.provider.path
    match use.state:
        case "off":
            gate = _closed_gate(config, use.service)
            why = f"`{config.format_path(gate)}` is off: ORBIT uses no {use.service}" if gate else use.reason
            return _unasked(config, CheckKind.PROVIDER, CheckState.UNCHECKED, why, gate)
        case "disabled":
            switch = (*(use.block or ()), SWITCH)
            return _unasked(config, CheckKind.PROVIDER, CheckState.FAILED, f"`{name}` for {use.service} is switched off", switch)
        case "unknown" if name:
            return _unasked(config, CheckKind.PROVIDER, CheckState.FAILED, f"no provider `{name}` is defined for {use.service}", named_at)
        case "unjudged":
            return _unasked(config, CheckKind.PROVIDER, CheckState.UNCHECKED, f"`{name}` is {use.reason}", use.block)
        case "unregistered":
            return _unasked(config, CheckKind.PROVIDER, CheckState.FAILED, f"ORBIT has no provider `{name}` for {use.service}", named_at)
    fault = next((fault for fault in use.faults if fault.state == use.state), None)
    why = f"`{name}`: {use.reason}" if name else use.reason
    return _unasked(config, CheckKind.PROVIDER, CheckState.FAILED, why, (fault.path if fault else None) or named_at or use.path)


def _closed_gate(config: Config, service: str) -> KeyPath | None:
    """The switch that turns a whole service off; None where none does."""
    selector = next((each.selector for each in SERVICES if each.name == service), ())
    row = config.catalog.at(config.tree, selector) if selector else None
    gates = row.refers_to.gates if row is not None and row.refers_to is not None else ()
    return next((gate for gate in gates if not config.switches.is_on(gate)), None)


def _of_address(config: Config, use: Use) -> UnaskedUse | None:
    """Why there is no address; None where there is one, at which doctor can ask."""
    name, block = use.provider.value, use.block
    if name is None:
        return _not_known(config, f"the provider for {use.service}", use.provider, CheckKind.PROVIDER)
    row = config.catalog.at(config.tree, block) if block else None
    if use.protocol == IN_PROCESS and use.url.value:
        return _unasked(config, CheckKind.PROVIDER, CheckState.UNCHECKED, f"`{name}` is called at an address where no question is free", block)
    if use.protocol == IN_PROCESS:
        return _inside(config, use, name)
    if use.protocol == REALTIME:
        return _unasked(
            config,
            CheckKind.PROVIDER,
            CheckState.UNCHECKED,
            f"`{name}` is asked over a WebSocket, which is not opened, as that may cost money",
            block,
        )
    if row is None or row.provider.protocol is None:
        return _unasked(config, CheckKind.PROVIDER, CheckState.UNCHECKED, f"`{name}` is called by its vendor's library, at no address", block)
    if use.url.value:
        return None
    node = _node(use.url)
    if use.url.path is None or (isinstance(node, Scalar) and isinstance(node.value, Unknown)):
        return _not_known(config, f"the address of `{name}`", use.url, CheckKind.ADDRESS)
    key = config.format_path(use.url.path)
    found = _unasked(config, CheckKind.ADDRESS, CheckState.FAILED, f"`{name}` has no address: `{key}` {_void(node)}", use.url.path)
    return replace(found, variables=tuple(each.label for each in _substitutions(node)))


def _inside(config: Config, use: Use, name: str) -> UnaskedUse:
    """A use whose model runs inside ORBIT: what can be looked at is its file."""
    model = use.model_name or ""
    what = f"`{name}` computes `{model}` inside ORBIT" if model else f"`{name}` computes inside ORBIT, where nothing can be asked"
    return replace(_unasked(config, CheckKind.FILE, CheckState.UNCHECKED, what, use.model.path or use.block), model=model)


def _not_known(config: Config, what: str, written: Sourced[str | None], kind: CheckKind) -> UnaskedUse:
    node = _node(written)
    names = tuple(dict.fromkeys(each.label for each in _substitutions(node)))
    why = f"{what} comes from {' and '.join(f'`${{{name}}}`' for name in names)}, which is not known here" if names else f"{what} is not known here"
    return replace(_unasked(config, kind, CheckState.UNCHECKED, why, written.path), variables=names)


def _node(written: Sourced[str | None]) -> Node | None:
    """What decides a value; its first place where nothing stands anywhere."""
    return written.decided_at.node if written.decided_at else None


def _void(node: Node | None) -> str:
    """In what way there is nothing."""
    for step in node.steps if node is not None else ():
        if isinstance(step, Interpolated):
            unset = [each for each in step.substitutions if not each.is_set]
            return f"is `{without_credentials(step.template)}`, which is {'not set' if unset else 'empty'} here"
    return "is missing" if node is None else "is empty"


def _substitutions(node: Node | None) -> tuple[Substitution, ...]:
    steps = node.steps if node is not None else ()
    return tuple(each for step in steps if isinstance(step, Interpolated) for each in step.substitutions)


def _unasked(config: Config, kind: CheckKind, state: CheckState, reason: str, path: KeyPath | None) -> UnaskedUse:
    return UnaskedUse("", "", (), kind, state, reason, path, config.locate(path).label if path else "")
