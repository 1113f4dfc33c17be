"""One protocol of renderers, and one place that chooses one."""

import inspect
from importlib import import_module

import pytest

import orbitcfg
from orbitcfg.files.store import Memory
from orbitcfg.report.style import Style

RENDERERS = [(command, name) for command, formats in orbitcfg.FORMATS.items() for name in formats]


def module_of(command: str, name: str) -> str:
    """The module of a command's format."""
    return f"orbitcfg.report.{name}" if command == "validate" else f"orbitcfg.commands.{command}.{name}"


@pytest.mark.parametrize(("command", "name"), RENDERERS)
def test_every_format_is_a_renderer(command: str, name: str) -> None:
    """`(result, Style) -> str`, of one type of result for all formats of a command."""
    signature, usual = (inspect.signature(import_module(module_of(command, each)).render) for each in (name, orbitcfg.FORMATS[command][0]))
    result, style = signature.parameters.values()
    assert result.annotation is next(iter(usual.parameters.values())).annotation
    assert style.annotation is Style
    assert signature.return_annotation is str


def test_a_result_is_rendered_by_its_type() -> None:
    files = Memory({"/c/config.yaml": b"general: {verbos: true}\n"})
    report = orbitcfg.validate("/c/config.yaml", orbitcfg.Settings(no_env=True, select=("ORB301",)), files=files)
    assert orbitcfg.render(report, "concise").startswith("c/config.yaml:1:11: warning[ORB301] ")
    assert '"shortDescription": {' in orbitcfg.render(report, "sarif")
    assert orbitcfg.render(orbitcfg.rule("ORB301"), "full").startswith("# ORB301 ")


def test_a_format_that_a_result_does_not_have_is_refused() -> None:
    with pytest.raises(orbitcfg.UsageError, match=r"^format takes full, json, not `jsn`: did you mean `json`\?$"):
        orbitcfg.render(orbitcfg.rule(), "jsn")
