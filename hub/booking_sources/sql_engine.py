"""Connections to a database of bookings, and its errors in the hub's words. The only place that reads driver errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from hub.booking_ports import LoginRefused, SourceAway, SourceWrong

CONNECT_S = 5
STATEMENT_S = 30
"""So long the hub waits for a connection, and for one answer, in seconds; the latter on PostgreSQL only."""

BUSY_S = 5.0
"""So long it waits for somebody who writes to an SQLite file, in seconds."""

_TO_POSTGRESQL = {
    "connect_timeout": CONNECT_S,
    "application_name": "yingbin",
    "prepare_threshold": None,  # between the hub and the server may be a pool that knows no prepared statements
}
_SESSION = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "statement_timeout": f"{STATEMENT_S}s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
_SET_UP = "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SESSION.items())
_WRONG_STATES = ("0A", "22", "25", "28", "3D", "3F", "42", "P0")
"""Classes of SQLSTATE that stay until a person changes something. A refused login has none, and counts as away."""

_NOT_LET_IN = ("28", "42501")
"""Of these: what is about a role, and a right that the hub's user has not."""

_SQLITE_WRONG = ("no such table", "no such column", "file is not a database", "readonly", "malformed")


def make_engine(address: URL) -> Engine:
    """Return an engine that connects to nothing yet. Raises SourceWrong for an address that cannot be used."""
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    on_postgresql = address.get_backend_name() in {"postgres", "postgresql"}
    if on_postgresql:
        address = address.set(drivername="postgresql+psycopg")
    options = _TO_POSTGRESQL if on_postgresql else {}
    try:
        engine = create_engine(
            address, pool_size=1, max_overflow=0, pool_pre_ping=True, hide_parameters=True, connect_args=options
        )
    except (NoSuchModuleError, ImportError):
        raise SourceWrong(f"nothing here speaks to {address.drivername}: install its driver beside the hub") from None
    except ArgumentError:
        raise SourceWrong("the address of the database cannot be read: write postgresql://user@host/name") from None
    if on_postgresql:
        event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: object, _record: object) -> None:
    """Speak UTC, and let no statement hang."""
    connection.execute(_SET_UP)  # type: ignore[attr-defined] # psycopg's
    connection.commit()  # type: ignore[attr-defined] # psycopg's


def _sqlite(address: URL) -> Engine:
    """Return an engine over a file that is there: it is opened for each look, and never made."""
    path = Path(address.database or "")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        return connection

    if not address.database or address.database == ":memory:":
        raise SourceWrong("the address names no file: write sqlite:////folder/bookings.db")
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(_begin(connection)))
    return engine


def _begin(connection: Connection) -> str:
    return "BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITING) else "BEGIN"


WRITING = "yingbin_writing"
"""The execution option of a connection that writes."""

_ONE_MOMENT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment, and changes nothing. Raises SourceAway and SourceWrong."""
    with translating(engine), engine.connect() as connection:
        on_postgresql = connection.dialect.name == "postgresql"
        yield connection.execution_options(**_ONE_MOMENT) if on_postgresql else connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes stay once it is left well. Raises SourceAway and SourceWrong."""
    with translating(engine), engine.execution_options(**{WRITING: True}).begin() as connection:
        yield connection


@contextmanager
def translating(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into the hub's. No text of theirs goes on that could quote a value or a password."""
    try:
        yield
    except DBAPIError as problem:
        said = _without_password(_said(problem), engine)
        kind = _kind(problem, said)
    except SQLAlchemyError as problem:
        said, kind = type(problem).__name__, SourceAway
    else:
        return
    if issubclass(kind, SourceWrong):
        raise kind(f"the database refuses: {said}: {REMEDY}") from None
    raise kind(f"the database does not answer as it should: {said}") from None


REMEDY = "compare its tables and the rights of the hub's user with docs/booking-database.md"


def _kind(problem: DBAPIError, said: str) -> type[SourceAway | SourceWrong]:
    """Return what an error of the database is for the hub."""
    state = str(getattr(problem.orig, "sqlstate", None) or "")
    if state.startswith(_NOT_LET_IN):
        return LoginRefused
    if state:
        wrong = state[:2] in _WRONG_STATES
    elif isinstance(problem, OperationalError | InterfaceError) or type(problem) is DatabaseError:
        wrong = any(one in said for one in _SQLITE_WRONG)
    else:
        wrong = not problem.connection_invalidated
    return SourceWrong if wrong else SourceAway


def _said(problem: DBAPIError) -> str:
    """Return what the database says of itself; of an error that may quote a row, the name of the error alone."""
    plain = isinstance(problem, OperationalError | InterfaceError) or type(problem) is DatabaseError
    if plain or getattr(problem.orig, "sqlstate", None):
        lines = str(problem.orig).strip().splitlines()
        if lines and not str(getattr(problem.orig, "sqlstate", None) or "").startswith("22"):
            return lines[0]
    return type(problem.orig).__name__


def _without_password(said: str, engine: Engine) -> str:
    password = str(engine.url.password or "")
    for one in {password, quote(password)} - {""}:
        said = said.replace(one, "***")
    return said
