"""What doctor planned, saw and found, as text and as JSON."""

from importlib import import_module

from orbitcfg.commands.doctor.checkup import Checkup
from orbitcfg.report import Style

FORMATS = ("full", "json")
"""Each is a module of this package with a function `render`."""


def render(checkup: Checkup, format_name: str, style: Style) -> str:
    """A checkup in one of `FORMATS`."""
    text: str = import_module(f"orbitcfg.commands.doctor.{format_name}").render(checkup, style)
    return text
