"""For people: one rule's page, or a line for each of them."""

from orbitcfg.commands.rule.result import RuleList
from orbitcfg.report.style import Style
from orbitcfg.rules import pages


def render(listed: RuleList, _style: Style) -> str:
    """The page as Markdown, or the table."""
    return pages.page(listed.rules[0]) if listed.is_one else pages.table(listed.rules)
