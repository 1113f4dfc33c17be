"""Mutations of parsed YAML, spliced into its text: what is not meant stays as it was written."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tests.fuzz.oddities import KEYS, VALUES

_NAMES = (
    "name",
    "enabled",
    "import",
    "model",
    "provider",
    "inference_provider",
    "use_preset",
    "adapters",
    "type",
    "implementation",
    "base_url",
    "api_key",
)
"""Keys whose values much depends on."""

MAX_FLOW = 2000
"""Characters of a node that is written somewhere else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node that is a value, and where the entry that holds it begins: its key, or the node itself in a list."""

    node: yaml.Node
    key: yaml.Node | None
    indent: int


def changed(content: bytes, other: bytes, rng: random.Random) -> bytes:
    """A document with one node changed; `other` is one to take nodes from. One that does not parse stays as it is."""
    text = _decoded(content)
    places = list(_places(_composed(text)))
    if not places:
        return content
    names = [each for each in places if each.key is not None and each.key.value in _NAMES]
    place = rng.choice(names if names and rng.random() < 0.3 else places)
    return _with_change(text, place, places, other, rng).encode("utf-8", "surrogatepass")


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return node


def block_keys(content: bytes) -> list[int]:
    """The offsets of the lines at which keys of block mappings stand alone: where a line of another key may go."""
    text = _decoded(content)
    found = []
    for place in _places(_composed(text)):
        if place.key is not None:
            start = text.rfind("\n", 0, place.key.start_mark.index) + 1
            if not text[start : place.key.start_mark.index].strip(" "):
                found.append(start)
    return found


def _places(root: yaml.Node | None) -> Iterator[Place]:
    """Every value below a node, but each once, however many aliases lead to it."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case yaml.MappingNode():
                yield from (Place(value, key, key.start_mark.column) for key, value in node.value)
                waiting += [value for _, value in node.value]
            case yaml.SequenceNode():
                yield from (Place(value, None, value.start_mark.column) for value in node.value)
                waiting += node.value


def _with_change(text: str, place: Place, places: list[Place], other: bytes, rng: random.Random) -> str:
    start, end = _span(text, place.node)
    first = place.key.start_mark.index if place.key else start
    match rng.randrange(14):
        case 0:
            return _cut(text, first, end)
        case 1 if place.key is not None:
            return text[:end] + _break(text, first, place.indent) + text[first:end] + text[end:]
        case 2 if place.key is not None:
            return text[:first] + _key(place.key, rng) + text[place.key.end_mark.index :]
        case 3:
            wrap = rng.choice(("[%s]", "{a: %s}", "[%s, null]", "[[%s]]", "{? %s : a}"))
            return text[:start] + wrap.replace("%s", _flow(place.node)) + text[end:]
        case 4:
            return _aliased(text, place, rng.choice(places), rng)
        case 5 if place.key is not None:
            merge = rng.choice(("<<: {a: 1, name: x}", "<<: [{a: 1}, {b: 2}]", "<<: 1", "<<: []", "? <<\n" + " " * place.indent + ": {a: 1}"))
            return text[:first] + merge + _break(text, first, place.indent) + text[first:]
        case 6 | 7:
            donors = list(_places(_composed(_decoded(other))))
            return text[:start] + (_flow(rng.choice(donors).node) if donors else "null") + text[end:]
        case 8 if isinstance(place.node, yaml.ScalarNode):
            return text[:start] + _like(place.node.value, rng) + text[end:]
    return text[:start] + rng.choice(VALUES) + text[end:]


def _span(text: str, node: yaml.Node) -> tuple[int, int]:
    """Where a node stands; a block ends behind its last character, not where the next thing begins."""
    start, end = node.start_mark.index, node.end_mark.index
    return start, start + len(text[start:end].rstrip())


def _cut(text: str, start: int, end: int) -> str:
    """The text without a stretch, the comma or the line that it leaves behind included."""
    behind = text[end:].lstrip(" ")
    if behind.startswith(","):
        return text[:start] + behind[1:]
    before = text[:start].rstrip(" -")
    return before + behind.removeprefix("\n") if before.endswith("\n") or not before else text[:start] + text[end:]


def _break(text: str, first: int, indent: int) -> str:
    """What parts two entries: a new line in a block, a comma in a flow."""
    line = text[text.rfind("\n", 0, first) + 1 : first]
    return "\n" + " " * indent if not line.strip(" -") else ", "


def _key(key: yaml.Node, rng: random.Random) -> str:
    name = key.value if isinstance(key, yaml.ScalarNode) else "a"
    typo = name[:1] + name[2:] if len(name) > 2 else name + "x"
    return rng.choice((*KEYS, typo, typo, typo, name.upper(), json.dumps(f"{name}\x1b[31m"), f"? {_flow(key)}\n", "[a, b]", "{a: b}"))


def _aliased(text: str, place: Place, target: Place, rng: random.Random) -> str:
    """An anchor at one node, and an alias to it in the place of another, behind it, within it, or before it."""
    name = rng.choice(("a", "x1", "ä"))
    start, _ = _span(text, place.node)
    anchored = text[:start] + f"&{name} " + text[start:]
    shift = len(name) + 2
    other, end = _span(text, target.node)
    move = shift if other >= start else 0
    return anchored[: other + move] + f"*{name} " + anchored[end + (shift if end >= start else 0) :]


def _like(value: str, rng: random.Random) -> str:
    """A text much like another."""
    place = rng.randrange(len(value) + 1)
    return json.dumps(
        rng.choice((value[:place] + value[place + 1 :], value.upper(), f" {value} ", value * 2, f"{value}\u202e", f"{value}\x1b[0m", f"{value}\nx"))
    )


def _flow(node: yaml.Node) -> str:
    """A node in flow style, without its anchors; what is deep or long is cut."""
    text = _flow_at(node, 0)
    return text if len(text) <= MAX_FLOW else "{}"


def _flow_at(node: yaml.Node, depth: int) -> str:
    if depth > 6:
        return "null"
    match node:
        case yaml.MappingNode():
            return "{" + ", ".join(f"? {_flow_at(key, depth + 1)} : {_flow_at(value, depth + 1)}" for key, value in node.value) + "}"
        case yaml.SequenceNode():
            return "[" + ", ".join(_flow_at(each, depth + 1) for each in node.value) + "]"
    plain = node.value.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return str(node.value) if plain else json.dumps(node.value)
