"""DuckDB and Chroma in files."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from orbitcfg.live.resources.checks.chroma_folder import FilledCollection, steps_of
from orbitcfg.live.resources.visit import ResourceRun
from orbitcfg.live.run import run_all
from orbitcfg.observed.resource import ResourceFault, ResourceValue
from tests.resources.looking import look, rows, target
from tests.resources.test_sqlite import at, database, listing

DUCK = b"\x01\x02\x03\x04\x05\x06\x07\x08DUCK\x40\x00\x00\x00" + bytes(4096)
COLLECTIONS = "CREATE TABLE collections (id TEXT, name TEXT, dimension INTEGER, database_id TEXT)"


def test_a_database_of_duckdb_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_bytes(DUCK)
    (tmp_path / "text.duckdb").write_text("no database")
    before = listing(tmp_path)
    assert rows(look("ds_duckdb", at(tmp_path), path="a.duckdb", read_only=True)) == ["ok database: is a database of DuckDB"]
    assert look("ds_duckdb", at(tmp_path), path="text.duckdb").fault is ResourceFault.NOT_A_DATABASE
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"read_only": True}, ResourceFault.NO_FILE),
        ({"access_mode": "READ_ONLY"}, ResourceFault.NO_FILE),
        ({"read_only": "false"}, ResourceFault.NO_FILE),
        ({}, ResourceFault.EMPTY_DATABASE),
        ({"read_only": False, "access_mode": None}, ResourceFault.EMPTY_DATABASE),
    ],
)
def test_a_missing_database_of_duckdb(values: dict[str, object], fault: ResourceFault, tmp_path: Path) -> None:
    """Read-only it ends the adapter; else ORBIT makes an empty one. A text for a switch is truthy, as ORBIT reads it."""
    assert look("ds_duckdb", at(tmp_path), path="a.duckdb", **values).fault is fault
    assert look("ds_duckdb", at(tmp_path), path="missing/a.duckdb", **values).fault is ResourceFault.NO_FOLDER
    assert os.listdir(tmp_path) == []


def test_a_store_of_duckdb_is_made(tmp_path: Path) -> None:
    assert rows(look("store_duckdb", at(tmp_path), path="a.duckdb")) == ["ok database: is not there yet: ORBIT makes it"]
    assert len(look("store_duckdb", at(tmp_path)).remarks) == 1


@pytest.mark.parametrize("path", ["md:mine", "https://example.com/a.duckdb", "s3://bucket/a.duckdb", "empty.db", "lite.db"])
def test_what_duckdb_opens_that_cannot_be_told_here(path: str, tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_bytes(b"")
    database(tmp_path / "lite.db", "CREATE TABLE t (x)")
    result = look("ds_duckdb", at(tmp_path), path=path)
    assert (result.fault, result.is_sure) == (None, False)


def chroma(folder: Path, *collections: str) -> Path:
    """A folder of Chroma with these rows."""
    folder.mkdir()
    database(folder / "chroma.sqlite3", COLLECTIONS, *(f"INSERT INTO collections (name, dimension) VALUES ({each})" for each in collections))
    return folder


def test_a_collection_and_its_size(tmp_path: Path) -> None:
    chroma(tmp_path / "db", "'city', 768", "'new', NULL")
    before = listing(tmp_path)
    result = look("ds_chroma_local", at(tmp_path), path="db", collection="city")
    assert rows(result) == ["ok folder: can be written", "ok database: opens, 2 collections", "ok index: `city` is there, with vectors of 768"]
    assert look("ds_chroma_local", at(tmp_path), path="db", collection="new").fault is None
    missing = look("ds_chroma_local", at(tmp_path), path="db", collection="town")
    assert (missing.fault, missing.detail, missing.at[-1]) == (ResourceFault.NO_COLLECTION, "`town`", "collection")
    made = look("ds_chroma_local", at(tmp_path), path="db", collection="town", auto_create=True)
    assert (made.fault, len(made.remarks)) == (None, 1)
    assert listing(tmp_path) == before


@pytest.mark.parametrize(("dimensions", "fault"), [(768, None), (1024, ResourceFault.OTHER_SIZE), ("768", None), (None, None)])
def test_a_collection_of_another_size(dimensions: object, fault: ResourceFault | None, tmp_path: Path) -> None:
    """As far as the configuration tells what its embedding model gives."""
    chroma(tmp_path / "db", "'city', 768")
    values = {"path": "db", "collection": "city", "dimensions": dimensions}
    found = {**target("ds_chroma_local").values, **{name: ResourceValue(value) for name, value in values.items()}}
    *_, step = steps_of(replace(target("ds_chroma_local"), values=found), at(tmp_path))
    assert isinstance(step, FilledCollection)
    run = ResourceRun(target("ds_chroma_local"), (step,), at(tmp_path), lambda _target, _check: None)
    run_all([run], at(tmp_path), 5.0)
    assert run.log.result().fault is fault


def test_a_source_of_data_that_is_not_there_has_no_collection(tmp_path: Path) -> None:
    """ORBIT makes the folder, and does not find the collection in it."""
    assert look("ds_chroma_local", at(tmp_path), path="db", collection="city").fault is ResourceFault.NO_COLLECTION
    assert os.listdir(tmp_path) == []


def test_a_store_of_chroma(tmp_path: Path) -> None:
    chroma(tmp_path / "db")
    assert rows(look("store_chroma", at(tmp_path), path="db")) == ["ok folder: can be written", "ok database: opens, 0 collections"]
    assert look("store_chroma", at(tmp_path), path="new").fault is None
    assert len(look("store_chroma", at(tmp_path)).remarks) == 1
    (tmp_path / "db" / "chroma.sqlite3").write_text("no database, by no means one")
    assert look("store_chroma", at(tmp_path), path="db").fault is ResourceFault.NOT_A_DATABASE
    (tmp_path / "other").mkdir()
    database(tmp_path / "other" / "chroma.sqlite3", "CREATE TABLE t (x)")
    result = look("store_chroma", at(tmp_path), path="other")
    assert (result.fault, result.is_sure) == (None, False)
