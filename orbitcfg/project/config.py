"""All that a rule may see. What only some rules ask for is imported and worked out when the first of them asks."""

from collections.abc import Callable, Hashable, Iterator
from collections.abc import Mapping as MappingType
from typing import TYPE_CHECKING, Any, TypeVar

from orbitcfg.cached import cached_property
from orbitcfg.catalog.rows import Catalog, Row
from orbitcfg.catalog.sections import preset_sections
from orbitcfg.catalog.table import RowTable
from orbitcfg.compile.environment import Environment
from orbitcfg.compile.named_files import NamedFile
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.events import Event, PresetApplied
from orbitcfg.document.graph import ImportGraph
from orbitcfg.document.keypath import KeyPathFormatter
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, locate
from orbitcfg.effective.switches import Switches
from orbitcfg.plural import counted
from orbitcfg.project.orbit import CodeReader, no_code
from orbitcfg.record import NamedTuple
from orbitcfg.release import QUERY_GUARD, Orbit

if TYPE_CHECKING:
    from orbitcfg.catalog.check import Mismatch
    from orbitcfg.catalog.history import KeyRenaming
    from orbitcfg.effective.adapters import Adapter
    from orbitcfg.effective.demand import DemandGraph
    from orbitcfg.effective.intent.adapters import IntentAdapter
    from orbitcfg.effective.providers import Provider
    from orbitcfg.effective.references import Reference
    from orbitcfg.effective.reload import Reloads
    from orbitcfg.effective.targets import Targets
    from orbitcfg.effective.use import Use
    from orbitcfg.project.knowledge import Knowledge

AnyEvent = TypeVar("AnyEvent", bound=Event)
Result = TypeVar("Result")


class LaterKey(NamedTuple):
    """A key that came with a later release of ORBIT than the one that is meant."""

    path: KeyPath
    since: str
    span: Span


