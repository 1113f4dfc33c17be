"""A file is the old one or the new one, whole, whatever happens while it is written."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.edit.write import replaced
from orbitcfg.errors import UsageError
from tests.program import run
from tests.shared import PROJECT

OLD, NEW = b"general: {verbos: true}\r\n", b"general: {verbose: true}\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="signals, links and limits as POSIX has them")

LIMITED = """
import resource, sys
from orbitcfg.edit.write import replaced
from orbitcfg.errors import UsageError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    replaced(sys.argv[1], open(sys.argv[1], "rb").read(), b"x" * 5000)
except UsageError as error:
    print(error)
"""
"""No file may grow over 1000 bytes: writing fails on the way, as it does on a full disk."""

ENDLESS = """
import sys
from orbitcfg.edit.write import replaced
one, other = b"a" * 3_000_000, b"b" * 3_000_000
print("ready", flush=True)
while True:
    replaced(sys.argv[1], one, other)
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
    replaced(str(path), OLD, NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == (0o640 if os.name == "posix" else stat.S_IMODE(path.stat().st_mode))
    assert os.listdir(tmp_path) == ["config.yaml"]


@pytest.mark.parametrize("meanwhile", [b"", OLD + b"# more\n", OLD[:-2] + b"\n", NEW])
def test_a_file_that_changed_meanwhile_is_left_alone(meanwhile: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, meanwhile)
    with pytest.raises(UsageError, match="it has changed since it was read"):
        replaced(str(path), OLD, NEW)
    assert path.read_bytes() == meanwhile
    assert os.listdir(tmp_path) == ["config.yaml"]


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0o444)
    with pytest.raises(UsageError, match="it is read-only"):
        replaced(str(path), OLD, NEW)
    assert path.read_bytes() == OLD


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or directory"):
        replaced(str(tmp_path / "config.yaml"), OLD, NEW)
    assert os.listdir(tmp_path) == []


@posix
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = written(tmp_path)
    process = python(LIMITED, path)
    out, err = process.communicate(timeout=30)
    assert (out, err) == ("file too large\n", "")
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


def configuration(folder: Path) -> Path:
    """A repository with one mistake in a file that the root imports."""
    (folder / ".git").mkdir(parents=True)
    (folder / "config").mkdir()
    (folder / "config" / "config.yaml").write_text("import: [a.yaml]\nauth: {default_admin_password: x}\n")
    (folder / "config" / "a.yaml").write_bytes(OLD)
    return folder / "config" / "a.yaml"


@posix
def test_a_link_within_the_repository_is_followed_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(tmp_path)
    path.rename(tmp_path / "config" / "real.yml")
    path.symlink_to("real.yml")
    assert run(["validate", "--fix", "--no-env", "--select", "ORB301"], capsys, monkeypatch, tmp_path).status == 0
    assert path.is_symlink()
    assert (tmp_path / "config" / "real.yml").read_bytes() == NEW


@posix
def test_a_link_that_leaves_the_repository_is_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = configuration(tmp_path / "repository")
    outside = tmp_path / "outside.yaml"
    path.rename(outside)
    path.symlink_to(outside)
    run(["validate", "--fix", "--unsafe-fixes", "--no-env"], capsys, monkeypatch, tmp_path / "repository")
    assert outside.read_bytes() == OLD


def test_a_file_that_changes_between_reading_and_writing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configuration(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = orbitcfg.plan_fixes(process={})
    path.write_bytes(OLD + b"# a thought\n")
    with pytest.raises(UsageError, match=r"^`config/a.yaml` was not written: it has changed since it was read$"):
        orbitcfg.write_fixes(result)
    assert path.read_bytes() == OLD + b"# a thought\n"


def test_of_several_files_the_others_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = configuration(tmp_path)
    (tmp_path / "config" / "b.yaml").write_text("embedding: {enabled: no, provider: ollama}\n")
    (tmp_path / "config" / "config.yaml").write_text("import: [a.yaml, b.yaml]\nauth: {default_admin_password: x}\n")
    monkeypatch.chdir(tmp_path)
    result = orbitcfg.plan_fixes(process={})
    path.chmod(0o444)
    with pytest.raises(UsageError, match=r"^`config/a.yaml` was not written: it is read-only$"):
        orbitcfg.write_fixes(result)
    assert path.read_bytes() == OLD
    assert (tmp_path / "config" / "b.yaml").read_text() == "embedding: {enabled: false, provider: ollama}\n"
