"""The formats of each command's result, and the one function that renders any of them."""

from importlib import import_module
from typing import Any

from orbitcfg.commands.names import check_choice
from orbitcfg.report.style import Renderer, Style

FORMATS = {
    "diff": ("full", "json", "markdown"),
    "doctor": ("full", "json"),
    "env": ("full", "json", "markdown"),
    "init": ("full", "json"),
    "models": ("full", "json"),
    "providers": ("full", "json", "markdown", "mermaid"),
    "resolve": ("yaml", "json"),
    "rule": ("full", "json"),
    "smoke": ("full", "json"),
    "upgrade": ("full", "json", "markdown"),
    "templates": ("full", "json"),
    "use": ("full", "json"),
    "validate": ("full", "concise", "json", "sarif", "github", "gitlab", "junit"),
    "why": ("full", "json"),
}
"""By command, `upgrade` for `diff --upgrade`, the usual format first. Each is a module with a `Renderer` in the package of the result's type."""


BY_REPOSITORY = frozenset({"sarif", "github", "gitlab"})
"""Those that a server reads, which knows a file by its place in the repository."""


def render(result: object, format_name: str, style: Style = Style()) -> str:
    """A command's result in one of its `FORMATS`. Raises UsageError for a format that it does not have."""
    package = type(result).__module__.rpartition(".")[0]
    # what `validate` gives is a report, which has a room of its own
    command = "validate" if package == "orbitcfg.report" else package.rpartition(".")[2]
    module = import_module(f"{package}.{check_choice('format', format_name, FORMATS[command])}")
    renderer: Renderer[Any] = module.render
    return renderer(result, style)
