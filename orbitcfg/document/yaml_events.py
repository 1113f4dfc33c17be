"""YAML text to nodes by the parser's events: the way of nearly every file, without PyYAML's nodes in between."""

from collections.abc import Callable, Hashable
from sys import intern
from typing import Any

import yaml

from orbitcfg.document.source import Source
from orbitcfg.document.tree import BITS, ONES, AnyEntry, Entry, Mapping, Node, Scalar, ScalarEntry, Sequence, packed
from orbitcfg.document.yaml_loaders import FastLoader, TooManyNodesError
from orbitcfg.document.yaml_values import MERGE_TAGS, OFTEN, STR, DoubtfulError, ValueReader, make_scalar, make_scalar_entry
from orbitcfg.limits import MAX_DEPTH

# without a type, since PyYAML's own know of events without marks
_SCALAR: Any = yaml.ScalarEvent
_ALIAS: Any = yaml.AliasEvent
_MAPPING: Any = yaml.MappingStartEvent
_MAPPING_END: Any = yaml.MappingEndEvent
_SEQUENCE_END: Any = yaml.SequenceEndEvent


class UncommonError(Exception):
    """Something that only nodes of PyYAML's tell: an anchor, an alias, a tag, a merge, a key that is none, no document or several, too many levels."""


class EventReader(ValueReader):
    """Turns the C parser's events into nodes; one for each file. At most `most` values and keys are read."""

    def __init__(self, source: Source, most: int) -> None:
        super().__init__(source, FastLoader(source.text), doubt=True)
        self.left = most
        self._implicit = self.loader.yaml_implicit_resolvers
        self._tags: dict[str, str] = {}
        self._next: Callable[[], Any] = self.loader.get_event

    def document(self) -> Node:
        """The root of the one document."""
        self._next()
        if type(self._next()) is not yaml.DocumentStartEvent:
            raise UncommonError
        root = self._node(self._next(), 0)
        self._next()
        if type(self._next()) is not yaml.StreamEndEvent:
            raise UncommonError
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if type(event) is _SCALAR:
            return make_scalar(Scalar, (self._value(event), self.source, event.start_mark.index << BITS | event.end_mark.index))
        if type(event) is _ALIAS or event.anchor is not None or event.tag is not None or depth > MAX_DEPTH:
            raise UncommonError
        self._count()
        self.depth = max(self.depth, depth)
        in_flow = bool(event.flow_style)
        self.in_flow += in_flow
        made = self._mapping(event, depth + 1) if type(event) is _MAPPING else self._sequence(event, depth + 1)
        self.in_flow -= in_flow
        return made

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := self._next()) is not _SEQUENCE_END:
            items.append(self._node(event, depth))
        return Sequence(tuple(items), self.source, _place(start, event, items[-1] if items else None))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[Hashable, AnyEntry] = {}
        source, event_after, value_of = self.source, self._next, self._value
        while type(event := event_after()) is not _MAPPING_END:
            key, place = self._key(event), event.start_mark.index << BITS | event.end_mark.index
            value = event_after()
            entry: AnyEntry
            if type(value) is _SCALAR:
                both = place << 2 * BITS | value.start_mark.index << BITS | value.end_mark.index
                entry = make_scalar_entry(ScalarEntry, (value_of(value), source, both))
            else:
                entry = Entry(place, self._node(value, depth))
            if key in entries:
                self.noticed_again(key, entries[key], entry)
            # the last value in the first one's place, as in ORBIT (loader §4.3): that is what assigning to a key that is there does
            entries[key] = entry
        # which need not be the last of `entries`
        return Mapping(entries, source, _place(start, event, entry.node if entries else None))

    def _key(self, event: Any) -> Hashable:
        if type(event) is not _SCALAR or event.anchor is not None or event.tag is not None:
            raise UncommonError
        self.left -= 1
        text: str = event.value
        key: Hashable = intern(text)
        if not event.style and text[:1] in self._implicit and (tag := self._tag(event)) != STR:
            if tag in MERGE_TAGS:
                raise UncommonError
            key = self.key(_composed(event, tag))
        elif self.in_flow and not event.style and self.is_doubtful(text):
            raise DoubtfulError
        if text[:1] > "~":
            self.noticed_key(key, event.start_mark.index, quoted=bool(event.style))
        return key

    def _value(self, event: Any) -> object:
        if event.anchor is not None or event.tag is not None:
            raise UncommonError
        text: str = event.value
        self.size += 1
        if self.size > self.left:
            raise TooManyNodesError
        self.characters += len(text)
        tag = STR if event.style or text[:1] not in self._implicit else self._tag(event)
        # nearly all are texts that can be nothing else
        if tag == STR and (event.style or not (text[:1].isdigit() or (self.in_flow and "?" in text))):
            # names and settings are written again and again
            return intern(text) if len(text) <= OFTEN else text
        return self.value(_composed(event, tag))

    def _tag(self, event: Any) -> str:
        """The tag of what is not quoted: the same words are written again and again."""
        text: str = event.value
        tag = self._tags.get(text)
        if tag is None:
            tag = self._tags[text] = self.loader.resolve(yaml.ScalarNode, text, event.implicit)
        return tag

    def _count(self) -> None:
        self.size += 1
        if self.size > self.left:
            raise TooManyNodesError


def _composed(event: Any, tag: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)


def _place(start: Any, end: Any, last: Node | None) -> int:
    """Where a collection stands, without the comments and blank lines behind a block."""
    return packed(start.start_mark.index, end.end_mark.index if start.flow_style or last is None else last.place & ONES)
