"""The command `rule`: the rules and their pages."""

from orbitcfg.commands.rule.result import RuleList
from orbitcfg.lint.selection import rule_named
from orbitcfg.rules import FAMILIES, rules_of


def rule(name: str | None = None) -> RuleList:
    """All rules, or the one with this code or name. Raises UsageError where there is none."""
    return RuleList(rules_of(FAMILIES)) if name is None else RuleList((rule_named(name),), is_one=True)
