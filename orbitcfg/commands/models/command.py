"""The command `models`: the models of this machine, by the names that local servers give them."""

import os
from collections.abc import Iterable, Mapping

from orbitcfg.commands.engine_context import engine_context, engine_report
from orbitcfg.commands.models.result import ModelInventory
from orbitcfg.commands.names import check_choice
from orbitcfg.engine import places, run
from orbitcfg.engine.discover import SERVERS
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path
from orbitcfg.settings.model import Settings


def models(
    path: Path | None = None,
    folders: Iterable[str] = (),
    settings: Settings = Settings(),
    *,
    server: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> ModelInventory:
    """Every GGUF model that servers on this machine could serve, or that one `server` could. Without a configuration nothing asks for any.

    Raises UsageError for a server that is not known.
    """
    process = os.environ if process is None else process
    config, run_context = engine_context(path, settings, files or Disk(), process, optional=True)
    observations = run.observe_models(config, run_context, tuple(folders))
    report = engine_report(config, observations, settings.policy)
    if server:
        check_choice("--for", server, SERVERS)
    looked_for = places.searched_folders(run_context, tuple(folders))
    return ModelInventory(observations, report, run_context.working_dir, run_context.orbit_dir, server, looked_for)
