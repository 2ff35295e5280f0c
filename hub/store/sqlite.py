"""SQLite as the hub needs it: durable at every commit, one connection, and one process where two could do harm."""

import fcntl
import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, QueuePool, create_engine, event

from hub.store.errors import AlreadyOpen, CannotOpen

FIXED = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, by which two connections can damage a file (sqlite.org/wal.html)."""

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = FULL",  # NORMAL loses acknowledged commits on a power cut (reference/reliability.md 0.7)
    "PRAGMA foreign_keys = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8192",  # KiB for each connection; the system keeps the file's pages besides
    "PRAGMA journal_size_limit = 67108864",  # bytes kept of the WAL once it has been copied back
)


class FileLock:
    """Holds ``<database>.lock`` for this process, so that a second one is told instead of let in."""

    def __init__(self, database: Path) -> None:
        """Keep the lock file's place."""
        self._path = Path(f"{database.resolve()}.lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock. Raises AlreadyOpen when another open store has it, CannotOpen without the right to."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise CannotOpen(f"the lock beside the database cannot be made: {problem}") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise AlreadyOpen(
                f"the hub already has this database open ({self._path.name.removesuffix('.lock')}): "
                "stop it first, or use PostgreSQL"
            ) from None
        self._file = file

    def give_back(self) -> None:
        """Let others in; harmless when the lock is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def affected(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite has the WAL-reset bug."""
    return version < FIXED


def path_of(url: URL) -> Path:
    """Return the database's file. Raises CannotOpen when there is none, as in memory."""
    name = url.database or ""
    if not name or name == ":memory:" or name.startswith("file:") or url.query or url.host or url.username:
        raise CannotOpen("the hub keeps its data in a file: write sqlite:///folder/hub.db")
    path = Path(name)
    if not path.parent.is_dir():
        raise CannotOpen(f"the folder of the database does not exist: {path.parent}")
    return path


def make_file(path: Path) -> None:
    """Make the file where it is missing, readable by its owner only: it holds guests' data. Raises CannotOpen."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as problem:
        raise CannotOpen(f"the database cannot be made at {path}: {problem.strerror}") from None


def make_engine(url: URL, options: dict[str, Any]) -> Engine:
    """Return an engine with exactly one connection: every reader and writer of this process takes its turn."""
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), poolclass=QueuePool, pool_size=1, max_overflow=0, **options
    )
    event.listen(engine, "connect", partial(_set_up, url.database or ""))
    return engine


def _set_up(path: str, connection: sqlite3.Connection, _record: object) -> None:
    """Make every commit durable. The driver's own BEGIN is switched off: it would come late and not be immediate."""
    connection.isolation_level = None
    try:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError:
        connection.close()
        raise CannotOpen(f"{path} is no SQLite database, or it is damaged: restore it from a backup") from None
    if mode != "wal":
        connection.close()
        raise CannotOpen(f"{path} can have no write-ahead log there (its journal mode is {mode}): use a local disk")
