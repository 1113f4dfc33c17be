"""Small configurations in memory."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import yaml

from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.project.compiler import configuration, targets
from orbitcfg.project.config import Config
from orbitcfg.rules._bases import BASES, names_in
from orbitcfg.settings.model import Settings

BASE = {
    "auth": "auth: {default_admin_password: admin}\n",
    "general": "general: {port: 3000, inference_provider: shimmy}\n",
    "inference": "inference:\n  shimmy: {enabled: true, base_url: 'http://localhost:11435', model: llama-3.2-3b}\n",
    "embedding": "embedding: {enabled: false, provider: ollama}\n",
}
"""A healthy configuration, by top-level key."""

_BASES = re.compile(r"^# base: .+\n", re.MULTILINE)
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)
_ENVIRONMENT = re.compile(r"^# environment: (\w+)=(.*)\n", re.MULTILINE)
_UNREADABLE = re.compile(r"^# unreadable: (\S+)\n", re.MULTILINE)
_ENCODING = re.compile(r"^# encoding: (\S+)\n", re.MULTILINE)


def example_files(example: str) -> tuple[Memory, dict[str, str]]:
    """The files of a rule's example and the process environment that it asks for.

    Text without a `# file:` header is `config/example.yaml`. The bases that it names, and a healthy one, are imported after it, less what it
    defines itself.
    """
    variables = dict(_ENVIRONMENT.findall(example))
    forbidden = frozenset(_absolute(path) for path in _UNREADABLE.findall(example))
    bases = {name: yaml.safe_load(BASES[name]) for name in names_in(example)}
    example = _BASES.sub("", _UNREADABLE.sub("", _ENVIRONMENT.sub("", example)))
    first, *rest = _FILE.split(example)
    texts = {"config/example.yaml": first} if first.strip() or not rest else {}
    texts |= dict(zip(rest[::2], rest[1::2], strict=True))
    defined = [_value(text) for text in texts.values()]
    for base in bases.values():
        texts = {path: _completed(text, base) for path, text in texts.items()}
    for name, base in {**bases, "base": yaml.safe_load("".join(BASE.values()))}.items():
        left = reduce(_less, defined, base)
        defined.append(left)
        texts.setdefault(f"config/{name}.yaml", yaml.safe_dump(left))
    texts.setdefault("config/config.yaml", f"import: [{', '.join(f'{name}.yaml' for name in ('example', *bases, 'base'))}]\n")
    texts.setdefault("config/example.yaml", "{}\n")
    return Memory({_absolute(path): _encoded(text) for path, text in texts.items()}, forbidden), variables


def _value(text: str) -> object:
    """What a file holds; None where it cannot be read."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _less(base: dict[str, Any], own: object) -> dict[str, Any]:
    """A base without what a file defines itself: its keys, and items of lists by their name."""
    if not isinstance(own, dict):
        return base
    left = {key: value for key, value in base.items() if key not in own}
    for key in base.keys() & own.keys():
        match base[key], own[key]:
            case dict() as inner, dict() as theirs if rest := _less(inner, theirs):
                left[key] = rest
            case list() as items, list() as theirs if rest := [each for each in items if each["name"] not in {its.get("name") for its in theirs}]:
                left[key] = rest
    return left


def _completed(text: str, base: dict[str, Any]) -> str:
    """The text, where each item of a list has what it leaves out of the base's item with the same name: ORBIT merges mappings, but no items."""
    if _value(text) is None:
        return text
    for place, missing in sorted(_gaps(yaml.compose(text), base), reverse=True):
        text = text[:place] + missing + text[place:]
    return text


def _gaps(node: yaml.Node, base: object, *, in_item: bool = False) -> Iterator[tuple[int, str]]:
    """Where an item in flow style leaves something out: the place of its closing brace, and what belongs before it."""
    match node, base:
        case yaml.SequenceNode(), list() if not in_item:
            by_name = {each["name"]: each for each in base}
            for item in node.value:
                yield from _gaps(item, by_name.get(next(value.value for key, value in item.value if key.value == "name")), in_item=True)
        case yaml.MappingNode(), dict():
            own = {key.value: value for key, value in node.value}
            if in_item and own:
                yield node.end_mark.index - 1, "".join(f", {key}: {json.dumps(value)}" for key, value in base.items() if key not in own)
            for key, value in own.items():
                yield from _gaps(value, base.get(key), in_item=in_item)


def _absolute(path: str) -> str:
    return "/" + path.removeprefix("../") if path.startswith("../") else f"/repo/{path}"


def _encoded(text: str) -> bytes:
    encoding = _ENCODING.search(text)
    return _ENCODING.sub("", text).encode(encoding[1] if encoding else "utf-8")


def example_config(example: str, settings: Settings = Settings()) -> Config:
    """The configuration of a rule's example, as `validate` sees it."""
    files, variables = example_files(example)
    return configuration(files, targets(files, "/repo")[0], settings, variables, InterpolationMode.UNKNOWN)


def config_of(texts: Mapping[str, str], process: Mapping[str, str] | None = None, settings: Settings = Settings()) -> Config:
    """The configuration of these files, as `validate` sees it; `config/config.yaml` is the root."""
    files = Memory({f"/repo/{path}": text.encode() for path, text in texts.items()})
    return configuration(files, targets(files, "/repo")[0], settings, process or {}, InterpolationMode.UNKNOWN)
