"""For documents: a Markdown table."""

from orbitcfg.commands.env.full import defaults, needed_by, state, use
from orbitcfg.commands.env.result import VariableInventory
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

_HEADINGS = ("variable", "state", "default", "needed by", "used by")


def render(found: VariableInventory, _style: Style) -> str:
    """A line for each variable, in the order of first use."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS)]
    for variable in found.variables:
        uses = ", ".join(f"{use(place)}: {place.span.label}" for place in variable.places)
        rows.append((f"`{variable.name}`", state(variable), defaults(variable), "; ".join(needed_by(variable)), uses))
    return "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in rows)


def _cell(text: str) -> str:
    return " ".join(strip_control_characters(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<").split())
