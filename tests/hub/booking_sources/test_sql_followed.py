"""A hub that follows a database of bookings which is not what it was; all else is in the conflict table."""

from datetime import timedelta

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA
from hub.following import Follower as Door
from hub.ports import Store
from hub.store.alone import Alone
from tests.hub.booking_sources.contract import NOON, Entry
from tests.hub.booking_sources.databases import Database, OurPeer, our_tables
from tests.hub.usecases.following import Follower, Hand

START = NOON - timedelta(days=10)


def _day(number: int, title: str) -> Entry:
    """Return a booking so many days later."""
    starts_at = NOON + timedelta(days=number)
    return Entry(title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


class Watched:
    """A hub at work over a database, with a clock in hand."""

    def __init__(self, store: Store, database: Database) -> None:
        """Open both; nothing was asked yet."""
        our_tables(database)
        self.database, self.peer = database, OurPeer(database, OUR_SCHEMA)
        self.hub, self.clock = Follower.over(store), Hand()
        self.hub.order = ("office",)
        self.clock.at = START
        self.door = Door(
            self.hub.store,
            self.peer.source,
            lambda: self.hub.following("office"),
            clock=self.clock,
            acting=self.hub.who,
            every=timedelta(seconds=15),
            ahead=timedelta(days=90),
            after=lambda: None,
            turn=Alone(None, "follow"),
        )

    def turn(self) -> None:
        """Look once, some minutes later."""
        self.clock.at += timedelta(minutes=10)
        self.hub.now = self.clock.at
        self.door.turn()

    def titles(self) -> list[str]:
        """Return what the meetings are called that take place, by start."""
        return [one.title.zh for one in self.hub.meetings() if not one.cancelled]

    def problem(self) -> str:
        """Return what is wrong with the source at the moment."""
        with self.hub.store.read() as tx:
            (pull,) = tx.sync.pulls()
        return pull.problem


@pytest.fixture
def watched(sqlite_store: Store, database: Database) -> Watched:
    """Give a hub that has asked nothing yet."""
    return Watched(sqlite_store, database)


@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [
        ("ALTER TABLE yingbin_bookings RENAME TO aside", "ALTER TABLE aside RENAME TO yingbin_bookings"),
        (
            "ALTER TABLE yingbin_bookings RENAME COLUMN room TO saal",
            "ALTER TABLE yingbin_bookings RENAME COLUMN saal TO room",
        ),
    ],
)
def test_a_database_that_is_rebuilt_takes_no_meeting_away(watched: Watched, break_it: str, mend_it: str) -> None:
    """What is wrong stands on the page; mended, the change that was made meanwhile is done."""
    name = watched.peer.enter(Entry())
    watched.turn()
    watched.peer.change(name, Entry(title="渠道日"))
    watched.database.run(break_it)
    watched.turn()
    watched.turn()
    assert watched.titles() == ["渠道大会"]
    assert "yingbin_bookings" in watched.problem()
    watched.database.run(mend_it)
    watched.turn()
    assert (watched.titles(), watched.problem()) == (["渠道日"], "")


def test_a_row_that_cannot_be_used_is_in_quarantine_until_it_is_mended(watched: Watched) -> None:
    """And costs the others nothing."""
    watched.peer.enter(Entry())
    name = watched.peer.enter(Entry(title="坏", ends_at=NOON - timedelta(hours=1)))
    watched.turn()
    with watched.hub.store.read() as tx:
        (bad,) = tx.sync.bad()
    assert (bad.key, bad.bad.field, watched.titles()) == (name, "ends_at", ["渠道大会"])
    watched.peer.change(name, _day(1, "好"))
    watched.turn()
    with watched.hub.store.read() as tx:
        assert tx.sync.bad() == []
    assert watched.titles() == ["渠道大会", "好"]
