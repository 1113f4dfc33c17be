"""Whether something is switched on: one reading of a switch, as its consumer in ORBIT makes it, for all who ask."""

from collections.abc import Iterable

from orbitcfg.catalog.rows import Catalog
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Unknown, at

SWITCH = "enabled"
_TRUE_WORDS = ("true", "yes", "y", "1", "on")


def truth(value: object, reads: str) -> bool | None:
    """What a consumer that reads a switch so (`x-orbit.reads`) makes of a value; None for one that is not known here.

    `raw` is Python's truth, and so is `mixed` in the part of ORBIT that decides; `parsed` knows a list of words; `literal` takes nothing but false
    for off, `registry` the text "false" as well.
    """
    if isinstance(value, Unknown):
        return None
    match reads:
        case "registry":
            # everything else is on: null, 0, empty text, `no` (resolution §2)
            return not (value is False or (isinstance(value, str) and value.lower() == "false"))
        case "literal":
            return value is not False
        case "parsed":
            # in lower case, but not trimmed (loader §11.6)
            return value.lower() in _TRUE_WORDS if isinstance(value, str) else bool(value) and isinstance(value, int | float)
    return bool(value)


def all_on(states: Iterable[bool | None]) -> bool | None:
    """Whether all are on; None where none is off and one is not known here."""
    found: bool | None = True
    for state in states:
        if state is False:
            return False
        found = found if state else None
    return found


@dataclass(frozen=True)
class Switches:
    """The switches of a configuration. Each is read as the catalogue says, and is what the catalogue gives as its default where it is missing."""

    tree: Mapping
    catalog: Catalog
    _known: dict[KeyPath, bool | None] = field(default_factory=dict, repr=False)
    _of_mappings: dict[KeyPath, bool | None] = field(default_factory=dict, repr=False)

    def at(self, path: KeyPath) -> bool | None:
        """Whether the switch at a path is on; None where that is not known here. One that nothing reads decides nothing, and counts as on."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def is_on(self, path: KeyPath) -> bool:
        """Whether the switch at a path is on, or may be."""
        return self.at(path) is not False

    def of(self, path: KeyPath) -> bool | None:
        """Whether the mapping at a path is on by its own switch; True where it has none that turns it off."""
        if path not in self._of_mappings:
            # nearly all paths lead to single values: to look is as quick as to remember
            if not isinstance(at(self.tree, path), Mapping):
                return True
            self._of_mappings[path] = self.at((*path, SWITCH)) if self._has_switch(path) else True
        return self._of_mappings[path]

    def leading_to(self, path: KeyPath, start: int = 0) -> bool | None:
        """Whether no mapping on the way down to a path is switched off, looked at from its `start`-th key on.

        Of the path to a switch itself it says whether the switch is looked at.
        """
        holder = path[:-2] if path and path[-1] == SWITCH else path
        return all_on(self.of(holder[:depth]) for depth in range(start + 1, len(holder) + 1))

    def _read(self, path: KeyPath) -> bool | None:
        row = self.catalog.at(self.tree, path)
        if row is not None and row.effect:
            return True
        # what this ORBIT has no such switch for, it does not do
        if row is None and self.catalog.store.is_older:
            return False
        node = at(self.tree, path)
        if node is None:
            return bool(row.schema.get("default", True)) if row is not None else True
        return truth(node.value if isinstance(node, Scalar) else True, (row.spec.reads if row is not None else None) or "raw")

    def _has_switch(self, path: KeyPath) -> bool:
        node = at(self.tree, path)
        if not isinstance(node, Mapping):
            return False
        row = self.catalog.at(self.tree, path)
        if row is None or SWITCH not in self.catalog.names(row, node):
            return SWITCH in node.entries
        switch = self.catalog.below(row, node, SWITCH)
        return switch is None or switch.spec.gates


def is_set(node: Node | None) -> bool:
    """Whether something stands there that is neither null nor empty text; what is not known here may."""
    return node is not None and not (isinstance(node, Scalar) and not isinstance(node.value, Unknown) and node.value in (None, ""))
