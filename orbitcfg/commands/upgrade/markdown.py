"""For pull requests: a headline, and a list for each kind of change."""

from orbitcfg.commands.diff.markdown import plain_text
from orbitcfg.commands.upgrade.result import Upgrade
from orbitcfg.commands.upgrade.sentences import parts
from orbitcfg.report.style import Style


def render(upgrade: Upgrade, _style: Style) -> str:
    """The summary in bold, then a heading for each kind of change with its lines."""
    blocks = [f"**{plain_text(upgrade.summary_line)}**\n"]
    blocks += [f"### {plain_text(heading)}\n\n" + "".join(f"- {plain_text(line)}\n" for line in lines) for heading, lines in parts(upgrade)]
    return "\n".join(blocks)
