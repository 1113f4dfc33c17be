"""The command `resolve`: the configuration as ORBIT's loader returns it."""

from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.names import check_name
from orbitcfg.commands.reporting import lint_result
from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.compile import InterpolationMode
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, summary_of
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.rules import LOADING
from orbitcfg.settings.model import Settings


def resolve(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    symbolic: bool = False,
    adapter: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Resolution:
    """The configuration as ORBIT would see it; `symbolic` leaves every placeholder as it was written.

    With `adapter`, only that adapter and everything that it will use. Raises UsageError for one that is not there.
    """
    files = files or Disk()
    mode = InterpolationMode.SYMBOLIC if symbolic else InterpolationMode.LOADER
    config = compile_config(files, whole_target(files, path, settings.roots), settings, mode, process)
    result = lint_result(config, settings.policy, LOADING)
    report = Report(result.fatal or result.diagnostics, summary_of(config), crashed=result.crashed)
    if result.fatal:
        return Resolution(None, report)
    return Resolution(config.tree if adapter is None else _excerpt(config, adapter), report)


def _excerpt(config: Config, adapter: str) -> MappingNode:
    from orbitcfg.effective.excerpt import excerpt  # the uses of a configuration are worked out where an adapter is asked for alone

    found = excerpt(config.tree, config.uses, adapter)
    if found is None:
        check_name("adapter", adapter, list(dict.fromkeys(use.adapter.name for use in config.uses if use.adapter is not None)))
        raise UsageError(f"the adapter `{adapter}` has nothing to show")
    return found
