"""What it costs to know which ORBIT is meant, and to read its code."""

import tempfile
from itertools import cycle
from pathlib import Path

from orbitcfg.files.signed import SignedFolder
from orbitcfg.files.store import Disk
from orbitcfg.project.code_reader import DiskCode
from orbitcfg.project.orbit import found_from
from tests.bench.figures import Figure
from tests.bench.timing import here, within
from tests.shared import PROJECT

MODULES = 600
BYTES = 10_000
"""So many modules of so many bytes on average: what ORBIT's server comes to, laid out of orbitcfg's own code."""


def run() -> list[Figure]:
    """Each beside what is promised of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _lay(folder)
        memory = SignedFolder(str(folder / "memory"), b"k" * 32)
        remembering = DiskCode(lambda: memory)
        disk = Disk(place)
        work = {
            "finding the release": (lambda: found_from(disk, str(folder / "config" / "a" / "b")), 0.005),
            f"reading the code of ORBIT, {MODULES} modules": (lambda: DiskCode()(place), 1.5),
            "reading it again, unchanged": (lambda: remembering(place), 0.02),
        }
        return [within(name, here(each), bound) for name, (each, bound) in work.items()]


def _lay(folder: Path) -> None:
    """An ORBIT of code that is not its own, with a configuration beside it."""
    server = folder / "server"
    (folder / "config" / "a" / "b").mkdir(parents=True)
    (folder / "bin").mkdir()
    server.mkdir()
    (folder / "bin" / "orbit.sh").write_text("# Version: 2.15.9\n", "utf-8")
    (server / "inference_server.py").write_text("", "utf-8")
    code = cycle([path.read_bytes() for path in sorted((PROJECT / "orbitcfg").rglob("*.py"))])
    written = 0
    for number in range(MODULES):
        parts = []
        while written < (number + 1) * BYTES:
            parts.append(next(code))
            written += len(parts[-1])
        (server / f"module_{number}.py").write_bytes(b"\n".join(parts))
