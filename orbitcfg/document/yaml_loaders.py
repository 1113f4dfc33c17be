"""PyYAML's two loaders, and where they read otherwise."""

import re
from typing import Any

import yaml

_STR, _SEQ, _MAP = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))

# ORBIT dies of tabs that libyaml lets pass (loader §4.6)
C_READS_OTHERWISE = re.compile("[\t\ufeff]|[|>]#")
"""Where libyaml takes text that the pure parser refuses, or the other way round. ORBIT uses the pure one."""

PlainLoader = yaml.SafeLoader
# only a PyYAML that was built with libyaml has it
_CLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FastLoader(_CLoader):  # type: ignore[misc]  # of no known type
    """PyYAML's loader over libyaml; the resolver is its own without paths, of which there are none: it is asked of every value."""

    def descend_resolver(self, _node: object, _index: object) -> None:
        """Nothing: there are no resolvers by path."""

    def ascend_resolver(self) -> None:
        """Nothing, likewise."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node without one."""
        if kind is yaml.ScalarNode:
            for tag, expression in self.yaml_implicit_resolvers.get(value[:1], ()) if implicit[0] else ():
                if expression.match(value):
                    return str(tag)
            return _STR
        return _SEQ if kind is yaml.SequenceNode else _MAP
