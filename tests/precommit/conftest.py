"""A configuration repository with the hooks of this very working tree, installed once for all tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from tests.shared import PROJECT

HOOK_FILES = (".pre-commit-hooks.yaml", "pyproject.toml", "engine.cmake", "README.md", "LICENSE", "orbitcfg", "schemas", "docs")
IDENTITY = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}


@dataclass(frozen=True)
class Repository:
    """A scratch git repository."""

    folder: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str) -> str:
        """What a git command prints; it must succeed."""
        return self.run("git", *arguments, check=True).stdout

    def run(self, *command: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """A finished command, run in the repository."""
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=check, timeout=300)

    def write(self, files: Mapping[str, str]) -> None:
        """Writes files into the working tree."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def stage(self, files: Mapping[str, str]) -> None:
        """Writes files and stages them."""
        self.write(files)
        self.git("add", "--", *files)

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Tries to commit what is staged, through the installed hooks."""
        return self.run("git", "commit", "--message", "change")

    def committed(self, name: str) -> str:
        """A file's text in the last commit."""
        return self.git("show", f"HEAD:{name}")


def _environment(home: Path) -> dict[str, str]:
    """The process's environment with a cache and an identity of its own, no user's git settings, and nothing that may compile."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
        **IDENTITY,
        "PRE_COMMIT_HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "PIP_ONLY_BINARY": ":all:",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }


def _hooks(folder: Path, environment: Mapping[str, str]) -> tuple[Repository, str]:
    """A repository that offers the hooks, and its one revision."""
    folder.mkdir()
    repository = Repository(folder, environment)
    skipped = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in HOOK_FILES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=skipped)
        else:
            shutil.copy(source, folder / name)
    repository.git("init", "--quiet")
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "hooks")
    return repository, repository.git("rev-parse", "HEAD").strip()


CLEAN = {
    "config/config.yaml": """\
import:
  - inference.yaml
  - adapters.yaml
general:
  inference_provider: ollama
auth:
  default_admin_password: ${ORBIT_DEFAULT_ADMIN_PASSWORD}
embedding:
  enabled: false
  provider: ollama
""",
    "config/inference.yaml": """\
inference:
  ollama:
    enabled: true
    base_url: http://localhost:11434
    model: gemma3:270m
""",
    "config/adapters.yaml": """\
adapters:
  - name: chat
    enabled: true
    type: passthrough
    datasource: none
    adapter: conversational
    implementation: implementations.passthrough.conversational.ConversationalImplementation
    inference_provider: ollama
    model: gemma3:270m
""",
}
"""A configuration in which nothing is wrong."""


@pytest.fixture(scope="session")
def cloned(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with the clean configuration and its resolved form committed, and the hooks installed; to be copied, not changed.

    Of all processes that share the tests, the first that comes makes it.
    """
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "precommit"
    repository = Repository(home / "configuration", _environment(home / "pre-commit-home"))
    with FileLock(f"{home}.lock"):
        if not (home / "made").exists():
            _install(home, repository)
            (home / "made").touch()
    return repository


def _install(home: Path, repository: Repository) -> None:
    home.mkdir()
    offered, revision = _hooks(home / "hooks", repository.environment)
    repository.folder.mkdir()
    repository.git("init", "--quiet")
    repository.stage(
        {
            **CLEAN,
            ".pre-commit-config.yaml": f"""\
repos:
  - repo: {offered.folder}
    rev: {revision}
    hooks:
      - id: orbitcfg-validate
      - id: orbitcfg-resolve
        args: [--output, resolved.yaml]
""",
        }
    )
    repository.run(sys.executable, "-m", "orbitcfg", "resolve", "--symbolic", "--no-env", "--output", "resolved.yaml", check=True)
    repository.git("add", "resolved.yaml")
    repository.git("commit", "--quiet", "--message", "begin")
    repository.run(sys.executable, "-m", "pre_commit", "install", "--install-hooks", check=True)


@pytest.fixture
def repository(cloned: Repository, tmp_path: Path) -> Repository:
    """A copy of the clean repository, hooks installed, for one test, and a cache of its own."""
    folder = tmp_path / "repository"
    shutil.copytree(cloned.folder, folder, symlinks=True)
    return Repository(folder, {**cloned.environment, "XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")})
