"""The command `providers`: what ORBIT will use for each adapter."""

from collections.abc import Mapping
from dataclasses import replace

from orbitcfg.commands.names import check_name
from orbitcfg.commands.providers import usage
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.commands.reporting import lint_result
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, configuration, summary_of, targets
from orbitcfg.report.diagnostics import Report
from orbitcfg.rules import LOADING
from orbitcfg.settings.model import Settings


def providers(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    service: str | None = None,
    adapter: str | None = None,
    every: bool = False,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Usage:
    """What ORBIT will use for each adapter, and why its loader would raise, where it would.

    `adapter` is a name, `NAME@ENTRY`, or `default`; `every` adds what is switched off. Raises UsageError for a service or an adapter that is not there.
    """
    files = files or Disk()
    target = replace(targets(files, path)[0], only=None, fragment=False)
    config = configuration(files, target, settings, process, InterpolationMode.ORBIT)
    result = lint_result(config, settings, LOADING)
    fatal = Report(result.fatal, summary_of(config), crashed=result.crashed) if result.fatal else None
    uses = config.uses if config.tree.entries else ()
    check_name("service", service, usage.services(uses))
    check_name("adapter", adapter, usage.adapters(uses))
    return usage.Usage(config, usage.selected(uses, service=service, adapter=adapter, every=every), fatal)
