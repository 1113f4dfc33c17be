"""For people: the change as a diff, or a line for each provider."""

from orbitcfg.commands.needs import list_adapters
from orbitcfg.commands.use.result import ProviderState, UseOutcome, UseResult
from orbitcfg.plural import counted
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import fitted, strip_control_characters

_SWITCHES = {"on": "on", "off": "off", "absent": "-"}

_BEFORE_USERS = (14, 5, 27)
"""The widths of the columns."""


def render(result: UseOutcome, style: Style) -> str:
    """The diff of a change, or the list of providers."""
    if isinstance(result, UseResult):
        return result.diff
    lines = (strip_control_characters(_line(each)).rstrip() for each in result.providers)
    return fitted("".join(f"{line}\n" for line in lines), style.width, further=sum(_BEFORE_USERS))


def _line(state: ProviderState) -> str:
    cells = (state.name, _SWITCHES[state.switch], _reachable(state))
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, _BEFORE_USERS, strict=True)) + _users(state)


def _reachable(state: ProviderState) -> str:
    if state.reachable is None:
        return ""
    return f"reachable here, {counted(len(state.models), 'model')}" if state.reachable else "not reachable here"


def _users(state: ProviderState) -> str:
    adapters = tuple(each for each in state.users if each != "default")
    default = ["the default"] if "default" in state.users else []
    return ", ".join([*default, *([list_adapters(adapters)] if adapters else [])])
