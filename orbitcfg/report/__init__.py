"""Findings and reports, and the formats that they are shown in: a module with a function `render` each."""

from orbitcfg.report.style import Renderer, Style

__all__ = ["Renderer", "Style"]
