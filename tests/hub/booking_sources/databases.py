"""Real databases of bookings for the tests: of our own schema and of MRBS's, on SQLite and on PostgreSQL."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping as Values
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from sqlalchemy import (
    URL,
    Executable,
    NullPool,
    TableClause,
    column,
    create_engine,
    delete,
    insert,
    make_url,
    table,
    text,
    update,
)

from hub import booking_sources
from hub.booking_ports import BookingSource
from hub.booking_sources.mapping import ChangeKind, Changes, Mapping, Times, read_mapping
from hub.booking_sources.sql import SqlSource
from hub.domain.bookings import BookingState
from tests.hub import postgres
from tests.hub.booking_sources.contract import NOON, Entry

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "p@ss/word-of-tests"
HUB = "yingbin_hub"
ROOT = Path(__file__).parents[3]
SCHEMAS = Path(booking_sources.__file__).parent
MRBS = ROOT / "firmware_config" / "hub" / "sources" / "mrbs.toml"

MRBS_TABLES = """
    CREATE TABLE mrbs_area (id {id}, area_name varchar(30), timezone varchar(50), enable_periods smallint);
    CREATE TABLE mrbs_room (id {id}, area_id int DEFAULT 0 NOT NULL, room_name varchar(25) NOT NULL);
    CREATE TABLE mrbs_entry (
        id {id}, start_time int DEFAULT 0 NOT NULL, end_time int DEFAULT 0 NOT NULL, entry_type int DEFAULT 0 NOT NULL,
        repeat_id int, room_id int DEFAULT 1 NOT NULL, timestamp {time} DEFAULT CURRENT_TIMESTAMP,
        create_by varchar(80) DEFAULT '' NOT NULL, name varchar(80) DEFAULT '' NOT NULL, type char DEFAULT 'E' NOT NULL,
        description text, status smallint DEFAULT 0 NOT NULL, ical_uid varchar(255) DEFAULT '' NOT NULL,
        ical_sequence smallint DEFAULT 0 NOT NULL, ical_recur_id varchar(16)
    );
    INSERT INTO mrbs_area (area_name, timezone, enable_periods) VALUES ('一楼', 'Asia/Shanghai', 0);
    INSERT INTO mrbs_room (area_id, room_name) VALUES (1, '大厅');
"""
"""What the hub reads of MRBS 1.12 (its ``tables.pg.sql``); MRBS itself has triggers that keep ``timestamp``."""

_MRBS_SQLITE = """
    CREATE TRIGGER t AFTER UPDATE ON mrbs_entry BEGIN
        UPDATE mrbs_entry SET timestamp = CURRENT_TIMESTAMP WHERE id = NEW.id;
    END;
"""
_MRBS_POSTGRESQL = """
    CREATE FUNCTION update_timestamp_column() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.timestamp = NOW(); RETURN NEW; END $$;
    CREATE TRIGGER t BEFORE UPDATE ON mrbs_entry FOR EACH ROW EXECUTE FUNCTION update_timestamp_column();
