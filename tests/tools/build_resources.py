"""Fetches the real servers that `make test-resources` asks: `python -m tests.tools.build_resources`.

They lie in a folder of the user's cache (`ORBITCFG_TEST_RESOURCES` names another), are fetched once, and nothing is installed: packages of Debian 12 are unpacked, packages
of Python get a virtual environment of their own.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.tools.build_servers import make_once

ROOT = Path(os.environ.get("ORBITCFG_TEST_RESOURCES") or Path.home() / ".cache" / "orbitcfg-test-resources")

DEBIAN: Mapping[str, tuple[str, ...]] = {
    "redis": ("redis-server", "redis-tools", "liblzf1", "libjemalloc2"),
    "memcached": ("memcached", "libevent-2.1-7"),
    "mariadb": ("mariadb-server", "mariadb-server-core", "mariadb-client", "mariadb-client-core", "libaio1", "liburing2"),
    "postgresql": ("postgresql-15", "libpq5"),
}
"""Folders, and the packages that are unpacked into each."""

PYTHON: Mapping[str, tuple[str, ...]] = {
    "chroma": ("chromadb>=1.5,<2",),
    "moto": ("moto[s3,server]>=5.1,<6",),
    "fastmcp": ("fastmcp>=3.2",),
}
"""Folders, and the requirements of the virtual environment in each."""


def main() -> int:
    """Fetches what is missing; gives the exit status."""
    missing = [name for name in ("apt-get", "dpkg") if shutil.which(name) is None]
    if missing:
        print(f"the servers are Debian's, and {missing[0]} is missing")
        return 1
    ROOT.mkdir(parents=True, exist_ok=True)
    for name, packages in DEBIAN.items():
        make_once(ROOT / name, partial(_unpack, packages))
    for name, requirements in PYTHON.items():
        make_once(ROOT / name, partial(_install, requirements))
    return 0


def _unpack(packages: tuple[str, ...], folder: Path) -> None:
    archives = folder / "archives"
    archives.mkdir()
    subprocess.run(["apt-get", "download", "--quiet=2", *packages], cwd=archives, check=True)
    for archive in archives.iterdir():
        subprocess.run(["dpkg", "-x", archive, folder], check=True)
    shutil.rmtree(archives)


def _install(requirements: tuple[str, ...], folder: Path) -> None:
    # the scripts in it name its place, which is another while it is made: it is asked by `bin/python -m` alone
    venv.create(folder, with_pip=True, symlinks=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *requirements], check=True)


if __name__ == "__main__":
    sys.exit(main())
