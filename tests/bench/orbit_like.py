"""What a loader of ORBIT's kind does at least: pure-Python `safe_load`, imports folded in their order, `${VAR:-default}` everywhere. It imports nothing else.

python orbit_like.py CONFIG.YAML
"""

import os
import re
import sys
from typing import Any

import yaml

PLACEHOLDER = re.compile(r"\$\{([^}:]+)(?::-([^}]*))?\}")


def load(path: str) -> Any:
    """A file with what it imports merged in."""
    with open(path, encoding="utf-8") as file:
        return with_imports(yaml.safe_load(file), os.path.dirname(path))


def with_imports(value: Any, folder: str) -> Any:
    """A value whose mappings have taken in what they import."""
    if isinstance(value, list):
        return [with_imports(each, folder) for each in value]
    if not isinstance(value, dict):
        return value
    named = value.pop("import", [])
    for name in [named] if isinstance(named, str) else named or []:
        value = merged(value, load(os.path.join(folder, name)))
    return {key: with_imports(each, folder) for key, each in value.items()}


def merged(have: dict[Any, Any], new: dict[Any, Any]) -> dict[Any, Any]:
    """What is there wins; mappings are merged, lists joined."""
    for key, value in new.items():
        old = have.get(key)
        if key not in have:
            have[key] = value
        elif isinstance(old, dict) and isinstance(value, dict):
            have[key] = merged(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            have[key] = old + value
    return have


def substituted(value: Any) -> Any:
    """A value with every placeholder filled."""
    match value:
        case dict():
            return {key: substituted(each) for key, each in value.items()}
        case list():
            return [substituted(each) for each in value]
        case str():
            return PLACEHOLDER.sub(lambda found: os.environ.get(found[1], found[2] or ""), value)
    return value


if __name__ == "__main__":
    substituted(load(os.path.abspath(sys.argv[1])))
