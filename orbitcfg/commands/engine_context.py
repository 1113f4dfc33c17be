"""What the commands about model files and the engine share: where ORBIT would run, and what the rules say of what was seen there."""

import os
from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import ConfigTarget, NoConfiguration, project_root
from orbitcfg.engine.context import RunContext
from orbitcfg.files.store import Disk, Files, Memory
from orbitcfg.observed.observation import Observations
from orbitcfg.project.compiler import Path, summary_of
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.settings.model import Policy, Settings


def engine_context(path: Path | None, settings: Settings, files: Files, process: Mapping[str, str], *, optional: bool) -> tuple[Config, RunContext]:
    """The configuration and where ORBIT would run. With `optional`, an empty one where no path is given and none is found."""
    try:
        target, here = whole_target(files, path, settings.roots), files
    except NoConfiguration:
        if not optional:
            raise
        target, here = ConfigTarget("/config/config.yaml"), Memory({"/config/config.yaml": b"{}\n"})
    config = compile_config(here, target, settings, InterpolationMode.ORBIT, process)
    variables = {name: variable.value for name, variable in config.environment.variables.items()} or dict(process)
    working_dir = os.path.realpath(files.working_dir if isinstance(files, Disk) else os.getcwd())
    orbit_dir = project_root(here, target.root) if here is files else None
    return config, RunContext(working_dir, variables, orbit_dir)


def engine_report(config: Config, observations: Observations, policy: Policy) -> Report:
    """What the rules about model files and the engine say."""
    from orbitcfg.lint.runner import run_rules
    from orbitcfg.rules import rules_of

    rules = [rule for rule in rules_of(("engine",)) if policy.selects(rule.code)]
    result = run_rules(config, rules, observations)
    return Report(result.diagnostics, summary_of(config), {rule.code: rule.counted for rule in rules}, result.crashed)
