from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from hub.booking_ports import CursorLost, SourceWrong
from hub.booking_sources.mapping import OUR_SCHEMA, ChangeKind, Changes, Mapping
from hub.domain.source_items import Batch
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, items, title
from tests.hub.booking_sources.databases import (
    ROOT,
    SCHEMAS,
    Database,
    DatabasePeer,
    MrbsPeer,
    OurPeer,
    PostgresqlDatabase,
    SqliteFile,
    mrbs,
    mrbs_tables,
    our_tables,
)

ENTER = "INSERT INTO yingbin_bookings (title_zh, room, starts_at, ends_at) VALUES (:title, '大厅', :starts, :ends)"
LATER = Entry(starts_at=NOON + timedelta(days=2), ends_at=NOON + timedelta(days=2, hours=1))


@contextmanager
def _session(database: Database) -> Iterator[Connection]:
    """Open a session of the database's own people, which commits only when it is told to."""
    engine = create_engine(database.owner(), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _ours(database: Database, mapping: Mapping = OUR_SCHEMA) -> OurPeer:
    our_tables(database)
    return OurPeer(database, mapping)


def _pull(peer: DatabasePeer, before: Batch | None = None) -> Batch:
    return peer.source.pull("bookings", before.cursor if before else None, HORIZON)


def _titles(batch: Batch) -> list[str]:
    return sorted(title(one) for one in items([("", batch)]))


@pytest.mark.postgresql
def test_a_booking_that_is_committed_late_is_told_though_later_ones_were_told_before(
    postgresql_bookings: PostgresqlDatabase,
) -> None:
    """The number and the transaction of the slow one are lower; by the highest number it would be lost for good."""
    peer = _ours(postgresql_bookings)
    before = _pull(peer)
    with _session(postgresql_bookings) as slow:
        slow.execute(text(ENTER), {"title": "慢", "starts": NOON, "ends": NOON + timedelta(hours=1)})
        peer.enter(Entry(title="快"))
        between = _pull(peer, before)
        assert _titles(between) == ["快"]
        slow.commit()
    last = _pull(peer, between)
    assert _titles(last) == ["慢"]
    assert _titles(_pull(peer, last)) == []


@pytest.mark.postgresql
def test_a_transaction_that_hangs_holds_up_nobody_else(postgresql_bookings: PostgresqlDatabase) -> None:
    """Somebody's forgotten session must not hide what others enter meanwhile, nor have it told twice."""
    peer = _ours(postgresql_bookings)
    with _session(postgresql_bookings) as hanging:
        hanging.execute(text(ENTER), {"title": "忘", "starts": NOON, "ends": NOON + timedelta(hours=1)})
        before = _pull(peer)
        assert _titles(before) == []
        peer.enter(Entry(title="一"))
        first = _pull(peer, before)
        peer.enter(replace(LATER, title="二"))
        second = _pull(peer, first)
        assert [_titles(first), _titles(second), _titles(_pull(peer, second))] == [["一"], ["二"], []]
        hanging.rollback()
    assert _pull(peer, second).resources == ()


@pytest.mark.postgresql
def test_a_change_that_is_committed_late_is_told_by_updated_at_within_the_overlap(
    postgresql_bookings: PostgresqlDatabase,
) -> None:
    """Its time is the one at which its transaction began, before what the hub has read."""
    mrbs_tables(postgresql_bookings)
    peer = MrbsPeer(postgresql_bookings, mrbs(postgresql_bookings))
    slow_one, quick_one = peer.enter(Entry()), peer.enter(LATER)
    with _session(postgresql_bookings) as slow:
        slow.execute(text("UPDATE mrbs_entry SET name = '慢' WHERE id = :id"), {"id": int(slow_one)})
        peer.change(quick_one, replace(LATER, title="快"))
        before = _pull(peer)
        assert "慢" not in _titles(before)
        slow.commit()
    assert "慢" in _titles(_pull(peer, before))


def test_what_was_changed_before_the_overlap_is_not_read_again(database: Database) -> None:
    """So that a look costs little: the rest is told by the keys alone."""
    mrbs_tables(database)
    peer = MrbsPeer(database, mrbs(database))
    old = peer.enter(Entry())
    if database.kind == "postgresql":
        database.run("ALTER TABLE mrbs_entry DISABLE TRIGGER t")
    else:
        database.run("DROP TRIGGER t")
    peer.update(old, timestamp="2026-01-01 00:00:00")
    before = _pull(peer)
    assert _titles(before) == ["渠道大会"]
    after = _pull(peer, before)
    assert (after.resources, after.cursor) == ((), before.cursor)


def test_everything_is_listed_by_updated_at_where_a_booking_went(database: Database) -> None:
    """The column says nothing of rows that are not there any more; their keys do."""
    mrbs_tables(database)
    peer = MrbsPeer(database, mrbs(database))
    first, _ = peer.enter(Entry()), peer.enter(LATER)
    before = _pull(peer)
    peer.delete(first)
    after = _pull(peer, before)
    assert after.complete
    assert len(after.resources) == 1


def test_a_changed_guest_is_a_change_of_the_booking(database: Database) -> None:
    """The log notes both tables; who is taken off the list is off it."""
    peer = _ours(database)
    key = peer.enter(Entry())
    database.run("INSERT INTO yingbin_guests (booking_id, name) VALUES (:key, '王敏')", key=int(key))
    before = _pull(peer)
    database.run("UPDATE yingbin_guests SET diets = 'vegan, 不吃香菜', vip = 1")
    changed = _pull(peer, before)
    ((guest,),) = (item.guests for item in items([("", changed)]))  # type: ignore[misc] # there is a list
    assert (guest.name, sorted(guest.diets), guest.diet_note, guest.vip) == ("王敏", ["vegan"], "不吃香菜", 1)
    database.run("DELETE FROM yingbin_guests")
    assert [item.guests for item in items([("", _pull(peer, changed))])] == [()]


def test_while_nothing_changes_the_cursor_stays_what_it_is(database: Database) -> None:
    """So that the hub need not write it down; whatever else happens in that database."""
    peer = _ours(database)
    peer.enter(Entry())
    before = _pull(peer)
    database.run("CREATE TABLE other (id integer)")
    database.run("INSERT INTO other VALUES (1)")
    assert _pull(peer, before) == Batch(cursor=before.cursor)


def test_what_moves_beyond_the_horizon_is_gone_and_comes_back(database: Database) -> None:
    """A listing leaves it out as well: whichever way the hub hears of it, the end is the same."""
    peer = _ours(database)
    key = peer.enter(Entry())
    before = _pull(peer)
    far = NOON + timedelta(days=300)
    peer.change(key, Entry(starts_at=far, ends_at=far + timedelta(hours=1)))
    away = _pull(peer, before)
    assert (away.resources, away.gone) == ((), (key,))
    peer.change(key, Entry())
    assert _titles(_pull(peer, away)) == ["渠道大会"]


def test_comparing_everything_says_nothing_where_nothing_is_new(database: Database) -> None:
    """Not even what it knows."""
    peer = _ours(database, replace(OUR_SCHEMA, changes=Changes()))
    peer.enter(Entry())
    before = _pull(peer)
    after = _pull(peer, before)
    assert (after.resources, after.complete, after.cursor) == ((), False, before.cursor)


def test_a_restored_file_is_read_anew(sqlite_bookings: SqliteFile) -> None:
    """Its log ends before the place that the hub has read to."""
    peer = _ours(sqlite_bookings)
    peer.enter(Entry())
    before = _pull(peer)
    sqlite_bookings.run("DELETE FROM yingbin_changes")
    with pytest.raises(CursorLost):
        _pull(peer, before)
    empty = _pull(peer)
    assert _pull(peer, empty).resources == ()
    peer.enter(LATER)
    assert len(_pull(peer, empty).resources) == 1


@pytest.mark.postgresql
def test_a_cursor_of_another_server_is_lost(postgresql_bookings: PostgresqlDatabase) -> None:
    """Numbers of transactions mean nothing to a copy, and a restored server counts from an earlier one."""
    peer = _ours(postgresql_bookings)
    cursor = _pull(peer).cursor
    for old, new in (('"server": "', '"server": "9'), ('"snapshot": "', '"snapshot": "99999999:99999999:", "x": "')):
        with pytest.raises(CursorLost):
            peer.source.pull("bookings", cursor.replace(old, new), HORIZON)


def test_a_changed_mapping_has_everything_read_anew(database: Database) -> None:
    """A column that means something else changes what was read with it."""
    peer = _ours(database)
    cursor = _pull(peer).cursor
    other = OurPeer(database, replace(OUR_SCHEMA, guests=None))
    with pytest.raises(CursorLost):
        other.source.pull("bookings", cursor, HORIZON)


@pytest.mark.postgresql
def test_a_log_that_would_overlook_late_commits_is_refused(postgresql_bookings: PostgresqlDatabase) -> None:
    """Of numbers alone, or with a column that holds no transactions."""
    changes = OUR_SCHEMA.changes
    for wrong in (replace(changes, transaction=None), replace(changes, transaction="number")):
        assert wrong.kind is ChangeKind.LOG
        source = OurPeer(postgresql_bookings, replace(OUR_SCHEMA, changes=wrong)).source
        our_tables(postgresql_bookings) if wrong.transaction is None else None
        with pytest.raises(SourceWrong, match="xid8"):
            source.pull("bookings", None, HORIZON)
        assert any("xid" in one.found or "xid" in one.remedy for one in source.look())


@pytest.mark.postgresql
def test_the_manual_s_log_for_mrbs_tells_what_came_changed_and_went(postgresql_bookings: PostgresqlDatabase) -> None:
    """Our trigger beside MRBS's own; then nothing depends on times."""
    mrbs_tables(postgresql_bookings)
    ours = (SCHEMAS / "schema_postgresql.sql").read_text(encoding="utf-8")
    start, end = ours.index("CREATE TABLE yingbin_changes"), ours.index("CREATE TRIGGER yingbin_bookings_changed")
    manual = (ROOT / "docs" / "booking-database.md").read_text(encoding="utf-8")
    trigger = manual[manual.index("CREATE TRIGGER mrbs_entry_changed") :].split(";")[0]
    postgresql_bookings.script(f"{ours[start:end]}; {trigger}; GRANT SELECT ON yingbin_changes TO yingbin_hub")
    mapping = replace(mrbs(postgresql_bookings), changes=OUR_SCHEMA.changes)
    peer = MrbsPeer(postgresql_bookings, mapping)
    before = _pull(peer)
    key = peer.enter(Entry())
    came = _pull(peer, before)
    peer.change(key, Entry(title="渠道日"))
    changed = _pull(peer, came)
    peer.delete(key)
    assert (_titles(came), _titles(changed), _pull(peer, changed).gone) == (["渠道大会"], ["渠道日"], (key,))
