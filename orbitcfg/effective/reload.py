"""What makes a change of the files take effect in an ORBIT that runs, as recorded of 28 changes (orbit-api §5)."""

from collections.abc import Iterable
from enum import Enum

from orbitcfg.cached import cached_property
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.specs import MODE_API
from orbitcfg.dataclass import dataclass
from orbitcfg.document.keypath import KeyPathFormatter
from orbitcfg.document.tree import KeyPath, value_at
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.adapters import Adapter, routed
from orbitcfg.effective.block import SECTION as INFERENCE
from orbitcfg.effective.demand import DemandGraph
from orbitcfg.effective.registry import DEFAULT, default_provider
from orbitcfg.effective.switches import SWITCH
from orbitcfg.plural import counted


class How(Enum):
    """What has to be done, the least first; the value says it for the user."""

    RELOAD_MCP = "a reload of its MCP servers"
    RELOAD_ADAPTERS = "a reload of its adapters"
    RELOAD_ADAPTER = "a reload of each adapter that uses it"
    RESTART = "a restart"


@dataclass(frozen=True, slots=True)
class Activation:
    """What makes one change take effect: how, of a restart why nothing less does, and of a reload of single adapters which ones."""

    how: How
    why: str = ""
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rollout:
    """What makes several changes take effect at once."""

    how: How
    because: str = ""
    """Of a restart, why nothing less does."""
    calls: tuple[str, ...] = ()
    """What to run, or to ask of the server where ORBIT has no command for it."""

    @property
    def sentence(self) -> str:
        """It in words."""
        if self.how is How.RESTART:
            return f"takes effect with a restart, because {self.because}"
        return f"takes effect with {' and '.join(f'`{call}`' for call in self.calls)}, without a restart"


def rollout_of(activations: Iterable[Activation]) -> Rollout | None:
    """What makes all of them take effect; None where nobody uses what changed."""
    found = list(dict.fromkeys(activations))
    if restarts := list(dict.fromkeys(each.why for each in found if each.how is How.RESTART)):
        more = f" (and {counted(len(restarts) - 1, 'more reason')})" if len(restarts) > 1 else ""
        return Rollout(How.RESTART, f"{restarts[0]}{more}", (RESTART,))
    if not found:
        return None
    hows = {each.how for each in found}
    # only a comparison asks, and a check of the servers
    from shlex import quote

    names = dict.fromkeys(name for each in found for name in each.adapters)
    calls = [MCP_RELOAD] if How.RELOAD_MCP in hows else []
    calls += [RELOAD] if How.RELOAD_ADAPTERS in hows else []
    calls += [f"{RELOAD} --adapter {quote(name)}" for name in names]
    return Rollout(max(hows, key=list(How).index), calls=tuple(calls))


RELOAD = "orbit admin reload-adapters"
RESTART = "orbit restart"
MCP_RELOAD = "POST /admin/mcp/reload"
"""A request, since ORBIT has no command for it."""

ENV_FILE = Activation(How.RESTART, "ORBIT reads the `.env` once, when it starts")
"""A reload puts the old values in again."""


@dataclass(frozen=True)
class Reloads:
    """What a running ORBIT makes of changed files. `demand` is that of the configuration in which a changed path stands."""

    demand: DemandGraph

    def of(self, path: KeyPath, *, is_new: bool = False) -> Activation | None:
        """What makes a change at a path take effect; None where nobody uses what stands there. `is_new`: it came, or went, as a whole."""
        section = self.demand.catalog.sections.get(str(path[0])) if path else None
        match section.reload if section is not None else None:
            case "adapters":
                return self._of_adapter(path)
            case "adapter":
                return self._of_block(path, is_new=is_new)
            case "mcp":
                return Activation(How.RELOAD_MCP)
        # what is switched off is used by nobody, and was until now
        if self.demand.of(path).state == "no" and path[-1] != SWITCH and not is_new:
            return None
        return Activation(How.RESTART, f"ORBIT reads `{self._shown(path)}` once, when it starts")

    def _of_adapter(self, path: KeyPath) -> Activation | None:
        adapter = self._by_path.get(path[:2])
        if adapter is not None and not adapter.is_on and path[2:] != (SWITCH,):
            return None
        if path[2:3] == ("allowed_models",):
            name = ADAPTERS if adapter is None else adapter.shown
            return Activation(How.RESTART, f"after a reload the choices of `{name}` go to the model of their provider's block")
        if adapter is not None and adapter is self.closing:
            return self._closing(adapter)
        return Activation(How.RELOAD_ADAPTERS)

    def _of_block(self, path: KeyPath, *, is_new: bool) -> Activation | None:
        users = self.demand.of(path).by or (self.demand.of(path[:2]).by if path[2:] == (SWITCH,) or is_new else ())
        if not users and self.demand.of(path).state == "no":
            return None
        if path[0] == INFERENCE and (path[2:] == (SWITCH,) or (is_new and len(path) == 2)):
            return Activation(How.RESTART, f"ORBIT registers `{self._shown(path[:2])}` once, when it starts")
        block = self._block(path)
        if block == (INFERENCE, default_provider(self.demand.tree).value):
            return Activation(How.RESTART, f"the default model is made with `{self._shown(block)}` once, when ORBIT starts")
        if any(key.entry is not None for key in users):
            return Activation(How.RESTART, f"the models that clients choose are made with `{self._shown(block)}` once")
        if self.closing is not None and self.closing.key in users:
            return self._closing(self.closing)
        return Activation(How.RELOAD_ADAPTER, adapters=tuple(map(str, users)))

    @staticmethod
    def _closing(adapter: Adapter) -> Activation:
        return Activation(How.RESTART, f"a reload of `{adapter.shown}` closes the client of the default model for good")

    def _block(self, path: KeyPath) -> KeyPath:
        """The block that a path leads into; for a preset that of its provider."""
        section = self.demand.catalog.sections.get(str(path[0]))
        return path[:2] if section is None or section.presets_of is None else (INFERENCE, section.presets_of)

    @cached_property
    def _takers(self) -> frozenset[AdapterKey]:
        """The adapters that take the default model, since they name no provider."""
        return frozenset(self.demand.of(DEFAULT).by)

    @cached_property
    def closing(self) -> Adapter | None:
        """The adapter whose reload closes the client of the default model for good: the only one on it, which names no provider. None where none does."""
        name = default_provider(self.demand.tree).value
        if not isinstance(name, str):
            return None
        tree, block = self.demand.tree, (INFERENCE, name)
        row = self.demand.catalog.at(tree, block)
        if row is None or not row.provider.closed_by_reload:
            return None
        modes = row.provider.modes
        # inside of ORBIT there is no client to be closed
        if modes is not None and (value_at(tree, (*block, modes.key)) or modes.default) != MODE_API:
            return None
        # where several adapters share the client, it outlived their reloads
        if len(self._takers) != 1 or set(self.demand.of(block).by) != self._takers:
            return None
        (taker,) = self._takers
        adapter = routed(self.demand.adapters).get(taker.name)
        if adapter is None or not adapter.chats or adapter.own("model") is not None or adapter.own("rewrite_provider") is not None:
            return None
        return adapter

    @cached_property
    def _by_path(self) -> dict[KeyPath, Adapter]:
        return {adapter.path: adapter for adapter in self.demand.adapters}

    @cached_property
    def _formatter(self) -> KeyPathFormatter:
        return KeyPathFormatter(self.demand.tree)

    def _shown(self, path: KeyPath) -> str:
        return self._formatter.format(path)