"""
_STATUS = {BookingState.DEFINITE: 0, BookingState.INQUIRY: 2, BookingState.OPTION_SENT: 4}


class Database(ABC):
    """One real database, and what its own people may do to it. ``address`` is the hub's, with its password."""

    address: URL

    def __init__(self) -> None:
        """Begin with nobody reading it."""
        self.readers: list[BookingSource] = []

    def forget(self) -> None:
        """Let the hub's sources give their connections back."""
        while self.readers:
            self.readers.pop().close()

    @abstractmethod
    def script(self, statements: str) -> None:
        """Run several statements."""

    @abstractmethod
    def close(self) -> None:
        """Answer nobody any more."""

    @abstractmethod
    def open(self) -> None:
        """Answer again."""

    @abstractmethod
    def owner(self) -> URL:
        """Return the address by which the database's own people come."""

    def run(self, statement: str | Executable, **values: object) -> list[Any]:
        """Run one statement of the database's own people; returns its rows."""
        engine = create_engine(self.owner(), poolclass=NullPool)
        with engine.begin() as connection:
            found = connection.execute(text(statement) if isinstance(statement, str) else statement, values)
            return list(found) if found.returns_rows else []

    @property
    def kind(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self.address.get_backend_name()


class SqliteFile(Database):
    """A file."""

    def __init__(self, path: Path) -> None:
        """Take where it is to be."""
        super().__init__()
        self.path = path
        self.address = make_url(f"sqlite:///{path}")
        self.script("PRAGMA journal_mode = WAL")

    def script(self, statements: str) -> None:
        """Run several statements."""
        engine = create_engine(self.address, poolclass=NullPool)
        with engine.connect() as connection:
            connection.connection.driver_connection.executescript(statements)  # type: ignore[union-attr] # sqlite3's

    def close(self) -> None:
        """Take the file away."""
        self.path.rename(self.path.with_suffix(".away"))

    def open(self) -> None:
        """Put it back."""
        self.path.with_suffix(".away").rename(self.path)

    def owner(self) -> URL:
        """Return the one address it has."""
        return self.address


class PostgresqlDatabase(Database):
    """A database of a real server, with a user of the hub's own who has the rights that the manual names."""

    def __init__(self, server: postgres.Server) -> None:
        """Make it."""
        super().__init__()
        self._server = server
        self.name = server.create(prefix="bookings")
        self.address = make_url(server.url(self.name)).set(
            drivername="postgresql+psycopg", username=HUB, password=PASSWORD
        )
        with psycopg.connect(server.url(self.name), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(HUB), sql.Literal(PASSWORD))
            )

    def script(self, statements: str) -> None:
        """Run several statements of its owner."""
        with psycopg.connect(self._server.url(self.name), autocommit=True) as connection:
            connection.execute(statements.encode())

    def close(self) -> None:
        """End all connections, and let nobody in."""
        self._allow("false")
        with psycopg.connect(self._server.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [self.name]
            )

    def open(self) -> None:
        """Let them in again."""
        self._allow("true")

    def owner(self) -> URL:
        """Return the address of the superuser."""
        return make_url(self._server.url(self.name)).set(drivername="postgresql+psycopg")

    def empty(self) -> None:
        """Be as good as new, whatever a test did: faster than to make another one."""
        self.open()
        self.script("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")

    def _allow(self, yes: str) -> None:
        change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        self._server.command(change.format(sql.Identifier(self.name), sql.SQL(yes)))


def grants() -> str:
    """Return the statements by which the manual gives the hub its rights, without the one that makes its user."""
    manual = (ROOT / "docs" / "booking-database.md").read_text(encoding="utf-8")
    block = re.search(r"```sql\n(.*?)```", manual, re.DOTALL)
    assert block
    return "\n".join(line for line in block[1].splitlines() if line.startswith("GRANT"))


def our_tables(database: Database) -> None:
    """Make our own schema, with the rights that the manual names."""
    database.script((SCHEMAS / f"schema_{database.kind}.sql").read_text(encoding="utf-8"))
    if database.kind == "postgresql":
        database.script(grants())


def mrbs_tables(database: Database) -> None:
    """Make MRBS's tables, and the hub's table of outcomes beside them."""
    on_sqlite = database.kind == "sqlite"
    key = "INTEGER PRIMARY KEY" if on_sqlite else "serial primary key"
    database.script(MRBS_TABLES.format(id=key, time="timestamp" if on_sqlite else "timestamptz"))
    database.script(_MRBS_SQLITE if on_sqlite else _MRBS_POSTGRESQL)
    ours = (SCHEMAS / f"schema_{database.kind}.sql").read_text(encoding="utf-8")
    database.script(ours[ours.index("CREATE TABLE yingbin_outcomes") :])
    if not on_sqlite:
        database.script(f"GRANT SELECT ON mrbs_entry, mrbs_room, mrbs_area TO {HUB}")
        database.script(f"GRANT SELECT, INSERT, UPDATE ON yingbin_outcomes TO {HUB}")


