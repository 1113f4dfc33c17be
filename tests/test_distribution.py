"""What users get: the wheel and the source archive, the action, the image."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from orbitcfg.version import __version__
from tests.shared import PROJECT
from tests.tools.release import build, check

ACTION = yaml.safe_load((PROJECT / "action.yml").read_text("utf-8"))
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
METADATA, WHEEL = SETTINGS["project"], SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source archive."""
    return build(PROJECT, tmp_path_factory.mktemp("dist"))


@pytest.mark.slow
def test_both_are_what_an_index_takes(built: tuple[Path, Path]) -> None:
    assert check(*built) == ""


@pytest.mark.slow
def test_the_wheel_holds_the_package_with_its_schemas_and_pages_and_no_test(built: tuple[Path, Path]) -> None:
    names = set(zipfile.ZipFile(built[0]).namelist())
    schemas = {f"orbitcfg/{path.relative_to(PROJECT).as_posix()}" for path in (PROJECT / "schemas").rglob("*.json")}
    modules = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "orbitcfg").rglob("*.py")}
    pages = {f"orbitcfg/{path.relative_to(PROJECT).as_posix()}" for path in (PROJECT / "docs" / "rules").glob("ORB*.md")}
    assert (schemas | modules | pages) - names == set()
    assert {name.partition("/")[0] for name in names} == {"orbitcfg", f"orbitcfg-{__version__}.dist-info"}


@pytest.mark.slow
def test_another_build_of_the_same_files_gives_the_same_bytes(built: tuple[Path, Path], tmp_path: Path) -> None:
    """From the source archive, in another folder, with another time on each file: so the archive is whole too."""
    with tarfile.open(built[1]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = build(source, tmp_path / "again")
    assert again[0].read_bytes() == built[0].read_bytes()


def ran(step: dict[str, Any], inputs: dict[str, str], folder: Path, wheel: Path) -> subprocess.CompletedProcess[str]:
    """A step of the action as a runner runs it, without a network: what the wheel needs is that of this environment."""
    values = {name: str(default.get("default", "")) for name, default in ACTION["inputs"].items()} | inputs
    given = {name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], text) for name, text in step.get("env", {}).items()}
    runner = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(folder),
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_ACTION_PATH": str(wheel),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
    }
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(bash, cwd=folder, env=runner | given, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_action_installs_validates_and_writes_its_findings(built: tuple[Path, Path], tmp_path: Path) -> None:
    """On a repository that is sound, on one that is not, and on a path that would be a command."""
    install, write, validate = ACTION["runs"]["steps"]
    for name in ("shimmy", "broken"):
        shutil.copytree(PROJECT / "examples" / name, tmp_path / name)
    assert ran(install, {}, tmp_path, built[0]).returncode == 0

    sound = ran(validate, {"path": "shimmy"}, tmp_path, built[0])
    assert (sound.returncode, sound.stdout) == (0, ""), sound.stderr
    broken = ran(validate, {"path": "shimmy\nbroken"}, tmp_path, built[0])
    assert (broken.returncode, broken.stdout.startswith("::error ")) == (1, True), broken.stderr
    assert ran(validate, {"path": "broken", "fail-on": "never"}, tmp_path, built[0]).returncode == 0
    assert ran(write, {"path": "broken", "sarif-file": "found.sarif"}, tmp_path, built[0]).returncode == 0
    assert '"version": "2.1.0"' in (tmp_path / "found.sarif").read_text("utf-8")

    ran(validate, {"path": "$(touch ran)`touch ran`;touch ran"}, tmp_path, built[0])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("step", ACTION["runs"]["steps"], ids=lambda step: step["name"])
def test_no_input_of_the_action_is_pasted_into_a_script(step: dict[str, Any]) -> None:
    assert "${{" not in step["run"]


def test_the_image_runs_as_nobody_in_particular_on_a_python_that_is_supported() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\S+)", last, re.MULTILINE)
    assert users[-1:] == ["orbitcfg"]
    version = re.match(r"python:3\.(\d+)-slim", last)
    assert version
    assert int(version[1]) >= int(METADATA["requires-python"].removeprefix(">=3."))


def test_the_image_is_made_of_what_is_there_and_of_nothing_else() -> None:
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    let_through = {line[1:] for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert copied == let_through
    assert set(WHEEL["force-include"]) | set(WHEEL["packages"]) <= copied
    assert [name for name in copied if not (PROJECT / name).exists()] == []


def test_no_url_of_the_metadata_is_a_placeholder() -> None:
    text = (PROJECT / "pyproject.toml").read_text("utf-8")
    assert re.findall(r"example\.(?:com|org)|OWNER|YOUR-|your-name", text) == []
