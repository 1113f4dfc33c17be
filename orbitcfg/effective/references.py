"""Who names whom: every value that the catalogue calls a reference."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.specs import ReferenceSpec
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, value_at
from orbitcfg.effective.switches import in_use


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names something defined elsewhere, and what the catalogue says of such a name."""

    path: KeyPath
    name: str
    spec: ReferenceSpec

    @property
    def sections(self) -> tuple[KeyPath, ...]:
        """The paths of the mappings or lists that define the names, the first one first."""
        return self.spec.sections


def references(rows: Iterable[tuple[KeyPath, Node, Row | None, Row]]) -> Iterator[Reference]:
    """The references among the rows of a tree, in document order; what is unknown names nothing."""
    for path, node, row, _ in rows:
        spec = row.refers_to if row is not None else None
        if spec is None:
            continue
        match node:
            case Sequence(items=items):
                yield from (found for index, item in enumerate(items) for found in _named((*path, index), item, spec))
            case _:
                yield from _named(path, node, spec)


def _named(path: KeyPath, node: Node, spec: ReferenceSpec) -> Iterator[Reference]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value and not isinstance(node.value, Unknown):
        yield Reference(path, node.value, spec)


def used_blocks(tree: Mapping, found: Iterable[Reference]) -> frozenset[KeyPath]:
    """The blocks that something switched on names: paths such as `("visions", "openai")`."""
    used: set[KeyPath] = {("inference", value_at(tree, ("general", "inference_provider")))}
    for reference in found:
        if in_use(tree, reference.path):
            used.update((*section, reference.name) for section in reference.sections)
    return frozenset(used)
