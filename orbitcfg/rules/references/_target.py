"""What a reference leads to."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from orbitcfg.catalog.specs import ReferenceSpec
from orbitcfg.document.graph import keys_of
from orbitcfg.document.source import Span
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, at, child, value_at
from orbitcfg.effective.references import Reference
from orbitcfg.effective.switches import is_on
from orbitcfg.project.config import Config

SKILL_NAME: KeyPath = ("capabilities", "skill_name")
"""What names an adapter that is meant as a skill."""


class TargetState(Enum):
    """How it stands with the name."""

    FOUND = auto()
    OFF = auto()
    """Something has the name, and is switched off."""
    UNSERVED = auto()
    """A block has the name, and ORBIT has no class for it."""
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class ReferenceTarget:
    """What a reference leads to. `path` is the key path that has the name, `switch` the one that turns it off; None where there is none."""

    state: TargetState
    path: KeyPath | None = None
    switch: KeyPath | None = None


def target_of(config: Config, reference: Reference) -> ReferenceTarget:
    """What the reference leads to."""
    if reference.spec.key is not None:
        return _listed(config, reference, reference.spec.key)
    paths = [(*section, reference.name) for section in reference.sections]
    defined = next((path for path in paths if at(config.tree, path) is not None), None)
    is_known = defined is not None if reference.spec.values is None else reference.name in reference.spec.values
    if not is_known:
        return ReferenceTarget(TargetState.UNKNOWN)
    # that the block is no mapping is the finding of another rule
    if isinstance(at(config.tree, defined or ()), Scalar):
        return ReferenceTarget(TargetState.FOUND, defined)
    if defined is not None and _is_unserved(config, defined):
        return ReferenceTarget(TargetState.UNSERVED, defined)
    switches = [_switch_that_is_off(config, reference.spec, path) for path in paths]
    off = [switch for switch in switches if switch is not None]
    # speech is off only where both sections switch it off (sections T3)
    if off and len(off) == len(paths):
        return ReferenceTarget(TargetState.OFF, defined, off[0])
    return _delegated(config, defined) or ReferenceTarget(TargetState.FOUND, defined)


def _delegated(config: Config, path: KeyPath | None) -> ReferenceTarget | None:
    """Where a block hands its work on to another that is off: that one's switch."""
    row = config.catalog.at(config.tree, path) if path else None
    spec = row.refers_to if row is not None else None
    if spec is None:
        return None
    switch = _switch_that_is_off(config, spec, spec.sections[0])
    return None if switch is None else ReferenceTarget(TargetState.OFF, path, switch)


def names_of(config: Config, reference: Reference) -> Iterator[tuple[str, KeyPath]]:
    """The names that would do, each with the key path that has it."""
    spec = reference.spec
    if spec.key is not None:
        for path, name in _items(config, spec.sections[0], spec.key):
            yield name, (*path, *spec.key)
        return
    for section in spec.sections:
        node = at(config.tree, section)
        for key in keys_of(node):
            path = (*section, key)
            known = key in spec.values if spec.values is not None else not _is_unserved(config, path)
            if isinstance(key, str) and known:
                yield key, path
    for name in spec.values or ():
        yield name, ()


def unread_place(config: Config, reference: Reference) -> Span | None:
    """Where the name stands in a file that nothing imports; None where no such file has it."""
    for orphan in config.graph.orphans:
        for section in reference.sections:
            node = at(orphan.document.root, section)
            if isinstance(node, Mapping) and reference.name in node.entries:
                return node.entries[reference.name].key_span
            for item in node.items if isinstance(node, Sequence) and reference.spec.key is not None else ():
                named = at(item, reference.spec.key or ())
                if isinstance(named, Scalar) and named.value == reference.name:
                    return named.origin.span
    return None


def _listed(config: Config, reference: Reference, key: KeyPath) -> ReferenceTarget:
    """The list's item of that name. An item that is on wins over one that is off."""
    found = config.once(_items_by_name)[reference.sections[0], key].get(reference.name, ())
    for path in found:
        if _item_switch(config, reference.spec, path) is None:
            return ReferenceTarget(TargetState.FOUND, path)
    if found:
        return ReferenceTarget(TargetState.OFF, found[0], _item_switch(config, reference.spec, found[0]))
    return ReferenceTarget(TargetState.UNKNOWN)


def _items_by_name(config: Config) -> dict[tuple[KeyPath, KeyPath], dict[str, list[KeyPath]]]:
    """The items of each list that references lead into, by the key that names them there."""
    lists: dict[tuple[KeyPath, KeyPath], dict[str, list[KeyPath]]] = {}
    for section, key in {(each.sections[0], each.spec.key) for each in config.references}:
        if key is not None:
            named = lists[section, key] = {}
            for path, name in _items(config, section, key):
                named.setdefault(name, []).append(path)
    return lists


def _items(config: Config, section: KeyPath, key: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The items of a list that have a name under a key, with it."""
    node = at(config.tree, section)
    for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        name = value_at(item, key)
        if isinstance(name, str) and name:
            yield (*section, index), name


def _item_switch(config: Config, spec: ReferenceSpec, path: KeyPath) -> KeyPath | None:
    """The switch that turns an item off. An adapter that is meant as a skill must be exposed as one."""
    switch = _switch_that_is_off(config, spec, path)
    if switch is not None or spec.key != SKILL_NAME:
        return switch
    exposed = (*path, "capabilities", "expose_as_skill")
    return None if is_on(at(config.tree, exposed), "raw", default=False) else exposed


def _switch_that_is_off(config: Config, spec: ReferenceSpec, path: KeyPath) -> KeyPath | None:
    node = at(config.tree, path)
    for switch in spec.switches:
        row = config.catalog.at(config.tree, (*path, switch))
        # a switch that nothing reads decides nothing
        if node is not None and row is not None and row.effect is not None:
            continue
        if not is_on(child(node, switch), spec.switch_reads, default=spec.switch_default):
            return (*path, switch)
    return None


def _is_unserved(config: Config, path: KeyPath) -> bool:
    """Whether the catalogue says that a block of this name is never read."""
    row = config.catalog.at(config.tree, path)
    return row is not None and row.effect == "never-read"


def gates(config: Config, reference: Reference) -> Iterator[Node | None]:
    """The global switches above the reference."""
    for gate in reference.spec.gates:
        yield at(config.tree, gate)
