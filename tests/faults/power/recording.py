"""Lets the product's own classes run on a SQLite whose every write, sync and deletion is written down.

``Driver`` stands where the product imports ``sqlite3``: the statements, pragmas and values are the product's own, the
engine below is apsw's SQLite, its file system the ``Recorder``.
"""

import sqlite3
import sqlite3.dbapi2
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from devices.ids import uuid7
from tests.faults.power.disk import Files, Link, Operation, Sync, SyncFolder, Truncate, Write

_CREATE = apsw.SQLITE_OPEN_CREATE
_SYNCS_FOLDER = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL
"""Files with whose first sync SQLite's file system for Unix syncs the folder too (os_unix.c, UNIXFILE_DIRSYNC)."""


class Recorder(apsw.VFS):
    """SQLite's own file system, which keeps a list of what was done to the files of one folder.

    ``honest`` False is the seeded mutant: a disk that answers to a sync without having done it.
    """

    def __init__(self, start: Files, *, honest: bool = True) -> None:
        """Begin with a folder that holds these files."""
        self.name = f"recorder-{uuid7()}"
        super().__init__(self.name, base="unix")
        self.operations: list[Operation] = []
        self._honest = honest
        self._numbers = {name: number for number, name in enumerate(sorted(start))}
        self._next = len(self._numbers)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - apsw's name
        """Open a file, giving it a number when its name is new."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return apsw.VFSFile("unix", name, flags)  # a passing one of SQLite's own
        plain = Path(path).name
        if plain not in self._numbers:
            self._numbers[plain] = self._next
            self.operations.append(Link(plain, self._next))
            self._next += 1
        return _File(self, self._numbers[plain], name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802, FBT001 - apsw's name and order
        """Delete a file."""
        super().xDelete(filename, syncdir)
        plain = Path(filename).name
        if plain in self._numbers:
            del self._numbers[plain]
            self.operations.append(Link(plain, None))
        if syncdir:
            self.sync_folder()

    def sync(self, number: int) -> None:
        """Note that a file's contents are certain."""
        if self._honest:
            self.operations.append(Sync(number))

    def sync_folder(self) -> None:
        """Note that the folder's names are certain."""
        if self._honest:
            self.operations.append(SyncFolder())


class _File(apsw.VFSFile):
    def __init__(self, recorder: Recorder, number: int, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._recorder = recorder
        self._number = number
        self._syncs_folder = bool(flags[0] & _CREATE and flags[0] & _SYNCS_FOLDER)
        super().__init__("unix", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802, ANN401 - apsw's name and buffer
        super().xWrite(data, offset)
        self._recorder.operations.append(Write(self._number, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - apsw's name
        super().xTruncate(newsize)
        self._recorder.operations.append(Truncate(self._number, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        super().xSync(flags)
        self._recorder.sync(self._number)
        if self._syncs_folder:
            self._syncs_folder = False
            self._recorder.sync_folder()


class Driver:
    """What the product takes for the module ``sqlite3``. ``rewrite`` may change a statement: a seeded mutant."""

    def __init__(self, recorder: Recorder, rewrite: Callable[[str], str] = str) -> None:
        """Open files through this recorder."""
        self._recorder = recorder
        self._rewrite = rewrite
        self.open: list[Connection] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        """Give everything else as the real module does."""
        return getattr(sqlite3.dbapi2, name)

    def connect(self, path: str | Path, **_options: object) -> "Connection":
        """Open a connection; options of Python's own module mean nothing here."""
        connection = Connection(self, apsw.Connection(str(path), vfs=self._recorder.name), self._rewrite)
        self.open.append(connection)
        return connection


class Connection:
    """A connection as ``sqlite3`` has them, in autocommit mode, as far as the product uses it."""

    isolation_level: None = None

    def __init__(self, driver: Driver, inner: apsw.Connection, rewrite: Callable[[str], str]) -> None:
        """Wrap apsw's connection."""
        self._driver = driver
        self.inner = inner
        self.rewrite = rewrite

    @property
    def in_transaction(self) -> bool:
        """Say whether a transaction is open."""
        return self.inner.in_transaction

    def cursor(self) -> "Cursor":
        """Return a new cursor."""
        return Cursor(self)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "Cursor":
        """Run one statement."""
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> "Cursor":
        """Run one statement for many sets of values."""
        return self.cursor().executemany(sql, many)

    def executescript(self, sql: str) -> "Cursor":
        """Run several statements."""
        return self.cursor().execute(sql)

    def create_function(self, name: str, arguments: int, function: Any, **_options: object) -> None:  # noqa: ANN401
        """Register a function of SQLAlchemy's."""
        self.inner.create_scalar_function(name, function, arguments)

    def commit(self) -> None:
        """End the transaction, if there is one."""
        if self.inner.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        if self.inner.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; the last one copies the log back and deletes it."""
        if self in self._driver.open:
            self._driver.open.remove(self)
        self.inner.close()


class Cursor:
    """A cursor as ``sqlite3`` has them."""

    arraysize = 1
    lastrowid: int | None = None

    def __init__(self, connection: Connection) -> None:
        """Belong to a connection."""
        self._connection = connection
        self._rows: Iterator[Any] = iter(())
        self.description: Sequence[Any] | None = None
        self.rowcount = -1

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "Cursor":
        """Run one statement and take its rows."""
        inner, before = self._begin()
        rewritten = self._connection.rewrite(sql)
        self._rows = iter(list(inner.execute(rewritten, tuple(values) if values else None)) if rewritten else [])
        self.rowcount = self._connection.inner.total_changes() - before
        return self

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> "Cursor":
        """Run one statement for many sets of values."""
        inner, before = self._begin()
        self._rows = iter(list(inner.executemany(self._connection.rewrite(sql), [tuple(values) for values in many])))
        self.rowcount = self._connection.inner.total_changes() - before
        return self

    def fetchone(self) -> Any:  # noqa: ANN401 - as the module
        """Return the next row, None at the end."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the other rows."""
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """Return some more rows."""
        return [row for row, _ in zip(self._rows, range(size), strict=False)]

    def __iter__(self) -> Iterator[Any]:
        """Walk over the rows."""
        return self._rows

    def close(self) -> None:
        """Hold nothing any more."""
        self._rows = iter(())

    def _begin(self) -> tuple[apsw.Cursor, int]:
        inner = self._connection.inner.cursor()
        inner.exec_trace = self._describe
        self.description = None
        return inner, self._connection.inner.total_changes()

    def _describe(self, cursor: apsw.Cursor, _sql: str, _values: object) -> bool:
        """Note the names of the columns while the statement has not begun: afterwards an empty result has none."""
        if columns := cursor.get_description():
            self.description = [(column[0], None, None, None, None, None, None) for column in columns]
        return True
