"""The kiosk's one SQLite file, through one connection.

One connection, because SQLite before 3.51.3 can corrupt a file in WAL mode that several write; FULL, because a
committed check-in must survive the plug being pulled.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    place INTEGER PRIMARY KEY,            -- order over all boots
    id TEXT NOT NULL UNIQUE,
    boot TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,                     -- ISO 8601, UTC
    lookup TEXT NOT NULL,
    admits INTEGER NOT NULL,
    payload BLOB NOT NULL,
    answered_at TEXT,                     -- set by the hub's own reply alone
    round_trip_ms INTEGER,                -- from the first sending to that reply, where both were in one run
    UNIQUE (boot, seq)
);
CREATE INDEX IF NOT EXISTS events_waiting ON events (place) WHERE answered_at IS NULL;
CREATE INDEX IF NOT EXISTS events_arrivals ON events (lookup) WHERE admits = 1;
CREATE TABLE IF NOT EXISTS roster (
    kind TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""


class Database:
    """One connection, shared by the kiosk's threads and used by one at a time."""

    def __init__(self, path: Path) -> None:
        """Remember the file; ``open`` opens it."""
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open or make the file. Raises sqlite3.Error and OSError when the disk does not let us."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)  # SQLite gives its log the same rights as the file it finds
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=5)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection

    def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is on disk when it ends, or undone when it raises."""
        with self._lock:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Use the connection for looking."""
        with self._lock:
            yield self._opened()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the kiosk's database is not open")
        return self._connection
