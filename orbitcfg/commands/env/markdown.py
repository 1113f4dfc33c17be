"""For documents: a Markdown table."""

from orbitcfg.commands.env.full import defaults, required, state, use
from orbitcfg.commands.env.variables import Inventory
from orbitcfg.report.terminal import safe

_HEADINGS = ("variable", "state", "default", "needed by", "used by")


def render(found: Inventory, *, color: bool = False) -> str:  # noqa: ARG001 - all renderers are called alike
    """A line for each variable, in the order of first use."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS)]
    for variable in found.variables:
        uses = ", ".join(f"{use(place)}: {place.span.label}" for place in variable.places)
        rows.append((f"`{variable.name}`", state(variable), defaults(variable), required(variable), uses))
    return "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in rows)


def _cell(text: str) -> str:
    return " ".join(safe(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<").split())
