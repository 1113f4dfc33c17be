"""What the catalogue says of a whole tree, held column by column: there are as many rows as nodes, and most of them nobody asks for their path."""

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain
from types import FunctionType
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from orbitcfg.cached import cached_property
from orbitcfg.document.tree import KeyPath, Node, Scalar, Unknown


class _WithWords(Protocol):
    @property
    def words(self) -> Iterable[str]:
        """What it is found by."""


Row = TypeVar("Row", bound=_WithWords)
Meant: TypeAlias = Callable[..., bool]
"""A question of keys or texts."""


class RowTable(Generic[Row]):
    """Every node below the root, in document order: its path, itself, what the catalogue says of it (None: unknown), and of its holder.

    One may be joined of others that are kept. These remember where they hold what is meant: what is meant is asked of a key, a node and a row alone,
    so the same question has the same answer.
    """

    def __init__(self, root: Row) -> None:
        self._root = root
        self.keys: list[Hashable] = []
        self.nodes: list[Node] = []
        self.rows: list[Row | None] = []
        self.holders = array("i")
        self._parts: list[tuple[int, RowTable[Row]]] = []
        """Those that it was joined of, with where they begin in it."""
        self._answers: dict[object, array[int]] = {}

    def add(self, holder: int, key: Hashable, node: Node, row: Row | None) -> int:
        """Puts in a node below the one at a position, -1 for the root; gives its own position."""
        self.keys.append(key)
        self.nodes.append(node)
        self.rows.append(row)
        self.holders.append(holder)
        return len(self.keys) - 1

    def __iter__(self) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        above: list[tuple[int, KeyPath, Row]] = [(-1, (), self._root)]
        for position, (holder, key, node, row) in enumerate(zip(self.holders, self.keys, self.nodes, self.rows, strict=True)):
            while above[-1][0] != holder:
                above.pop()
            _, path, said = above[-1]
            path = (*path, key)
            yield path, node, row, said
            if row is not None and not isinstance(node, Scalar):
                above.append((position, path, row))

    def join(self, holder: int, part: "RowTable[Row]") -> None:
        """Puts in all of another table, below the node at a position."""
        begin = len(self.keys)
        self._parts.append((begin, part))
        self.keys += part.keys
        self.nodes += part.nodes
        self.rows += part.rows
        self.holders.extend(array("i", (holder if each < 0 else begin + each for each in part.holders)))

    def keys_where(self, is_meant: Callable[[Hashable], bool]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those under keys that are meant. A key is asked once, however many nodes stand under one of its name."""
        return self.at(self._asked(RowTable._keys_where, is_meant))

    def texts_where(self, is_meant: Callable[[Hashable, str], bool]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """The texts that are known here and meant, by their key and themselves. A key with a text is asked once, in however many places they stand."""
        return self.at(self._asked(RowTable._texts_where, is_meant))

    def texts_or_unknown(self, is_meant: Callable[[Hashable, str], bool], word: str) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """The texts that are meant, by their key and themselves; all whose row has a word; and all that the catalogue does not know."""
        of_rows = self._asked(RowTable._with_word, word)
        return self.at(sorted({*self._asked(RowTable._texts_where, is_meant), *of_rows, *self._asked(RowTable._unknown_where)}))

    def with_word(self, word: str) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those whose row has a word."""
        return self.at(self._asked(RowTable._with_word, word))

    def nulls(self) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those that are null."""
        return self.at(self._asked(RowTable._nulls_where))

    def unknown(self) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those of whose key the catalogue knows nothing."""
        return self.at(self._asked(RowTable._unknown_where))

    def _asked(self, question: "Callable[[RowTable[Row], Any], Iterable[int]]", is_meant: Meant | str = "") -> Iterable[int]:
        """Where the answers to a question stand, in order."""
        if not self._parts:
            return question(self, is_meant)
        own, positions = self._own
        found = [positions[each] for each in question(own, is_meant)]
        for begin, part in self._parts:
            found += [begin + each for each in part.answer(question, is_meant)]
        return sorted(found)

    def answer(self, question: "Callable[[RowTable[Row], Any], Iterable[int]]", is_meant: Meant | str) -> Iterable[int]:
        """Where the answers to a question stand in it, kept for the next time."""
        if not isinstance(is_meant, FunctionType) or is_meant.__closure__ or is_meant.__defaults__ or is_meant.__kwdefaults__:
            # it may know of more than it is asked about
            return question(self, is_meant)
        # a lambda is a new object each time, and its code is not; equal code of two modules may mean two things
        key = question, is_meant.__code__, is_meant.__module__
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = array("i", question(self, is_meant))
        return found

    @cached_property
    def _own(self) -> "tuple[RowTable[Row], array[int]]":
        """What is in none of the tables that it was joined of, and where."""
        own, positions, position = RowTable(self._root), array("i"), 0
        for begin, part in [*self._parts, (len(self.keys), RowTable(self._root))]:
            for each in range(position, begin):
                own.add(-1, self.keys[each], self.nodes[each], self.rows[each])
                positions.append(each)
            position = begin + len(part.keys)
        return own, positions

    def _keys_where(self, is_meant: Callable[[Hashable], bool]) -> list[int]:
        meant = set(filter(is_meant, self._different_keys))
        return [position for position, key in enumerate(self.keys) if key in meant] if meant else []

    @cached_property
    def _different_keys(self) -> tuple[Hashable, ...]:
        return tuple(dict.fromkeys(self.keys))

    @cached_property
    def _texts_and_nulls(self) -> "tuple[array[int], array[int]]":
        """Where texts stand that are known here, and where nulls do."""
        texts, nulls = array("i"), array("i")
        for position, node in enumerate(self.nodes):
            if isinstance(node, Scalar):
                value = node.value
                if value is None:
                    nulls.append(position)
                elif isinstance(value, str) and not isinstance(value, Unknown):
                    texts.append(position)
        return texts, nulls

    def _texts_where(self, is_meant: Callable[[Hashable, str], bool]) -> list[int]:
        keys = self.keys
        nodes: list[Any] = self.nodes  # texts, which have their value first
        meant = {(keys[each], nodes[each][0]) for each in self._different_texts if is_meant(keys[each], nodes[each][0])}
        return [each for each in self._texts_and_nulls[0] if (keys[each], nodes[each][0]) in meant] if meant else []

    @cached_property
    def _different_texts(self) -> "array[int]":
        """Where each text stands first under a key: many stand there again and again."""
        keys = self.keys
        nodes: list[Any] = self.nodes  # as above
        return array("i", {(keys[each], nodes[each][0]): each for each in reversed(self._texts_and_nulls[0])}.values())

    def _nulls_where(self, _: str) -> "array[int]":
        return self._texts_and_nulls[1]

    def _unknown_where(self, _: str) -> "array[int]":
        return self._unknown

    @cached_property
    def _unknown(self) -> "array[int]":
        return array("i", (position for position, row in enumerate(self.rows) if row is None))

    def _with_word(self, word: str) -> list[int]:
        return sorted(chain.from_iterable(self._by_word.get(word, ())))

    @cached_property
    def _by_word(self) -> "dict[str, list[array[int]]]":
        """Where the rows stand that have each word. There are far fewer rows than nodes, and most have no word."""
        found: dict[str, list[array[int]]] = {}
        for row, positions in self._by_row.values():
            for word in row.words:
                found.setdefault(word, []).append(positions)
        return found

    @cached_property
    def _by_row(self) -> "dict[int, tuple[Row, array[int]]]":
        """Where each row stands, by its id."""
        found: dict[int, tuple[Row, array[int]]] = {}
        for position, row in enumerate(self.rows):
            if row is not None:
                known = found.get(id(row))
                if known is None:
                    known = found[id(row)] = row, array("i")
                known[1].append(position)
        return found

    def at(self, positions: Iterable[int]) -> Iterator[tuple[KeyPath, Node, Row | None, Row]]:
        """Those at some positions."""
        last, above = -1, self._path(-1)
        for position in positions:
            holder = self.holders[position]
            said = self._root if holder < 0 else self.rows[holder]
            assert said is not None  # what lies below an unknown key has no row
            if holder != last:
                last, above = holder, self._path(holder)
            yield (*above, self.keys[position]), self.nodes[position], self.rows[position], said

    def _path(self, position: int) -> KeyPath:
        path: list[Hashable] = []
        while position >= 0:
            path.append(self.keys[position])
            position = self.holders[position]
        return tuple(reversed(path))
