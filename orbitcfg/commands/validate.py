"""The command `validate`: everything that is wrong with a configuration, and the fixes of it."""

from collections.abc import Mapping
from dataclasses import replace

from orbitcfg.commands.reporting import lint_result, selected_rules
from orbitcfg.compile import InterpolationMode
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.document.source import Source, Span
from orbitcfg.edit import fixer
from orbitcfg.edit.fixer import FixResult
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.baseline import format_baseline, read_baseline
from orbitcfg.lint.runner import beyond_baseline
from orbitcfg.project.compiler import Paths, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report, RulePage, joined
from orbitcfg.rules import RULES, STATIC, rules_of
from orbitcfg.settings.model import Settings


def validate(
    paths: Paths = None,
    settings: Settings = Settings(),
    *,
    baseline: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> Report:
    """Everything that is wrong with one or more configurations, less what the file `baseline` expects.

    Raises UsageError where there is no configuration, or no baseline of that name.
    """
    files = files or Disk()
    chosen = targets(files, paths, settings.roots)
    configs = [configuration(files, target, settings, process, InterpolationMode.UNKNOWN) for target in chosen]
    reports = [_report(files, target, config, settings) for target, config in zip(chosen, configs, strict=True)]
    found = reports[0] if len(reports) == 1 else joined(reports)
    diagnostics = found.diagnostics
    if baseline is not None:
        whole = not any(target.only or target.fragment for target in chosen)
        diagnostics = _unexpected(files, baseline, found, configs[0], settings, whole=whole)
    return replace(found, diagnostics=settings.regraded(diagnostics), pages=_pages() if settings.format == "sarif" else {})


def plan_fixes(
    paths: Paths = None,
    settings: Settings = Settings(),
    *,
    unsafe: bool = False,
    baseline: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> FixResult:
    """What the fixes of `validate`'s findings make of the files, each held to its promise; `write_fixes` writes it.

    `unsafe` adds those that may change more than their finding says. Raises UsageError as `validate` does.
    """
    files = files or Disk()
    chosen = targets(files, paths, settings.roots)

    def compiled(seen: Files) -> list[Config]:
        return [configuration(seen, target, settings, process, InterpolationMode.UNKNOWN) for target in chosen]

    return fixer.plan_fixes(files, lambda seen: validate(paths, settings, baseline=baseline, files=seen, process=process), compiled, unsafe=unsafe)


def write_fixes(result: FixResult) -> None:
    """Writes what fixes make of files. Raises UsageError where one could not be written, or has changed meanwhile; it is then as it was."""
    fixer.write_fixes(result)


def baseline_text(report: Report, path: str) -> str:
    """The findings of a report as the text of a baseline that is to be written at a path."""
    return format_baseline(report.diagnostics, Disk().name(path))


def _report(files: Files, target: ConfigTarget, config: Config, settings: Settings) -> Report:
    result = lint_result(config, settings)
    diagnostics = result.diagnostics
    if target.only:
        name = files.name(target.only)
        wanted = next(each.source for each in config.graph.documents if files.name(files.realpath(each.path)) == name)
        diagnostics = tuple(each for each in diagnostics if _concerns(each, wanted))
    return Report(diagnostics, summary_of(config), _nouns(), result.crashed)


def _unexpected(files: Files, path: str, found: Report, config: Config, settings: Settings, *, whole: bool) -> tuple[Diagnostic, ...]:
    return beyond_baseline(read_baseline(files, path), found.diagnostics, config, selected_rules(settings), whole=whole)


def _pages() -> dict[str, RulePage]:
    return {rule.code: RulePage(rule.name, rule.severity, rule.summary, rule.page) for rule in RULES}


def _nouns() -> dict[str, str]:
    return {rule.code: rule.counted for rule in rules_of(STATIC)}


def _concerns(diagnostic: Diagnostic, source: Source) -> bool:
    """Whether a place of the diagnostic lies in the file."""
    places = [diagnostic.place, *(each.span for each in diagnostic.related)]
    return any((place.source if isinstance(place, Span) else place) is source for place in places)
