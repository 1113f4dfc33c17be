"""The wheel has all that orbitcfg needs: installed on its own, it validates an example."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.shared import PROJECT


@pytest.mark.slow
def test_the_wheel_validates_an_example_in_a_fresh_venv(tmp_path: Path) -> None:
    """The schemas travel with it, the tests do not."""
    source = tmp_path / "source"
    keep = shutil.ignore_patterns(".git", ".venv", "tests", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(PROJECT, source, ignore=keep)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(build, check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("orbitcfg-*.whl")

    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=False)
    python = fresh / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(fresh), "platbase": str(fresh)}))
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")

    shutil.copytree(PROJECT / "examples" / "shimmy", tmp_path / "shimmy")
    run = subprocess.run([python, "-m", "orbitcfg", "validate", "--no-env", "shimmy"], cwd=tmp_path, capture_output=True, text=True, check=False)
    where = subprocess.run([python, "-c", "import orbitcfg; print(orbitcfg.__file__)"], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert run.returncode == 0, run.stderr
    assert "0 errors, 0 warnings" in run.stderr
    assert Path(where.stdout.strip()).is_relative_to(fresh)
    assert not (packages / "tests").exists()
