"""The rules as pages and as a table."""

import re
from collections.abc import Sequence

from orbitcfg.rules._rule import Rule

_EXAMPLES = {"bad": "Reported:", "good": "Not reported:"}
_EXAMPLE = re.compile(r"^```yaml (bad|good)\n", re.MULTILINE)


def page(rule: Rule) -> str:
    """One rule's page as Markdown."""
    text = _EXAMPLE.sub(lambda match: f"**{_EXAMPLES[match[1]]}**\n\n```yaml\n", rule.page)
    return f"# {rule.code} {rule.name} ({rule.usual_severity.label})\n\n{text}\n"


def table(rules: Sequence[Rule]) -> str:
    """One line a rule, for a terminal."""
    wide = max(len(rule.name) for rule in rules)
    return "".join(f"{rule.code}  {rule.usual_severity.label:<7}  {rule.name:<{wide}}  {rule.summary}\n" for rule in rules)


def markdown(rules: Sequence[Rule]) -> str:
    """The table for the documentation, where each page stands beside it under its code."""
    rows = [f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.usual_severity.label} | {rule.summary} |" for rule in rules]
    return "\n".join(["| code | name | severity | what it finds |", "|---|---|---|---|", *rows]) + "\n"
