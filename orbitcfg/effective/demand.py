"""Who needs what, and through which chain: the one answer to "is it on, and does anybody ask for it?"."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from itertools import chain

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.catalog.sections import ADAPTERS
from orbitcfg.catalog.specs import UseCondition
from orbitcfg.compile.requirements import required_paths
from orbitcfg.dataclass import dataclass
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Unknown, at, child, value_at
from orbitcfg.effective.adapter_key import AdapterKey
from orbitcfg.effective.adapters import (
    GENERATORS,
    WITHOUT_CHOICE,
    WITHOUT_MODEL,
    Adapter,
    allowed_models,
    beside_adapters,
    buildable,
    routed,
)
from orbitcfg.effective.implied import ASKERS, implied_edges, mcp_servers
from orbitcfg.effective.needed import NO_DEMAND, STATES, Asked, Demand, DemandKind, DemandState, Edge, Needed, state_of, weaker
from orbitcfg.effective.references import Reference, heeded_by
from orbitcfg.effective.registry import DEFAULT, default_provider, provider_state
from orbitcfg.effective.service import SERVICES, Service, needs_default
from orbitcfg.effective.switches import SWITCH, Switches, all_on
from orbitcfg.effective.targets import is_any_on

_MADE_AND_ASKED: frozenset[DemandKind] = frozenset({"build", "ask"})
_CHOSEN: frozenset[DemandKind] = frozenset({"choice"})
_LLM_KEYS = frozenset({"inference_provider", "model", "allowed_models"})


@dataclass(frozen=True)
class DemandGraph:
    """The demand of a whole configuration: from the server and from each adapter that is on, along what names what."""

    switches: Switches
    adapters: tuple[Adapter, ...]
    references: tuple[Reference, ...]
    presets: tuple[tuple[KeyPath, KeyPath], ...] = ()
    """The blocks that presets were laid over, each with the path of its preset."""

    @property
    def tree(self) -> Mapping:
        """The compiled tree."""
        return self.switches.tree

    @property
    def catalog(self) -> Catalog:
        """What ORBIT reads."""
        return self.switches.catalog

    def of(self, path: KeyPath) -> Demand:
        """Who needs what stands, or might stand, at a path."""
        block = path[:2]
        known = self._known.get(block)
        if known is None:
            known = self._known[block] = self._known_of(block)
        found = known.get(path)
        if found is None:
            found = known[path] = self._of(path)
        return found

    @cached_property
    def _known(self) -> dict[KeyPath, dict[KeyPath, Demand]]:
        return {}

    def _known_of(self, block: KeyPath) -> dict[KeyPath, Demand]:
        """What is known of a block: the same for another tree whose adapters alone are others, and ask the same of it."""
        memo = self.catalog.memo
        if not memo.keeps or len(block) < 2 or block[0] == ADAPTERS:
            return {}
        asked = tuple(self._summaries.get(block, ())), self._parts[block[:1]].summary if block[:1] in self._parts else None
        return memo.kept((DemandGraph, block, asked, self._with_models), (self._beside, self.catalog.store), dict[KeyPath, Demand])

    @cached_property
    def _beside(self) -> Mapping:
        return beside_adapters(self.tree, self.catalog.memo)

    @cached_property
    def _summaries(self) -> dict[KeyPath, list[Hashable]]:
        """All that is known of the parts of each block."""
        found: dict[KeyPath, list[Hashable]] = defaultdict(list)
        for part, needed in self._parts.items():
            found[part[:2]].append((part, needed.summary))
        return dict(found)

    def _of(self, path: KeyPath) -> Demand:
        if any(path[:depth] in self._required for depth in self._depths):
            return Demand("yes", frozenset({"check"}))
        part = next((path[:depth] for depth in range(len(path), 0, -1) if path[:depth] in self._parts), None)
        if part is None:
            # a block that nothing names, or an entry that is no adapter
            if self._holds_blocks(path) and len(path) > 1:
                return NO_DEMAND
            chosen = self._chosen(path)
            state = self._inner_state(path, 0, chosen.state)
            asking = self._below(path) if self._holds_blocks(path) else ()
            if state == "no" or (not asking and self._is_of_stores(path)):
                return NO_DEMAND
            return Demand(state, chosen.kinds, asking, chosen.through)
        needed = self._parts[part]
        state = self._inner_state(path, len(part), needed.state)
        if state == "no" or not self.is_looked_at(path):
            return NO_DEMAND
        by = needed.by if state in ("yes", "perhaps") else needed.everybody
        # a part has few states, and may have thousands who ask
        demand = self._of_parts.get((part, state))
        if demand is None:
            demand = self._of_parts[part, state] = Demand(state, needed.kinds, by, needed.through)
        return self._of_model(demand) if path == (*part, "model") and self._holds_blocks(part) else demand

    @cached_property
    def _of_parts(self) -> dict[tuple[KeyPath, DemandState], Demand]:
        return {}

    def _below(self, section: KeyPath) -> tuple[AdapterKey, ...]:
        """Who asks for anything that a section holds, in vain too."""
        found = (key for part, needed in self._parts.items() if part[:1] == section for key in needed.everybody)
        return tuple(dict.fromkeys(found))

    def _is_of_stores(self, path: KeyPath) -> bool:
        """Whether a section holds what adapters alone ask for."""
        section = self.catalog.sections.get(str(path[0])) if len(path) == 1 else None
        return section is not None and section.holds == "stores"

    def _of_model(self, demand: Demand) -> Demand:
        """The demand of a block's model: of those who name one themselves nobody asks for it."""
        by = tuple(key for key in demand.by if key.entry is None and key.name not in self._with_models)
        if by or not demand.by:
            return Demand(demand.state, demand.kinds, by, demand.through)
        return Demand(demand.state, frozenset({"build"}), (), demand.through) if "build" in demand.kinds else NO_DEMAND

    @cached_property
    def _with_models(self) -> frozenset[str]:
        """The adapters that name a model of their own."""
        return frozenset(adapter.name for adapter in self.adapters if adapter.own("model"))

    def switch_off(self, path: KeyPath) -> KeyPath | None:
        """The first switch above a path that is off; None where none is."""
        holders = (path[:depth] for depth in range(1, len(path)))
        return next(((*holder, SWITCH) for holder in holders if self.switches.of(holder) is False), None)

    def _chosen(self, path: KeyPath) -> Demand:
        """The demand of the server's own, as the keys say that choose which of its mappings are used."""
        row: Row | None = self.catalog.root
        node: Node | None = self.tree
        for key in path:
            row = self.catalog.below(row, node, key) if row is not None else None
            node = child(node, key)
            if row is not None and row.spec.used_when:
                found = [self._of_condition(condition) for condition in row.spec.used_when]
                return min(found, key=lambda demand: STATES.index(demand.state))
        return Demand(self._section_state(path), frozenset({"ask"}))

    def _of_condition(self, condition: UseCondition) -> Demand:
        holds, is_missing = (True, False) if condition.key is None else self._holds_value(condition.key, condition.values)
        state = state_of(all_on((holds, *map(self.switches.at, condition.gates))))
        through = condition.gates if condition.key is None else (condition.key,)
        return NO_DEMAND if state == "blocked" else Demand(state, frozenset({"fallback" if is_missing else "ask"}), through=through)

    def _holds_value(self, path: KeyPath, values: tuple[str, ...]) -> tuple[bool | None, bool]:
        """Whether one of the values stands at a path, None where that is not known here, and whether it is the key's absence that means it."""
        row, node = self.catalog.at(self.tree, path), at(self.tree, path)
        value = row.schema.get("default") if node is None and row is not None else value_at(self.tree, path)
        if isinstance(value, Unknown):
            return None, False
        in_any_case = row is not None and row.spec.reads == "any-case"
        return (str(value).lower() if in_any_case else value) in values, node is None

    def _inner_state(self, path: KeyPath, start: int, state: DemandState) -> DemandState:
        """The state of a part, as far as no switch below its `start`-th key is off."""
        switch = self.switches.leading_to(path, start)
        return "no" if switch is False else weaker(state, state_of(switch))

    def _section_state(self, path: KeyPath) -> DemandState:
        """Whether anything looks into a section as a whole: into one of providers only while a service is on that takes its provider from there."""
        gates = self._gates_of_sections.get(path[:1], ()) if path else ()
        states = [all_on(map(self.switches.at, each)) for each in gates]
        return "yes" if not states or True in states else "perhaps" if None in states else "no"

    @cached_property
    def _gates_of_sections(self) -> dict[KeyPath, list[tuple[KeyPath, ...]]]:
        """The sections that services take their providers from, each with the switches above every such service."""
        found: dict[KeyPath, list[tuple[KeyPath, ...]]] = defaultdict(list)
        for service in SERVICES:
            row = self.catalog.at(self.tree, service.selector)
            for section in row.refers_to.sections if row is not None and row.refers_to is not None else ():
                found[section].append(row.refers_to.gates if row is not None and row.refers_to is not None else ())
        return dict(found)

    def _holds_blocks(self, path: KeyPath) -> bool:
        section = self.catalog.sections.get(str(path[0])) if path else None
        return section is not None and section.holds is not None

    def is_looked_at(self, path: KeyPath) -> bool:
        """Whether an adapter of this type looks at a key of its entry; of any other key that is so."""
        if path[0] != ADAPTERS or len(path) < 3:
            return True
        adapter = self._by_path.get(path[:2])
        if adapter is None:
            return True
        row = self.catalog.at(self.tree, path[:3])
        types = row.spec.modes if row is not None else None
        if types is not None and adapter.kind not in types:
            return False
        key = path[2]
        return not ((key in _LLM_KEYS and adapter.kind in WITHOUT_MODEL) or (key == "allowed_models" and adapter.kind in WITHOUT_CHOICE))

    @cached_property
    def _by_path(self) -> dict[KeyPath, Adapter]:
        return {adapter.path: adapter for adapter in self.adapters}

    @cached_property
    def _required(self) -> frozenset[KeyPath]:
        """What ORBIT's loader insists on, used or not."""
        return frozenset(path for path, _ in required_paths(self.tree))

    @cached_property
    def _depths(self) -> frozenset[int]:
        return frozenset(map(len, self._required))

    @cached_property
    def _parts(self) -> dict[KeyPath, Asked]:
        """Adapters, entries of their lists, keys that choose for all, and blocks, each with who needs it."""
        parts: dict[KeyPath, Needed] = defaultdict(Needed)
        edges: dict[KeyPath, list[Edge]] = defaultdict(list)
        for edge in self._edges():
            edges[edge.source].append(edge)
            parts.setdefault(edge.target, Needed())
        # each part waits once, however many ask for it, so that the work stays linear
        pending: deque[KeyPath] = deque([()])
        parts[()] = Needed("yes")
        for path, needed in self._roots():
            parts[path] = needed
            pending.append(path)
        waiting = set(pending)
        while pending:
            source = pending.popleft()
            waiting.discard(source)
            for edge in edges.get(source, ()):
                if parts[edge.target].add(parts[source], edge) and edge.target not in waiting:
                    waiting.add(edge.target)
                    pending.append(edge.target)
        del parts[()]
        alone = ((section,) for section in ASKERS), (path for path, _ in mcp_servers(self.tree))
        return {**{path: Asked() for path in chain(*alone)}, **{path: needed.settled() for path, needed in parts.items()}}

    @cached_property
    def choices(self) -> tuple[AdapterKey, ...]:
        """The entries of lists that clients of adapters which are on may choose, in order."""
        found = (adapter.choice(entry) for adapter in self.adapters if adapter.is_on for _, entry in self._choices(adapter) if entry)
        return tuple(dict.fromkeys(found))

    def _roots(self) -> Iterator[tuple[KeyPath, Needed]]:
        """Each adapter, and each entry of its lists that a client may choose."""
        answering = routed(self.adapters)
        for adapter in self.adapters:
            reached = answering.get(adapter.name) is adapter or not adapter.name
            state = state_of(adapter.switch) if reached and adapter.is_on else "no"
            yield adapter.path, Needed(state, _MADE_AND_ASKED, {adapter.key: None})
            choices = list(self._choices(adapter))
            for path, entry in choices:
                yield path, Needed(state, _CHOSEN, {adapter.choice(entry): None})
            yield from self._in_the_way(adapter, state, choices)

    def _in_the_way(self, adapter: Adapter, state: DemandState, choices: list[tuple[KeyPath, str]]) -> Iterator[tuple[KeyPath, Needed]]:
        """The items of a list of models that are none: ORBIT looks from the first on, so those behind are asked for through them."""
        listed = at(self.tree, (*adapter.path, "allowed_models")) if adapter.kind not in WITHOUT_CHOICE else None
        for index, item in enumerate(getattr(listed, "items", ())):
            if not isinstance(item, Mapping):
                path = (*adapter.path, "allowed_models", index)
                behind = {adapter.choice(entry): None for each, entry in choices if each[:3] == path[:3] and each[3:] > path[3:]}
                yield path, Needed(state, _CHOSEN, behind or {adapter.key: None})

    def _choices(self, adapter: Adapter) -> Iterator[tuple[KeyPath, str]]:
        if adapter.kind not in WITHOUT_CHOICE:
            yield from ((choice.path, choice.label) for choice in allowed_models(adapter))
        for service in SERVICES:
            listed = at(self.tree, (*adapter.path, service.choices)) if service.choices and adapter.kind in service.kinds else None
            for index, item in enumerate(getattr(listed, "items", ())):
                yield (*adapter.path, service.choices, index), str(value_at(item, ("name",)) or "")
        skills = at(self.tree, (*adapter.path, "capabilities", "available_skills"))
        for index, item in enumerate(getattr(skills, "items", ())):
            yield (*adapter.path, "capabilities", "available_skills", index), str(getattr(item, "value", ""))

    def _edges(self) -> Iterator[Edge]:
        """What names what, what a missing key means, and what ORBIT asks for without being told."""
        yield from self._defaults()
        for reference in self.references:
            source = self._source(reference.path)
            gate = all_on((*map(self.switches.at, reference.spec.gates), self.switches.leading_to(reference.path[:-1], len(source))))
            if not self.is_looked_at(reference.path):
                continue
            for target, state in self._targets(reference):
                yield Edge(source, target, self._kind(reference), reference.path, all_on((gate, state)))
        for block, preset in self.presets:
            yield Edge(block, preset, "build", (*block, "use_preset"))

    def _source(self, path: KeyPath) -> KeyPath:
        """The part that a key belongs to: a choice, an adapter, a block, a key that chooses for all; empty for the server itself."""
        if path[0] == ADAPTERS:
            is_choice = len(path) > 3 and (str(path[2]).startswith("allowed_") or path[2:4] == ("capabilities", "available_skills"))
            return (path if path[2] == "capabilities" else path[:4]) if is_choice else path[:2]
        if path in self._selectors:
            return path
        return path[:2] if self._holds_blocks(path) else ()

    @cached_property
    def _selectors(self) -> frozenset[KeyPath]:
        """The keys that choose a provider for all who choose none."""
        return frozenset({DEFAULT, *(service.selector for service in SERVICES)})

    def _kind(self, reference: Reference) -> DemandKind | None:
        if reference.path[0] == ADAPTERS and len(self._source(reference.path)) > 2:
            return "choice"
        # what is chosen for all is made at the start, whether or not anybody asks for it as well
        return None if reference.path == DEFAULT else "ask"

    def _targets(self, reference: Reference) -> Iterator[tuple[KeyPath, bool | None]]:
        """The parts that a name may lead to, each with whether it is on; a name that is not known here may lead to any that is."""
        spec = reference.spec
        if spec.key is not None:
            return
        if not reference.is_known:
            for section in spec.sections:
                blocks = [(*section, name) for name in getattr(at(self.tree, section), "entries", ())]
                yield from ((block, None) for block in blocks if is_any_on(self.switches, spec, [block]) is not False)
            return
        paths: list[KeyPath] = [(*section, reference.name) for section in spec.sections]
        # a block that is no mapping has no switch, and is looked into all the same
        state = True if any(isinstance(at(self.tree, path), Scalar) for path in paths) else is_any_on(self.switches, spec, paths)
        yield from ((path, state) for path in paths)

    def _defaults(self) -> Iterator[Edge]:
        """Who takes the provider that is chosen for all, and what the server makes of it by itself."""
        yield Edge((), DEFAULT, "build", DEFAULT)
        yield from self._fallbacks()
        # whoever is on is moderated
        yield Edge((), ("safety", "moderator"), "ask", ("safety", "moderator"), self.switches.at(("safety", "enabled")))
        for adapter in self.adapters:
            yield from self._voices(adapter)
            yield from implied_edges(adapter, self.switches)
            for section, asks in ASKERS.items():
                if asks(adapter):
                    yield Edge(adapter.path, (section,), "ask", (*adapter.path, "type"), self.switches.of((section,)))
            if self._takes_default_model(adapter):
                yield Edge(adapter.path, DEFAULT, "ask", DEFAULT)
            for service in SERVICES:
                if needs_default(adapter, service):
                    yield Edge(adapter.path, service.selector, "ask", service.selector)
                    yield from self._behind_gates(adapter, service)

    def _behind_gates(self, adapter: Adapter, service: Service) -> Iterator[Edge]:
        """What an adapter asks for of the provider that is chosen for all, where it does not heed the switch above it."""
        row = self.catalog.at(self.tree, service.selector)
        spec = row.refers_to if row is not None else None
        heeded = heeded_by(adapter, spec) if spec is not None else None
        name = value_at(self.tree, service.selector)
        if heeded is not None and heeded is not spec and isinstance(name, str):
            for target, state in self._targets(Reference(service.selector, name, heeded)):
                yield Edge(adapter.path, target, "ask", service.selector, state)

    def _voices(self, adapter: Adapter) -> Iterator[Edge]:
        """The API key that an adapter for voices takes out of a provider's block, whether or not that is switched on."""
        spec = buildable(self.catalog).realtime.get(adapter.kind)
        if spec is not None:
            key = (*spec.block, spec.api_key.key)
            yield Edge(adapter.path, key, "ask", (*adapter.path, "type"))
            # who asks for the block asks for its key as well
            yield Edge(spec.block, key, None, spec.block)

    def _fallbacks(self) -> Iterator[Edge]:
        """What ORBIT takes where the key that chooses is missing."""
        for selector in sorted(self._selectors):
            row = self.catalog.at(self.tree, selector)
            if row is None or row.refers_to is None or at(self.tree, selector) is not None:
                continue
            name = default_provider(self.tree).value if selector == DEFAULT else row.schema.get("default")
            gate = all_on(map(self.switches.at, row.refers_to.gates))
            for target, state in self._targets(Reference(selector, str(name), row.refers_to)) if name else ():
                yield Edge(selector, target, "fallback", selector, all_on((gate, state)))

    def _takes_default_model(self, adapter: Adapter) -> bool:
        if adapter.kind in WITHOUT_MODEL:
            return False
        if adapter.kind in GENERATORS:
            # they pass over providers that they cannot use, and the default comes last (adapters §4)
            own = [adapter.own(key) for key in ("rewrite_provider", "inference_provider")]
            return all(provider_state(self.switches, setting.value) not in ("configured", "undecided") for setting in own if setting is not None)
        return adapter.own("inference_provider") is None
