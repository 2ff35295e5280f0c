"""From an address to an open database: ``sqlite:///folder/hub.db`` or ``postgresql://user:password@host/name``."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url

from hub.ports import StoreUnavailable
from hub.store import postgresql, sqlite
from hub.store.errors import CannotOpen
from hub.store.prepared import Statements
from hub.store.turns import Turns
from hub.store.work import begin_words

READING = "yingbin_reading"
"""The execution option of engines that only look."""

FORMS = "write sqlite:///folder/hub.db or postgresql://user:password@host/name"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. ``name`` may be shown to people; ``reader`` shares the writer's connections."""

    name: str
    writer: Engine = field(repr=False)
    reader: Engine = field(repr=False)
    lock: sqlite.FileLock | None = field(repr=False)
    turns: Turns | None = field(repr=False)
    statements: Statements = field(repr=False)
    _closed: threading.Event = field(default_factory=threading.Event, repr=False)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until this thread may use a connection; PostgreSQL has several. Raises StoreUnavailable once closed."""
        with self.turns.turn() if self.turns else nullcontext():
            if self._closed.is_set():
                raise StoreUnavailable("the store is closed")
            yield

    def close(self) -> None:
        """Let a transaction on SQLite end, close the connections, then let other processes in."""
        if self._closed.is_set():
            return
        with self.turn():
            self._closed.set()
            self.writer.dispose()
            if self.lock is not None:
                self.lock.give_back()


def open_database(url: str, *, create: bool = False) -> Database:
    """Open a database; ``create`` makes a missing SQLite file. Connects to nothing yet.

    Raises CannotOpen for an address that cannot be used, AlreadyOpen when another process has the file.
    """
    address = _read(url)
    if address.get_backend_name() == "postgresql":
        writer = postgresql.make_engine(address, _options())
        _begin_ourselves(writer)
        reader = writer.execution_options(**{READING: True})
        return Database(shown(address), writer, reader, None, None, Statements(writer.dialect))
    lock = _open_file(address, create=create)
    writer = sqlite.make_engine(address, _options())
    _begin_ourselves(writer)
    reader = writer.execution_options(**{READING: True})
    return Database(shown(address), writer, reader, lock, Turns(), Statements(writer.dialect))


def _begin_ourselves(engine: Engine) -> None:
    """Begin what SQLAlchemy begins, such as a migration, in our words; inside a transaction of ours it may look on."""

    def begin(connection: Connection) -> None:
        if not _in_transaction(connection.connection.dbapi_connection):
            reading = connection.get_execution_options().get(READING)
            connection.exec_driver_sql(begin_words(connection.dialect.name, writing=not reading))

    event.listen(engine, "begin", begin)


def _in_transaction(driver: Any) -> bool:  # noqa: ANN401 - sqlite3's or psycopg's connection
    return bool(driver.in_transaction if hasattr(driver, "in_transaction") else driver.info.transaction_status)


def _open_file(address: URL, *, create: bool) -> sqlite.FileLock | None:
    path = sqlite.path_of(address)
    if not (create or path.exists()):
        raise CannotOpen(f"there is no database at {path}: run python -m hub migrate")
    lock = sqlite.FileLock(path) if sqlite.affected(sqlite3.sqlite_version_info) else None
    if lock is not None:
        lock.take()
    sqlite.make_file(path)
    return lock


def shown(url: URL) -> str:
    """Return an address that may be shown: with ``***`` for the password, without options."""
    return url.set(query={}).render_as_string(hide_password=True)


def _read(url: str) -> URL:
    try:
        address = make_url(url)
    except Exception:  # noqa: BLE001 - whatever it is, its text may hold the password
        raise CannotOpen(f"the database's address cannot be read: {FORMS}, special characters as %40") from None
    if address.drivername in {"sqlite", "sqlite+pysqlite"}:
        return address
    if address.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    raise CannotOpen(f"the hub knows no database of this kind ({address.drivername}): {FORMS}")


def _options() -> dict[str, object]:
    """Return what holds for both: parameters (guests' data) never stand in an error or a log."""
    return {"hide_parameters": True, "json_serializer": lambda value: json.dumps(value, ensure_ascii=False)}
