"""Adapters that hand a voice on to their vendor's own realtime service: which model and key they use there."""

from orbitcfg.cached import cached_property
from orbitcfg.catalog.specs import RealtimeSpec
from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.tree import KeyPath, Unknown, at, value_at
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.effective.adapters import Adapter, buildable, routed
from orbitcfg.effective.block import plain_block
from orbitcfg.effective.keys import ApiKey, api_key_of
from orbitcfg.effective.provenance import Tracer
from orbitcfg.effective.switches import Switches
from orbitcfg.effective.use import KEYLESS, Fault, Use

REALTIME = "realtime"
"""The service, as `providers` shows it."""

PROTOCOL = "realtime"
"""How ORBIT talks to it: a socket that stays open."""


@dataclass(frozen=True)
class Voices:
    """The adapters for voices of a configuration."""

    switches: Switches
    adapters: tuple[Adapter, ...]
    environment: Environment
    _keys: dict[RealtimeSpec, ApiKey] = field(default_factory=dict, repr=False)

    @property
    def tree(self) -> MappingNode:
        """The compiled tree."""
        return self.switches.tree

    @cached_property
    def _routed(self) -> dict[str, Adapter]:
        return routed(self.adapters)

    def of_adapter(self, adapter: Adapter) -> Use | None:
        """The row of an adapter; None for one of another type."""
        spec = buildable(self.switches.catalog).realtime.get(adapter.kind)
        if spec is None:
            return None
        use = self._row(adapter, spec)
        if not adapter.is_on:
            return replace(use, state="off", reason="the adapter is switched off")
        if self._routed.get(adapter.name) is not adapter:
            return replace(use, state="ignored", reason="a later adapter of the same name takes its place")
        return use

    def _row(self, adapter: Adapter, spec: RealtimeSpec) -> Use:
        key = self._keys.get(spec)
        if key is None:
            key = self._keys[spec] = self._key(spec)
        tracer = Tracer(self.tree, adapter.path, spec.block)
        model_path = (*adapter.path, "config", "realtime_model")
        # a null is a model to ORBIT, and asked for as such
        model = value_at(self.tree, model_path) if at(self.tree, model_path) is not None else spec.model
        key_path: KeyPath = (*spec.block, spec.api_key.key)
        faults = (Fault("there is no API key", key_path, state=KEYLESS, is_about_key=True),) if key.is_missing else ()
        return Use(
            adapter.key,
            REALTIME,
            KEYLESS if faults else "configured",
            provider=tracer.trace(str(spec.block[-1]), ((*adapter.path, "type"),)),
            model=tracer.trace(None if isinstance(model, Unknown) else model, (model_path,)),
            url=tracer.trace(spec.url, ()),
            key=tracer.trace(key.value, key.paths),
            key_variable=key.variable,
            reason=faults[0].reason if faults else "",
            enabled=adapter.is_on,
            protocol=PROTOCOL,
            path=adapter.path,
            block=spec.block,
            faults=faults,
            # a key that is missing may be set where ORBIT runs
            is_open=isinstance(model, Unknown) or isinstance(value_at(self.tree, key_path), Unknown) or bool(faults),
        )

    def _key(self, spec: RealtimeSpec) -> ApiKey:
        """The key of the block, unless the environment has one of the vendor's variables."""
        # the first of them that holds something wins (resolution §9)
        set_first = sorted(spec.api_key.env, key=lambda name: not getattr(self.environment[name], "value", ""))
        return api_key_of(
            self.tree, plain_block(self.tree, self.switches.catalog, spec.block), self.environment, spec.api_key._replace(env=tuple(set_first))
        )
