"""Who names whom: every value that the catalogue calls a reference."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from orbitcfg.catalog.rows import Row
from orbitcfg.catalog.store import Schema
from orbitcfg.document.tree import KeyPath, Mapping, Node, Scalar, Sequence, Unknown, value_at
from orbitcfg.effective.switches import in_use


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names something defined elsewhere; `words` is its `refers_to` row."""

    path: KeyPath
    name: str
    words: Schema

    @property
    def sections(self) -> tuple[KeyPath, ...]:
        """The paths of the mappings or lists that define the names, the first one first."""
        section: Any = self.words.get("section", ())
        listed = (section,) if isinstance(section, str) else section
        return tuple(tuple(each.split(".")) for each in listed)


def references(rows: Iterable[tuple[KeyPath, Node, Row | None, Row]]) -> Iterator[Reference]:
    """The references among the rows of a tree, in document order; what is unknown names nothing."""
    for path, node, row, _ in rows:
        words = row.words.get("refers_to") if row is not None else None
        if words is None:
            continue
        match node:
            case Sequence(items=items):
                yield from (found for index, item in enumerate(items) for found in _named((*path, index), item, words))
            case _:
                yield from _named(path, node, words)


def _named(path: KeyPath, node: Node, words: Schema) -> Iterator[Reference]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value and not isinstance(node.value, Unknown):
        yield Reference(path, node.value, words)


def used_blocks(tree: Mapping, found: Iterable[Reference]) -> frozenset[KeyPath]:
    """The blocks that something switched on names: paths such as `("visions", "openai")`."""
    used: set[KeyPath] = {("inference", value_at(tree, ("general", "inference_provider")))}
    for reference in found:
        if in_use(tree, reference.path):
            used.update((*section, reference.name) for section in reference.sections)
    return frozenset(used)
