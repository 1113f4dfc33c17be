"""`make release`: a wheel and a source archive that may be published, and what is left to do by hand.

Builds are reproducible: the same commit gives the same bytes, on any machine with the same hatchling.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from orbitcfg.version import __version__
from tests.shared import PROJECT

_LEFT = """\
{files}

what is left:
  1. .ci/run, and `make bench`: figures that moved go into docs/performance.md
  2. git tag -a v{version} -m "orbitcfg {version}" && git push origin v{version}
  3. .venv/bin/twine upload dist/*
  4. docker build -t orbitcfg:{version} .
"""


def build(source: Path, into: Path) -> tuple[Path, Path]:
    """The wheel and the source archive of a folder, built without a network."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--directory", str(into)], cwd=source, check=True, capture_output=True)
    return next(into.glob("*.whl")), next(into.glob("*.tar.gz"))


def check(*built: Path) -> str:
    """What twine and check-wheel-contents complain of in what was built; empty where nothing."""
    twine = [sys.executable, "-m", "twine", "check", "--strict", *map(str, built)]
    wheels = [sys.executable, "-m", "check_wheel_contents", *(str(path) for path in built if path.suffix == ".whl")]
    runs = [subprocess.run(command, capture_output=True, text=True, check=False) for command in (twine, wheels)]
    return "".join(run.stdout + run.stderr for run in runs if run.returncode)


def faults() -> list[str]:
    """What keeps this commit from being released, before anything is built."""
    changelog = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    found = []
    if _git("status", "--porcelain"):
        found.append("there are changes that are not committed")
    if _git("tag", "--list", f"v{__version__}"):
        found.append(f"v{__version__} is released: raise the version in orbitcfg/version.py")
    if not re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no `## [{__version__}] - YYYY-MM-DD`")
    return found


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Builds twice and compares."""
    if found := faults():
        print("\n".join(f"not to be released: {fault}" for fault in found))
        return 1
    with tempfile.TemporaryDirectory() as once:
        dist = PROJECT / "dist"
        built, again = build(PROJECT, dist), build(PROJECT, Path(once))
        if [path.read_bytes() for path in built] != [path.read_bytes() for path in again]:
            print("not to be released: two builds differ")
            return 1
    if complaints := check(*built):
        print(complaints, end="")
        return 1
    files = "\n".join(f"dist/{path.name}  {path.stat().st_size:,} bytes" for path in built)
    print(_LEFT.format(files=files, version=__version__), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
