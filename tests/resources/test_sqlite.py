"""SQLite files: the server's own, and those that adapters look into."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows


def database(path: Path, *statements: str) -> Path:
    """A database that these statements made."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def listing(folder: Path) -> list[tuple[str, int, int]]:
    """What lies in a folder, with sizes and times: nothing of it may change."""
    return sorted((str(each), each.lstat().st_size, each.lstat().st_mtime_ns) for each in folder.rglob("*"))


def at(folder: Path) -> ProbeOptions:
    """ORBIT runs in this folder."""
    return ProbeOptions(folder=str(folder))


@pytest.mark.parametrize("kind", ["backend_sqlite", "cache_sqlite"])
def test_a_database_opens_and_a_missing_one_is_not_made(kind: str, tmp_path: Path) -> None:
    database(tmp_path / "orbit.db", "CREATE TABLE t (x)")
    before = listing(tmp_path)
    assert rows(look(kind, at(tmp_path), path="orbit.db")) == ["ok database: opens, schema 1"]
    assert rows(look(kind, at(tmp_path), path="missing/deep/orbit.db")) == ["ok database: is not there yet: ORBIT makes it"]
    assert listing(tmp_path) == before


def test_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database at all, whatever its name says")
    result = look("backend_sqlite", at(tmp_path), path="text.db")
    assert (result.fault, result.at) == (ResourceFault.NOT_A_DATABASE, ("internal_services", "backend", "sqlite", "path"))
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    assert look("backend_sqlite", at(tmp_path), path="broken.db").fault is ResourceFault.NOT_A_DATABASE


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("afile/x/orbit.db", ResourceFault.NO_FOLDER),
        ("folder", ResourceFault.NOT_A_FILE),
        ("pipe", ResourceFault.NOT_A_FILE),
        ("/dev/zero", ResourceFault.NOT_A_FILE),
        ("loop", ResourceFault.BAD_VALUE),
        ("x" * 300, ResourceFault.BAD_VALUE),
        ("a\0b", ResourceFault.BAD_VALUE),
        ("", ResourceFault.BAD_VALUE),
        (5, ResourceFault.BAD_VALUE),
        ({"a": 1}, ResourceFault.BAD_VALUE),
    ],
)
@pytest.mark.parametrize("kind", ["backend_sqlite", "ds_sqlite", "ds_duckdb", "store_duckdb"])
def test_hostile_paths(kind: str, path: object, fault: ResourceFault, tmp_path: Path) -> None:
    """None of them is waited for, read or made."""
    (tmp_path / "afile").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    before = listing(tmp_path)
    assert look(kind, at(tmp_path), path=path).fault is fault
    assert listing(tmp_path) == before


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.db").open("wb") as file:
        file.truncate(100 << 30)
    assert look("backend_sqlite", at(tmp_path), path="large.db").fault is ResourceFault.NOT_A_DATABASE


def test_what_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database(tmp_path / "orbit.db")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and access(path, mode))
    result = look("backend_sqlite", at(tmp_path), path="orbit.db")
    assert (result.fault, result.detail) == (ResourceFault.NOT_WRITABLE, f"`{tmp_path}/orbit.db`, by the user who runs this")
    assert look("backend_sqlite", at(tmp_path), path="new.db").detail == f"`{tmp_path}`, by the user who runs this"
    assert look("ds_sqlite", at(tmp_path), path="orbit.db").fault is ResourceFault.EMPTY_DATABASE


def test_a_link_to_nothing_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    assert look("backend_sqlite", at(tmp_path), path="gone/orbit.db").fault is ResourceFault.NO_FOLDER


@pytest.mark.parametrize("kind", ["backend_sqlite", "ds_sqlite"])
def test_a_file_with_a_log_gets_no_others_beside_it(kind: str, tmp_path: Path) -> None:
    """SQLite makes `-wal` and `-shm` even for who opens such a file read-only."""
    database(tmp_path / "orbit.db", "PRAGMA journal_mode=WAL", "CREATE TABLE t (x)")
    assert os.listdir(tmp_path) == ["orbit.db"]
    assert look(kind, at(tmp_path), path="orbit.db").fault is None
    assert os.listdir(tmp_path) == ["orbit.db"]


