"""For people: one rule's page, or a line for each of them."""

from orbitcfg.commands.rule.result import RuleList
from orbitcfg.report.style import Style
from orbitcfg.rules import pages


def render(listed: RuleList, style: Style) -> str:
    """The page, as Markdown where it does not go to a terminal, or the table."""
    if not listed.is_one:
        return pages.table(listed.rules)
    page = pages.page(listed.rules[0])
    if style.width is None:
        return page
    # imported here: it takes longer than the page
    from orbitcfg.report.markdown import format_markdown

    return format_markdown(page, style, style.width)
