"""Folders and files that ORBIT makes and writes: logs, uploads, stores."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows
from tests.resources.test_sqlite import at, listing

NOT_THERE = "is not there yet: ORBIT makes it"


def test_a_folder_that_is_there_and_one_that_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "orbit.log").write_text("a line")
    before = listing(tmp_path)
    assert rows(look("log_file", at(tmp_path), path="logs")) == ["ok folder: can be written", "ok file: can be written"]
    assert rows(look("log_file", at(tmp_path), path="a/b/logs", file="x.log")) == [f"ok folder: {NOT_THERE}", f"ok file: {NOT_THERE}"]
    assert rows(look("log_dir_second", at(tmp_path), path="new")) == [f"ok folder: {NOT_THERE}"]
    assert rows(look("store_faiss", at(tmp_path), path="logs")) == ["ok folder: can be written"]
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("afile", ResourceFault.NO_FOLDER),
        ("afile/below", ResourceFault.NO_FOLDER),
        ("pipe", ResourceFault.NO_FOLDER),
        ("gone", ResourceFault.NO_FOLDER),
        ("loop/x", ResourceFault.BAD_VALUE),
        ("", ResourceFault.BAD_VALUE),
        (["logs"], ResourceFault.BAD_VALUE),
    ],
)
@pytest.mark.parametrize("kind", ["log_file", "log_dir_second", "files_filesystem", "store_faiss"])
def test_folders_that_cannot_be_made(kind: str, path: object, fault: ResourceFault, tmp_path: Path) -> None:
    (tmp_path / "afile").write_text("")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    before = listing(tmp_path)
    result = look(kind, at(tmp_path), path=path)
    assert (result.fault, result.at[-1]) == (fault, "path")
    assert listing(tmp_path) == before


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one on a file system that is mounted read-only, for root too."""
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    result = look("log_file", at(tmp_path), path="a/logs")
    assert (result.fault, result.detail) == (ResourceFault.NOT_WRITABLE, f"`{tmp_path}`, by the user who runs this")


@pytest.mark.parametrize("kind", ["a pipe", "a folder"])
def test_a_log_file_that_is_none(kind: str, tmp_path: Path) -> None:
    """ORBIT would wait for ever for who reads a pipe."""
    path = tmp_path / "orbit.log"
    path.mkdir() if kind == "a folder" else os.mkfifo(path)
    result = look("log_file", at(tmp_path), path=".")
    assert (result.fault, result.detail.rpartition(" is ")[2]) == (ResourceFault.NOT_A_FILE, kind)
    assert look("log_file", at(tmp_path), path=".", file="").fault is ResourceFault.BAD_VALUE


def test_too_little_room_for_an_upload_is_remarked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = look("files_filesystem", at(tmp_path), path="uploads", limit_mib=1)
    assert (result.fault, result.remarks) == (None, ())
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=3 << 20))
    result = look("files_filesystem", at(tmp_path), path="uploads", limit_mib=2048)
    assert result.remarks == ("3 MiB are free: one upload may have 2.0 GiB",)
    assert look("files_filesystem", at(tmp_path), path="uploads", limit_mib="much").fault is None


def test_a_file_of_milvus_wants_its_folder(tmp_path: Path) -> None:
    assert rows(look("store_milvus_file", at(tmp_path), path="./milvus.db")) == [f"ok folder: {NOT_THERE}"]
    assert look("store_milvus_file", at(tmp_path), path="missing/milvus.db").fault is ResourceFault.NO_FOLDER
    assert look("store_milvus_file", at(tmp_path), path="localhost").fault is ResourceFault.BAD_VALUE
    (tmp_path / "milvus.db").mkdir()
    assert rows(look("store_milvus_file", at(tmp_path), path="milvus.db")) == ["ok folder: can be written"]
