"""`diff` against two `resolve`s: two revisions of the recorded configuration, one value apart."""

import shutil
import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.static import ORBITCFG, committed
from tests.bench.timing import Command, compared, side_by_side
from tests.shared import SHARED

BOUND = 1.5
DIFFER = 1
"""How `diff` ends of sides that differ."""


def run() -> list[Figure]:
    """Whole processes; `resolve` reads the working tree twice, `diff` two revisions from git's objects."""
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        _prepare(repository)
        twice = f"'{ORBITCFG}' resolve --symbolic --no-env config && '{ORBITCFG}' resolve --symbolic --no-env config"
        commands = {
            "diff of two revisions": Command((ORBITCFG, "diff", "HEAD~1", "HEAD"), DIFFER),
            "diff with the working tree": Command((ORBITCFG, "diff", "HEAD~1"), DIFFER),
            "two resolves": Command(("sh", "-c", twice)),
        }
        samples = side_by_side(commands, repository)
    return [compared(name, samples, name, "two resolves", BOUND) for name in commands if name != "two resolves"]


def _prepare(repository: Path) -> None:
    """The recorded configuration, committed, and again with another preset."""
    shutil.copytree(SHARED / "orbit" / "config", repository / "config", copy_function=shutil.copyfile)
    committed(repository)
    changed = repository / "config" / "inference.yaml"
    changed.parent.chmod(0o755)
    changed.write_text(changed.read_text("utf-8").replace("smollm2-1.7b-cpu", "granite-cpu"), "utf-8")
    committed(repository, "change")
