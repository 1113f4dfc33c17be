"""The rules as pages and as a table."""

from collections.abc import Sequence

from orbitcfg.rules._rule import Rule


def page(rule: Rule) -> str:
    """One rule's page as Markdown."""
    return f"# {rule.code} {rule.name} ({rule.usual_severity.label})\n\n{rule.page}\n"


def table(rules: Sequence[Rule]) -> str:
    """One line a rule, for a terminal."""
    wide = max(len(rule.name) for rule in rules)
    return "".join(f"{rule.code}  {rule.usual_severity.label:<7}  {rule.name:<{wide}}  {rule.summary}\n" for rule in rules)


def markdown(rules: Sequence[Rule]) -> str:
    """The table for the documentation, where each page stands beside it under its code."""
    rows = [f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.usual_severity.label} | {rule.summary} |" for rule in rules]
    return "\n".join(["| code | name | severity | what it finds |", "|---|---|---|---|", *rows]) + "\n"
