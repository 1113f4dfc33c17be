"""PyYAML's two loaders, and where they read otherwise."""

import re
import sys
from collections.abc import Iterator
from typing import Any

import yaml

YAML_TAG = "tag:yaml.org,2002:"
"""What the tags of YAML's own types begin with."""

_STR, _SEQ, _MAP = (YAML_TAG + name for name in ("str", "seq", "map"))

_COMMENT_AT_ONCE = re.compile(r"[|>](?<!\S[|>])[-+\d]{0,2}#")
_TAG_WITH_COMMA = re.compile(r"(?<![^\s\[{,])![^\s,]*+,")


def c_reads_otherwise(text: str) -> bool:
    """Whether libyaml takes text that the pure parser refuses, or the other way round. ORBIT uses the pure one."""
    # it dies of tabs that libyaml lets pass (loader §4.6), and of a comment right behind what begins a block of text; a comma is part of a tag to it
    return "\t" in text or "\ufeff" in text or _COMMENT_AT_ONCE.search(text) is not None or ("!" in text and _TAG_WITH_COMMA.search(text) is not None)


class StableSet(set[Any]):
    """A set of YAML's: it is gone through, and written, by the text of its members, since Python's order is another one in each process."""

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=str))

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}"


class TooManyNodesError(Exception):
    """A text holds more than is taken on."""


class _Counting:
    """Counts the nodes that are composed: of too many, none shall be made in vain."""

    left = sys.maxsize
    """How many may still come."""

    def descend_resolver(self, _node: object, _index: object) -> None:
        """Called for each node. There are no resolvers by path to look for."""
        self.left -= 1
        if self.left < 0:
            raise TooManyNodesError

    def ascend_resolver(self) -> None:
        """Nothing, likewise."""


class PlainLoader(_Counting, yaml.SafeLoader):
    """PyYAML's loader in Python."""


# only a PyYAML that was built with libyaml has it
_CLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FastLoader(_Counting, _CLoader):  # type: ignore[misc]  # of no known type
    """PyYAML's loader over libyaml; the resolver is its own without paths, of which there are none: it is asked of every value."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node without one."""
        if kind is yaml.ScalarNode:
            for tag, expression in self.yaml_implicit_resolvers.get(value[:1], ()) if implicit[0] else ():
                if expression.match(value):
                    return str(tag)
            return _STR
        return _SEQ if kind is yaml.SequenceNode else _MAP


def _set(loader: Any, node: yaml.MappingNode) -> Iterator[StableSet]:
    made = StableSet()
    yield made
    made.update(loader.construct_mapping(node))


for _loader in (PlainLoader, FastLoader):
    _loader.add_constructor(YAML_TAG + "set", _set)
