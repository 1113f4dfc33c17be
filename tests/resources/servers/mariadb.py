"""MariaDB."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.resources.servers.starting import free_port, libraries, started
from tests.tools.build_resources import ROOT

USER, PASSWORD, DATABASE = "orbit", "of-the-user-1", "shop"


@contextmanager
def mariadb_server(folder: Path) -> Iterator[int]:
    """The port of a MariaDB with a user that may see one database."""
    port, root = free_port(), ROOT / "mariadb"
    data, places = folder / "data", ("--no-defaults", f"--basedir={root / 'usr'}", f"--lc-messages-dir={root / 'usr/share/mysql'}")
    environment = libraries(root)
    install: list[str | Path] = [
        root / "usr/bin/mariadb-install-db",
        *places,
        f"--datadir={data}",
        "--user=root",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run(install, env=environment, check=True, stdout=subprocess.DEVNULL)
    (folder / "start.sql").write_text(
        f"CREATE DATABASE {DATABASE};\nCREATE DATABASE hidden;\nCREATE USER {USER}@127.0.0.1 IDENTIFIED BY '{PASSWORD}';\nGRANT SELECT ON {DATABASE}.* TO {USER}@127.0.0.1;\n"
    )
    command: list[str | Path] = [
        root / "usr/sbin/mariadbd",
        *places,
        f"--datadir={data}",
        "--user=root",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
    ]
    with started([*command, f"--socket={folder / 's'}", f"--init-file={folder / 'start.sql'}"], folder, port, environment):
        yield port
