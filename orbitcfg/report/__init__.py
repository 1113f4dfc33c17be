"""Reports as text: one function a format."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeAlias

from orbitcfg.report.diagnostics import Report


@dataclass(frozen=True, slots=True)
class Style:
    """How text for people is to look. `verbose` prints what is only worth knowing one by one."""

    color: bool = False
    verbose: bool = False


Renderer: TypeAlias = Callable[[Report, Style], str]

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")
"""Each is a module of this package with a function `render`."""


def render(report: Report, format_name: str, style: Style) -> str:
    """The report in one of `FORMATS`, with a line break at its end unless it is empty."""
    renderer: Renderer = import_module(f"orbitcfg.report.{format_name}").render
    return renderer(report, style)
