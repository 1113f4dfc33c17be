"""PostgreSQL."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.resources.servers.starting import free_port, libraries, started
from tests.tools.build_resources import ROOT

ADMIN, PASSWORD = "postgres", "of-the-admin-1"
_AS_NOBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
"""It does not run as root: in a namespace root is somebody else, and may read what root may."""


@contextmanager
def postgres_server(folder: Path, *options: str) -> Iterator[int]:
    """The port of a PostgreSQL that asks everybody for a password."""
    port, root = free_port(), ROOT / "postgresql"
    programs, environment = root / "usr/lib/postgresql/15/bin", {**libraries(root), "LC_ALL": "C.UTF-8"}
    before = _AS_NOBODY if os.geteuid() == 0 else ()
    (folder / "password").write_text(PASSWORD)
    made = ("-D", folder / "data", "-U", ADMIN, "-A", "scram-sha-256", "--pwfile", folder / "password", "--no-sync", "--encoding", "UTF8")
    subprocess.run([*before, programs / "initdb", *made], env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [*before, programs / "postgres", "-D", folder / "data", "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F", *options]
    with started(command, folder, port, environment) as server:
        _wait(server, port)
        yield port


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    """It takes connections while it still starts, however long that takes."""
    while True:
        try:
            return run(port)
        except psycopg.OperationalError:
            assert server.poll() is None, f"the server ended with {server.returncode}"
            time.sleep(0.05)


def run(port: int, *statements: str, database: str = "postgres") -> None:
    """Runs statements as its owner."""
    with psycopg.connect(host="127.0.0.1", port=port, user=ADMIN, password=PASSWORD, dbname=database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
