"""What the rules say of a configuration and of what was seen of its servers."""

from dataclasses import replace

from orbitcfg.commands.doctor.checkup import StaticCounts
from orbitcfg.commands.doctor.home import tilde
from orbitcfg.commands.doctor.subject import Subject
from orbitcfg.lint.runner import run_rules
from orbitcfg.observed.observation import Observations
from orbitcfg.project.compiler import summary_of
from orbitcfg.report.diagnostics import Annotation, Diagnostic, Report, Severity
from orbitcfg.rules import RULES
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Settings


def static_counts(subject: Subject, settings: Settings) -> StaticCounts:
    """How many faults the configuration has by itself."""
    if not subject.is_users:
        return StaticCounts()
    rules = [rule for rule in _selected(settings) if not rule.observes]
    severities = [each.severity for each in settings.policy.regraded(run_rules(subject.config, rules).diagnostics)]
    return StaticCounts(severities.count(Severity.ERROR), severities.count(Severity.WARNING))


def report_on(subject: Subject, settings: Settings, seen: Observations) -> Report:
    """The findings about what was seen, and the errors of the configuration itself."""
    rules = [rule for rule in _selected(settings) if rule.observes or subject.is_users]
    result = run_rules(subject.config, rules, seen)
    codes = {rule.code for rule in rules if rule.observes}
    # the configuration's own warnings are for `validate`
    kept = [each for each in settings.policy.regraded(result.diagnostics) if each.code in codes or each.severity is Severity.ERROR]
    return Report(tuple(map(_without_home, kept)), summary_of(subject.config), {rule.code: rule.counted for rule in rules}, result.crashed)


def _selected(settings: Settings) -> list[Rule]:
    return [rule for rule in RULES if settings.policy.selects(rule.code)]


def _without_home(diagnostic: Diagnostic) -> Diagnostic:
    related = tuple(Annotation(each.span, tilde(each.message)) for each in diagnostic.related)
    return replace(diagnostic, message=tilde(diagnostic.message), help=tilde(diagnostic.help), related=related)
