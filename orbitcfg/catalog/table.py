"""What the catalogue says of a whole tree, held column by column: there are as many rows as nodes, and most of them nobody asks for their path."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from heapq import merge
from typing import Any, Generic, TypeVar

from orbitcfg.document.tree import KeyPath, Node, Scalar, Unknown

Row = TypeVar("Row")


class RowTable(Generic[Row]):
    """Every node below the root, in document order: its path, itself, what the catalogue says of it (None: unknown), and of its holder."""

    def __init__(self, root: Row) -> None:
        self._root = root
        self._keys: list[Hashable] = []
        self._nodes: list[Node] = []
        self._rows: list[Row | None] = []
        self._holders = array("i")

    def add(self, holder: int, key: Hashable, node: Node, row: Row | None) -> int:
        """Puts in a node below the one at a position, -1 for the root; gives its own position."""
        self._keys.append(key)
        self._nodes.append(node)
        self._rows.append(row)
        self._holders.append(holder)
        return len(self._keys) - 1

    def __iter__(self) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        above: list[tuple[int, KeyPath, Row]] = [(-1, (), self._root)]
        for position, (holder, key, node, row) in enumerate(zip(self._holders, self._keys, self._nodes, self._rows, strict=True)):
            while above[-1][0] != holder:
                above.pop()
            _, path, said = above[-1]
            path = (*path, key)
            yield path, node, row, said
            if row is not None and not isinstance(node, Scalar):
                above.append((position, path, row))

    def where(self, is_meant: Callable[[Hashable, Node, Row | None], bool]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those that are meant, by their key, their node and what the catalogue says of it."""
        found = enumerate(zip(self._keys, self._nodes, self._rows, strict=True))
        return self.at(position for position, (key, node, row) in found if is_meant(key, node, row))

    @cached_property
    def _texts(self) -> "array[int]":
        """Where texts stand that are known here."""
        found = ((position, node.value) for position, node in enumerate(self._nodes) if isinstance(node, Scalar))
        return array("l", (position for position, value in found if isinstance(value, str) and not isinstance(value, Unknown)))

    def texts_where(self, is_meant: Callable[[Hashable, str], bool]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """The texts that are known here and meant, by their key and themselves."""
        keys = self._keys
        nodes: list[Any] = self._nodes  # texts, which have their value first
        return self.at(position for position in self._texts if is_meant(keys[position], nodes[position][0]))

    @cached_property
    def _unknown(self) -> "array[int]":
        """Where the catalogue knows no such key."""
        return array("l", (position for position, row in enumerate(self._rows) if row is None))

    def texts_or_unknown(self, is_meant: Callable[[Hashable, str, Row], bool]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """The texts that are known here and meant, by their key, themselves and what the catalogue says of them; and all that it does not know."""
        keys, rows = self._keys, self._rows
        nodes: list[Any] = self._nodes  # as above
        found = (position for position in self._texts if (row := rows[position]) is not None and is_meant(keys[position], nodes[position][0], row))
        return self.at(merge(found, self._unknown))

    def at(self, positions: Iterable[int]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those at some positions."""
        for position in positions:
            holder = self._holders[position]
            said = self._root if holder < 0 else self._rows[holder]
            assert said is not None  # what lies below an unknown key has no row
            yield self._path(position), self._nodes[position], self._rows[position], said

    def _path(self, position: int) -> KeyPath:
        path: list[Hashable] = []
        while position >= 0:
            path.append(self._keys[position])
            position = self._holders[position]
        return tuple(reversed(path))

    def by_row(self) -> "dict[int, tuple[Row, array[int]]]":
        """Where each row stands, by its id."""
        found: dict[int, tuple[Row, array[int]]] = {}
        for position, row in enumerate(self._rows):
            if row is not None:
                known = found.get(id(row))
                if known is None:
                    known = found[id(row)] = row, array("i")
                known[1].append(position)
        return found
