"""The command `smoke`: a short generation in the embedded engine, judged."""

import os
from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module

from orbitcfg.commands.engine_context import engine_context, engine_report
from orbitcfg.commands.reporting import judged
from orbitcfg.commands.smoke.result import Generation
from orbitcfg.commands.smoke.start import start_engine
from orbitcfg.engine import install, run
from orbitcfg.engine.child import Child
from orbitcfg.engine.choice import SmokeOptions
from orbitcfg.engine.context import RunContext
from orbitcfg.engine.messages import Listener, Message, Ready
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.observed.observation import Observations
from orbitcfg.project.compiler import Path
from orbitcfg.project.config import Config
from orbitcfg.settings.model import Settings


def smoke(
    path: Path | None = None,
    options: SmokeOptions = SmokeOptions(),
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
    listener: Listener = lambda _message: None,
    engine: Child | None = None,
) -> Generation:
    """A short generation with what the configuration resolves to. Raises UsageError where the engine or what was named is missing.

    `engine` is one that `start_engine` has started before, so that it is ready sooner.
    """
    if not run.is_installed():
        raise UsageError(install.advice())
    process = os.environ if process is None else process
    with nullcontext(engine) if engine else start_engine(process) as child:
        is_optional = options.self_test or options.model is not None
        config, run_context = engine_context(path, settings, files or Disk(), process, optional=is_optional)
        observations = run.run_generation(config, options, run_context, child, listener=_importing_rules(listener))
    report = engine_report(config, observations, settings.policy)
    # one that was made up, since there is none, has no folder
    if not run_context.orbit_dir:
        return Generation(report, observations, run_context.working_dir)
    return Generation(report, observations, run_context.orbit_dir, judged(config)[1], config.orbit)


def smoke_observations(
    config: Config, run_context: RunContext, options: SmokeOptions, process: Mapping[str, str], listener: Listener
) -> Observations:
    """The same for a configuration that was read already, as observations; where the engine is missing they say so.

    Raises UsageError for a model, adapter or provider that is not there.
    """
    if not run.is_installed():
        return Observations(engine=run.absent_run())
    with start_engine(process) as child:
        return run.run_generation(config, options, run_context, child, listener=listener)


def _importing_rules(listener: Listener) -> Listener:
    """The listener, which also imports the rules while the engine loads the model: they are many."""

    def heard(message: Message) -> None:
        listener(message)
        if isinstance(message, Ready):
            import_module("orbitcfg.lint.runner")

    return heard
