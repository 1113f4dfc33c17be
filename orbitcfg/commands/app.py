"""The commands as plain functions: orbitcfg's public API. The command line calls these and nothing else.

Each reads the configuration that `path` means: a folder (`config/` or its parent), a root file, or None for the one found from the
working directory upward. The environment is the process's, unless `process` gives another.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orbitcfg.compile import Reading
from orbitcfg.compile.discovery import Target
from orbitcfg.document.keypath import Spelling, find, parsed, reach
from orbitcfg.document.masked import as_json, shown
from orbitcfg.document.source import Source, Span
from orbitcfg.document.tree import KeyPath, at, plain, walk
from orbitcfg.document.tree import Mapping as MappingNode
from orbitcfg.errors import UsageError
from orbitcfg.files.store import Disk, Files
from orbitcfg.project.compiler import Path, Paths, configuration, summary_of, targets
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Diagnostic, Report, RulePage, Severity, joined
from orbitcfg.rules import LOADING
from orbitcfg.settings.model import Settings
from orbitcfg.suggest import nearest

if TYPE_CHECKING:
    from orbitcfg.commands.providers.usage import Usage
    from orbitcfg.commands.why import Explanation
    from orbitcfg.edit.fixer import FixResult
    from orbitcfg.lint.runner import Verdict
    from orbitcfg.rules._rule import Rule


@dataclass(frozen=True, slots=True)
class Resolution:
    """A configuration as ORBIT's loader returns it.

    `tree` is None where the loader would raise; `report` then says why, and otherwise what `validate` would say.
    """

    tree: MappingNode | None
    report: Report

    @property
    def value(self) -> object:
        """The configuration as Python's own types, nothing masked; None where ORBIT's loader would raise."""
        return None if self.tree is None else plain(self.tree)


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
    configs = [configuration(files, target, settings, process, Reading.UNKNOWN) for target in chosen]
    reports = [_report(files, target, config, settings) for target, config in zip(chosen, configs, strict=True)]
    found = reports[0] if len(reports) == 1 else joined(reports)
    diagnostics = found.diagnostics
    if baseline is not None:
        whole = not any(target.only or target.fragment for target in chosen)
        diagnostics = _unexpected(files, baseline, found, configs[0], settings, whole=whole)
    return replace(found, diagnostics=settings.regraded(diagnostics), pages=_pages() if settings.format == "sarif" else {})


def fixed(
    paths: Paths = None,
    settings: Settings = Settings(),
    *,
    unsafe: bool = False,
    baseline: str | None = None,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> "FixResult":
    """What the fixes of `validate`'s findings make of the files, each held to its promise; `write_fixes` writes it.

    `unsafe` adds those that may change more than their finding says. Raises UsageError as `validate` does.
    """
    from orbitcfg.edit import fixer

    files = files or Disk()
    chosen = targets(files, paths, settings.roots)

    def compiled(seen: Files) -> list[Config]:
        return [configuration(seen, target, settings, process, Reading.UNKNOWN) for target in chosen]

    return fixer.mended(files, lambda seen: validate(paths, settings, baseline=baseline, files=seen, process=process), compiled, unsafe=unsafe)


def write_fixes(result: "FixResult") -> None:
    """Writes what fixes make of files. Raises UsageError where one could not be written, or has changed meanwhile; it is then as it was."""
    from orbitcfg.edit.fixer import written

    written(result)


def baseline_text(report: Report, path: str) -> str:
    """The findings of a report as the text of a baseline that is to be written at a path."""
    from orbitcfg.lint.baseline import text_of

    return text_of(report.diagnostics, Disk().name(path))


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
    target = replace(targets(files, path, settings.roots)[0], only=None, fragment=False)
    config = configuration(files, target, settings, process, Reading.SYMBOLIC if symbolic else Reading.ORBIT)
    verdict = _verdict(config, settings, LOADING)
    report = Report(verdict.fatal or verdict.diagnostics, summary_of(config), crashed=verdict.crashed)
    if verdict.fatal:
        return Resolution(None, report)
    return Resolution(config.tree if adapter is None else _excerpt(config, adapter), report)


def _excerpt(config: Config, adapter: str) -> MappingNode:
    from orbitcfg.commands.providers.usage import adapters
    from orbitcfg.effective.excerpt import excerpt

    found = excerpt(config.tree, config.uses, adapter)
    if found is None:
        _known("adapter", adapter, [name for name in adapters(config.uses) if name != "default" and "@" not in name])
        raise UsageError(f"the adapter `{adapter}` has nothing to show")
    return found


def providers(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    service: str | None = None,
    adapter: str | None = None,
    every: bool = False,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> "Usage":
    """What ORBIT will use for each adapter, and why its loader would raise, where it would.

    `adapter` is a name, `NAME@ENTRY`, or `default`; `every` adds what is switched off. Raises UsageError for a service or an adapter that is not there.
    """
    from orbitcfg.commands.providers import usage

    files = files or Disk()
    target = replace(targets(files, path)[0], only=None, fragment=False)
    config = configuration(files, target, settings, process, Reading.ORBIT)
    verdict = _verdict(config, settings, LOADING)
    fatal = Report(verdict.fatal, summary_of(config), crashed=verdict.crashed) if verdict.fatal else None
    uses = config.uses if config.tree.entries else ()
    _known("service", service, usage.services(uses))
    _known("adapter", adapter, usage.adapters(uses))
    return usage.Usage(config, usage.selected(uses, service=service, adapter=adapter, every=every), fatal)


def _known(noun: str, name: str | None, names: Sequence[str]) -> None:
    """Raises UsageError for a name that is not among these."""
    if name is not None and name not in names:
        meant = nearest(name, names)
        hint = f": did you mean `{meant}`?" if meant else f"; there is {', '.join(names)}" if names else ""
        raise UsageError(f"there is no {noun} `{name}`{hint}")


def why(
    key: str,
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> "Explanation | Report":
    """How the value at a key path came about; why there is none, where the root file gives no configuration.

    Raises UsageError for a path that leads nowhere.
    """
    from orbitcfg.commands.why import explained

    files = files or Disk()
    config = configuration(files, targets(files, path, settings.roots)[0], settings, process, Reading.ORBIT)
    if not config.tree.entries:
        verdict = _verdict(config, settings, LOADING)
        return Report(verdict.fatal, summary_of(config), crashed=verdict.crashed)
    parts = parsed(key)
    found = find(config.tree, parts) if parts else None
    if found is None and parts:
        found = _possible(config, reach(config.tree, parts))
    if found is None:
        meant = nearest(key, _key_paths(config.tree))
        raise UsageError(f"there is no key `{key}`" + (f": did you mean `{meant}`?" if meant else ""))
    return explained(config, found)


def _possible(config: Config, path: KeyPath) -> KeyPath | None:
    """The path, where the catalogue names its last key, or a file has it: it is not set, but could be or was."""
    holder = config.catalog.at(config.tree, path[:-1])
    names = config.catalog.names(holder, at(config.tree, path[:-1])) if holder is not None else ()
    is_written = any(at(document.root, path) is not None for document in config.graph.documents)
    return path if path[-1] in names or is_written else None


def key_paths(path: Path | None = None, *, files: Files | None = None) -> list[str]:
    """Every key path of a configuration, as `why` takes them."""
    files = files or Disk()
    config = configuration(files, targets(files, path)[0], Settings(no_env=True), {}, Reading.ORBIT)
    return _key_paths(config.tree)


def rules() -> tuple["Rule", ...]:
    """All rules, in the order of their codes."""
    from orbitcfg.rules import RULES

    return RULES


def rule_pages(code: str | None, format_name: str) -> str:
    """One rule's page, or without a code all of them as a table; `format_name` is full or json. Raises UsageError for an unknown code."""
    from orbitcfg.lint.selection import rule_named
    from orbitcfg.rules import pages

    chosen = rules() if code is None else (rule_named(code),)
    if format_name == "json":
        return pages.as_json(chosen)
    return pages.table(chosen) if code is None else pages.page(chosen[0])


