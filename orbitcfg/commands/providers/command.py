"""The command `providers`: what ORBIT will use for each adapter."""

from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.names import check_name
from orbitcfg.commands.providers import usage
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.commands.reporting import fatal_report
from orbitcfg.compile import InterpolationMode
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path
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
    config = compile_config(files, whole_target(files, path), settings, InterpolationMode.ORBIT, process)
    fatal = fatal_report(config, settings.policy)
    uses = config.uses if config.tree.entries else ()
    check_name("service", service, usage.services(uses))
    check_name("adapter", adapter, usage.adapters(uses))
    return usage.Usage(config, usage.selected(uses, service=service, adapter=adapter, every=every), fatal if fatal.diagnostics else None)
