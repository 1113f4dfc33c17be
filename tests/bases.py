"""The bases that rules' examples name, laid beside an example as ORBIT would merge them."""

import json
from collections.abc import Iterator
from typing import Any

import yaml


def without(base: dict[str, Any], own: object) -> dict[str, Any]:
    """A base less what a file defines itself: keys, and items of lists by their name."""
    if not isinstance(own, dict):
        return base
    left = {key: value for key, value in base.items() if key not in own}
    for key in base.keys() & own.keys():
        match base[key], own[key]:
            case dict() as inner, dict() as others if rest := without(inner, others):
                left[key] = rest
            case list() as items, list() as others if kept := [each for each in items if each["name"] not in _names(others)]:
                left[key] = kept
    return left


def completed(text: str, base: dict[str, Any]) -> str:
    """The text of a file, where each item of a list has what it leaves out of the base's item with its name: ORBIT merges no items."""
    node = yaml.compose(text, yaml.CSafeLoader)
    for place, missing in sorted(_gaps(node, base), reverse=True) if node else ():
        text = text[:place] + missing + text[place:]
    return text


def _gaps(node: yaml.Node, base: object, *, in_item: bool = False) -> Iterator[tuple[int, str]]:
    """Where an item, which is in flow style, leaves something out: the place of its closing brace, and what belongs before it."""
    match node, base:
        case yaml.SequenceNode(), list() if not in_item:
            by_name = {each["name"]: each for each in base}
            for item in node.value:
                yield from _gaps(item, by_name.get(_entries(item)["name"].value), in_item=True)
        case yaml.MappingNode(), dict():
            own = _entries(node)
            if in_item and own:
                yield node.end_mark.index - 1, "".join(f", {key}: {json.dumps(value)}" for key, value in base.items() if key not in own)
            for key, value in own.items():
                yield from _gaps(value, base.get(key), in_item=in_item)


def _entries(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}


def _names(items: list[Any]) -> set[object]:
    return {each.get("name") for each in items}
