"""For people: the names of the files, and what they hold."""

from orbitcfg.commands.init.result import NewConfiguration
from orbitcfg.report.style import Style


def render(result: NewConfiguration, _style: Style) -> str:
    """Each file under its name."""
    return "\n".join(f"# {each.name}\n{each.text}" for each in result.files)
