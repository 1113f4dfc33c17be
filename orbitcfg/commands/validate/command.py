"""The command `validate`: everything that is wrong with a configuration."""

from collections.abc import Callable, Mapping

from orbitcfg.commands.compiled import compile_options, reading_of
from orbitcfg.commands.output import write_file
from orbitcfg.commands.reporting import lint_result, static_rules
from orbitcfg.compile.discovery import ConfigTarget
from orbitcfg.dataclass import replace
from orbitcfg.document.source import Source, Span
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint import baseline as baselines
from orbitcfg.lint.causes import with_those_left
from orbitcfg.lint.runner import beyond_baseline
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.project.compiler import Paths, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report, RulePage, merge_reports
from orbitcfg.rules import FAMILIES, STATIC, rules_of
from orbitcfg.settings.model import Policy, Settings


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
    policy = settings.policy
    options = compile_options(settings, reading_of(settings), process)
    chosen = targets(files, paths, settings.roots)
    configs = [configuration(files, target, replace(options, every=options.every or target.only is not None)) for target in chosen]
    reports = [report_of(files, target, config, policy) for target, config in zip(chosen, configs, strict=True)]
    found = reports[0] if len(reports) == 1 else merge_reports(reports)
    diagnostics = found.diagnostics
    if baseline is not None:
        whole = not any(target.only or target.fragment for target in chosen)
        diagnostics = _unexpected(files, baseline, found, configs[0], policy, whole=whole)
    return replace(found, diagnostics=policy.regraded(diagnostics), pages=_pages)


def write_baseline(report: Report, path: str) -> None:
    """Writes the findings of a report to a baseline, as known and left for later. Raises UsageError where it cannot be written."""
    write_file(path, baselines.format_baseline(report.diagnostics, Disk().name(path)).encode("utf-8", "replace"))


def report_of(files: Files, target: ConfigTarget, config: Config, policy: Policy, checkpoint: Callable[[], object] = lambda: None) -> Report:
    """Everything that is wrong with one configuration, each finding as bad as its rule has it. What `checkpoint` raises, called between rules, ends it."""
    result = lint_result(config, policy, checkpoint)
    diagnostics = result.diagnostics
    if target.only:
        name = files.name(target.only)
        read = [(each.source, each.path) for each in config.graph.documents]
        read += [(each.source, each.path) for each in config.named_files.values() if each is not None]
        wanted = next(source for source, path in read if files.name(files.realpath(path)) == name)
        diagnostics = tuple(with_those_left(each for each in diagnostics if _concerns(each, wanted)))
    return Report(diagnostics, summary_of(config), _nouns(config), result.crashed, verdicts=(verdict_of(config, result.found),))


def _unexpected(files: Files, path: str, found: Report, config: Config, policy: Policy, *, whole: bool) -> tuple[Diagnostic, ...]:
    return beyond_baseline(
        baselines.read_baseline(files, path), found.diagnostics, config, [rule for rule in rules_of(STATIC) if policy.selects(rule.code)], whole=whole
    )


def _pages() -> dict[str, RulePage]:
    return {rule.code: RulePage(rule.name, rule.usual_severity, rule.summary, rule.page) for rule in rules_of(FAMILIES)}


def _nouns(config: Config) -> dict[str, str]:
    return {rule.code: rule.counted for rule in static_rules(config)}


def _concerns(diagnostic: Diagnostic, source: Source) -> bool:
    """Whether a place of the diagnostic lies in the file."""
    places = [diagnostic.place, *(each.span for each in diagnostic.related)]
    return any((place.source if isinstance(place, Span) else place) is source for place in places)
