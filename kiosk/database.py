"""The kiosk's one SQLite file, through one connection.

One connection, because SQLite before 3.51.3 can corrupt a file in WAL mode that several write; FULL, because a
committed check-in must survive the plug being pulled. A connection that failed to write is never used again: after a
failed fsync only the disk knows what is on it (fault 19).
"""

import errno
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk import salvage, schema
from kiosk.ballast import Ballast, free_bytes

_log = logging.getLogger(__name__)
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_LITTLE_ROOM = 1 << 20


class Database:
    """One connection, shared by the kiosk's threads and used by one at a time."""

    def __init__(self, path: Path, ballast: Ballast | None = None) -> None:
        """Remember the file, and the room to give up when its disk is full; ``open`` opens it."""
        self._path = path
        self._ballast = ballast
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._open = False
        self._suspect = False
        self.generation = 0
        """Grows with each connection: what was remembered of an earlier one must be read again."""

    def open(self) -> None:
        """Open or make the file; a damaged one is moved aside and its events are saved into a new one.

        Raises sqlite3.Error and OSError when the disk does not let us.
        """
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connect(check=True)
            except (sqlite3.Error, OSError) as problem:
                if not self.make_room(problem):
                    raise
                self._connect(check=True)
            self._open = True
            self.keep_room()

    def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        with self._lock:
            self._open = False
            self._drop()

    @property
    def lacks_room(self) -> bool:
        """Say whether the disk is so full that the room kept for the worst day is gone."""
        return self._ballast is not None and not self._ballast.held

    @property
    def damaged(self) -> bool:
        """Say whether a damaged file lies beside this one for a person to look at and remove."""
        return bool(salvage.damaged_files(self._path))

    def keep_room(self) -> None:
        """Put the ballast (back) where there is room for it; call it now and then."""
        if self._ballast is not None:
            self._ballast.place()

    def make_room(self, problem: BaseException) -> bool:
        """Throw the ballast away if it was a full disk that caused ``problem``; say whether that made room."""
        if self._ballast is None or not self.is_full(problem):
            return False
        made = self._ballast.drop()
        if made:
            _log.error("the disk is full: the room kept for this is used up now; free some space at once")
        return made

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is on disk when it ends, or undone when it raises.

        One that is not ``durable`` is spared the wait for the disk and its wear (fault 24): a power cut may undo it,
        whole, together with all such after the last durable one. For what the hub tells again.
        """
        with self._lock:
            connection = self._opened()
            try:
                if not durable:
                    connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
                if not durable:
                    connection.execute("PRAGMA synchronous=FULL")
            except BaseException as problem:
                self._undo(connection, problem)
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Use the connection for looking."""
        with self._lock:
            connection = self._opened()
            try:
                yield connection
            except sqlite3.Error as problem:
                self._doubt(problem)
                raise

    def _undo(self, connection: sqlite3.Connection, problem: BaseException) -> None:
        """Take a transaction back; where the database itself failed, by giving up the connection."""
        if isinstance(problem, sqlite3.Error) and not isinstance(problem, sqlite3.IntegrityError):
            self._doubt(problem)
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error as worse:
            self._doubt(worse)

    def _doubt(self, problem: sqlite3.Error) -> None:
        self._suspect = self._suspect or salvage.is_damage(problem)
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):  # what a failing disk says at the end changes nothing
                self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if not self._open:
            raise sqlite3.ProgrammingError("the kiosk's database is not open")
        if self._connection is None:
            try:
                self._connect(check=self._suspect)
            except OSError as problem:
                raise sqlite3.OperationalError(f"the database cannot be opened again: {problem}") from problem
        if self._connection is None:  # pragma: no cover - for the type checker: _connect sets it or raises
            raise sqlite3.ProgrammingError("the kiosk's database is not open")
        return self._connection

    def _connect(self, *, check: bool) -> None:
        try:
            self._connection = _connection(self._path, check=check)
        except sqlite3.DatabaseError as problem:
            if not salvage.is_damage(problem):
                raise
            self._connection = self._renew(problem)
        self._suspect = False
        self.generation += 1

    def _renew(self, problem: sqlite3.DatabaseError) -> sqlite3.Connection:
        aside = salvage.put_aside(self._path)
        _log.error("the database is damaged (%s) and was moved to %s; replace the disk soon", problem, aside.name)
        connection = _connection(self._path, check=False)
        try:
            saved = salvage.salvage(aside, connection)
        except sqlite3.Error:
            connection.close()
            raise
        _log.error("%d events were saved from it; the roster is fetched anew", saved)
        return connection

    def is_full(self, problem: BaseException) -> bool:
        """Say whether ``problem`` comes from a full disk."""
        if isinstance(problem, OSError):
            return problem.errno in {errno.ENOSPC, errno.EDQUOT}
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return True
        try:  # SQLite calls some of it an input/output error
            return code in _NO_ROOM and free_bytes(self._path.parent) < _LITTLE_ROOM
        except OSError:
            return False


def _connection(path: Path, *, check: bool) -> sqlite3.Connection:
    """Open the file; with ``check`` look all of it through. Raises sqlite3.DatabaseError where it is damaged."""
    path.touch(mode=0o600)  # SQLite gives its log the same rights as the file it finds
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        if check:
            _check(connection)
        schema.upgrade(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    found = "; ".join(row[0] for row in connection.execute("PRAGMA quick_check(3)"))
    if found != "ok":
        problem = sqlite3.DatabaseError(found)
        problem.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise problem
