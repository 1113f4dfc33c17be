"""A file is the old one or the new one, whole, whatever happens while it is written."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orbitcfg.files.atomic import atomic_write, check_writable
from tests.shared import PROJECT

OLD, NEW = b"general: {verbos: true}\r\n", b"general: {verbose: true}\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="signals, links and limits as POSIX has them")

FULL = """
import subprocess, sys
from orbitcfg.files.atomic import atomic_write
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", sys.argv[1]], check=True)
path = sys.argv[1] + "/config.yaml"
with open(path, "wb") as file:
    file.write(b"old")
try:
    atomic_write(path, b"x" * 200_000)
except OSError as error:
    print(error.strerror)
import os
with open(path, "rb") as file:
    print(os.listdir(sys.argv[1]), file.read())
"""
"""A disk of 64 KiB, in a mount namespace of its own."""

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


def _may_mount() -> bool:
    """Whether this machine lets a user mount a disk of their own."""
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode == 0


@posix
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """A real one where one can be had; a limit on the size of files, below, is what stands for it elsewhere."""
    if not _may_mount():
        return
    command = ["unshare", "-rm", sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("No space left on device\n['config.yaml'] b'old'\n", "")


@posix
def test_a_limit_on_the_size_of_files_leaves_the_old_file_whole(tmp_path: Path) -> None:
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


def repository(folder: Path) -> Path:
    """A repository with a hook, a folder beside it, and links that would reach either."""
    here = folder / "repository"
    (here / ".git/hooks").mkdir(parents=True)
    (here / ".git/hooks/pre-commit").write_bytes(OLD)
    (here / ".git/hooks/pre-commit").chmod(0o755)
    (here / "docs").mkdir()
    (folder / "outside").mkdir()
    (folder / "outside/file").write_bytes(OLD)
    for name, target in (
        ("to-hook", ".git/hooks/pre-commit"),
        ("to-hooks", ".git/hooks"),
        ("to-outside", "../outside"),
        ("to-file", "../outside/file"),
        ("to-docs", "docs"),
        ("dangling", "../outside/new"),
        ("twice", "to-hook"),
    ):
        (here / name).symlink_to(target)
    return here


REFUSED = {
    "to-hook": "it is a link; name `{here}/.git/hooks/pre-commit` itself",
    "twice": "it is a link; name `{here}/.git/hooks/pre-commit` itself",
    "to-file": "it is a link; name `{outside}/file` itself",
    "dangling": "it is a link; name `{outside}/new` itself",
    "to-hooks/pre-commit": "a link leads into `.git`; name `{here}/.git/hooks/pre-commit` itself",
    "to-hooks/new": "a link leads into `.git`; name `{here}/.git/hooks/new` itself",
    "to-outside/file": "a link leads out of the repository; name `{outside}/file` itself",
    "to-outside/new": "a link leads out of the repository; name `{outside}/new` itself",
    "to-docs/../../outside/new": "it lies outside of the repository; name it by its absolute path",
    "../outside/file": "it lies outside of the repository; name it by its absolute path",
    ".git/hooks/pre-commit": "it lies in a folder of git's own",
    ".git/new": "it lies in a folder of git's own",
    ".GIT/new": "it lies in a folder of git's own",
    "docs/.git": "it lies in a folder of git's own",
    ".git": "it lies in a folder of git's own",
    "docs": "it is no regular file",
    "docs/": "it is no regular file",
    "..": "it is no regular file",
    "a\0b": "it is no regular file",
    "nowhere/new": "there is no folder `nowhere`",
}


@posix
@pytest.mark.parametrize("expected", [None, OLD])
@pytest.mark.parametrize("name", REFUSED)
def test_nothing_is_written_where_a_repository_could_send_it(
    name: str, expected: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in the same words before there is anything to write."""
    here = repository(tmp_path)
    monkeypatch.chdir(here)
    before = sorted(tmp_path.rglob("*"))
    attempts: tuple[Callable[[], object], ...] = (lambda: atomic_write(name, NEW, expected=expected), lambda: check_writable(name))
    for attempt in attempts:
        with pytest.raises(OSError, match=r".") as refused:
            attempt()
        assert str(refused.value) == REFUSED[name].format(here=here, outside=tmp_path / "outside")
    assert sorted(tmp_path.rglob("*")) == before
    assert ((here / ".git/hooks/pre-commit").read_bytes(), (tmp_path / "outside/file").read_bytes()) == (OLD, OLD)


