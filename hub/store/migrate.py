"""The schema's versions: bring a database up to date, and tell whether this program may serve it.

Migrations live in ``migrations/versions``; they are found beside this file, so an installed wheel has them too. Their
files begin with their numbers: a hub that starts again during the event need not wait until Alembic is loaded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from devices.ids import uuid7
from hub.ports import StoreUnavailable
from hub.store.engine import Database, open_database
from hub.store.errors import CannotReach, WrongSchema, translating
from hub.store.feed import INCARNATION
from hub.store.tables import meta

COMMAND = "python -m hub migrate"
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = text("SELECT version_num FROM alembic_version")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(6011983)")


def upgrade(url: str) -> None:
    """Bring the database to this program's schema, in one transaction; a new one gets its incarnation.

    Several processes may try at once: the others wait and find it done (on SQLite they are told AlreadyOpen). Raises
    CannotOpen, and WrongSchema for a newer database.
    """
    with _opened(url, create=True) as database, translating(), database.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_ONE_AT_A_TIME)
        found = _revision(connection)
        _refuse_newer(found, database.name)
        if found != head():
            _run_migrations(connection)
        if connection.execute(select(meta.c.value).where(meta.c.key == INCARNATION)).first() is None:
            connection.execute(meta.insert(), {"key": INCARNATION, "value": uuid7()})


def mark_restored(url: str) -> None:
    """Give the database a new incarnation, because it was restored from a backup. Raises CannotOpen."""
    with _opened(url) as database, translating(), database.writer.begin() as connection:
        connection.execute(meta.update().where(meta.c.key == INCARNATION).values(value=uuid7()))


def current(url: str) -> str | None:
    """Return the database's schema version, None when it is empty. Raises CannotOpen."""
    with _opened(url) as database:
        return _current(database)


def check(url: str) -> None:
    """Raise WrongSchema, naming the command to type, unless the schema is the one this program was made for."""
    with _opened(url) as database:
        check_open(database)


def check_open(database: Database) -> None:
    """Do as ``check`` does, on a database that is open. Raises CannotReach when it does not answer."""
    with _reaching(database):
        found = _current(database)
    if found is None:
        raise WrongSchema(f"{database.name} is empty: run {COMMAND}")
    _refuse_newer(found, database.name)
    if found != head():
        raise WrongSchema(f"{database.name} has the older schema {found}, this program needs {head()}: run {COMMAND}")


def head() -> str:
    """Return the schema version this program was made for."""
    return max(_versions())


@contextmanager
def _opened(url: str, *, create: bool = False) -> Iterator[Database]:
    database = open_database(url, create=create)
    try:
        with _reaching(database):
            yield database
    finally:
        database.close()


@contextmanager
def _reaching(database: Database) -> Iterator[None]:
    try:
        yield
    except StoreUnavailable as problem:
        raise CannotReach(f"{database.name}: {problem}") from None


def _current(database: Database) -> str | None:
    with translating(), database.reader.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return connection.execute(_VERSION).scalar() if inspect(connection).has_table("alembic_version") else None


def _refuse_newer(found: str | None, name: str) -> None:
    if found is not None and found not in _versions():
        raise WrongSchema(f"{name} was made by a newer Yingbin (schema {found}): install that version, or a newer one")


def _versions() -> set[str]:
    """Return the numbers of all versions, from the files' names: ``v0001_guests_are_checked_in.py``."""
    return {file.name.removeprefix("v").partition("_")[0] for file in (_MIGRATIONS / "versions").glob("v*_*.py")}


def _run_migrations(connection: Connection, to: str = "head") -> None:
    """Let Alembic do its work, without a file and without an address: the open connection is handed over."""
    from alembic import command  # noqa: PLC0415 - half a second, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
