"""No secret reaches what `diff` and `env` print: a marker in every variable and in every secret place is found nowhere."""

import re
import shutil
from pathlib import Path

import pytest

from orbitcfg.commands.diff import difference
from orbitcfg.commands.diff.command import diff
from orbitcfg.commands.env import variables
from orbitcfg.commands.env.command import env, write_example
from orbitcfg.files.store import Disk
from tests.commands.diff.scratch import ENVIRONMENT, Scratch
from tests.shared import SHARED, needs_shared

MARKER = "canary-5f1c9e"
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}")


@pytest.fixture
def project(tmp_path: Path) -> Scratch:
    """The recorded configuration, committed."""
    shutil.copytree(SHARED / "orbit" / "config", tmp_path / "config", copy_function=shutil.copyfile)
    for path in [tmp_path / "config", *(tmp_path / "config").rglob("*")]:
        path.chmod(0o755)
    scratch = Scratch(tmp_path)
    scratch.git("init", "--quiet")
    scratch.git("add", "--all")
    scratch.git("commit", "--quiet", "--message", "begin")
    return scratch


def named(folder: Path) -> set[str]:
    """Every variable that the files name."""
    return {name for path in folder.rglob("*.yaml") for name in _PLACEHOLDER.findall(path.read_text("utf-8"))}


@needs_shared
@pytest.mark.parametrize("place", ["process", "env file"])
def test_no_variables_value_is_printed(place: str, project: Scratch) -> None:
    """Whatever holds it, `env` says that it is set and `diff` does not look."""
    names = sorted(named(project.folder / "config"))
    process = {**ENVIRONMENT, **dict.fromkeys(names, MARKER)} if place == "process" else ENVIRONMENT
    if place == "env file":
        (project.folder / ".env").write_text("".join(f"{name}={MARKER}\n" for name in names), "utf-8")
    changed = project.folder / "config" / "inference.yaml"
    changed.write_text(_PLACEHOLDER.sub(lambda match: f"${{NEW_{match[1]}}}", changed.read_text("utf-8")), "utf-8")
    found = diff("HEAD", files=Disk(str(project.folder)), process=process)
    changed_rows = len(found.rows)
    assert changed_rows > 5
    listed = env(files=Disk(str(project.folder)), process=process)
    assert sum(variable.is_set for variable in listed.variables) > 50
    texts = [difference.render(found, name) for name in difference.FORMATS] + [variables.render(listed, name) for name in variables.FORMATS]
    texts.append(write_example(listed, str(project.folder / "new.example")).content.decode())
    assert [text for text in texts if MARKER in text] == []


@needs_shared
@pytest.mark.parametrize("template", [MARKER, f"${{NAME:-{MARKER}}}", f"Bearer {MARKER} ${{NAME}}"])
def test_no_key_that_is_written_out_is_printed(template: str, project: Scratch) -> None:
    """In place of each variable that is named like a secret; neither as it was nor as it is."""
    secret = re.compile(r"((?:api_key|password|token|secret|dsn)\"?: )[\"']?\$\{[^}]*\}[\"']?")
    paths = sorted((project.folder / "config").rglob("*.yaml"))
    for path in paths:
        path.write_text(secret.sub(rf"\g<1>'{template}'", path.read_text("utf-8")), "utf-8")
    project.git("commit", "--quiet", "--all", "--message", "written out")
    for path in paths:
        path.write_text(path.read_text("utf-8").replace(MARKER, f"{MARKER}2"), "utf-8")
    found = diff("HEAD", files=Disk(str(project.folder)), process=ENVIRONMENT)
    changed = len(found.keys)
    assert changed > 20
    listed = env(files=Disk(str(project.folder)), process={})
    texts = [difference.render(found, name) for name in difference.FORMATS] + [variables.render(listed, name) for name in variables.FORMATS]
    texts.append(write_example(listed, str(project.folder / "new.example")).content.decode())
    assert [text for text in texts if MARKER in text] == []
