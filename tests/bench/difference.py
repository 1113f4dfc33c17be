"""`diff` against two `resolve`s: two revisions of the recorded configuration, one value apart."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.timing import print_ratio, side_by_side
from tests.shared import SHARED

BIN = Path(sys.executable).parent
ORBITCFG = str(BIN / "orbitcfg")
BOUND = 1.5


def run() -> None:
    """Whole processes; `resolve` reads the working tree twice, `diff` two revisions from git's objects."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        _prepare(repository)
        twice = f"'{ORBITCFG}' resolve --symbolic --no-env config; '{ORBITCFG}' resolve --symbolic --no-env config"
        commands = {
            "revisions": [ORBITCFG, "diff", "HEAD~1", "HEAD"],
            "working tree": [ORBITCFG, "diff", "HEAD~1"],
            "resolves": ["sh", "-c", twice],
        }
        times = side_by_side(commands, repository)
    print_ratio("diff of two revisions against two resolves", times, "revisions", "resolves", BOUND)
    print_ratio("diff with the working tree against two resolves", times, "working tree", "resolves", BOUND)


def _prepare(repository: Path) -> None:
    """The recorded configuration, committed, and again with another preset."""
    shutil.copytree(SHARED / "orbit" / "config", repository / "config", copy_function=shutil.copyfile)
    _git(repository, "init", "--quiet")
    _commit(repository)
    changed = repository / "config" / "inference.yaml"
    changed.parent.chmod(0o755)
    changed.write_text(changed.read_text("utf-8").replace("smollm2-1.7b-cpu", "granite-cpu"), "utf-8")
    _commit(repository)


def _commit(repository: Path) -> None:
    _git(repository, "add", ".")
    _git(repository, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "change")


def _git(repository: Path, *arguments: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(("git", *arguments), cwd=repository, env=environment, check=True)
