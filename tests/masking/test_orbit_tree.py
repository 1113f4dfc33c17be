"""No secret reaches an output of any command on a real configuration: a marker in every variable and in every secret place is found nowhere."""

import re
import shutil
from collections.abc import Iterator, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

import orbitcfg
from orbitcfg.commands.diff.command import diff
from orbitcfg.commands.diff.result import Difference
from orbitcfg.commands.env.command import env, write_example
from orbitcfg.commands.env.result import VariableInventory
from orbitcfg.commands.formats import FORMATS, render
from orbitcfg.commands.resolve.result import Resolution
from orbitcfg.files.store import Disk
from orbitcfg.report.style import Style
from orbitcfg.settings.model import Settings
from tests.commands.diff.scratch import ENVIRONMENT, Scratch
from tests.commands.doctor.test_canary import written
from tests.masking.test_secrets import MARKER
from tests.program import run
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}")
_ADDRESS = re.compile(r"_(?:HOST|PORT|NODE|URL|DATABASE|DOMAIN)$")
"""What variables are called that say where a server is."""

_SECRET = re.compile(r"((?:api_key|password|token|secret|dsn)\"?: )[\"']?\$\{[^}]*\}[\"']?")

places = pytest.mark.parametrize("place", ["process", "env file"])
"""Whatever holds a variable: the process environment or the `.env`."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The configuration that ORBIT ships, in `config/`, where it may be changed."""
    shutil.copytree(SHARED / "orbit" / "config", tmp_path / "config", copy_function=shutil.copyfile)
    for path in [tmp_path / "config", *(tmp_path / "config").rglob("*")]:
        path.chmod(0o755)
    return tmp_path


@pytest.fixture
def project(folder: Path) -> Scratch:
    """The same, committed."""
    scratch = Scratch(folder)
    scratch.git("init", "--quiet")
    scratch.git("add", "--all")
    scratch.git("commit", "--quiet", "--message", "begin")
    return scratch


def named(folder: Path) -> list[str]:
    """Every variable that the files below a folder name."""
    return sorted({name for path in (folder / "config").rglob("*.yaml") for name in _VARIABLE.findall(path.read_text("utf-8"))})


def write_env(folder: Path, names: list[str], rest: str = "") -> None:
    """A `.env` with the marker in each of these variables."""
    (folder / ".env").write_text("".join(f"{name}={MARKER}\n" for name in names) + rest, "utf-8")


COMMANDS = (
    ["validate", "config", "-v", "--strict-env"],
    ["env", "config"],
    ["resolve", "config", "--annotate"],
    ["providers", "config", "--all"],
    ["why", "auth.default_admin_password", "config"],
)
"""With all that is noted beside a result."""


def test_no_command_prints_the_value_of_a_variable_of_the_env_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_env(folder, named(folder), f"broken {MARKER}\n")
    for command in COMMANDS:
        outcome = run(command, capsys, monkeypatch, folder)
        assert MARKER not in outcome.stdout + outcome.stderr, command


def results(folder: Path, process: Mapping[str, str]) -> Iterator[object]:
    """What each command finds, in the several ways that it has."""
    where: Any = {"files": Disk(str(folder)), "process": process}
    yield orbitcfg.validate("config", **where)
    yield orbitcfg.validate("config", Settings(strict_env=True), **where)
    yield orbitcfg.resolve("config", **where)
    yield orbitcfg.resolve("config", symbolic=True, **where)
    yield orbitcfg.providers("config", every=True, **where)
    yield orbitcfg.why("inference", "config", **where)
    yield orbitcfg.why("auth.default_admin_password", "config", **where)


def test_no_result_holds_the_value_of_a_variable_of_the_process_in_any_format(folder: Path) -> None:
    process = dict.fromkeys(named(folder), MARKER)
    for found in results(folder, process):
        package = type(found).__module__.rpartition(".")[0]
        command = "validate" if package == "orbitcfg.report" else package.rpartition(".")[2]
        for name in FORMATS[command]:
            assert MARKER not in render(found, name, Style(verbose=True, annotate=name == "yaml")), (command, name)
        if isinstance(found, Resolution) and found.verdict is not None:
            assert MARKER in render(found, "yaml", Style(show_secrets=True))
    assert MARKER not in orbitcfg.plan_fixes("config", unsafe=True, files=Disk(str(folder)), process=process).diff


@places
def test_neither_page_nor_bundle_of_doctor_holds_the_value_of_a_variable(place: str, folder: Path) -> None:
    """But for addresses, which doctor is there to tell, whoever gives them."""
    names = [name for name in named(folder) if not _ADDRESS.search(name)]
    if place == "env file":
        write_env(folder, names, f"broken {MARKER}\n")
    files = written(folder, dict.fromkeys(names, MARKER) if place == "process" else {})
    assert [name for name, text in files.items() if MARKER in text] == []
    assert set(names) & set(re.findall(r'"(\w+)": "(?:environment|\.env)"', files["environment.json"]))


def printed(found: Difference, listed: VariableInventory, folder: Path) -> Iterator[str]:
    """What `diff` and `env` print, in every format."""
    yield from (render(found, name) for name in FORMATS["diff"])
    yield from (render(listed, name) for name in FORMATS["env"])
    yield write_example(listed, str(folder / "new.example")).content.decode()


@places
def test_neither_diff_nor_env_prints_the_value_of_a_variable(place: str, project: Scratch) -> None:
    """Of one that is set, `env` says so, and `diff` does not look."""
    names = named(project.folder)
    process = {**ENVIRONMENT, **dict.fromkeys(names, MARKER)} if place == "process" else ENVIRONMENT
    if place == "env file":
        write_env(project.folder, names)
    changed = project.folder / "config" / "inference.yaml"
    changed.write_text(_PLACEHOLDER.sub(lambda match: f"${{NEW_{match[1]}}}", changed.read_text("utf-8")), "utf-8")
    found = diff("HEAD", files=Disk(str(project.folder)), process=process)
    changed_rows = len(found.rows)
    assert changed_rows > 5
    listed = env(files=Disk(str(project.folder)), process=process)
    assert sum(variable.is_set for variable in listed.variables) > 50
    assert [text for text in printed(found, listed, project.folder) if MARKER in text] == []


TEMPLATES = (MARKER, f"${{NAME:-{MARKER}}}", f"Bearer {MARKER} ${{NAME}}")
"""How a key may be written out."""


def test_neither_diff_nor_env_prints_a_key_that_is_written_out(project: Scratch) -> None:
    """In place of each variable that is named like a secret, in turn in each way; neither as it was nor as it is."""
    paths, templates = sorted((project.folder / "config").rglob("*.yaml")), cycle(TEMPLATES)
    for path in paths:
        path.write_text(_SECRET.sub(lambda match: f"{match[1]}'{next(templates)}'", path.read_text("utf-8")), "utf-8")
    project.git("commit", "--quiet", "--all", "--message", "written out")
    for path in paths:
        path.write_text(path.read_text("utf-8").replace(MARKER, f"{MARKER}2"), "utf-8")
    found = diff("HEAD", files=Disk(str(project.folder)), process=ENVIRONMENT)
    changed = len(found.keys)
    assert changed > 20
    listed = env(files=Disk(str(project.folder)), process={})
    assert [text for text in printed(found, listed, project.folder) if MARKER in text] == []
