"""The recorded runs of the real ORBIT server."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from orbitcfg.compile import InterpolationMode
from orbitcfg.effective.use import Use
from orbitcfg.files.store import Memory
from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice
from orbitcfg.project.config import Config
from orbitcfg.rules import STATIC, rules_of
from tests.compiled import compiled
from tests.shared import read_facts

CHAT = {"openai": "/chat/completions", "ollama": "/api/chat"}
"""The path that each protocol puts behind its base address."""

NOT_PARAMETERS = frozenset({"port", "path", "status", "key", "stream", "model"})
_LOOPBACK_PORT = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A chat request: where it goes and what it holds."""

    port: int | None
    path: str
    model: object
    parameters: dict[str, Any]
    key: str


def recording(name: str = "orbit-runs") -> dict[str, Any]:
    """A whole recording: the first one, or `orbit-runs-2`."""
    content: dict[str, Any] = read_facts(name)
    return content


def files_of(run: dict[str, Any], base: str = "orbit-runs") -> dict[str, str]:
    """The files of a run below the folder of its configuration."""
    return {path: text for path, text in {**recording(base)["base"], **run["files"]}.items() if text is not None}


def config_of(run: dict[str, Any], base: str = "orbit-runs", *, strict_env: bool = False) -> Config:
    """The configuration of a run, as ORBIT read it."""
    return _judged(base, run["id"], strict_env=strict_env).config


def result_of(run: dict[str, Any], base: str = "orbit-runs") -> LintResult:
    """What is found in a run's configuration."""
    return _judged(base, run["id"], strict_env=False).result


class _Judged:
    """A run's configuration, and what is found in it."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def result(self) -> LintResult:
        return run_rules(self.config, rules_of(STATIC))


@cache
def _judged(base: str, identity: str, *, strict_env: bool) -> _Judged:
    (run,) = (each for each in recording(base)["runs"] if each["id"] == identity)
    return _Judged(_compiled(run, base, strict_env=strict_env))


def _compiled(run: dict[str, Any], base: str, *, strict_env: bool) -> Config:
    contents = {f"/orbit/config/{path}": text.encode() for path, text in files_of(run, base).items()}
    if "dotenv" in run:
        contents["/orbit/.env"] = run["dotenv"].encode()
    files = Memory(contents)
    process = {"LANG": "C.UTF-8", "ORBIT_DEFAULT_ADMIN_PASSWORD": "x", **run["env"]}
    options = CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process), strict_env=strict_env)
    return compiled(files, "/orbit/config", options)


def recorded(adapter: dict[str, Any]) -> Call | None:
    """The chat request that an adapter made; None where it made none."""
    for call in adapter["calls"]:
        if call["path"].endswith(tuple(CHAT.values())):
            parameters = {name: value for name, value in call.items() if name not in NOT_PARAMETERS}
            return Call(call["port"], call["path"], call.get("model"), parameters, call["key"])
    return None


def predicted(use: Use) -> Call:
    """The chat request that a use will make."""
    url = urlsplit(use.url.value or "")
    key = "set" if use.key_set else use.stand_in_key or ""
    return Call(url.port, url.path + CHAT.get(use.protocol or "", ""), use.model.value, use.request_parameters, key)


def is_served(run: dict[str, Any], use: Use, base: str = "orbit-runs") -> bool:
    """Whether the recording server listens where a use calls, and knows its model."""
    texts = [*files_of(run, base).values(), *run["env"].values()]
    ports = {11434, 11435, *(int(port) for text in texts for port in _LOOPBACK_PORT.findall(text))} - set(run.get("closed") or ())
    served = run.get("served_models")
    is_known = served is None or use.model_name in served
    return urlsplit(use.url.value or "").port in ports and is_known
