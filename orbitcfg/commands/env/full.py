"""For people: a block for each variable, those that are missing first."""

from collections.abc import Iterator

from orbitcfg.commands.env.result import Place, Variable, VariableInventory
from orbitcfg.plural import counted
from orbitcfg.report.style import Style, Tint
from orbitcfg.report.terminal import fitted, strip_control_characters

SHOWN_NEEDS = 3
SHOWN_ADAPTERS = 3
_LABEL = 12


def render(found: VariableInventory, style: Style) -> str:
    """What is needed and not set stands first, then what is not set, then what is; within each in the order of first use."""
    if not found.variables:
        return f"no variables{_for_orbit(found)}\n"
    ordered = sorted(found.variables, key=lambda variable: (not variable.is_missing, variable.is_set))
    blocks = ["".join(f"{line}\n" for line in _block(variable, style)) for variable in ordered]
    return fitted("\n".join([*blocks, f"{summary_line(found)}\n"]), style.width, further=_LABEL)


def summary_line(found: VariableInventory) -> str:
    """How many there are, in one line."""
    are_set = sum(variable.is_set for variable in found.variables)
    missing = sum(variable.is_missing for variable in found.variables)
    sources = " from " + ", ".join(f"`{strip_control_characters(source)}`" for source in found.sources) if found.sources else ""
    total = len(found.variables)
    return f"{counted(total, 'variable')}: {are_set} set{sources}, {total - are_set} not set, {missing} of them needed{_for_orbit(found)}"


def _for_orbit(found: VariableInventory) -> str:
    return f"; ORBIT {found.orbit}" if found.orbit else ""


def state(variable: Variable) -> str:
    """Whether it is set, and by what."""
    if variable.is_set:
        return f"set by {variable.set_by}"
    return "not set, and needed" if variable.is_missing else "not set"


def needed_by(variable: Variable) -> list[str]:
    """Who needs it, and through which keys, a line each, the first few; none where nobody does."""
    lines = [f"{_who(need.adapters)}, through {' -> '.join(f'`{key}`' for key in need.through)}" for need in variable.needs]
    return [*lines[:SHOWN_NEEDS], *([f"and {counted(len(lines) - SHOWN_NEEDS, 'more chain')}"] if len(lines) > SHOWN_NEEDS else [])]


def _who(adapters: tuple[str, ...]) -> str:
    if not adapters:
        return "ORBIT itself"
    more = f" and {len(adapters) - SHOWN_ADAPTERS} more" if len(adapters) > SHOWN_ADAPTERS else ""
    return ("adapter " if len(adapters) == 1 else "adapters ") + ", ".join(f"`{name}`" for name in adapters[:SHOWN_ADAPTERS]) + more


def defaults(variable: Variable) -> str:
    """Its defaults; empty where it has none."""
    return ", ".join(f"`{default}`" if default else "empty" for default in variable.defaults)


def use(place: Place) -> str:
    """A key that uses it, and how."""
    notes = [*(["looked up by ORBIT itself"] if place.by_orbit else []), *([place.state] if place.state else [])]
    return place.key + (f" ({', '.join(notes)})" if notes else "")


def _block(variable: Variable, style: Style) -> Iterator[str]:
    tint: Tint = "red" if variable.is_missing else "green" if variable.is_set else "dim"
    yield f"{style.paint(variable.name, 'bold')}  {style.paint(strip_control_characters(state(variable)), tint)}"
    default = defaults(variable)
    yield from _rows("default", [default] if default else [])
    yield from _rows("needed by", needed_by(variable))
    yield from _rows("used by", [f"{use(place)}: {place.span.label}" for place in variable.places])


def _rows(label: str, texts: list[str]) -> Iterator[str]:
    for index, text in enumerate(texts):
        yield f"  {'' if index else label:<{_LABEL}}{strip_control_characters(text)}"
