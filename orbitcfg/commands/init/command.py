"""The command `init`: a small complete configuration that starts, with what is found on this machine as its default."""

import os
from collections.abc import Mapping

from orbitcfg.commands.here import orbit_here
from orbitcfg.commands.init.result import NewConfiguration
from orbitcfg.commands.init.texts import new_files, variables_of
from orbitcfg.commands.models.command import models
from orbitcfg.commands.names import check_name
from orbitcfg.commands.use.block import known_providers
from orbitcfg.commands.use.models import machine_models
from orbitcfg.commands.use.providers import servers_here
from orbitcfg.document.decode import reason
from orbitcfg.errors import UsageError
from orbitcfg.files.atomic import atomic_write, make_folder
from orbitcfg.files.sandbox import GIT_FOLDER, refuse_leaving
from orbitcfg.files.store import Disk
from orbitcfg.project.compiler import catalog_of
from orbitcfg.settings.model import Settings

_USUAL, _USUAL_MODEL = "ollama", "llama3.2:1b"
"""What is written where nothing is found."""

_BY_FILES = ("shimmy", "ollama")
"""The providers whose servers find model files by themselves, the one first that needs nothing else."""


def init(
    folder: str = ".",
    settings: Settings = Settings(),
    *,
    provider: str | None = None,
    model: str | None = None,
    files: Disk | None = None,
    process: Mapping[str, str] | None = None,
) -> NewConfiguration:
    """A new configuration for a folder that is empty or not there; `write_init` writes it.

    Without a `provider` it is one whose server answers on this machine, else one that would find a model file here. Raises UsageError for a folder that
    holds anything, for an unknown provider, and where no model can be found for one that was named.
    """
    files, process = files or Disk(), os.environ if process is None else process
    _check_folder(files, folder)
    catalog = catalog_of(files, settings.schemas, orbit_here(files))
    check_name("provider", provider, known_providers(catalog))
    if provider is not None and model is not None:
        chosen, named, source = provider, model, "as named"
    else:
        chosen, named, source = _found(provider, model, settings, files, process)
    made = new_files(catalog, chosen, named)
    names = variables_of("".join(each.text for each in made))
    return NewConfiguration(folder, chosen, named, source, made, names)


def write_init(result: NewConfiguration, files: Disk | None = None) -> None:
    """Writes a new configuration. Raises UsageError where a file could not be written, or is there by now."""
    files = files or Disk()
    _check_folder(files, result.folder)
    for each in result.files:
        path = os.path.join(result.folder, *each.name.split("/"))
        try:
            make_folder(os.path.dirname(path), files)
            atomic_write(path, each.text.encode("utf-8"), expected=b"", files=files)
        except OSError as error:
            raise UsageError(f"cannot write `{path}`: {reason(error)}") from None


def _check_folder(files: Disk, folder: str) -> None:
    """Raises UsageError for what is no folder, or holds more than git's own."""
    refuse_leaving(files, folder)
    if "\0" in folder or (os.path.lexists(files.realpath(folder)) and not files.is_dir(folder)):
        raise UsageError(f"`{folder}` is no folder")
    if files.is_dir(folder) and set(files.listdir(folder)) - {GIT_FOLDER}:
        raise UsageError(f"`{folder}` is not empty: name a new folder, or change a configuration that is there with `orbitcfg use`")


def _found(provider: str | None, model: str | None, settings: Settings, files: Disk, process: Mapping[str, str]) -> tuple[str, str, str]:
    """A provider, a model, and where they were found."""
    for state in servers_here(settings, files, process):
        if state.name == (provider or state.name) and (model or state.models):
            return state.name, model or state.models[0], f"it answers at {state.url}"
    inventory = models(None, (), settings, files=files, process=process)
    for name in _BY_FILES if provider is None else (provider,):
        listed = machine_models(name, inventory)
        if model or listed:
            return name, model or listed[0], "as named" if model else "its model file is on this machine; start the server"
    if provider is not None:
        raise UsageError(f"name a model with `--model`: no server of `{provider}` answers here, and this machine has no model file for it")
    return _USUAL, _USUAL_MODEL, "nothing was found on this machine: install Ollama and pull that model, or run `orbitcfg use PROVIDER`"