def schema(name: str | None, path: Path | None = None, *, bundle: bool = False, files: Files | None = None) -> str:
    """A schema as JSON text; without a name their names, a line each.

    With `bundle` all of them in one document for editors, with the names of the providers and adapters of the configuration at `path`,
    where there is one. Raises UsageError for an unknown name.
    """
    from orbitcfg.catalog import bundle as bundles
    from orbitcfg.catalog.rows import Catalog
    from orbitcfg.catalog.store import shipped

    store = shipped()
    if bundle:
        return bundles.bundled(Catalog(store), _names_in_use(path, files or Disk()))
    if name is None:
        return "".join(f"{each}\n" for each in store.names)
    if name not in store.names:
        meant = nearest(name, store.names)
        raise UsageError(f"there is no schema `{name}`" + (f": did you mean `{meant}`?" if meant else ""))
    return store.text(name)


def _names_in_use(path: Path | None, files: Files) -> dict[str, tuple[str, ...]]:
    """For each section of a configuration that others refer to, the names in it; nothing where there is no configuration."""
    from orbitcfg.catalog.bundle import names_in

    try:
        target = targets(files, path)[0]
    except UsageError:
        if path is not None:
            raise
        return {}
    return names_in(configuration(files, target, Settings(no_env=True), {}, Reading.UNKNOWN).tree)


