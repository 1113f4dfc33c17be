"""Small configurations in memory."""

import re
from collections.abc import Mapping
from functools import cache, reduce
from typing import Any

import yaml

from orbitcfg.catalog.history import history
from orbitcfg.commands.compiled import compile_config
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.project.compiler import targets
from orbitcfg.project.config import Config
from orbitcfg.release import Release
from orbitcfg.rules import RULES
from orbitcfg.rules._bases import BASE_FILES, BASES, names_in
from orbitcfg.settings.model import Settings
from tests.bases import completed, without

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
_ORBIT = re.compile(r"^# orbit: (\S+)\n", re.MULTILINE)
_ENCODING = re.compile(r"^# encoding: (\S+)\n", re.MULTILINE)


@cache
def example_files(example: str) -> tuple[Memory, dict[str, str]]:
    """The files of a rule's example and the process environment that it asks for.

    Each is made once, so nobody may change them. Text without a `# file:` header is `config/example.yaml`. The bases that it names, and a healthy one, are imported after it, less what it
    defines itself. `# orbit: RELEASE` lays that ORBIT beside it.
    """
    variables = dict(_ENVIRONMENT.findall(example))
    forbidden = frozenset(_absolute(path) for path in _UNREADABLE.findall(example))
    beside = {path: text for release in _ORBIT.findall(example) for path, text in orbit_beside(release).items()}
    example = _ORBIT.sub("", example)
    bases = {name: _base(name) for name in names_in(example)}
    example = _BASES.sub("", _UNREADABLE.sub("", _ENVIRONMENT.sub("", example)))
    first, *rest = _FILE.split(example)
    texts = {"config/example.yaml": first} if first.strip() or not rest else {}
    texts |= dict(zip(rest[::2], rest[1::2], strict=True))
    defined = [_value(text) for text in texts.values()]
    for base in bases.values():
        texts = {path: text if _value(text) is None else completed(text, base) for path, text in texts.items()}
    for name, base in {**bases, "base": _base("base")}.items():
        left = reduce(without, defined, base)
        defined.append(left)
        texts.setdefault(f"config/{name}.yaml", yaml.dump(left, Dumper=yaml.CSafeDumper))
    for name in bases:
        for path, text in BASE_FILES.get(name, {}).items():
            texts.setdefault(path, text)
    texts.setdefault("config/config.yaml", f"import: [{', '.join(f'{name}.yaml' for name in ('example', *bases, 'base'))}]\n")
    texts.setdefault("config/example.yaml", "{}\n")
    return Memory({_absolute(path): _encoded(text) for path, text in (beside | texts).items()}, forbidden), variables


def orbit_beside(release: str) -> dict[str, str]:
    """The files by which an ORBIT that lies beside a configuration is known, with its release."""
    known = history()
    wanted = Release.parse(release)
    numbers = (each for each in known.releases if known.released_as(each) == wanted)
    # in some releases ORBIT says another number of itself
    return {"server/inference_server.py": "", "bin/orbit/__init__.py": f'__version__ = "{next(numbers, wanted)}"\n'}


@cache
def _base(name: str) -> Any:
    """What a base holds, which nobody may change."""
    return yaml.load(BASES.get(name) or "".join(BASE.values()), yaml.CSafeLoader)


def _value(text: str) -> object:
    """What a file holds; None where it cannot be read."""
    try:
        return yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return None


def _absolute(path: str) -> str:
    return "/" + path.removeprefix("../") if path.startswith("../") else f"/repo/{path}"


def _encoded(text: str) -> bytes:
    encoding = _ENCODING.search(text)
    return _ENCODING.sub("", text).encode(encoding[1] if encoding else "utf-8")


def example_config(example: str, settings: Settings = Settings()) -> Config:
    """The configuration of a rule's example, as `validate` sees it."""
    files, variables = example_files(example)
    return compile_config(files, targets(files, "/repo")[0], settings, InterpolationMode.UNKNOWN, variables)


@cache
def example_result(example: str, *, strict_env: bool = False) -> LintResult:
    """What all rules find in it."""
    return run_rules(example_config(example, Settings(strict_env=strict_env)), RULES)


def config_of(texts: Mapping[str, str], process: Mapping[str, str] | None = None, settings: Settings = Settings()) -> Config:
    """The configuration of these files, as `validate` sees it; `config/config.yaml` is the root."""
    files = Memory({f"/repo/{path}": text.encode() for path, text in texts.items()})
    return compile_config(files, targets(files, "/repo")[0], settings, InterpolationMode.UNKNOWN, process or {})
