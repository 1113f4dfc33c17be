"""Files of SQLite, read without a trace."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar
from urllib.parse import quote

from orbitcfg.dataclass import dataclass
from orbitcfg.live.resources.paths import PathError, UncheckedError, head_of
from orbitcfg.live.stopwatch import Stopwatch
from orbitcfg.observed.resource import ResourceFault

MAGIC = b"SQLite format 3\x00"
_HEADER = 100
_READ_VERSION, _OF_A_LOG = 19, 2
"""The byte of the header that says how the file is read, and what it says of a file with a write-ahead log."""
_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""
_READ_S, _LOCK_S = 4.0, 1.0
"""For all that is read of a file, and for another program that has it locked."""
_BROKEN = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database that is there. `is_whole`: what is read is all that was written; a log beside it that nobody has open is passed over."""

    path: str
    is_whole: bool
    is_immutable: bool

    @classmethod
    def at(cls, path: str) -> "SqliteFile":
        """The database in a regular file. Raises PathError where it is none, and UncheckedError for one behind a link out of its repository."""
        header = head_of(path, _HEADER)
        if header and not header.startswith(MAGIC):
            raise PathError(ResourceFault.NOT_A_DATABASE, "it does not begin as those of SQLite do")
        has_log = len(header) == _HEADER and header[_READ_VERSION] == _OF_A_LOG
        # SQLite makes `-wal` and `-shm` beside a file with a log even for who only reads, unless it is told that nobody writes
        unopened = has_log and not os.path.exists(f"{path}-shm")
        return cls(path, is_whole=not (unopened and os.path.exists(f"{path}-wal")), is_immutable=unopened)

    def read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """What a question gives. Raises PathError where the file is broken, and UncheckedError where it cannot be read now."""
        place, nobody_writes, watch = quote(os.path.abspath(self.path)), "&immutable=1" if self.is_immutable else "", Stopwatch()
        try:
            with closing(sqlite3.connect(f"file:{place}?mode=ro{nobody_writes}", uri=True, timeout=_LOCK_S)) as connection:
                # a file may be made so that reading it takes for ever
                connection.set_progress_handler(lambda: watch.ms > _READ_S * 1000, _STEPS)
                connection.execute("PRAGMA trusted_schema=OFF")
                return ask(connection)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(tuple(_BROKEN)):
                raise PathError(ResourceFault.NOT_A_DATABASE, str(error)) from None
            raise UncheckedError(f"it cannot be read now: {error}") from None


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of changes of a database's schema; 0 where it has none."""
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


def tables_of(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of its tables and views, in small letters, as SQLite compares them."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 100000"
    )
    return frozenset(str(name).lower() for (name,) in rows)
