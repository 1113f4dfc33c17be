"""Values to YAML text that PyYAML's `safe_load` reads back to the very same values, with a comment for each leaf if asked."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import yaml

from orbitcfg.document.yaml_loaders import FastLoader
from orbitcfg.masking.steering import INNER_COMMAND, STEERING, is_like_command

_WIDTH = 1_000_000
"""No line is folded: a comment behind a leaf must stay behind it."""

_TAG = "tag:yaml.org,2002:"
_STR = _TAG + "str"
_AWKWARD = f"[\\t{STEERING}]"
"""Characters that YAML reads otherwise in a block, or not everywhere, and those that steer a terminal."""

_Emitter: Any = getattr(yaml, "CDumper", yaml.Dumper)


class _Serializer:
    """Hands the events of a value on, every alias written out; PyYAML's resolver says which text needs quotes."""

    def __init__(self, emit: Callable[[yaml.Event], None]) -> None:
        self.emit = emit
        self.resolver: Any = yaml.resolver.Resolver()
        self.representer = yaml.representer.SafeRepresenter()

    def value(self, value: object) -> None:
        match value:
            case str():
                self._scalar(_STR, value, _style(value))
            case bool() | int():
                self.emit(yaml.ScalarEvent(None, None, (True, False), str(value).lower()))
            case None:
                self.emit(yaml.ScalarEvent(None, None, (True, False), "null"))
            case dict():
                # empty ones in flow style: a block of nothing cannot be written
                self.emit(yaml.MappingStartEvent(None, None, True, flow_style=not value))
                for key, each in value.items():
                    self.value(key)
                    self.value(each)
                self.emit(yaml.MappingEndEvent())
            case list():
                self._list(value)
            case partial():
                self.value(value())
            case set():
                self._node(self.representer.represent_set(value))
            case _:
                self._node(self.representer.represent_data(value))

    def _list(self, items: list[Any]) -> None:
        """A list; one of pairs, as `!!omap` and `!!pairs` give it, as pairs again."""
        pairs = bool(items) and all(isinstance(item, tuple) and len(item) == 2 for item in items)
        tag = _TAG + "pairs" if pairs else None
        self.emit(yaml.SequenceStartEvent(None, tag, not pairs, flow_style=not items))
        for item in items:
            self.value({item[0]: item[1]} if pairs else item)
        self.emit(yaml.SequenceEndEvent())

    def _node(self, node: yaml.Node) -> None:
        """What PyYAML represents: numbers, dates, bytes, sets."""
        if isinstance(node, yaml.ScalarNode):
            self._scalar(node.tag, node.value, _style(node.value) if node.tag == _STR else node.style)
            return
        self.emit(yaml.MappingStartEvent(None, node.tag, False, flow_style=False))
        for key, each in node.value:
            self._node(key)
            self._node(each)
        self.emit(yaml.MappingEndEvent())

    def _scalar(self, tag: str, text: str, style: str | None) -> None:
        # YAML 1.1 takes `yes`, `12:30` and `=` for other things than text: what its own resolver would not give back is quoted
        may_be_more = text[:1] in self.resolver.yaml_implicit_resolvers
        plain = self.resolver.resolve(yaml.ScalarNode, text, (True, False)) if may_be_more else _STR
        self.emit(yaml.ScalarEvent(None, tag, (tag == plain, tag == _STR), text, style=style))


def _style(text: str) -> str | None:
    """How to write text: of several lines as a block where YAML reads it back alike, else in double quotes."""
    awkward = (not text.isprintable() and re.search(_AWKWARD, text) is not None) or is_like_command(text)
    if "\n" in text:
        # a block that begins with a blank or a line break would need an indentation indicator
        return '"' if awkward or text[0] in " \n" else "|"
    return '"' if awkward else None


class _Pieces(list[str]):
    """What an emitter writes, as it comes: a text that grows has all of its characters in the room of its widest, and is copied at its end."""

    encoding = None
    write = list.append


def to_yaml(value: object) -> str:
    """The value as a YAML document. For a collection in it a `partial` may stand that makes it: it is called when it is written, and may be called again."""
    try:
        text = _emitted(value, _Emitter)
    except UnicodeEncodeError:  # half of a pair of surrogates, which only the pure emitter knows to escape
        text = _emitted(value, yaml.Dumper)
    if not text.isascii():
        # what is awkward stands in double quotes, and an emitter leaves a part of it as it is
        text = re.sub(_AWKWARD, lambda match: f"\\U{ord(match[0]):08X}", text)
    if "##" in text:
        # what is like a command stands in double quotes as well
        text = re.sub(INNER_COMMAND, r"#\\x23", text)
    # the emitter closes a document that is one plain scalar with `...`
    return text.removesuffix("...\n")


def _emitted(value: object, emitter: Any) -> str:
    pieces = _Pieces()
    dumper = emitter(pieces, allow_unicode=True, width=_WIDTH)
    try:
        # one event after the other: all of a large value together are larger than it
        dumper.emit(yaml.StreamStartEvent())
        dumper.emit(yaml.DocumentStartEvent(explicit=False))
        _Serializer(dumper.emit).value(value)
        dumper.emit(yaml.DocumentEndEvent(explicit=False))
        dumper.emit(yaml.StreamEndEvent())
    finally:
        dumper.dispose()
    return "".join(pieces)


def annotated_yaml(text: str, label: Callable[[tuple[int, ...]], str]) -> str:
    """YAML text that `to_yaml` made, with `# label` behind each leaf; an empty label leaves the leaf alone."""
    comments: dict[int, str] = {}
    try:
        root = yaml.compose(text, FastLoader)
    except yaml.YAMLError:  # as above
        root = yaml.compose(text, yaml.SafeLoader)
    for path, offset in _leaf_ends(root, text, ()) if root is not None else ():
        # a line break in a label would end the comment, and the rest would be read as YAML
        comment = "".join(character if character.isprintable() else "?" for character in label(path))
        if comment:
            comments[offset] = f"  # {comment}"
    parts, position = [], 0
    for offset in sorted(comments):
        parts += [text[position:offset], comments[offset]]
        position = offset
    return "".join(parts) + text[position:]


def _leaf_ends(node: yaml.Node, text: str, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Each leaf's path, by position of keys, and the end of the line on which a comment may follow it."""
    if isinstance(node, yaml.MappingNode) and node.value and node.tag == "tag:yaml.org,2002:map":
        for index, (_, value) in enumerate(node.value):
            yield from _leaf_ends(value, text, (*path, index))
    elif isinstance(node, yaml.SequenceNode) and node.value and node.tag == "tag:yaml.org,2002:seq":
        for index, item in enumerate(node.value):
            yield from _leaf_ends(item, text, (*path, index))
    else:
        block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        # behind the `|` of a block: anywhere below it the comment would be text
        end = text.find("\n", node.start_mark.index if block else node.end_mark.index)
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            end = text.rfind("\n", 0, node.end_mark.index)
        yield path, end if end >= 0 else len(text)
