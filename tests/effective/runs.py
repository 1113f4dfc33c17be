"""The recorded runs of the real ORBIT server."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from orbitcfg.compile import InterpolationMode
from orbitcfg.effective.use import Use
from orbitcfg.files.store import Memory
from orbitcfg.project.compiler import CompileOptions, EnvironmentChoice, configuration, targets
from orbitcfg.project.config import Config
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
    contents = {f"/orbit/config/{path}": text.encode() for path, text in files_of(run, base).items()}
    if "dotenv" in run:
        contents["/orbit/.env"] = run["dotenv"].encode()
    files = Memory(contents)
    process = {"LANG": "C.UTF-8", "ORBIT_DEFAULT_ADMIN_PASSWORD": "x", **run["env"]}
    options = CompileOptions(InterpolationMode.ORBIT, EnvironmentChoice(process), strict_env=strict_env)
    return configuration(files, targets(files, "/orbit/config")[0], options)


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
