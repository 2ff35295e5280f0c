import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from hub.booking_ports import BookingSource, LoginRefused, SourceAway, SourceWrong
from hub.booking_sources import sql_engine
from hub.booking_sources.mapping import OUR_SCHEMA, Changes, Mapping, StateBit, States, Times
from hub.booking_sources.sql import SqlSource
from hub.domain.bookings import BookingState
from tests.hub.booking_sources.contract import HORIZON, Entry, everything, to_tell
from tests.hub.booking_sources.databases import (
    PASSWORD,
    ZONE,
    Database,
    OurPeer,
    PostgresqlDatabase,
    SqliteFile,
    our_tables,
)

BOOKINGS = OUR_SCHEMA.bookings


def _failed(source: BookingSource) -> str:
    """Return how a source refuses to answer; it says the same to a look, with a remedy."""
    with pytest.raises(SourceWrong) as refused:
        source.pull("bookings", None, HORIZON)
    assert any(one.remedy for one in source.look())
    return str(refused.value)


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        (replace(OUR_SCHEMA, bookings=replace(BOOKINGS, table="orders")), "no table orders"),
        (replace(OUR_SCHEMA, bookings=replace(BOOKINGS, room="saal")), "no column saal"),
        (replace(OUR_SCHEMA, bookings=replace(BOOKINGS, room='room" OR 1=1 --')), "has no column room"),
        (replace(OUR_SCHEMA, bookings=replace(BOOKINGS, times=Times.EPOCH)), "'epoch'"),
        (replace(OUR_SCHEMA, bookings=replace(BOOKINGS, starts_at="headcount_most")), "starts_at|headcount_most"),
        (replace(OUR_SCHEMA, changes=replace(OUR_SCHEMA.changes, table="log")), "no table log"),
        (replace(OUR_SCHEMA, schema="elsewhere"), "no table yingbin_bookings"),
        (
            replace(OUR_SCHEMA, states=States(column="state", bits=(StateBit(bit=2, means=BookingState.INQUIRY),))),
            "no bits",
        ),
    ],
)
def test_what_the_mapping_names_and_the_database_has_not_is_named(
    database: Database, mapping: Mapping, named: str
) -> None:
    """Before anything is read; a name never becomes a part of a statement unless it is there."""
    our_tables(database)
    peer = OurPeer(database, mapping)
    said = _failed(peer.source)
    assert any(one in said for one in named.split("|")) or "elsewhere" in said
    assert ":" in said


def test_a_column_that_is_renamed_while_the_hub_runs_is_named_and_nothing_is_gone(database: Database) -> None:
    """Put back, the same cursor serves."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    key = peer.enter(Entry())
    cursor = peer.source.pull("bookings", None, HORIZON).cursor
    peer.change(key, Entry(title="渠道日"))
    database.run("ALTER TABLE yingbin_bookings RENAME COLUMN room TO saal")
    for _ in range(2):
        with pytest.raises(SourceWrong):
            peer.source.pull("bookings", cursor, HORIZON)
    assert "no column room" in _failed(peer.source)
    database.run("ALTER TABLE yingbin_bookings RENAME COLUMN saal TO room")
    after = peer.source.pull("bookings", cursor, HORIZON)
    assert ([one.key for one in after.resources], after.gone) == ([key], ())


@pytest.mark.postgresql
def test_times_without_a_zone_are_not_taken_for_instants(postgresql_bookings: PostgresqlDatabase) -> None:
    """Nor the other way round: hours would be shifted silently."""
    our_tables(postgresql_bookings)
    postgresql_bookings.run("ALTER TABLE yingbin_bookings ALTER COLUMN ends_at TYPE timestamp")
    assert "ends_at" in _failed(OurPeer(postgresql_bookings, OUR_SCHEMA).source)
    local = replace(OUR_SCHEMA, bookings=replace(BOOKINGS, times=Times.LOCAL))
    assert "starts_at" in _failed(OurPeer(postgresql_bookings, local).source)


@pytest.mark.postgresql
def test_a_table_that_the_hub_may_not_read_is_named(postgresql_bookings: PostgresqlDatabase) -> None:
    """It is no empty table."""
    our_tables(postgresql_bookings)
    postgresql_bookings.run("REVOKE SELECT ON yingbin_guests FROM yingbin_hub")
    peer = OurPeer(postgresql_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    with pytest.raises(LoginRefused, match="yingbin_guests"):
        peer.source.pull("bookings", None, HORIZON)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "broken",
    [
        lambda url: url.set(password=f"{PASSWORD}-old"),
        lambda url: url.set(port=1),
        lambda url: url.set(database="nowhere"),
        lambda url: url.set(host="nowhere.invalid"),
    ],
)
def test_a_refused_login_and_a_server_that_is_not_there_are_away_without_the_password(
    postgresql_bookings: PostgresqlDatabase, broken: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in what is raised, in what it came from, in a look, nor in the log."""
    caplog.set_level(logging.DEBUG)
    source = SqlSource("office", broken(postgresql_bookings.address), OUR_SCHEMA, ZONE)  # type: ignore[arg-type]
    with pytest.raises(SourceAway) as away:
        source.pull("bookings", None, HORIZON)
    assert away.value.__suppress_context__
    looked = list(source.look())
    assert any(one.remedy for one in looked)
    for said in (str(away.value), repr(looked), caplog.text, repr(source)):
        assert PASSWORD not in said
        assert "p%40ss" not in said
    source.close()


