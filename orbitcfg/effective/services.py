"""The services beside the language model: which provider embeds, reranks, sees, hears, speaks, draws, films, moderates."""

from collections.abc import Iterator
from functools import partial

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import Reaction, ReferenceSpec
from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.document.tree import KeyPath, Mapping, Sequence, Unknown, at, value_at
from orbitcfg.effective.adapters import ADAPTER_ROW, Adapter
from orbitcfg.effective.block import Block, ModelRequest, Setting, plain_block, settings_at
from orbitcfg.effective.consumers import Consumer
from orbitcfg.effective.outcome import Outcome, Outcomes
from orbitcfg.effective.provenance import Tracer
from orbitcfg.effective.references import heeded_by
from orbitcfg.effective.rows import SharedParts, row_of, unserved, with_fault
from orbitcfg.effective.service import SERVICES, Service, needs_default
from orbitcfg.effective.switches import Switches, all_on
from orbitcfg.effective.targets import is_any_on
from orbitcfg.effective.use import Use, UseState

_NOWHERE = ReferenceSpec((), Reaction("silent"))
"""The reference of a key that the catalogue does not know as one."""


@dataclass(frozen=True)
class Services:
    """The services of a configuration."""

    switches: Switches
    outcomes: Outcomes
    _shared: SharedParts = field(default_factory=SharedParts, repr=False)
    _chosen_for_all: dict[tuple[str, bool], Use] = field(default_factory=dict, repr=False)

    @property
    def tree(self) -> Mapping:
        """The compiled tree."""
        return self.switches.tree

    @property
    def catalog(self) -> Catalog:
        """What ORBIT reads."""
        return self.switches.catalog

    @cached_property
    def _services(self) -> tuple[Service, ...]:
        """The services that the ORBIT that is meant has: some came with a later release than others."""
        keys = self.catalog.row(self.catalog.store.at(ADAPTER_ROW)).properties
        known = (each for each in SERVICES if self.catalog.at(None, each.selector) is not None)
        return tuple(each for each in known if not each.adapter_key or each.adapter_key in keys)

    def defaults(self) -> Iterator[Use]:
        """A row for each service that the configuration has a section for."""
        for service in self._services:
            if at(self.tree, service.selector[:1]) is not None:
                yield self._of_all(service)

    def of_adapter(self, adapter: Adapter) -> Iterator[Use]:
        """A row for each service that an adapter chooses a provider for, or cannot do without."""
        for service in self._services:
            chosen = adapter.own(service.adapter_key) if service.adapter_key else None
            if chosen is None and not needs_default(adapter, service):
                continue
            if chosen is None:
                use = replace(self._of_all(service, adapter), adapter=adapter.key, path=adapter.path, enabled=adapter.is_on)
            else:
                model = adapter.own(service.adapter_model) if service.adapter_model else None
                request = ModelRequest(str(chosen.value), model)
                consumer = Consumer(adapter.key, adapter.path, request, chosen.path, adapter.is_on, service.name)
                use = self._row(service, consumer, chosen.value, heeded_by(adapter, self._reference(adapter.path, service)))
            yield use if adapter.is_on else replace(use, state="off", reason=use.reason or "the adapter is switched off")
            yield from self._of_choices(service, adapter)

    def _of_choices(self, service: Service, adapter: Adapter) -> Iterator[Use]:
        listed = at(self.tree, (*adapter.path, service.choices)) if service.choices else None
        for index in range(len(listed.items)) if isinstance(listed, Sequence) else ():
            path = (*adapter.path, service.choices, index)
            settings = settings_at(self.tree, path)
            name, provider, model = (settings.get(key) for key in ("name", "provider", "model"))
            if name and provider and model and name.value and provider.value:
                key = adapter.choice(str(name.value))
                consumer = Consumer(key, path, ModelRequest(str(provider.value), model), provider.path, adapter.is_on, service.name)
                yield self._row(service, consumer, provider.value, self._reference(adapter.path, service))

    def _reference(self, adapter: KeyPath, service: Service) -> ReferenceSpec:
        row = self.catalog.at(self.tree, (*adapter, service.adapter_key))
        return (row.refers_to if row is not None else None) or _NOWHERE

    def _of_all(self, service: Service, adapter: Adapter | None = None) -> Use:
        """The row of the provider that is chosen for all, worked out once for all adapters that heed the same switches."""
        key = (service.name, adapter is not None and adapter.embeds_regardless)
        found = self._chosen_for_all.get(key)
        if found is None:
            found = self._chosen_for_all[key] = self._worked_out(service, adapter)
        return found

    def _worked_out(self, service: Service, adapter: Adapter | None) -> Use:
        row = self.catalog.at(self.tree, service.selector)
        spec = heeded_by(adapter, (row.refers_to if row is not None else None) or _NOWHERE)
        written = value_at(self.tree, service.selector)
        name = written if written or row is None else row.schema.get("default")
        if not name:
            missing = row.spec.missing if row is not None else None
            reason = missing.what if missing else "no provider is named" if row is not None else ""
            state: UseState = "off" if not self._gates_open(spec) else "incomplete"
            return Use(None, service.name, state, Tracer(self.tree).trace(None, (service.selector,)), reason=reason, built=False)
        return self._row(service, Consumer(None, None, ModelRequest(str(name)), service.selector, service=service.name), name, spec)

    def _row(self, service: Service, consumer: Consumer, name: object, spec: ReferenceSpec) -> Use:
        state = self._state(name, spec)
        if state in ("undecided", "unknown", "unregistered"):
            return unserved(self.tree, consumer, state, "" if state == "undecided" else spec.reaction.what, built=False)
        paths, model = tuple((*section, str(name)) for section in spec.sections), consumer.request.model
        named = model and (model.path, type(model.value), repr(model.value))
        outcome = self.outcomes.kept((service, paths, named), partial(self._outcome, service, paths, model))
        use = row_of(self.tree, consumer, outcome, self._shared)
        if state != "configured":
            return replace(use, state=state, reason=spec.reaction.what if state == "disabled" else "the service is switched off")
        return with_fault(use, outcome)

    def _state(self, name: object, spec: ReferenceSpec) -> UseState:
        """Whether ORBIT has a provider of this name for a reference."""
        if isinstance(name, Unknown):
            return "undecided"
        blocks: list[KeyPath] = [(*section, str(name)) for section in spec.sections]
        if spec.values is not None and name not in spec.values:
            return "unregistered" if any(at(self.tree, path) is not None for path in blocks) else "unknown"
        if not self._gates_open(spec):
            return "off"
        return "configured" if is_any_on(self.switches, spec, blocks) is not False else "disabled"

    def _gates_open(self, spec: ReferenceSpec) -> bool:
        return all_on(map(self.switches.at, spec.gates)) is not False

    def _outcome(self, service: Service, paths: tuple[KeyPath, ...], model: Setting | None) -> Outcome:
        block = self._block(paths)
        if model is not None:
            key = service.model_key or next(iter(block.row.provider.model_keys), "model")
            block = replace(block, settings={**block.settings, key: model})
        return self.outcomes.of_block(block, service.model_key, service.name)

    def _block(self, paths: tuple[KeyPath, ...]) -> Block:
        """The provider's block; of several sections that may hold it, the first wins key by key."""
        if paths not in self._blocks:
            self._blocks[paths] = _joined([plain_block(self.outcomes.tree, self.catalog, path) for path in paths])
        return self._blocks[paths]

    @cached_property
    def _blocks(self) -> dict[tuple[KeyPath, ...], Block]:
        """Those that were asked for: most adapters name the same few."""
        return {}


def _joined(blocks: list[Block]) -> Block:
    """Several blocks as one: the first wins key by key."""
    settings: dict[str, Setting] = {}
    # from the last to the first, so that the first section's keys lie on top: of `tts` and `stt` the former wins (sections T5)
    for block in reversed(blocks):
        settings.update(block.settings)
    standing = next((block for block in blocks if block.settings), blocks[0])
    return replace(standing, settings=settings)
