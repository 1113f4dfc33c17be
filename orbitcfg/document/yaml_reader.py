"""YAML text to nodes, exactly as ORBIT reads it: PyYAML's safe loader, YAML 1.1.

Values come from PyYAML's own resolver and constructors, places from its marks. The C parser reads: nodes are made of its events, or of what it composes where
a file has anchors or tags. Where it fails, or where it is known to read otherwise than the pure parser that ORBIT uses, the pure one composes and its answer stands.
"""

from collections.abc import Hashable, Iterator
from sys import intern
from typing import Any

import yaml

from orbitcfg.document.events import DuplicateKey, Event, FileFault, FileProblem
from orbitcfg.document.secret_spans import SecretFinder
from orbitcfg.document.source import Source
from orbitcfg.document.tree import BITS, OWN, AnyEntry, Entry, Mapping, Node, Scalar, ScalarEntry, Sequence, packed
from orbitcfg.document.yaml_events import EventReader, UncommonError
from orbitcfg.document.yaml_faults import fault_of
from orbitcfg.document.yaml_loaders import FastLoader, PlainLoader, TooManyNodesError, c_reads_otherwise
from orbitcfg.document.yaml_values import MAP, MERGE_TAGS, OFTEN, SEQ, STR, DoubtfulError, StopError, ValueReader, make_scalar, make_scalar_entry
from orbitcfg.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES
from orbitcfg.record import NamedTuple


class Parsed(NamedTuple):
    """A document's root, None where there is none to be had, what was noticed, and how large and how deep it is with every alias written out.

    `size` counts values, `characters` those of texts.
    """

    root: Node | None
    events: list[Event]
    size: int = 0
    characters: int = 0
    depth: int = 0


def parse(source: Source) -> tuple[Node | None, list[Event]]:
    """The document's root, None where there is none to be had, and what was noticed. Never raises."""
    return parse_measured(source)[:2]


def parse_measured(source: Source, most: int = MAX_NODES) -> Parsed:
    """What a text holds. An empty document gives no root, and a fault `EMPTY`; over `most` nodes a size over all limits. Never raises."""
    try:
        if not c_reads_otherwise(source.text):
            try:
                return _by_events(source, most) or _composed(source, FastLoader, most, doubt=True)
            except (
                yaml.YAMLError,
                DoubtfulError,
                UnicodeEncodeError,
            ):  # libyaml also refuses what the pure parser reads, and words its errors otherwise
                pass
        return _composed(source, PlainLoader, most, doubt=False)
    except TooManyNodesError:
        return Parsed(None, [FileFault(FileProblem.TOO_MANY_ALIASES, source)], MAX_NODES + 1)
    except StopError as stop:
        return Parsed(None, [stop.event])
    except RecursionError:
        # both parsers compose by recursion, so a text may be too deep before any level was counted
        return Parsed(None, [FileFault(FileProblem.TOO_DEEP, source)])
    except yaml.YAMLError as error:
        return Parsed(None, [fault_of(source, error)])


def _by_events(source: Source, most: int) -> Parsed | None:
    """What a text holds; None where it must be composed to know, or to say what is wrong with it."""
    reader = EventReader(source, most)
    try:
        return _finished(reader, reader.document(), nested=True)
    except (UncommonError, StopError):
        return None


def _composed(source: Source, loader_class: Any, most: int, *, doubt: bool) -> Parsed:
    loader = loader_class(source.text)
    loader.left = most
    root = loader.get_single_node()
    if root is None:
        raise StopError(FileFault(FileProblem.EMPTY, source))
    reader = _NodeReader(source, loader, doubt=doubt)
    return _finished(reader, reader.node(root, 0), nested=False)


def _finished(reader: ValueReader, root: Node, *, nested: bool) -> Parsed:
    source = reader.source
    if reader.size > MAX_NODES or reader.characters > MAX_CHARACTERS:
        raise StopError(FileFault(FileProblem.TOO_MANY_ALIASES, source))
    lost = {event.kept.place & OWN: event.lost for event in reader.events if isinstance(event, DuplicateKey)}
    source.find_secrets_by(SecretFinder(root, nested=nested, lost=lost).between)
    return Parsed(root, reader.events, reader.size, reader.characters, reader.depth)


