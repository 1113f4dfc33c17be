"""The command `rule`: the pages of the rules."""

from orbitcfg.lint.selection import rule_named
from orbitcfg.rules import RULES, pages
from orbitcfg.rules._rule import Rule


def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their codes."""
    return RULES


def rule_pages(code: str | None, format_name: str) -> str:
    """One rule's page, or without a code all of them as a table; `format_name` is full or json. Raises UsageError for an unknown code."""
    chosen = rules() if code is None else (rule_named(code),)
    if format_name == "json":
        return pages.as_json(chosen)
    return pages.table(chosen) if code is None else pages.page(chosen[0])
