"""A file is the old one or the new one, whole, whatever happens while it is written."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orbitcfg.files.atomic import atomic_write
from tests.shared import PROJECT

OLD, NEW = b"general: {verbos: true}\r\n", b"general: {verbose: true}\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="signals, links and limits as POSIX has them")

LIMITED = """
import resource, sys
from orbitcfg.files.atomic import atomic_write
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    atomic_write(sys.argv[1], b"x" * 5000, expected=open(sys.argv[1], "rb").read())
except OSError as error:
    print(error.strerror)
"""
"""No file may grow over 1000 bytes: writing fails on the way, as it does on a full disk."""

ENDLESS = """
import sys
from orbitcfg.files.atomic import atomic_write
one, other = b"a" * 3_000_000, b"b" * 3_000_000
print("ready", flush=True)
while True:
    atomic_write(sys.argv[1], other, expected=one)
    one, other = other, one
"""


def python(code: str, path: Path) -> subprocess.Popen[str]:
    """A program that writes the file."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen([sys.executable, "-c", code, str(path)], env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def written(folder: Path, content: bytes = OLD) -> Path:
    """A file with this content."""
    path = folder / "config.yaml"
    path.write_bytes(content)
    return path


def test_content_is_replaced_and_the_mode_stays(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0o640)
    atomic_write(str(path), NEW, expected=OLD)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == (0o640 if os.name == "posix" else stat.S_IMODE(path.stat().st_mode))
    assert os.listdir(tmp_path) == ["config.yaml"]


@pytest.mark.parametrize("meanwhile", [b"", OLD + b"# more\n", OLD[:-2] + b"\n", NEW])
def test_a_file_that_changed_meanwhile_is_left_alone(meanwhile: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, meanwhile)
    with pytest.raises(OSError, match="it has changed since it was read"):
        atomic_write(str(path), NEW, expected=OLD)
    assert path.read_bytes() == meanwhile
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0o444)
    with pytest.raises(OSError, match="it is read-only"):
        atomic_write(str(path), NEW, expected=OLD)
    assert path.read_bytes() == OLD


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic_write(str(tmp_path / "config.yaml"), NEW, expected=OLD)
    assert os.listdir(tmp_path) == []


@posix
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = written(tmp_path)
    process = python(LIMITED, path)
    out, err = process.communicate(timeout=30)
    assert (out, err) == ("File too large\n", "")
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["config.yaml"]


@posix
def test_a_killed_program_leaves_one_of_the_two_whole(tmp_path: Path) -> None:
    one, other = b"a" * 3_000_000, b"b" * 3_000_000
    for delay_s in (0.0, 0.003, 0.007, 0.012, 0.02):
        path = written(tmp_path, one)
        process = python(ENDLESS, path)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        assert path.read_bytes() in (one, other)
        left = set(os.listdir(tmp_path)) - {"config.yaml"}
        assert all(name.startswith(".config.yaml.") and name.endswith(".orbitcfg") for name in left)


@posix
def test_an_interrupted_program_leaves_nothing_beside(tmp_path: Path) -> None:
    path = written(tmp_path, b"a" * 3_000_000)
    process = python(ENDLESS, path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert os.listdir(tmp_path) == ["config.yaml"]
    assert len(path.read_bytes()) == 3_000_000


def test_a_new_file_has_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    for expected in (None, b""):
        path = tmp_path / ("new" if expected is None else "edited")
        atomic_write(str(path), NEW, expected=expected, mode=0o600, durable=False)
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode) & 0o077) == (NEW, 0)


def test_a_file_that_came_meanwhile_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="it has changed since it was read"):
        atomic_write(str(written(tmp_path)), NEW, expected=b"")
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=rf"^there is no folder `{tmp_path}/nowhere`$"):
        atomic_write(str(tmp_path / "nowhere" / "config.yaml"), NEW)
    assert os.listdir(tmp_path) == []
