"""Whatever file a command is asked to write: never through a link, never git's own, and whole or not at all."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Outcome, run

pytestmark = [pytest.mark.skipif(os.name != "posix", reason="links and limits as POSIX has them"), pytest.mark.usefixtures("no_network")]
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

COMMANDS = {
    "resolve --output": ("resolve", "--symbolic", "--no-env", "--output"),
    "validate --write-baseline": ("validate", "--no-env", "--write-baseline"),
    "env --write-example": ("env", "--no-env", "--write-example"),
    "doctor --html": ("doctor", "--dry-run", "--no-env", "--quiet", "--html"),
    "doctor --support-bundle": ("doctor", "--dry-run", "--no-env", "--quiet", "--support-bundle"),
}
"""Every option that names a file to write, which comes next."""

HOOK = b"#!/bin/sh\nexit 0\n"
CONFIG = """\
"; touch pwned; ": 1
general: {verbos: true, inference_provider: ollama}
auth: {default_admin_password: '${PASSWORD}'}
inference:
  ollama: {enabled: true, base_url: 'http://127.0.0.1:9', model: m}
"""
"""A configuration with a mistake that has a safe fix; its merged form, run as a script, runs a command."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: Patch) -> Path:
    """A repository with an executable hook, and a folder beside it."""
    folder = tmp_path / "repository"
    (folder / ".git/hooks").mkdir(parents=True)
    (folder / ".git/hooks/pre-commit").write_bytes(HOOK)
    (folder / ".git/hooks/pre-commit").chmod(0o755)
    (folder / "config").mkdir()
    (folder / "config/config.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "outside").mkdir()
    monkeypatch.chdir(folder)
    return folder


def _is_untouched(here: Path) -> bool:
    hook = here / ".git/hooks/pre-commit"
    mode = stat.S_IMODE(hook.stat().st_mode)
    return (os.listdir(hook.parent), hook.read_bytes(), mode, os.listdir(here.parent / "outside")) == (["pre-commit"], HOOK, 0o755, [])


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("to-hook", "it is a link; name `{here}/.git/hooks/pre-commit` itself"),
        ("to-hooks/pre-commit", "a link leads into `.git`; name `{here}/.git/hooks/pre-commit` itself"),
        (".git/hooks/pre-commit", "it lies in a folder of git's own"),
        ("to-outside/new", "a link leads out of the repository; name `{outside}/new` itself"),
        ("../outside/new", "it lies outside of the repository; name it by its absolute path"),
    ],
)
def test_no_command_writes_where_a_repository_could_send_it(
    command: str, name: str, words: str, here: Path, capsys: Capture, monkeypatch: Patch
) -> None:
    for link, target in (("to-hook", ".git/hooks/pre-commit"), ("to-hooks", ".git/hooks"), ("to-outside", "../outside")):
        (here / link).symlink_to(target)
    outcome = run([*COMMANDS[command], name], capsys, monkeypatch)
    refusal = f"orbitcfg: cannot write `{name}`: {words.format(here=here, outside=here.parent / 'outside')}"
    assert (outcome.status, outcome.stderr.splitlines()[-1]) == (2, refusal)
    assert _is_untouched(here)


@contextlib.contextmanager
def _no_file_larger(size_bytes: int) -> Iterator[None]:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _limited(arguments: list[str], capsys: Capture, monkeypatch: Patch) -> Outcome:
    with _no_file_larger(16):
        return run(arguments, capsys, monkeypatch)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_written_whole_is_not_begun(command: str, here: Path, capsys: Capture, monkeypatch: Patch) -> None:
    """As on a full disk."""
    (here / "file").write_text("OLD=1\n", "utf-8")
    outcome = _limited([*COMMANDS[command], "file"], capsys, monkeypatch)
    assert (outcome.status, outcome.stderr.splitlines()[-1]) == (2, "orbitcfg: cannot write `file`: file too large")
    assert (sorted(os.listdir(here)), (here / "file").read_text("utf-8")) == ([".git", "config", "file"], "OLD=1\n")


def test_a_fix_that_cannot_be_written_whole_is_not_begun(here: Path, capsys: Capture, monkeypatch: Patch) -> None:
    outcome = _limited(["validate", "--no-env", "--fix"], capsys, monkeypatch)
    assert (outcome.status, outcome.stderr.splitlines()[-1]) == (2, "orbitcfg: `config/config.yaml` was not written: file too large")
    assert (os.listdir(here / "config"), (here / "config/config.yaml").read_text("utf-8")) == (["config.yaml"], CONFIG)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_written_replaces_a_file_and_is_not_executable(command: str, here: Path, capsys: Capture, monkeypatch: Patch) -> None:
    (here / "old").write_text("OLD=1\n", "utf-8")
    (here / "old").chmod(0o640)
    for name, mode in (("new", 0o666 & ~_umask()), ("old", 0o640)):
        assert run([*COMMANDS[command], name], capsys, monkeypatch).status in (0, 1)
        assert stat.S_IMODE((here / name).stat().st_mode) == mode
        assert (here / name).read_bytes() != b"OLD=1\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
