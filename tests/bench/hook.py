"""The hook on a commit that touches one adapter file: orbitcfg's share of the time beside that of check-jsonschema.

All are installed already, have run on this commit before, and are started by pre-commit as it starts any hook. check-jsonschema looks at
the one file that changed, with a schema of a few lines, and once more at all files. orbitcfg looks at the whole configuration, since any
file may be what breaks another: where it has seen these very files it says again what it said, and `--no-cache` is its first look at them.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.static import FINDINGS
from tests.shared import SHARED

RUNS = 9
CHANGED = "config/adapters/passthrough.yaml"
SCHEMA = {"type": "object", "properties": {"adapters": {"type": "array", "items": {"type": "object", "required": ["name"]}}}}
FIRST_LOOK = "orbitcfg-first-look"
ALL_FILES = "check-jsonschema-all-files"
_ENDING = re.compile(r"- hook id: (\S+)\n- duration: ([\d.]+)s(?:\n- exit code: (\d+))?")
_STATUSES = {"orbitcfg": FINDINGS, "check-jsonschema": 0, FIRST_LOOK: FINDINGS, ALL_FILES: 0}
"""How each hook must end: one that ends otherwise has not done its work."""


@dataclass(frozen=True)
class Share:
    """The seconds that a hook took, by pre-commit's own clock: the median of some runs, and the fastest and slowest."""

    hook: str
    median_s: float
    fastest_s: float
    slowest_s: float


def measured(runs: int = RUNS) -> tuple[Share, ...]:
    """The shares of orbitcfg, of check-jsonschema, of orbitcfg at its first look, and of check-jsonschema with every file, on the same commit."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repository"
        _prepare(repository)
        environment = _environment(Path(folder))
        command = (sys.executable, "-m", "pre_commit", "run", "--verbose")
        outputs = [
            subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False).stdout for _ in range(runs + 1)
        ]
    seconds: dict[str, list[float]] = {hook: [] for hook in _STATUSES}
    for output in outputs[1:]:
        found = _ENDING.findall(output)
        if (statuses := {hook: int(status or 0) for hook, _, status in found}) != _STATUSES:
            raise RuntimeError(f"hooks ended with {statuses} where {_STATUSES} was expected")
        for hook, duration, _ in found:
            seconds[hook].append(float(duration))
    return tuple(Share(hook, statistics.median(taken), min(taken), max(taken)) for hook, taken in seconds.items())


def _environment(folder: Path) -> dict[str, str]:
    """The process's environment, with bytecode kept as an installed hook has it, whatever this machine's habit is."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PRE_COMMIT_HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def _prepare(repository: Path) -> None:
    """A repository with a copy of the recorded configuration, both hooks, and one adapter file changed and staged."""
    shutil.copytree(SHARED / "orbit/config", repository / "config")
    (repository / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (repository / ".pre-commit-config.yaml").write_text(json.dumps({"repos": [{"repo": "local", "hooks": _hooks(repository)}]}), encoding="utf-8")
    _git(repository, "init", "--quiet")
    _git(repository, "add", ".")
    _git(repository, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "begin")
    changed = repository / CHANGED
    changed.write_text(changed.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    _git(repository, "add", CHANGED)


def _hooks(repository: Path) -> list[dict[str, object]]:
    programs = Path(sys.executable).parent
    every = " ".join(sorted(str(path.relative_to(repository)) for path in (repository / "config").rglob("*.yaml")))
    shared = {"language": "system", "require_serial": True}
    whole = {**shared, "pass_filenames": False, "always_run": True}
    validate = f"{programs / 'orbitcfg'} validate --no-env"
    return [
        {**whole, "id": "orbitcfg", "name": "orbitcfg", "entry": validate},
        {**whole, "id": FIRST_LOOK, "name": FIRST_LOOK, "entry": f"{validate} --no-cache"},
        {
            **shared,
            "id": "check-jsonschema",
            "name": "check-jsonschema",
            "entry": f"{programs / 'check-jsonschema'} --schemafile schema.json",
            "files": r"^config/.*\.ya?ml$",
        },
        {**whole, "id": ALL_FILES, "name": ALL_FILES, "entry": f"{programs / 'check-jsonschema'} --schemafile schema.json {every}"},
    ]


def _git(repository: Path, *arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=repository, check=True)


def run() -> list[Figure]:
    """The shares beside those of check-jsonschema: with nothing changed since the last run its look at one file, at the first look its look at all."""
    ours, theirs, first, theirs_of_all = measured()

    def figure(what: str, share: Share, peer: Share) -> Figure:
        noise = max(each.median_s / each.fastest_s - 1 for each in (share, peer))
        return Figure(what, share.median_s, "s", peer.hook, peer.median_s, 1.0, noise)

    return [figure("the hook, warm", ours, theirs), figure("the hook, first look", first, theirs_of_all)]
