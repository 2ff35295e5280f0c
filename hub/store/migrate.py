"""The schema's versions: bring a database up to date, and tell whether this program may serve it.

Migrations live in ``migrations/versions``; they are found beside this file, so an installed wheel has them too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from devices.ids import uuid7
from hub.ports import StoreUnavailable
from hub.store.engine import Database, open_database
from hub.store.errors import CannotReach, WrongSchema, translating
from hub.store.feed import INCARNATION
from hub.store.tables import meta

COMMAND = "python -m hub migrate"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(6011983)")


def upgrade(url: str) -> None:
    """Bring the database to this program's schema, in one transaction; a new one gets its incarnation.

    Several processes may try at once: the others wait and find it done (on SQLite they are told AlreadyOpen). Raises
    CannotOpen, and WrongSchema for a newer database.
    """
    with _opened(url, create=True) as database, translating(), database.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_ONE_AT_A_TIME)
        _refuse_newer(_revision(connection), database.name)
        command.upgrade(_config(connection), "head")
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
    return str(_scripts().get_current_head())


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
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(found: str | None, name: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise WrongSchema(f"{name} was made by a newer Yingbin (schema {found}): install that version, or a newer one")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    """Return Alembic's settings without a file and without an address: the open connection is handed over."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