def mrbs(database: Database, kind: ChangeKind = ChangeKind.UPDATED_AT) -> Mapping:
    """Return the shipped mapping; SQLite's CURRENT_TIMESTAMP names no zone."""
    mapping = read_mapping(MRBS)
    if kind is ChangeKind.FULL:
        return replace(mapping, changes=Changes())
    return replace(mapping, changes=replace(mapping.changes, times=Times.UTC)) if database.kind == "sqlite" else mapping


class DatabasePeer(ABC):
    """A database with the hub's source over it: what both schemas have in common."""

    table = ""

    def __init__(self, database: Database, mapping: Mapping) -> None:
        """Take an open database with its tables."""
        self.database = database
        self.source: BookingSource = SqlSource("office", database.address, mapping, ZONE)
        database.readers.append(self.source)

    @abstractmethod
    def values(self, entry: Entry) -> Values[str, object]:
        """Return the columns of an entry."""

    def insert(self, **values: object) -> str:
        """Enter a row; returns its key."""
        ((key,),) = self.database.run(insert(self._rows(*values)).values(**values).returning(column("id")))
        return str(key)

    def update(self, key: str, **values: object) -> None:
        """Change columns of a row."""
        self.database.run(update(self._rows(*values)).where(column("id") == int(key)).values(**values))

    def enter(self, entry: Entry) -> str:
        """Enter a booking; returns its key."""
        return self.insert(**self.values(entry))

    def change(self, name: str, entry: Entry) -> None:
        """Let it be another."""
        self.update(name, **self.values(entry))

    def delete(self, name: str) -> None:
        """Delete its row."""
        self.database.run(delete(self._rows()).where(column("id") == int(name)))

    def spoil(self) -> None:
        """Enter one that ends before it starts."""
        self.enter(Entry(title="坏", ends_at=NOON - timedelta(hours=1)))

    def go_away(self) -> None:
        """Do not answer any more."""
        self.database.close()

    def come_back(self) -> None:
        """Answer again."""
        self.database.open()

    def outcome(self, name: str) -> dict[str, object]:
        """Return what the hub's table says of a booking."""
        rows = self.database.run(
            "SELECT attended, expected, no_show FROM yingbin_outcomes WHERE booking = :name", name=name
        )
        return {"attended": rows[0][0], "expected": rows[0][1], "no_show": bool(rows[0][2])} if rows else {}

    def _rows(self, *names: str) -> TableClause:
        return table(self.table, column("id"), *(column(name) for name in names))

    def texts(self) -> str:
        """Return all that the hub has written."""
        return str(self.database.run("SELECT * FROM yingbin_outcomes"))


class OurPeer(DatabasePeer):
    """Bookings in our own schema."""

    table = "yingbin_bookings"

    def values(self, entry: Entry) -> Values[str, object]:
        """Return the columns of an entry."""
        times = {"starts_at": entry.starts_at, "ends_at": entry.ends_at}
        if self.database.kind == "sqlite":
            said: dict[str, object] = {name: at.astimezone(ZONE).isoformat() for name, at in times.items()}
        else:
            said = dict(times)
        return {"title_zh": entry.title, "room": entry.room, "state": entry.state.value} | said


class MrbsPeer(DatabasePeer):
    """Bookings in MRBS's schema, where what is called off is deleted."""

    table = "mrbs_entry"

    def values(self, entry: Entry) -> Values[str, object]:
        """Return the columns of an entry."""
        return {
            "name": entry.title,
            "start_time": int(entry.starts_at.timestamp()),
            "end_time": int(entry.ends_at.timestamp()),
            "room_id": 1,
            "status": _STATUS[entry.state],
        }

    def change(self, name: str, entry: Entry) -> None:
        """Let it be another; what is called off is deleted."""
        if entry.state is BookingState.CANCELLED:
            self.delete(name)
        else:
            super().change(name, entry)
