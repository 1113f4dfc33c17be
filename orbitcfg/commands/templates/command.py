"""The command `templates`: the templates of intent adapters, and what is wrong with them."""

from collections.abc import Iterator, Mapping

from orbitcfg.commands.compiled import compile_options, reading_of, whole_target
from orbitcfg.commands.names import check_name
from orbitcfg.commands.templates.result import TemplateInventory, TemplateRow
from orbitcfg.dataclass import replace
from orbitcfg.document.source import Source, Span
from orbitcfg.effective.intent.adapters import IntentAdapter
from orbitcfg.effective.intent.classes import class_of
from orbitcfg.effective.intent.template import Template
from orbitcfg.files.store import Disk, Files
from orbitcfg.lint.runner import run_rules
from orbitcfg.masking.values import masked_value
from orbitcfg.project.compiler import Path, configuration, summary_of
from orbitcfg.report.diagnostics import Diagnostic, Report
from orbitcfg.rules import rules_of
from orbitcfg.settings.model import Settings

_BESIDE = ("ORB514", "ORB515")
"""Rules about the files of intent adapters that stand in another family."""


def templates(
    path: Path | None = None,
    settings: Settings = Settings(),
    *,
    adapter: str | None = None,
    every: bool = False,
    files: Files | None = None,
    process: Mapping[str, str] | None = None,
) -> TemplateInventory:
    """The templates of the intent adapters that are on, or of one, with what is wrong with them and the files that hold them.

    `every` adds those of adapters that are off. Raises UsageError for an adapter that is not there.
    """
    files = files or Disk()
    options = replace(compile_options(settings, reading_of(settings), process), every=every or adapter is not None)
    config = configuration(files, whole_target(files, path, settings.roots), options)
    check_name("adapter", adapter, [each.name for each in config.adapters], [each.shown for each in config.adapters])
    policy = settings.policy
    rules = [rule for rule in rules_of(("templates", "adapters.data")) if rule in rules_of(("templates",)) or rule.code in _BESIDE]
    result = run_rules(config, rules, selects=policy.selects)
    meant = [each for each in config.adapters if adapter in (None, each.name, each.shown) and (every or adapter or each.is_on)]
    listed = [each for each in config.intents if each.adapter in meant]
    read = [each.adapter for each in listed if each.libraries]
    unread = tuple(each.shown for each in meant if each not in read and class_of(each.text("implementation")) is not None)
    sources = {library.file.source for each in listed for _, library in each.libraries} | {
        each.domain.source for each in listed if each.domain is not None
    }
    wanted = policy.regraded(each for each in result.diagnostics if adapter is None or _is_of(each, adapter, sources))
    rows = tuple(row for each in listed for row in _rows(each, wanted))
    told = {finding for row in rows for finding in row.findings}
    others = tuple(each for each in wanted if each not in told)
    return TemplateInventory(rows, others, Report(wanted, summary_of(config), crashed=result.crashed), unread)


def _is_of(found: Diagnostic, adapter: str, sources: set[Source]) -> bool:
    source = found.place.source if isinstance(found.place, Span) else found.place
    return source in sources or adapter in (found.affects or ())


def _rows(each: IntentAdapter, found: tuple[Diagnostic, ...]) -> Iterator[TemplateRow]:
    by_source: dict[Source, list[tuple[Span, Diagnostic]]] = {}
    for diagnostic in found:
        if isinstance(diagnostic.place, Span):
            by_source.setdefault(diagnostic.place.source, []).append((diagnostic.place, diagnostic))
    for library, template in each.listed:
        within = by_source.get(library.file.source, ())
        yield TemplateRow(
            adapter=each.adapter.shown,
            is_on=each.adapter.is_on,
            library=library.file.source.name,
            id=_shown(template.id),
            place=template.span,
            parameters=tuple(str(masked_value(None, parameter.name)) for parameter in template.parameters),
            examples=tuple(_examples(template)),
            findings=tuple(diagnostic for place, diagnostic in within if _holds(template.node.span, place)),
        )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _shown(value: object) -> str | None:
    return None if value is None else str(masked_value(None, value))


def _examples(template: Template) -> Iterator[str]:
    listed = template.value("nl_examples")
    for each in listed if isinstance(listed, list) else ():
        if each is not None and str(each).strip():
            yield str(masked_value(None, each))