@dataclass(frozen=True, repr=False)
class Config:
    """A configuration as ORBIT compiles it, with what happened on the way."""

    graph: ImportGraph
    """The files, and which imports which."""
    tree: Mapping
    """What ORBIT reads of the compiled tree, in the words of the catalogue; empty where the root file gives no mapping."""
    events: tuple[Event, ...]
    """What happened while it was loaded and compiled, in order."""
    environment: Environment
    """The variables that it was compiled with."""
    catalog: Catalog
    """What ORBIT reads."""
    orbit: Orbit
    """Which ORBIT that is."""
    fragment: bool = False
    """Whether the root is a part of some configuration, looked at alone, so that nothing can be said of what it lacks."""
    passed_over_by: str | None = None
    """A root file near a fragment that does not import it."""
    strict_env: bool = False
    """Whether an unset variable that somebody needs is an error."""
    is_decided: bool = False
    """Whether an unset variable is the empty text that ORBIT makes of it; otherwise it is not known here."""
    declared_variables: frozenset[str] | None = None
    """The names in the repository's `env.example`, None where it has none."""
    unreachable: tuple[str, ...] = ()
    """Patterns for files that are meant to be imported by nothing."""
    read_code: CodeReader = no_code
    """Reads ORBIT's code in a folder, where a question needs it."""
    renamings: "tuple[KeyRenaming, ...]" = ()
    """The keys that ORBIT knows by another name than the catalogue."""
    loaded: Mapping | None = None
    """The compiled tree as ORBIT's loader returns it; None where `tree` is that."""
    later: tuple[LaterKey, ...] = ()
    """The keys in it that came with later releases."""
    named_files: MappingType[str, NamedFile | None] = field(default_factory=dict)
    """The domain and template files that adapters name, by name: None for one that is not there."""

    def __repr__(self) -> str:
        return f"<Config: {self.graph.root.source.name}, {counted(len(self.graph.documents), 'file')}, {counted(len(self.tree.entries), 'section')}>"

    def locate(self, path: KeyPath, *, value: bool = False) -> Span:
        """The place that a key path means."""
        return locate(self.tree, path, value=value)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """What the ORBIT that is meant knows and the catalogue does not."""
        from orbitcfg.project.knowledge import Knowledge

        return Knowledge(self.orbit, self.catalog, self.read_code)

    @cached_property
    def beside_adapters(self) -> Mapping:
        """All of the tree but the list of its adapters: in an editor the same while that is the same, so that what was made of it can be found by it."""
        from orbitcfg.effective.adapters import beside_adapters

        return beside_adapters(self.tree, self.catalog.memo)

    @cached_property
    def switches(self) -> Switches:
        """What is switched on."""
        return Switches(self.tree, self.catalog)

    @cached_property
    def adapters(self) -> "tuple[Adapter, ...]":
        """Every entry of `adapters` that is a mapping, in order."""
        from orbitcfg.effective.adapters import adapters_of

        return adapters_of(self.tree, self.catalog, self.switches)

    @cached_property
    def providers(self) -> "tuple[Provider, ...]":
        """Every block of a provider, in the order of the sections."""
        from orbitcfg.effective.providers import providers_of

        return tuple(providers_of(self.switches))

    @cached_property
    def demand(self) -> "DemandGraph":
        """Who needs what."""
        from orbitcfg.effective.demand import DemandGraph

        presets = ((event.block, (preset_sections()[str(event.block[1])], event.preset)) for event in self.events_of(PresetApplied))
        return DemandGraph(self.switches, self.adapters, self._all_references, tuple(presets))

    @cached_property
    def reloads(self) -> "Reloads":
        """What makes changes of it take effect in an ORBIT that runs."""
        from orbitcfg.effective.reload import Reloads

        return Reloads(self.demand)

    @cached_property
    def targets(self) -> "Targets":
        """What references lead to."""
        from orbitcfg.effective.targets import Targets

        return Targets(self.switches, self.references)

    @cached_property
    def uses(self) -> "tuple[Use, ...]":
        """What ORBIT will use: the default first, then each adapter in order, each with its services."""
        from orbitcfg.effective.uses import uses

        return uses(self.switches, self.adapters, self.environment)

    @cached_property
    def unbuilt_default(self) -> frozenset[KeyPath]:
        """The keys that keep the default provider from being made, so that ORBIT does not start; none where it is made."""
        faults = (fault for use in self.uses if use.is_default and not use.built for fault in use.faults if fault.stops_build)
        return frozenset(fault.path for fault in faults if fault.path is not None)

    @cached_property
    def routed(self) -> "dict[str, Adapter]":
        """The adapter that answers to each name; of those that are on and share one the last."""
        from orbitcfg.effective.adapters import routed

        return routed(self.adapters)

    def adapter_at(self, path: KeyPath) -> "Adapter | None":
        """The adapter that a path leads into; None where it leads into none."""
        return self._adapters_by_path.get(path[:2])

    @cached_property
    def _adapters_by_path(self) -> "dict[KeyPath, Adapter]":
        return {adapter.path: adapter for adapter in self.adapters}

    def format_path(self, path: KeyPath) -> str:
        """A key path as a user would type it, without what gives access."""
        return self._formatter.format(self.written_path(path))

    @cached_property
    def _formatter(self) -> KeyPathFormatter:
        return KeyPathFormatter(self.written)

    @cached_property
    def written(self) -> Mapping:
        """The compiled tree as ORBIT's loader returns it, with the names that the files write."""
        if self.loaded is not None or not self.renamings:
            return self.loaded or self.tree
        from orbitcfg.compile.renaming import with_names_swapped

        return with_names_swapped(self.tree, reversed(self.renamings))

    def written_path(self, path: KeyPath) -> KeyPath:
        """A path as the files write it, or should."""
        if not self.renamings:
            return path
        from orbitcfg.catalog.renamings import written_path

        return written_path(self.renamings, path)

    def catalogue_path(self, path: KeyPath) -> KeyPath:
        """The path that a key has in `tree`, of one as the files write it."""
        if not self.renamings:
            return path
        from orbitcfg.catalog.renamings import catalogue_path

        return catalogue_path(self.renamings, path)

    @cached_property
    def is_whole(self) -> bool:
        """Whether it is all that ORBIT reads, so that it can be said what it lacks. Of a part of one that cannot be said."""
        return not self.fragment and self.graph.root.root is not None

    @cached_property
    def rows(self) -> RowTable[Row]:
        """Every node below the root with its path, what the catalogue says of it (None: unknown), and of its holder."""
        return self.catalog.table(self.tree)

    def texts_where(self, is_meant: Callable[[Hashable, str], bool]) -> Iterator[tuple[KeyPath, Scalar, str, Row | None]]:
        """The nodes of `rows` that are texts of some kind under keys of some kind, as far as they are known here: path, node, text, row."""
        for path, node, row, _ in self.rows.texts_where(is_meant):
            if isinstance(node, Scalar) and isinstance(node.value, str):
                yield path, node, node.value, row

    def rows_with(self, word: str) -> Iterator[tuple[KeyPath, Node, Row, Row]]:
        """The nodes of `rows` whose row has a word, in order."""
        for path, node, row, holder in self.rows.with_word(word):
            if row is not None:
                yield path, node, row, holder

    @cached_property
    def mismatches(self) -> "tuple[Mismatch, ...]":
        """Everything that the schemas refuse, unknown keys left out."""
        return self.catalog.mismatches(self.tree)

    @cached_property
    def references(self) -> "tuple[Reference, ...]":
        """Every value that names something defined elsewhere, as far as it is known here."""
        return tuple(reference for reference in self._all_references if reference.is_known)

    @cached_property
    def _all_references(self) -> "tuple[Reference, ...]":
        from orbitcfg.effective.references import references

        return tuple(references(self.rows_with("refers_to"), self.adapters, self.switches))

    @cached_property
    def intents(self) -> "tuple[IntentAdapter, ...]":
        """The intent and composite adapters whose files were looked for, in order."""
        from orbitcfg.effective.intent.adapters import intent_adapters

        return tuple(intent_adapters(self.adapters, self.named_files, has_guard=not self.orbit.is_before(QUERY_GUARD)))

    def once(self, work: Callable[["Config"], Result]) -> Result:
        """What a function makes of this configuration, worked out at its first call and kept."""
        if work not in self._worked_out:
            self._worked_out[work] = work(self)
        result: Result = self._worked_out[work]
        return result

    @cached_property
    def _worked_out(self) -> dict[object, Any]:
        return {}

    def events_of(self, kind: type[AnyEvent]) -> Iterator[AnyEvent]:
        """The events of one kind, in the order in which they happened."""
        return iter(self._events_by_kind.get(kind, ()))

    @cached_property
    def _events_by_kind(self) -> dict[type, list[Any]]:
        found: dict[type, list[Any]] = {}
        for event in self.events:
            found.setdefault(type(event), []).append(event)
        return found
