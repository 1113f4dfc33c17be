"""Fixes reach the files that they are for, and no others."""

import os
from pathlib import Path

import pytest

import orbitcfg
from orbitcfg.errors import UsageError
from tests.program import run

OLD, NEW = b"general: {verbos: true}\r\n", b"general: {verbose: true}\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="links and modes as POSIX has them")


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
