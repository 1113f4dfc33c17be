"""What the README and the pages of the site say can be found, typed and read."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orbitcfg.cli import overview
from orbitcfg.cli.program import command_of
from tests.shared import PROJECT

README = (PROJECT / "README.md").read_text("utf-8")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")), PROJECT / "docs" / "rules" / "index.md"]
COMMANDS: dict[str, Any] = {name: command_of(name, overview.command(name)) for name in overview.COMMANDS}
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"(?:^|`|\$ |: |- )orbitcfg ([a-z]+)([^`\n|]*)", re.MULTILINE)


def by_name(path: Path) -> str:
    """Where a page lies in the project."""
    return path.relative_to(PROJECT).as_posix()


def test_the_readme_is_short_and_begins_with_what_to_type() -> None:
    assert len(README.encode()) <= 12 * 1024
    assert any(line.startswith("orbitcfg validate") for line in README.splitlines()[:10])


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_command_and_option_that_is_written_exists(page: Path) -> None:
    wrong = []
    for name, rest in _TYPED.findall("\n".join(_CODE.findall(page.read_text("utf-8")))):
        parameters = COMMANDS[name].params if name in COMMANDS else None
        known = {option for parameter in parameters or () for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
        wrong += [f"{name} {option}" for option in re.findall(r"(?<=\s)--[a-z-]+", rest) if option not in known] if parameters is not None else [name]
    assert wrong == []


def test_every_page_is_on_the_site_and_found_from_the_readme() -> None:
    navigation = (PROJECT / "mkdocs.yml").read_text("utf-8").partition("nav:")[2]
    pages = {path.relative_to(PROJECT / "docs").as_posix() for path in PAGES[1:]}
    assert set(re.findall(r": (\S+\.md)$", navigation, re.MULTILINE)) == pages
    assert {link.removeprefix("docs/") for link in _LINK.findall(README) if link.startswith("docs/") and link.endswith(".md")} == pages - {"index.md"}


def test_the_demonstration_runs_and_writes_no_colour_into_a_pipe() -> None:
    run = subprocess.run(
        ["sh", "examples/demo.sh", f"{Path(sys.executable).parent}/orbitcfg"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout.count("\n$ orbitcfg ") == 5
    assert "\x1b" not in run.stdout + run.stderr