def test_a_table_that_only_the_log_holds_is_not_called_missing(tmp_path: Path) -> None:
    """As it is after a crash; while a program has it open, it is read with its log."""
    with closing(sqlite3.connect(database(tmp_path / "live.db", "PRAGMA journal_mode=WAL"))) as connection:
        connection.execute("CREATE TABLE late (x)")
        connection.commit()
        assert rows(look("ds_sqlite", at(tmp_path), path="live.db", table="late")) == ["ok database: opens, 1 table"]
        for name in ("live.db", "live.db-wal"):
            (tmp_path / name.replace("live", "left")).write_bytes((tmp_path / name).read_bytes())
        result = look("ds_sqlite", at(tmp_path), path="left.db", table="late")
    assert (result.fault, result.is_sure) == (None, False)
    assert not (tmp_path / "left.db-shm").exists()


def test_a_locked_database_is_no_fault(tmp_path: Path) -> None:
    with closing(sqlite3.connect(database(tmp_path / "orbit.db", "CREATE TABLE t (x)"), isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        result = look("ds_sqlite", at(tmp_path), path="orbit.db", table="t")
    assert rows(result) == ["unchecked database: it cannot be read now: database is locked"]


def test_a_missing_source_of_data_is_a_fault_since_orbit_makes_it(tmp_path: Path) -> None:
    result = look("ds_sqlite", at(tmp_path), path="hr.db")
    assert rows(result) == ["failed database: the file is not there: ORBIT makes an empty one in its place"]
    assert result.target.overrides[ResourceFault.NO_FILE].name == "PURPOSE_LOST"
    assert look("ds_sqlite", at(tmp_path), path="missing/hr.db").fault is ResourceFault.NO_FOLDER
    assert os.listdir(tmp_path) == []


def test_relative_paths_lead_from_where_doctor_runs_if_nothing_else_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    database(tmp_path / "hr.db", "CREATE TABLE t (x)")
    assert look("ds_sqlite", path="hr.db").fault is None
    assert look("ds_sqlite", path="missing.db").fault is ResourceFault.NO_FILE
    assert rows(look("backend_sqlite", path="missing.db")) == ["ok database: is not there yet: ORBIT makes it"]


def test_an_empty_source_of_data_and_one_without_the_table(tmp_path: Path) -> None:
    database(tmp_path / "made.db", "CREATE TABLE gone (x INTEGER PRIMARY KEY AUTOINCREMENT)", "DROP TABLE gone")
    (tmp_path / "empty.db").write_bytes(b"")
    for path in ("empty.db", "made.db", ":memory:"):
        assert look("ds_sqlite", at(tmp_path), path=path).fault is ResourceFault.EMPTY_DATABASE, path
    database(tmp_path / "hr.db", "CREATE TABLE City (x)", "CREATE VIEW v AS SELECT x FROM City")
    assert rows(look("ds_sqlite", at(tmp_path), path="hr.db", table="city")) == ["ok database: opens, 2 tables"]
    assert look("ds_sqlite", at(tmp_path), path="hr.db", table="v").fault is None
    result = look("ds_sqlite", at(tmp_path), path="hr.db", table="town")
    assert (result.fault, result.detail, result.at[-1]) == (ResourceFault.NO_TABLE, "`town`", "table")


def test_a_database_in_memory_is_remarked(tmp_path: Path) -> None:
    result = look("cache_sqlite", at(tmp_path), path=":memory:")
    assert (result.fault, len(result.remarks)) == (None, 1)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    database(tmp_path / "others.db", "CREATE TABLE secret (x)")
    (tmp_path / "repo" / "hr.db").symlink_to("../others.db")
    result = look("ds_sqlite", at(tmp_path / "repo"), path="hr.db")
    assert rows(result) == ["unchecked database: a link leads out of the repository: name the file itself to have it checked"]


def test_a_file_whose_names_need_quoting(tmp_path: Path) -> None:
    database(tmp_path / "a?b%41#c d.db", "CREATE TABLE t (x)")
    assert look("ds_sqlite", at(tmp_path), path="a?b%41#c d.db").fault is None
