"""Values that YAML knows and JSON does not, where a name or a setting belongs: no command fails on them."""

import json
from collections.abc import Callable

import pytest

from orbitcfg.commands.env.command import env
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.commands.providers.command import providers
from orbitcfg.commands.resolve.command import resolve
from orbitcfg.commands.validate.command import validate
from orbitcfg.commands.why.command import why
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Memory

ADAPTER = {"name": "chat", "enabled": True, "type": "passthrough", "inference_provider": "shimmy", "config": {"child_adapters": ["b"]}}
TREE = {
    "import": "extra.yaml",
    "general": {"port": 3000, "inference_provider": "shimmy"},
    "inference": {"shimmy": {"enabled": True, "base_url": "http://localhost:1", "model": "m"}, "ollama": {"enabled": True, "use_preset": "small"}},
    "ollama_presets": {"small": {"model": "m", "base_url": "http://x:1"}},
    "secrets_management": {"provider": "aws"},
    "adapters": [ADAPTER],
}
VALUES = (
    "!!pairs [a: 1, a: 2]",
    "!!omap [a: 1]",
    "!!set {a, 2001-01-01}",
    "!!pairs [[1]: 2]",
    "!!binary aGk=",
    "2001-01-01",
    ".nan",
    "0x" + "f" * 240,
    "{.nan: 1, null: 2}",
)
PATHS = (
    (),
    ("import",),
    ("general",),
    ("general", "port"),
    ("general", "inference_provider"),
    ("inference", "shimmy"),
    ("inference", "shimmy", "enabled"),
    ("inference", "shimmy", "base_url"),
    ("inference", "ollama", "use_preset"),
    ("ollama_presets", "small"),
    ("secrets_management", "provider"),
    ("adapters",),
    ("adapters", 0),
    ("adapters", 0, "name"),
    ("adapters", 0, "inference_provider"),
    ("adapters", 0, "config", "child_adapters"),
)
COMMANDS: dict[str, Callable[[Memory], object]] = {
    "validate": lambda files: validate("/repo", files=files, process={}),
    "resolve": lambda files: resolve("/repo", files=files, process={}),
    "providers": lambda files: providers("/repo", files=files, process={}),
    "env": lambda files: env("/repo", files=files, process={}),
    "why": lambda files: why("inference", "/repo", files=files, process={}),
}

OTHERS = tuple(name for name in COMMANDS if name != "validate")
"""They take turns: each sees every path with two values or more, and every value at four paths."""


def text_with(path: tuple[object, ...], value: str) -> str:
    """The tree as YAML, with a value at a path."""
    node = json.loads(json.dumps(TREE))
    holder = node
    for key in path[:-1]:
        holder = holder[key]
    if path:
        holder[path[-1]] = "@@"
    return json.dumps(node if path else "@@").replace('"@@"', value)


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_no_command_fails_on_a_value_that_is_no_json(path: tuple[object, ...]) -> None:
    for number, value in enumerate(VALUES):
        files = Memory({"/repo/config/config.yaml": text_with(path, value).encode(), "/repo/config/extra.yaml": b"messages: {}\n"})
        for name in ("validate", OTHERS[(number + PATHS.index(path)) % len(OTHERS)]):
            try:
                result = COMMANDS[name](files)
            except UsageError:
                continue
            for report in (getattr(result, "report", result),):
                assert not getattr(report, "crashed", False), (name, value)
            if getattr(result, "tree", True) is not None and type(result).__module__.startswith("orbitcfg.commands"):
                for each in FORMATS[name]:
                    render(result, each)


@pytest.mark.parametrize("digits", ["9" * 301, "0x" + "f" * 400, "1" + ":1" * 200])
def test_a_number_of_too_many_digits_is_refused_in_words(digits: str) -> None:
    files = Memory({"/repo/config/config.yaml": f"general: {{port: {digits}}}\n".encode()})
    assert [each.message for each in validate("/repo", files=files, process={}).diagnostics] == ["this number has over 300 digits"]
