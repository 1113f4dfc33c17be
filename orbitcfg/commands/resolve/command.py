"""The command `resolve`: the configuration as ORBIT's loader returns it."""

from collections.abc import Callable, Mapping

from orbitcfg.commands.compiled import compile_config, whole_target
from orbitcfg.commands.names import check_name
from orbitcfg.commands.reporting import fatal_result, judged, lint_result
from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.interpolate import secrets_backend
from orbitcfg.dataclass import replace
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.document.tree import at
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.runner import LintResult
from orbitcfg.project.compiler import Path, summary_of
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report, Severity
from orbitcfg.report.verdict import Verdict
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
    """The configuration as ORBIT would see it, and what becomes of ORBIT; `symbolic` leaves every placeholder as it was written, and judges nothing.

    With `adapter`, only that adapter and everything that it will use. Raises UsageError for one that is not there.
    """
    files = files or Disk()
    target = whole_target(files, path, settings.roots)

    def read(mode: InterpolationMode) -> Config:
        # findings are told as with `--strict-env`, since the values are those that ORBIT would have here
        return compile_config(files, target, replace(settings, strict_env=not symbolic), mode, process)

    config = read(InterpolationMode.SYMBOLIC if symbolic else InterpolationMode.LOADER)
    result = fatal_result(config, settings.policy) if symbolic else lint_result(config, settings.policy, infos=False)
    verdict = None if symbolic else _verdict(config, result, read)
    counting = tuple(each for each in result.diagnostics if each.severity > Severity.INFO)
    report = Report(result.fatal or counting, summary_of(config), crashed=result.crashed)
    if result.fatal:
        return Resolution(None, report, verdict)
    if adapter is None:
        return Resolution(config.written, report, verdict)
    excerpt = _excerpt(config, adapter)
    return Resolution(excerpt, report, verdict, _files(config, excerpt))


def _files(config: Config, excerpt: MappingNode) -> tuple[str, ...]:
    """What the files hold that the one adapter of an excerpt names."""
    from orbitcfg.commands.why.files import files_of

    asked = at(excerpt, ("adapters", 0))
    return tuple(link.text for each in config.adapters if each.node is asked for link in files_of(config, each))


def _verdict(config: Config, result: LintResult, read: Callable[[InterpolationMode], Config]) -> Verdict | None:
    from orbitcfg.lint.verdict import verdict_of  # what it asks of the configuration is not needed for a symbolic one

    if secrets_backend(config.tree):
        # what the loader returns without a value of the backend is not what ORBIT is sure to have
        return judged(read(InterpolationMode.ORBIT))[1]
    return verdict_of(config, result.found)


def _excerpt(config: Config, adapter: str) -> MappingNode:
    from orbitcfg.effective.excerpt import excerpt  # the uses of a configuration are worked out where an adapter is asked for alone

    found = excerpt(config.tree, config.uses, adapter)
    if found is None:
        keys = [use.adapter for use in config.uses if use.adapter is not None]
        check_name("adapter", adapter, [key.name for key in keys], [key.label for key in keys])
        raise UsageError(f"the adapter `{adapter}` has nothing to show")
    return found
