"""The configuration whose endpoints are looked at: the user's, or one that is made for a single address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import MODE_API
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.doctor.request import Request
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import project_root
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Files, Memory
from orbitcfg.project.compiler import Path, targets
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import did_you_mean

_MADE = "/config/config.yaml"
"""Where the configuration for a single address lies, in memory."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A configuration with the files that it is read from. `folder` is the one that ORBIT would run in; None where the configuration is made for a single address."""

    config: Config
    files: Files
    folder: str | None

    @property
    def is_users(self) -> bool:
        """Whether somebody wrote the configuration, so that it can have faults of its own."""
        return self.folder is not None

    @property
    def name(self) -> str:
        """The name of the root file; empty where nobody wrote it."""
        return self.config.graph.root.source.name if self.is_users else ""


def subject_of(path: Path | None, request: Request, settings: Settings, files: Files, process: Mapping[str, str]) -> Subject:
    """The configuration at a path, or for `--url`. Raises UsageError where there is none."""
    if request.url is not None:
        return _for_address(request.url, request.choice.providers, settings, process)
    target = whole_target(files, path, settings.roots)
    return Subject(compile_config(files, target, settings, InterpolationMode.ORBIT, process), files, project_root(files, target.root))


def _for_address(url: str, providers: tuple[str, ...], settings: Settings, process: Mapping[str, str]) -> Subject:
    if len(providers) != 1:
        raise UsageError("--url needs --provider NAME: the kind of server that is expected there")
    memory = Memory({_MADE: json.dumps(_content(providers[0], url)).encode()})
    return Subject(compile_config(memory, targets(memory, _MADE)[0], settings, InterpolationMode.ORBIT, process), memory, None)


def _content(provider: str, url: str) -> dict[str, object]:
    catalog = Catalog(shipped_store())
    names = catalog.at(None, ("inference",))
    known = [name for name in (names.properties if names else ()) if (row := catalog.at(None, ("inference", name))) and row.provider.url.keys]
    if provider not in known:
        raise UsageError(f"there is no provider `{provider}` with an address of its own" + did_you_mean(provider, known))
    row = catalog.at(None, ("inference", provider))
    assert row is not None
    block: dict[str, object] = {"enabled": True, row.provider.url.keys[0]: url}
    modes = row.provider.modes
    # without it a provider that can load its model itself might call no server
    if modes and MODE_API in modes.values:
        block[modes.key] = MODE_API
    return {"general": {"inference_provider": provider}, "inference": {provider: block}}
