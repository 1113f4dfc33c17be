"""The ORBIT that lies where the user works; a module of its own, since `--version` asks for nothing else."""

from orbitcfg.files.store import Disk, Files
from orbitcfg.project.orbit import found_from
from orbitcfg.release import Orbit


def orbit_here(files: Files | None = None) -> Orbit:
    """The ORBIT whose code lies where the user works or above it; else the newest known."""
    return found_from(files or Disk(), ".")
