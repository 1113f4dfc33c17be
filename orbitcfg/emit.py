"""Values to YAML text that PyYAML's `safe_load` reads back to the very same values, with a comment for each leaf if asked."""

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from orbitcfg.tree import KeyPath

_WIDTH = 1_000_000
"""No line is folded: a comment behind a leaf must stay behind it."""

_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(_Base):
    """Writes every value out, without anchors, and text of several lines as a block where YAML can."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: Any, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_style(text))


def _style(text: str) -> str | None:
    if "\n" in text and not any(sign in text for sign in "\t\r\x85\u2028\u2029\ufeff") and text[0] not in " \n":
        return "|"
    return '"' if any(sign in text for sign in "\n\t\r\x85\u2028\u2029\ufeff") else None


def _list(dumper: Any, items: list[object]) -> yaml.Node:
    """A list; one of pairs, as `!!omap` and `!!pairs` give it, as pairs again."""
    if items and all(isinstance(item, tuple) and len(item) == 2 for item in items):
        pairs = [dumper.represent_mapping("tag:yaml.org,2002:map", dict([item])) for item in items]
        return yaml.SequenceNode("tag:yaml.org,2002:pairs", pairs, flow_style=False)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items)


_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(list, _list)


def to_yaml(value: object) -> str:
    """The value as a YAML document."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)
    return text.removesuffix("...\n")


def annotated(text: str, label: Callable[[KeyPath], str]) -> str:
    """YAML text that `to_yaml` made, with `# label` behind each leaf; an empty label leaves the leaf alone."""
    comments: dict[int, str] = {}
    for path, offset in _leaf_ends(yaml.compose(text, _FastLoader), text, ()):
        words = "".join(sign if sign.isprintable() else "?" for sign in label(path))
        if words:
            comments[offset] = f"  # {words}"
    parts, position = [], 0
    for offset in sorted(comments):
        parts += [text[position:offset], comments[offset]]
        position = offset
    return "".join(parts) + text[position:]


def _leaf_ends(node: yaml.Node, text: str, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    """Each leaf's path, by position of keys, and the end of the line on which a comment may follow it."""
    if isinstance(node, yaml.MappingNode) and node.value and node.tag == "tag:yaml.org,2002:map":
        for index, (_, value) in enumerate(node.value):
            yield from _leaf_ends(value, text, (*path, index))
    elif isinstance(node, yaml.SequenceNode) and node.value and node.tag == "tag:yaml.org,2002:seq":
        for index, item in enumerate(node.value):
            yield from _leaf_ends(item, text, (*path, index))
    else:
        block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        end = text.find("\n", node.start_mark.index if block else node.end_mark.index)
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            end = text.rfind("\n", 0, node.end_mark.index)
        yield path, end if end >= 0 else len(text)
