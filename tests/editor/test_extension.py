"""The extension for VS Code, and the page on editors, name what is there."""

import json
import re
import subprocess
import sys
import tomllib

from orbitcfg.editor.answers import COMMANDS
from orbitcfg.editor.capabilities import INITIALIZE_RESULT
from orbitcfg.editor.diagnostics import page_uri
from orbitcfg.version import __version__
from tests.shared import PROJECT

FOLDER = PROJECT / "editors" / "vscode"
CODE = (FOLDER / "extension.js").read_text("utf-8")
PACKAGE = json.loads((FOLDER / "package.json").read_text("utf-8"))
PAGE = (PROJECT / "docs" / "editors.md").read_text("utf-8")


def served() -> set[str]:
    return set(COMMANDS)


def test_the_extension_asks_for_commands_that_are_served() -> None:
    assert set(re.findall(r'= "(orbitcfg\.\w+)";', CODE)) == served()


def test_the_page_names_the_commands_that_are_served() -> None:
    assert served() <= set(re.findall(r"`(orbitcfg\.\w+)`", PAGE))


def test_the_extension_registers_the_commands_that_it_lists() -> None:
    registered = set(re.findall(r'registerCommand\("([\w.]+)"', CODE))
    assert {each["command"] for each in PACKAGE["contributes"]["commands"]} == registered


def test_the_extension_has_the_version_of_the_program() -> None:
    assert PACKAGE["version"] == __version__


def test_the_extension_reads_the_settings_that_it_has() -> None:
    known = {name.removeprefix("orbitcfg.") for name in PACKAGE["contributes"]["configuration"]["properties"]}
    assert set(re.findall(r'get\("(\w+)"\)', CODE)) <= known


def test_a_workspace_that_is_not_trusted_names_no_program() -> None:
    assert set(PACKAGE["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]) == {"orbitcfg.command", "orbitcfg.arguments"}


def test_pages_of_rules_have_the_address_that_the_extension_answers() -> None:
    assert page_uri("ORB501") == "orbitcfg:/rules/ORB501.md"
    assert 'registerTextDocumentContentProvider("orbitcfg"' in CODE


def test_the_program_that_editors_start_is_there() -> None:
    done = subprocess.run([sys.executable, "-m", "orbitcfg", "lsp", "--help"], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert "Language Server Protocol" in done.stdout


def test_every_command_that_is_served_is_announced() -> None:
    assert INITIALIZE_RESULT["capabilities"]["executeCommandProvider"] == {"commands": [*COMMANDS]}


def test_the_server_says_how_it_is_told_of_texts() -> None:
    assert INITIALIZE_RESULT["capabilities"]["textDocumentSync"] == {"openClose": True, "change": 2, "save": True}


def test_the_extra_that_people_install_is_there_and_brings_nothing_more() -> None:
    """It brought a library once; whoever installs it by habit gets the program."""
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert extras["editor"] == []
    assert "`orbitcfg[editor]` installs the same" in PAGE
