"""What the rules say of a configuration: shared by the commands."""

from orbitcfg.lint.runner import LintResult, run_rules
from orbitcfg.project.config import Config
from orbitcfg.rules import STATIC, rules_of
from orbitcfg.rules._rule import Rule
from orbitcfg.settings.model import Settings


def lint_result(config: Config, settings: Settings, families: tuple[str, ...] | None = None) -> LintResult:
    """What the rules of some families say; without any, of all that need no more than a configuration."""
    return run_rules(config, selected_rules(settings, families))


def selected_rules(settings: Settings, families: tuple[str, ...] | None = None) -> list[Rule]:
    """The rules of some families, or of all that need no more than a configuration, that the settings select."""
    return [rule for rule in rules_of(families or STATIC) if settings.selects(rule.code)]