def _place(node: yaml.Node) -> int:
    """The offsets of a node, packed."""
    return packed(node.start_mark.index, node.end_mark.index)


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    """The nodes in a collection, of pairs both halves."""
    for each in node.value:
        match each:
            case (key, value):
                yield from (key, value)
            case yaml.MappingNode(value=pairs):
                yield from (half for pair in pairs for half in pair)
            case yaml.Node():
                yield each


class _NodeReader(ValueReader):
    """Turns PyYAML's nodes into ours; one for each file.

    `made` holds what each collection became, by PyYAML's node, with its size, its characters and the levels below it; a size of 0 marks one that is not
    finished.
    """

    def __init__(self, source: Source, loader: Any, *, doubt: bool) -> None:
        super().__init__(source, loader, doubt=doubt)
        # by id: composing has ended, so no new node can take the id of one that is gone
        self.made: dict[int, tuple[Node, int, int, int]] = {}
        self.shared: dict[int, Scalar] = {}

    def node(self, node: yaml.Node, depth: int) -> Node:
        """Our node for PyYAML's; an alias gives the very node of its anchor."""
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        made = self.made.get(id(node))
        if made is None:
            return self._collection(node, depth)
        if made[1] == 0:  # an alias within its own anchor
            raise StopError(FileFault(FileProblem.RECURSION, self.span(node)))
        # as if written out: ORBIT walks every alias, so ten lines can stand for a billion nodes
        self.size += made[1]
        self.characters += made[2]
        if self.size > MAX_NODES or self.characters > MAX_CHARACTERS:
            raise StopError(FileFault(FileProblem.TOO_MANY_ALIASES, self.source))
        self._descend(node, depth + made[3])
        return made[0]

    def scalar(self, node: yaml.ScalarNode) -> Scalar:
        """Our node for a scalar."""
        return make_scalar(Scalar, (self._counted(node), self.source, _place(node)))

    def _entry(self, key: int, node: yaml.ScalarNode) -> ScalarEntry:
        """The entry of a scalar, from the place of its key: what is made of nearly every value."""
        place = key << 2 * BITS | node.start_mark.index << BITS | node.end_mark.index
        return make_scalar_entry(ScalarEntry, (self._counted(node), self.source, place))

    def _counted(self, node: yaml.ScalarNode) -> object:
        """The value of a scalar, which counts."""
        text = node.value
        self.size += 1
        self.characters += len(text)
        # nearly all are texts that can be nothing else
        if node.tag == STR and (node.style or not (self.in_flow or not text or text[:1].isdigit())):
            # names and settings are written again and again
            return intern(text) if len(text) <= OFTEN else text
        return self.value(node)

    def _descend(self, node: yaml.Node, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise StopError(FileFault(FileProblem.TOO_DEEP, self.span(node)))
        self.depth = max(self.depth, depth)

    def _collection(self, node: yaml.Node, depth: int) -> Node:
        around, before, characters_before, self.depth = self.depth, self.size, self.characters, 0
        self._descend(node, depth)
        unfinished = Scalar(None, self.source, _place(node))
        self.made[id(node)] = (unfinished, 0, 0, 0)
        self.size += 1
        in_flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
        self.in_flow += in_flow
        made: Node
        if node.tag == MAP and isinstance(node, yaml.MappingNode):
            made = self._mapping(node, depth + 1)
        elif node.tag == SEQ and isinstance(node, yaml.SequenceNode):
            items = tuple(self.node(item, depth + 1) for item in node.value)
            made = Sequence(items, self.source, self._trimmed(node, items[-1] if items else None))
        else:
            # sets, ordered maps and bytes: no later step of ORBIT looks into them (loader §4.7), so a scalar will do
            made = Scalar(self.constructed(node), self.source, _place(node))
            self._count(node, depth + 1)
        self.in_flow -= in_flow
        self.made[id(node)] = (made, self.size - before, self.characters - characters_before, self.depth - depth)
        self.depth = max(self.depth, around)
        return made

    def _count(self, node: yaml.Node, depth: int) -> None:
        """Counts what stands in a set or an ordered map, which aliases repeat as they do in any collection."""
        noticed = len(self.events)
        for each in _parts(node):
            self.node(each, depth)
        del self.events[noticed:]

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Mapping:
        merges = any(key.tag in MERGE_TAGS for key, _ in node.value)
        # `<<` puts its keys before the mapping's own, which then win as the later ones: no duplicates, so only own keys are compared
        own = frozenset(id(key) for key, _ in node.value) if merges else frozenset()
        if merges:
            self._flattened(node)
        entries: dict[Hashable, AnyEntry] = {}
        own_keys: set[Hashable] = set()
        for key_node, value_node in node.value:
            is_text = key_node.tag == STR and type(key_node) is yaml.ScalarNode and (key_node.style or not self.in_flow)
            key = intern(key_node.value) if is_text else self.key(key_node)
            self.noticed_key(key, key_node.start_mark.index, quoted=bool(key_node.style))
            place = key_node.start_mark.index << BITS | key_node.end_mark.index
            entry: AnyEntry = (
                self._entry(place, value_node)
                if isinstance(value_node, yaml.ScalarNode) and not merges
                else Entry(place, self._shared(value_node) if isinstance(value_node, yaml.ScalarNode) else self.node(value_node, depth))
            )
            if not merges or id(key_node) in own:
                if key in own_keys:
                    self.noticed_again(key, entries[key], entry)
                own_keys.add(key)
            # the last value in the first one's place, as in ORBIT (loader §4.3): that is what assigning to a key that is there does
            entries[key] = entry
        last = next(reversed(entries.values())).node if entries else None
        return Mapping(entries, self.source, self._trimmed(node, last))

    def _shared(self, node: yaml.ScalarNode) -> Scalar:
        """A scalar that `<<` may put into many mappings: it is made once."""
        made = self.shared.get(id(node))
        if made is None:
            made = self.shared[id(node)] = self.scalar(node)
        else:
            self.size += 1
        return made

    def _flattened(self, node: yaml.MappingNode) -> None:
        """Carries out `<<`, as PyYAML does it, where what it makes is not too large: anchors that merge others twice double at each step."""
        if self.size + self._flat_length(node, 0) > MAX_NODES:
            raise StopError(FileFault(FileProblem.TOO_MANY_ALIASES, self.span(node)))
        try:
            self.loader.flatten_mapping(node)
        except yaml.MarkedYAMLError as error:
            raise StopError(fault_of(self.source, error)) from None
        except RecursionError:
            raise StopError(FileFault(FileProblem.RECURSION, self.span(node))) from None

    def _flat_length(self, node: yaml.Node, depth: int) -> int:
        """The keys of a mapping once `<<` is carried out in it. Anchors stand above their aliases, so that what an alias brings is carried out already."""
        if depth > MAX_DEPTH:
            raise StopError(FileFault(FileProblem.TOO_DEEP, self.span(node)))
        if isinstance(node, yaml.SequenceNode):
            return sum(self._flat_length(each, depth + 1) for each in node.value)
        if not isinstance(node, yaml.MappingNode):
            return 0
        merged = (self._flat_length(value, depth + 1) for key, value in node.value if key.tag in MERGE_TAGS)
        return len(node.value) + sum(merged)

    def _trimmed(self, node: yaml.CollectionNode, last: Node | None) -> int:
        """Where a collection stands, without the comments and blank lines behind a block."""
        if node.flow_style or last is None:
            return _place(node)
        # the last value may be an alias, whose text stands above this collection
        return packed(node.start_mark.index, max(last.span.end, node.start_mark.index))
