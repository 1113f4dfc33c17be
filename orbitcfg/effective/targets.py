"""What a reference leads to."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from enum import Enum, auto

from orbitcfg.cached import cached_property
from orbitcfg.catalog.specs import ReferenceSpec
from orbitcfg.dataclass import dataclass
from orbitcfg.document.graph import keys_of
from orbitcfg.document.tree import KeyPath, Mapping, Scalar, Sequence, Unknown, at, value_at
from orbitcfg.effective.references import Reference
from orbitcfg.effective.switches import Switches, all_on

SKILL_NAME: KeyPath = ("capabilities", "skill_name")
"""What names an adapter that is meant as a skill."""


Names = MappingType[str, list[KeyPath]]
"""Names that would do, each with the key paths that have it; the empty one for what nothing defines."""


class TargetState(Enum):
    """How it stands with the name."""

    FOUND = auto()
    OFF = auto()
    """Something has the name, and is switched off."""
    UNSERVED = auto()
    """A block has the name, and ORBIT has no class for it."""
    OTHER_TYPE = auto()
    """Something has the name, and is of a type that will not do."""
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class ReferenceTarget:
    """What a reference leads to. `path` is the key path that has the name, `switch` the one that turns it off; None where there is none."""

    state: TargetState
    path: KeyPath | None = None
    switch: KeyPath | None = None


def is_any_on(switches: Switches, spec: ReferenceSpec, paths: Iterable[KeyPath]) -> bool | None:
    """Whether the switches of a name are on in one of the sections that may define it: speech is off only where both switch it off (sections T3)."""
    states = [all_on(switches.at((*path, switch)) for switch in spec.switches) for path in paths]
    return True if True in states else None if None in states else False


@dataclass(frozen=True)
class Targets:
    """Looks up what references lead to."""

    switches: Switches
    references: tuple[Reference, ...]

    @property
    def tree(self) -> Mapping:
        """The compiled tree."""
        return self.switches.tree

    def of(self, reference: Reference) -> ReferenceTarget:
        """What the reference leads to; a name that is not known here leads nowhere."""
        if reference.spec.key is not None:
            return self._listed(reference, reference.spec.key)
        paths: list[KeyPath] = [(*section, reference.name) for section in reference.sections]
        defined = next((path for path in paths if at(self.tree, path) is not None), None)
        is_known = defined is not None if reference.spec.values is None else reference.name in reference.spec.values
        if not is_known:
            return ReferenceTarget(TargetState.UNKNOWN)
        # that the block is no mapping is the finding of another rule
        if isinstance(at(self.tree, defined or ()), Scalar):
            is_block = reference.spec.values is not None or not self._is_unserved(defined or ())
            return ReferenceTarget(TargetState.FOUND, defined) if is_block else ReferenceTarget(TargetState.UNKNOWN)
        if defined is not None and self._is_unserved(defined):
            return ReferenceTarget(TargetState.UNSERVED, defined)
        off = [switch for path in paths if (switch := self._switch_that_is_off(reference.spec, path)) is not None]
        if off and len(off) == len(paths):
            return ReferenceTarget(TargetState.OFF, defined, off[0])
        return self._delegated(defined) or ReferenceTarget(TargetState.FOUND, defined)

    def names(self, reference: Reference) -> Names:
        """The names that would do, each with the key paths that have it: worked out once for all references of a kind."""
        spec = reference.spec
        kind = (spec.sections, spec.key, spec.values)
        if kind not in self._names_by_kind:
            found: dict[str, list[KeyPath]] = {}
            for name, path in self._names(spec):
                found.setdefault(name, []).append(path)
            self._names_by_kind[kind] = found
        return self._names_by_kind[kind]

    @cached_property
    def _names_by_kind(self) -> dict[tuple[tuple[KeyPath, ...], KeyPath | None, tuple[str, ...] | None], Names]:
        return {}

    def _names(self, spec: ReferenceSpec) -> Iterator[tuple[str, KeyPath]]:
        if spec.key is not None:
            for path, name in self._items(spec.sections[0], spec.key):
                yield name, (*path, *spec.key)
            return
        for section in spec.sections:
            for key in keys_of(at(self.tree, section)):
                path = (*section, key)
                known = key in spec.values if spec.values is not None else not self._is_unserved(path)
                if isinstance(key, str) and known:
                    yield key, path
        for name in spec.values or ():
            yield name, ()

    def _delegated(self, path: KeyPath | None) -> ReferenceTarget | None:
        """Where a block hands its work on to another that is off: that one's switch."""
        row = self.switches.catalog.at(self.tree, path) if path else None
        spec = row.refers_to if row is not None else None
        if spec is None:
            return None
        switch = self._switch_that_is_off(spec, spec.sections[0])
        return None if switch is None else ReferenceTarget(TargetState.OFF, path, switch)

    def _listed(self, reference: Reference, key: KeyPath) -> ReferenceTarget:
        """The list's item of that name. An item that is on wins over one that is off."""
        found = self._items_by_name[reference.sections[0], key].get(reference.name, ())
        for path in found:
            if self._item_switch(reference.spec, path) is None:
                return ReferenceTarget(TargetState.FOUND if self._fits(reference.spec, path) else TargetState.OTHER_TYPE, path)
        if found:
            return ReferenceTarget(TargetState.OFF, found[0], self._item_switch(reference.spec, found[0]))
        return ReferenceTarget(TargetState.UNKNOWN)

    @cached_property
    def _items_by_name(self) -> dict[tuple[KeyPath, KeyPath], dict[str, list[KeyPath]]]:
        """The items of each list that references lead into, by the key that names them there."""
        lists: dict[tuple[KeyPath, KeyPath], dict[str, list[KeyPath]]] = {}
        for section, key in {(each.sections[0], each.spec.key) for each in self.references}:
            if key is not None:
                named = lists[section, key] = {}
                for path, name in self._items(section, key):
                    named.setdefault(name, []).append(path)
        return lists

    def _items(self, section: KeyPath, key: KeyPath) -> Iterator[tuple[KeyPath, str]]:
        """The items of a list that have a name under a key, with it."""
        node = at(self.tree, section)
        for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
            name = value_at(item, key)
            if isinstance(name, str) and name:
                yield (*section, index), name

    def _fits(self, spec: ReferenceSpec, path: KeyPath) -> bool:
        """Whether an item is of a type that is wanted; one without a type is of the usual one, which is."""
        kind = value_at(self.tree, (*path, "type"))
        return not spec.types or not isinstance(kind, str) or isinstance(kind, Unknown) or kind in spec.types

    def _item_switch(self, spec: ReferenceSpec, path: KeyPath) -> KeyPath | None:
        """The switch that turns an item off. An adapter that is meant as a skill must be exposed as one."""
        switch = self._switch_that_is_off(spec, path)
        if switch is not None or spec.key != SKILL_NAME:
            return switch
        exposed = (*path, "capabilities", "expose_as_skill")
        return None if self.switches.is_on(exposed) else exposed

    def _switch_that_is_off(self, spec: ReferenceSpec, path: KeyPath) -> KeyPath | None:
        return next(((*path, switch) for switch in spec.switches if not self.switches.is_on((*path, switch))), None)

    def _is_unserved(self, path: KeyPath) -> bool:
        """Whether the catalogue says that a block of this name is never read."""
        row = self.switches.catalog.at(self.tree, path)
        return row is not None and row.effect == "never-read"