@pytest.mark.postgresql
def test_a_lost_connection_is_away_and_the_next_look_makes_a_new_one(
    postgresql_bookings: PostgresqlDatabase,
) -> None:
    """A server that was started anew is met with a new connection, not with an error."""
    our_tables(postgresql_bookings)
    peer = OurPeer(postgresql_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    before = peer.source.pull("bookings", None, HORIZON)
    peer.go_away()
    peer.come_back()
    assert peer.source.pull("bookings", None, HORIZON).resources == before.resources


@pytest.mark.postgresql
def test_an_answer_that_takes_too_long_is_away(
    postgresql_bookings: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who locks the table makes the hub wait, not hang; and nothing is taken for deleted."""
    impatient = sql_engine._SET_UP.replace("statement_timeout', '30s'", "statement_timeout', '50ms'")
    assert impatient != sql_engine._SET_UP
    monkeypatch.setattr(sql_engine, "_SET_UP", impatient)
    our_tables(postgresql_bookings)
    peer = OurPeer(postgresql_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    before = peer.source.pull("bookings", None, HORIZON)
    address = postgresql_bookings.owner().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as somebody:
        somebody.execute("LOCK TABLE yingbin_bookings, yingbin_changes IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SourceAway):
            peer.source.pull("bookings", before.cursor, HORIZON)
        somebody.rollback()
    assert peer.source.pull("bookings", before.cursor, HORIZON).resources == ()


@pytest.mark.postgresql
def test_the_session_has_its_limits_and_changes_nothing(postgresql_bookings: PostgresqlDatabase) -> None:
    """30 s for an answer, UTC, one moment, read only."""
    engine = sql_engine.make_engine(postgresql_bookings.address)
    with sql_engine.reading(engine) as connection:
        names = ("statement_timeout", "TimeZone", "transaction_isolation", "transaction_read_only")
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]
    engine.dispose()
    assert found == ["30s", "UTC", "repeatable read", "on"]


def test_a_file_that_somebody_writes_to_is_away_for_the_writing_alone(
    sqlite_bookings: SqliteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading goes on; told again later, it is written."""
    monkeypatch.setattr(sql_engine, "BUSY_S", 0.0)
    our_tables(sqlite_bookings)
    peer = OurPeer(sqlite_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    with closing(sqlite3.connect(sqlite_bookings.path, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        assert peer.source.pull("bookings", None, HORIZON).resources
        with pytest.raises(SourceAway):
            peer.source.push("bookings", told)
        somebody.execute("ROLLBACK")
    assert peer.source.push("bookings", told).version == told.version


def test_a_missing_file_is_away_and_none_is_made(tmp_path: Path) -> None:
    """A disk that is not mounted is no empty venue."""
    source = SqlSource("office", make_url(f"sqlite:///{tmp_path / 'none.db'}"), OUR_SCHEMA, ZONE)
    with pytest.raises(SourceAway):
        source.pull("bookings", None, HORIZON)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    """And stays so until somebody names another."""
    (tmp_path / "list.db").write_text("会议,时间\n" * 200, encoding="utf-8")
    assert "not a database" in _failed(SqlSource("o", make_url(f"sqlite:///{tmp_path / 'list.db'}"), OUR_SCHEMA, ZONE))


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "nosuch://host/name", "oracle://host/name"])
def test_an_address_that_cannot_be_used_is_named_by_a_look(address: str) -> None:
    """Not by a crash when the hub starts."""
    _failed(SqlSource("office", make_url(address), OUR_SCHEMA, ZONE))


def test_a_look_names_rows_that_cannot_be_used_and_hours_that_cannot_be(sqlite_bookings: SqliteFile) -> None:
    """Most meetings at night mean a wrong zone, or the wrong form of times."""
    our_tables(sqlite_bookings)
    peer = OurPeer(sqlite_bookings, replace(OUR_SCHEMA, changes=Changes()))
    sqlite_bookings.run(
        "INSERT INTO yingbin_bookings (title_zh, room, starts_at, ends_at) VALUES"
        " ('夜', '大厅', strftime('%Y-%m-%dT20:00:00+00:00', 'now', '+2 days'),"
        " strftime('%Y-%m-%dT21:00:00+00:00', 'now', '+2 days'))"
    )
    assert [one.about for one in peer.source.look() if one.remedy] == ["times"]
    sqlite_bookings.run("UPDATE yingbin_bookings SET ends_at = starts_at")
    assert [one.about for one in peer.source.look() if one.remedy] == ["booking 1"]
