"""For people: a line for each thing that changes, under headings."""

from orbitcfg.commands.upgrade.result import Upgrade
from orbitcfg.commands.upgrade.sentences import parts
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import fitted, strip_control_characters


def render(upgrade: Upgrade, style: Style) -> str:
    """The summary, then a block for each kind of change."""
    blocks = [f"{strip_control_characters(upgrade.summary_line)}\n"]
    for heading, lines in parts(upgrade, verbose=style.verbose):
        shown = "".join(f"  {strip_control_characters(line)}\n" for line in lines)
        blocks.append(f"{style.paint(strip_control_characters(heading), 'bold')}\n{shown}")
    return fitted("\n".join(blocks), style.width)
