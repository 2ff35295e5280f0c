from dataclasses import replace
from datetime import timedelta

import pytest

from hub.booking_ports import TargetGone, WriteRefused
from hub.booking_sources.mapping import OUR_SCHEMA
from hub.domain.source_items import Outcome
from tests.hub.booking_sources.contract import HORIZON, NOON, Entry, everything, to_tell
from tests.hub.booking_sources.databases import (
    Database,
    MrbsPeer,
    OurPeer,
    PostgresqlDatabase,
    mrbs,
    mrbs_tables,
    our_tables,
)


def test_counts_times_and_a_release_are_written_as_they_were(database: Database) -> None:
    """In the database's own kind of time; whoever reads the table needs no hub."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    outcome = Outcome(expected=9, no_show=True, released_at=NOON + timedelta(minutes=30))
    peer.source.push("bookings", replace(told, outcome=outcome, ends_at=NOON + timedelta(minutes=30)))
    ((expected, attended, no_show, first, released, ends, noted),) = database.run(
        "SELECT expected, attended, no_show, first_check_in_at, released_at, ends_at, written_at FROM yingbin_outcomes"
    )
    half_past = NOON + timedelta(minutes=30)
    shown = half_past.isoformat() if database.kind == "sqlite" else half_past
    assert (expected, attended, bool(no_show), first, released, ends) == (9, 0, True, None, shown, shown)
    assert noted


def test_each_date_of_a_series_has_a_row_of_its_own(database: Database) -> None:
    """And writing to one says nothing of the others."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    name = peer.enter(Entry())
    _, told = to_tell(everything(peer))
    peer.source.push("bookings", told)
    peer.source.push("bookings", replace(told, op="op-2", occurrence="20261202"))
    rows = database.run("SELECT booking, occurrence FROM yingbin_outcomes ORDER BY occurrence")
    assert [tuple(row) for row in rows] == [(name, ""), (name, "20261202")]


def test_the_hubs_own_writing_is_no_change(database: Database) -> None:
    """Not to our schema's log, not to a column of times: nothing comes back as an echo."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    peer.enter(Entry())
    batches = everything(peer)
    _, told = to_tell(batches)
    written = peer.source.push("bookings", told)
    assert written.version == told.version
    assert peer.source.pull("bookings", batches[0][1].cursor, HORIZON).resources == ()


def test_what_changes_beside_a_booking_does_not_keep_its_outcome_away(database: Database) -> None:
    """A room gets another name: the entry was not touched, and is not told anew before the daily listing."""
    mrbs_tables(database)
    peer = MrbsPeer(database, mrbs(database))
    name = peer.enter(Entry())
    _, told = to_tell(everything(peer))
    database.run("UPDATE mrbs_room SET room_name = '宴会厅'")
    assert peer.source.push("bookings", told).version == told.version
    assert peer.outcome(name)["attended"] == 153
    (resource,) = everything(peer)[0][1].resources
    assert resource.version != told.version


def test_nothing_of_mrbss_own_tables_is_touched(database: Database) -> None:
    """Its program may check them; ours writes beside them."""
    mrbs_tables(database)
    peer = MrbsPeer(database, mrbs(database))
    peer.enter(Entry())
    before = database.run("SELECT * FROM mrbs_entry")
    peer.source.push("bookings", to_tell(everything(peer))[1])
    assert database.run("SELECT * FROM mrbs_entry") == before


def test_without_a_table_of_outcomes_nothing_is_taken(database: Database) -> None:
    """A look says which statement makes it; made, it serves at once."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    database.run("ALTER TABLE yingbin_outcomes RENAME TO aside")
    with pytest.raises(WriteRefused, match="yingbin_outcomes"):
        peer.source.push("bookings", told)
    assert [one.about for one in peer.source.look() if one.remedy] == ["outcomes"]
    database.run("ALTER TABLE aside RENAME TO yingbin_outcomes")
    assert peer.source.push("bookings", told).version == told.version
    silent = OurPeer(database, replace(OUR_SCHEMA, outcomes=None))
    assert not silent.source.can.writes
    with pytest.raises(WriteRefused):
        silent.source.push("bookings", told)
    assert not any(one.remedy for one in silent.source.look())


@pytest.mark.postgresql
def test_a_user_who_may_only_read_is_refused_and_a_look_names_the_right(
    postgresql_bookings: PostgresqlDatabase,
) -> None:
    """Reading goes on."""
    our_tables(postgresql_bookings)
    postgresql_bookings.run("REVOKE INSERT, UPDATE ON yingbin_outcomes FROM yingbin_hub")
    peer = OurPeer(postgresql_bookings, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    with pytest.raises(WriteRefused):
        peer.source.push("bookings", told)
    (found,) = [one for one in peer.source.look() if one.remedy]
    assert "INSERT and UPDATE" in found.found
    assert "GRANT INSERT, UPDATE ON yingbin_outcomes" in found.remedy


def test_what_the_database_refuses_is_refused(database: Database) -> None:
    """Not taken for a database that is away: it will not be otherwise later."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    if database.kind == "sqlite":
        database.script("CREATE TRIGGER no BEFORE INSERT ON yingbin_outcomes BEGIN SELECT RAISE(ABORT, 'no'); END")
    else:
        database.script(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            " CREATE TRIGGER no BEFORE INSERT ON yingbin_outcomes FOR EACH ROW EXECUTE FUNCTION no()"
        )
    with pytest.raises(WriteRefused):
        peer.source.push("bookings", told)


@pytest.mark.parametrize("key", ["none", "-1", "99999999999999999999", "1; DROP TABLE yingbin_bookings", ""])
def test_a_key_that_no_row_can_have_is_gone(database: Database, key: str) -> None:
    """Whatever the column's type makes of it."""
    our_tables(database)
    peer = OurPeer(database, OUR_SCHEMA)
    peer.enter(Entry())
    _, told = to_tell(everything(peer))
    with pytest.raises(TargetGone):
        peer.source.push("bookings", replace(told, resource=key))
