"""The configuration whose endpoints are looked at: the user's, or one that is made for a single address."""

import json
from collections.abc import Mapping

from orbitcfg.catalog.rows import Catalog
from orbitcfg.catalog.specs import MODE_API, ProviderSpec
from orbitcfg.catalog.store import shipped_store
from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.doctor.request import Request
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import project_root
from orbitcfg.dataclass import dataclass
from orbitcfg.effective.block import SECTION
from orbitcfg.effective.keys import usual_variable
from orbitcfg.errors import UsageError
from orbitcfg.files.sandbox import refuse_leaving
from orbitcfg.files.store import Files, Memory
from orbitcfg.limits import MAX_FILE_BYTES
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
        return _for_address(request.url, request, settings, files, process)
    target = whole_target(files, path, settings.roots)
    return Subject(compile_config(files, target, settings, InterpolationMode.ORBIT, process), files, project_root(files, target.root))


def _for_address(url: str, request: Request, settings: Settings, files: Files, process: Mapping[str, str]) -> Subject:
    choice = request.choice
    if len(choice.providers) != 1:
        raise UsageError("--url needs --provider NAME: the kind of server that is expected there")
    if choice.adapters or choice.services or choice.every:
        raise UsageError("--url looks at one address without a configuration: leave out --adapter, --service and --all")
    content = json.dumps(_content(choice.providers[0], url, request.model)).encode()
    memory = Memory({_MADE: content, **_named_files(files, settings)})
    return Subject(compile_config(memory, targets(memory, _MADE)[0], settings, InterpolationMode.ORBIT, process), memory, None)


def _named_files(files: Files, settings: Settings) -> dict[str, bytes]:
    """The files that the settings name, by their paths in memory; of one that is not there the compiler says so."""
    named = [path for path in (*(settings.env_files or ()), *settings.schemas) if files.is_file(path)]
    for path in named:
        refuse_leaving(files, path)
    return {Memory({}).realpath(path): files.read(path, MAX_FILE_BYTES + 1) for path in named}


def _content(provider: str, url: str, model: str | None) -> dict[str, object]:
    spec = _provider_called(provider)
    block: dict[str, object] = {"enabled": True, spec.url.keys[0]: url}
    if model is not None and spec.model_keys:
        block[spec.model_keys[0]] = model
    if spec.api_key.key and not spec.api_key.env:
        # without a configuration, a variable is the only way to give a key that ORBIT takes from there alone
        block[spec.api_key.key] = f"${{{usual_variable(provider)}}}"
    modes = spec.modes
    # without it a provider that can load its model itself might call no server
    if modes and MODE_API in modes.values:
        block[modes.key] = MODE_API
    return {"general": {"inference_provider": provider}, "inference": {provider: block}}


def _provider_called(name: str) -> ProviderSpec:
    """A provider that can be given an address. Raises UsageError where there is none of the name, or where it takes none."""
    catalog = Catalog(shipped_store())
    section = catalog.at(None, (SECTION,))
    rows = {name: catalog.at(None, (SECTION, name)) for name in (section.properties if section else ())}
    specs = {name: row.provider for name, row in rows.items() if row is not None and row.provider.protocol is not None}
    known = [name for name, spec in specs.items() if spec.url.keys]
    if name in known:
        return specs[name]
    if name in specs:
        raise UsageError(f"the provider `{name}` takes no address: name another one beside --url")
    raise UsageError(f"there is no provider `{name}` with an address of its own" + did_you_mean(name, known))
