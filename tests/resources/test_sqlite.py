"""SQLite files of the server's own."""

import sqlite3
from pathlib import Path

from orbitcfg.live.options import ProbeOptions
from orbitcfg.observed.resource import ResourceFault
from tests.resources.looking import look, rows


def test_a_database_opens_and_a_missing_one_is_not_made(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "orbit.db").close()
    options = ProbeOptions(folder=str(tmp_path))
    assert look("backend_sqlite", options, path="missing.db").fault is None
    assert not (tmp_path / "missing.db").exists()
    (tmp_path / "text.db").write_text("this is no database at all, whatever its name says")
    result = look("backend_sqlite", options, path="text.db")
    assert (result.fault, result.at) == (ResourceFault.NOT_A_DATABASE, ("internal_services", "backend", "sqlite", "path"))
    assert rows(result) == ["failed database: the file is no database: file is not a database"]