@posix
def test_what_a_user_names_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that a link of the repository leads to within it, by an absolute path elsewhere, and through a link that lies in no repository."""
    here = repository(tmp_path)
    (tmp_path / "alias").symlink_to(here)
    (tmp_path / "aside").symlink_to("outside")
    monkeypatch.chdir(here)
    for name in (
        "new",
        "docs/new",
        "to-docs/linked",
        "docs/../up",
        str(tmp_path / "outside/far"),
        str(tmp_path / "alias/docs/by-alias"),
        str(tmp_path / "aside/by-aside"),
    ):
        atomic_write(name, NEW)
    made = ("new", "docs/new", "docs/linked", "up", "../outside/far", "docs/by-alias", "../outside/by-aside")
    assert {(here / name).read_bytes() for name in made} == {NEW}


@pytest.mark.parametrize("arguments", [("--bare", "store"), ("--separate-git-dir", "store", "work")])
def test_folders_that_git_keeps_by_other_names_are_left_alone(arguments: tuple[str, ...], tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "--quiet", *arguments], cwd=tmp_path, env=variables, check=True)
    (tmp_path / "store/hooks").mkdir(exist_ok=True)
    for name in ("config", "hooks/pre-commit"):
        with pytest.raises(OSError, match=r"^it lies in a folder of git's own$"):
            atomic_write(str(tmp_path / "store" / name), NEW)


@contextlib.contextmanager
def no_root() -> Iterator[None]:
    """For the while of this, not root, for whom nothing is read-only."""
    is_root = os.getuid() == 0
    if is_root:
        os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        if is_root:
            os.setresuid(0, 0, 0)


@posix
def test_a_read_only_folder_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    path.chmod(0o666)
    tmp_path.chmod(0o555)
    monkeypatch.chdir(tmp_path)
    descriptor = os.open(".", os.O_RDONLY)
    with no_root():
        # root's own temporary folder lies above, which nobody else may enter
        monkeypatch.setattr("orbitcfg.files.atomic.hold_folder", lambda _real: os.dup(descriptor))
        with pytest.raises(OSError, match=r"^its folder is read-only$"):
            atomic_write("config.yaml", NEW)
    os.close(descriptor)
    tmp_path.chmod(0o755)
    assert (os.listdir(tmp_path), path.read_bytes()) == (["config.yaml"], OLD)


@posix
@pytest.mark.parametrize(("mode", "wanted"), [(None, 0o666), (0o755, 0o755), (0o4755, 0o755), (0o2640, 0o640)])
def test_nothing_becomes_executable(mode: int | None, wanted: int, tmp_path: Path) -> None:
    """And nothing new runs as its owner."""
    path = tmp_path / "new"
    if mode is not None:
        path.write_bytes(OLD)
        path.chmod(mode)
    before = os.umask(0)
    try:
        atomic_write(str(path), NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_a_long_name_is_written(tmp_path: Path) -> None:
    for name in ("n" * 255, "é" * 127):
        atomic_write(str(tmp_path / name), NEW)
        assert (tmp_path / name).read_bytes() == NEW


@posix
def test_another_name_of_the_same_file_keeps_its_content(tmp_path: Path) -> None:
    path = written(tmp_path)
    os.link(path, tmp_path / "other")
    atomic_write(str(path), NEW)
    assert ((tmp_path / "other").read_bytes(), path.read_bytes()) == (OLD, NEW)


def _during(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Has something happen once the new content lies beside the old."""
    whole = os.fsync
    changes = [change]

    def fsync(descriptor: int) -> None:
        whole(descriptor)
        while changes:
            changes.pop()()

    monkeypatch.setattr(os, "fsync", fsync)


@posix
def test_a_target_that_becomes_a_link_is_not_written_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = repository(tmp_path)
    path = written(here)
    _during(monkeypatch, lambda: os.replace(here / "to-hook", path))
    atomic_write(str(path), NEW)
    assert (path.is_symlink(), path.read_bytes(), (here / ".git/hooks/pre-commit").read_bytes()) == (False, NEW, OLD)


@posix
def test_an_edit_of_what_becomes_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it leads to the very content that was read."""
    here = repository(tmp_path)
    path = written(here)
    _during(monkeypatch, lambda: os.replace(here / "to-hook", path))
    with pytest.raises(OSError, match="links"):
        atomic_write(str(path), NEW, expected=OLD)
    assert (path.is_symlink(), (here / ".git/hooks/pre-commit").read_bytes()) == (True, OLD)


@posix
@pytest.mark.parametrize("meanwhile", [b"", OLD + b"# more\n", NEW])
def test_a_target_that_changes_while_it_is_written_is_left_alone(meanwhile: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    _during(monkeypatch, lambda: path.write_bytes(meanwhile))
    with pytest.raises(OSError, match=r"^it has changed since it was read$"):
        atomic_write(str(path), NEW, expected=OLD)
    assert (os.listdir(tmp_path), path.read_bytes()) == (["config.yaml"], meanwhile)


@posix
def test_a_folder_that_becomes_a_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file lands in the folder that was looked at, wherever that is by now."""
    here = repository(tmp_path)

    def swap() -> None:
        (here / "docs").rename(here / "moved")
        os.replace(here / "to-hooks", here / "docs")

    _during(monkeypatch, swap)
    atomic_write(str(here / "docs/new"), NEW)
    assert sorted(os.listdir(here / ".git/hooks")) == ["pre-commit"]
    assert (os.listdir(here / "moved"), (here / "moved/new").read_bytes()) == (["new"], NEW)


@posix
def test_a_folder_that_is_swapped_all_the_time_never_leads_elsewhere(tmp_path: Path) -> None:
    """By a link into `.git`, while the writer looks and writes."""
    here = repository(tmp_path)
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            (here / "docs").rename(here / "aside")
            (here / "docs").symlink_to(".git/hooks")
            (here / "docs").unlink()
            (here / "aside").rename(here / "docs")

    swapper = threading.Thread(target=swap)
    swapper.start()
    done, until = 0, time.monotonic() + 0.4
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            atomic_write(str(here / "docs/new"), NEW, durable=False)
            done += 1
    ended.set()
    swapper.join()
    assert sorted(os.listdir(here / ".git/hooks")) == ["pre-commit"]
    assert (here / ".git/hooks/pre-commit").read_bytes() == OLD
    assert (os.listdir(here / "docs"), done > 0) == (["new"], True)
