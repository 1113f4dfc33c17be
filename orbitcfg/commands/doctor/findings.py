"""What the rules say of a configuration and of what was seen of its servers."""

from collections.abc import Iterable

from orbitcfg.commands.doctor.checkup import StaticCounts
from orbitcfg.commands.doctor.subject import Subject
from orbitcfg.dataclass import dataclass, replace
from orbitcfg.lint.causes import with_those_left
from orbitcfg.lint.runner import run_rules
from orbitcfg.lint.verdict import verdict_of
from orbitcfg.observed.observation import Observations
from orbitcfg.project.compiler import summary_of
from orbitcfg.report.consequence import ENDING
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, Severity
from orbitcfg.report.home import tilde
from orbitcfg.report.verdict import Basis
from orbitcfg.rules import RULES
from orbitcfg.settings.model import Settings

_OBSERVING = frozenset(rule.code for rule in RULES if rule.observes)
"""The rules about what was seen outside of the configuration."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of a run, and how many of the configuration's own there are in all."""

    report: Report
    static: StaticCounts


def judge(subject: Subject, settings: Settings, seen: Observations, basis: Basis) -> Judgement:
    """The findings about what was seen, the errors of the configuration itself, and the verdict on both; a configuration that nobody wrote has neither."""
    rules = [rule for rule in RULES if rule.observes or subject.is_users]
    result = run_rules(subject.config, rules, seen, settings.policy.selects, infos=settings.policy.grades)
    verdict = verdict_of(subject.config, map(_without_home, result.found), basis) if subject.is_users else None
    diagnostics = settings.policy.regraded(map(_without_home, result.diagnostics))
    # the configuration's own warnings are for `validate`
    kept = with_those_left(each for each in diagnostics if _is_shown(each))
    nouns = {rule.code: rule.counted for rule in rules}
    report = Report(tuple(kept), summary_of(subject.config), nouns, result.crashed, verdicts=(verdict,) if verdict else ())
    return Judgement(report, _static_counts(diagnostics))


def _is_shown(diagnostic: Diagnostic) -> bool:
    return diagnostic.code in _OBSERVING or diagnostic.severity is Severity.ERROR or diagnostic.consequence in ENDING


def _static_counts(diagnostics: Iterable[Diagnostic]) -> StaticCounts:
    severities = [each.severity for each in diagnostics if each.code not in _OBSERVING and not each.is_symptom]
    return StaticCounts(severities.count(Severity.ERROR), severities.count(Severity.WARNING))


def _without_home(diagnostic: Diagnostic) -> Diagnostic:
    related = tuple(Annotation(each.span, tilde(each.message)) for each in diagnostic.related)
    cause = _without_home(diagnostic.cause) if diagnostic.cause else None
    return replace(diagnostic, message=tilde(diagnostic.message), help=tilde(diagnostic.help), related=related, cause=cause)
