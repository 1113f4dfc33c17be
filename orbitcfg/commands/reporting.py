"""What the rules say of a configuration: shared by the commands."""

from collections.abc import Callable

from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.project.compiler import summary_of
from orbitcfg.project.config import Config
from orbitcfg.report.consequence import ENDING
from orbitcfg.report.diagnostics import Report
from orbitcfg.report.verdict import Verdict
from orbitcfg.rules import LOADING, STATIC, rules_of
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Policy


def lint_result(config: Config, policy: Policy, checkpoint: Callable[[], object] = lambda: None, *, infos: bool = True) -> LintResult:
    """What all rules say that need no more than a configuration; without `infos` what counts. What `checkpoint`, called between them, raises ends it."""
    return run_rules(config, static_rules(config), selects=policy.selects, checkpoint=checkpoint, infos=lambda _code: infos)


def static_rules(config: Config) -> tuple[Rule, ...]:
    """The rules that need no more than a configuration; those about files that adapters name where there are any: their import takes time."""
    return rules_of(STATIC if config.named_files else tuple(family for family in STATIC if family != "templates"))


def judged(config: Config) -> tuple[LintResult, Verdict | None]:
    """What all rules say that need no more than a configuration, as far as it counts, and the verdict that it comes to."""
    from orbitcfg.lint.verdict import verdict_of  # what loads a configuration alone does without

    result = run_rules(config, static_rules(config), infos=lambda _code: False)
    return result, verdict_of(config, result.found)


def fatal_result(config: Config, policy: Policy) -> LintResult:
    """What ORBIT's loader would raise on, and nothing else."""
    return run_rules(config, rules_of(LOADING), selects=policy.selects, only_fatal=True)


def fatal_report(config: Config, policy: Policy) -> Report:
    """What ORBIT's loader would raise on; without findings where it would not."""
    result = fatal_result(config, policy)
    return Report(result.fatal, summary_of(config), crashed=result.crashed)


def ending_report(config: Config, result: LintResult) -> Report:
    """What keeps ORBIT from starting; without findings where nothing does."""
    ends = (each for each in result.found if each.consequence in ENDING and not each.depends_on)
    return Report(tuple(ends), summary_of(config), crashed=result.crashed)
