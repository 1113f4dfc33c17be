"""What the rules say of a configuration: shared by the commands."""

from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.project.compiler import summary_of
from orbitcfg.project.config import Config
from orbitcfg.report.diagnostics import Report
from orbitcfg.rules import LOADING, STATIC, rules_of
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Policy


def lint_result(config: Config, policy: Policy, families: tuple[str, ...] | None = None) -> LintResult:
    """What the rules of some families say; without any, of all that need no more than a configuration."""
    return run_rules(config, selected_rules(policy, families))


def selected_rules(policy: Policy, families: tuple[str, ...] | None = None) -> list[Rule]:
    """The rules of some families, or of all that need no more than a configuration, that the user selects."""
    return [rule for rule in rules_of(families or STATIC) if policy.selects(rule.code)]


def fatal_report(config: Config, policy: Policy) -> Report:
    """What ORBIT's loader would raise on; without findings where it would not."""
    result = lint_result(config, policy, LOADING)
    return Report(result.fatal, summary_of(config), crashed=result.crashed)