def printed(resolution: Resolution, format_name: str, *, show_secrets: bool, annotate: bool) -> str | None:
    """A resolution as YAML or JSON text; None where ORBIT would not start."""
    tree = resolution.tree
    if tree is None:
        return None
    from orbitcfg.commands.why import origin_label
    from orbitcfg.document.yaml_writer import annotated, to_yaml

    value = plain(tree) if show_secrets else shown(tree)
    if format_name == "json":
        if annotate:
            raise UsageError("--annotate needs YAML: JSON has no comments")
        return json.dumps(as_json(value), indent=2, ensure_ascii=False) + "\n"
    text = to_yaml(value)
    return annotated(text, lambda path: origin_label(tree, path)) if annotate else text


def summed_up(report: Report) -> str:
    """What a report is about and what it found, in one line."""
    summary = report.summary
    counts = ", ".join(_counted(report.count(severity), severity.label) for severity in reversed(Severity))
    sources = " from " + ", ".join(f"`{source}`" for source in summary.sources) if summary.sources else " (no environment is used)"
    return (
        f"{_counted(summary.files, 'file')}, {_counted(summary.adapters, 'adapter')} ({summary.adapters_enabled} on), "
        f"{_counted(summary.providers, 'provider')} ({summary.providers_enabled} on), "
        f"{_counted(summary.variables_set, 'variable')} set{sources}, {summary.variables_unset} unset; "
        f"{counts}; ORBIT {summary.orbit}"
    )


def advice(report: Report) -> str:
    """A line that says that the load itself gave findings; empty where there are none worth it."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    if not errors and not warnings:
        return ""
    counts = ([_counted(errors, "error")] if errors else []) + ([_counted(warnings, "warning")] if warnings else [])
    return f"{', '.join(counts)} while loading: run `orbitcfg validate`, which looks at the rest too"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"


def _report(files: Files, target: Target, config: Config, settings: Settings) -> Report:
    verdict = _verdict(config, settings)
    diagnostics = verdict.diagnostics
    if target.only:
        name = files.name(target.only)
        wanted = next(each.source for each in config.graph.documents if files.name(files.realpath(each.path)) == name)
        diagnostics = tuple(each for each in diagnostics if _concerns(each, wanted))
    return Report(diagnostics, summary_of(config), _nouns(), verdict.crashed)


def _unexpected(files: Files, path: str, found: Report, config: Config, settings: Settings, *, whole: bool) -> tuple[Diagnostic, ...]:
    from orbitcfg.lint.baseline import read
    from orbitcfg.lint.runner import unexpected_by

    return unexpected_by(read(files, path), found.diagnostics, config, _selected(settings), whole=whole)


def _verdict(config: Config, settings: Settings, families: tuple[str, ...] | None = None) -> "Verdict":
    """What the rules of some families say; without any, of all that need no more than a configuration."""
    from orbitcfg.lint.runner import judge

    return judge(config, _selected(settings, families))


def _selected(settings: Settings, families: tuple[str, ...] | None = None) -> list["Rule"]:
    from orbitcfg.rules import STATIC, rules_of

    return [rule for rule in rules_of(families or STATIC) if settings.selects(rule.code)]


def _pages() -> dict[str, RulePage]:
    return {rule.code: RulePage(rule.name, rule.severity, rule.summary, rule.page) for rule in rules()}


def _nouns() -> dict[str, str]:
    from orbitcfg.rules import STATIC, rules_of

    return {rule.code: rule.counted for rule in rules_of(STATIC)}


def _concerns(diagnostic: Diagnostic, source: Source) -> bool:
    """Whether a place of the diagnostic lies in the file."""
    places = [diagnostic.place, *(each.span for each in diagnostic.related)]
    return any((place.source if isinstance(place, Span) else place) is source for place in places)


def _key_paths(tree: MappingNode) -> list[str]:
    spelling = Spelling(tree)
    return [spelling.written(path) for path, _ in walk(tree) if path]


__all__ = [
    "Diagnostic",
    "Report",
    "Resolution",
    "Settings",
    "Severity",
    "UsageError",
    "key_paths",
    "providers",
    "resolve",
    "rules",
    "schema",
    "validate",
    "why",
]
