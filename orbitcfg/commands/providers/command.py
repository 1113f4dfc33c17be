"""The command `providers`: what ORBIT will use for each adapter."""

from collections.abc import Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.names import check_name
from orbitcfg.commands.providers import usage
from orbitcfg.commands.providers.usage import Usage
from orbitcfg.commands.reporting import ending_report, judged
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
    """What ORBIT will use for each adapter, what becomes of it, and why it would not start, where it would not.

    `adapter` is a name, `NAME@ENTRY`, or `default`; `every` adds what is switched off. Raises UsageError for a service or an adapter that is not there.
    """
    files = files or Disk()
    config = compile_config(files, whole_target(files, path, settings.roots), settings, InterpolationMode.ORBIT, process)
    result, verdict = judged(config)
    uses = config.uses if config.tree.entries else ()
    check_name("service", service, usage.services(uses))
    check_name("adapter", adapter, usage.adapters(uses), usage.adapter_labels(uses))
    rows = usage.selected(uses, service=service, adapter=adapter, every=every)
    unused = () if service or adapter else usage.unused(config, every=every)
    return usage.Usage(config, rows, unused, ending_report(config, result) if verdict is not None and verdict.starts is False else None, verdict)
