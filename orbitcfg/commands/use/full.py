"""For people: the change as a diff, or a line for each provider."""

from orbitcfg.commands.needs import list_adapters
from orbitcfg.commands.use.result import ProviderState, UseOutcome, UseResult
from orbitcfg.plural import counted
from orbitcfg.report.style import Style
from orbitcfg.report.terminal import strip_control_characters

_SWITCHES = {"on": "on", "off": "off", "absent": "-"}


def render(result: UseOutcome, _style: Style) -> str:
    """The diff of a change, or the list of providers."""
    if isinstance(result, UseResult):
        return result.diff
    return "".join(strip_control_characters(_line(each)).rstrip() + "\n" for each in result.providers)


def _line(state: ProviderState) -> str:
    return f"{state.name:<14}{_SWITCHES[state.switch]:<5}{_reachable(state):<32}{_users(state)}"


def _reachable(state: ProviderState) -> str:
    if state.reachable is None:
        return ""
    return f"reachable here, {counted(len(state.models), 'model')}" if state.reachable else "not reachable here"


def _users(state: ProviderState) -> str:
    adapters = tuple(each for each in state.users if each != "default")
    default = ["the default"] if "default" in state.users else []
    return ", ".join([*default, *([list_adapters(adapters)] if adapters else [])])
