"""What a hub writes back to real peers, and what their own people do meanwhile (C.6.6, rules 2, 7 and 8)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.booking_sources.mapping import OUR_SCHEMA
from hub.domain.bookings import Firmness
from hub.domain.syncing import ConflictKind
from hub.ports import Store
from hub.usecases.no_shows import release, undo_no_show
from tests.hub.booking_sources.conflict_table import House
from tests.hub.booking_sources.contract import NOON, Entry, Peer, everything, items
from tests.hub.booking_sources.databases import OurPeer, PostgresqlDatabase, our_tables
from tests.hub.booking_sources.radicale import Radicale
from tests.hub.booking_sources.test_caldav import CalDavPeer, source_of
from tests.hub.build import invited

LATE = NOON + timedelta(minutes=10)
"""When the room is given up."""


@pytest.fixture
def house(store: Store, peer: Peer) -> House:
    """Give a hub whose one meeting has begun, with one guest on its list who is not there."""
    house = House(store, peer)
    peer.enter(Entry())
    house.turn()
    meeting = house.meeting().id
    with store.write() as tx:
        one = invited(98, in_meeting=meeting)
        tx.guests.add(one.guest, one.invitation)
    house.turn(LATE)
    return house


def ends(house: House) -> list[datetime]:
    """Return when the meeting ends at its source, as that says it now."""
    return [one.ends_at for one in items(everything(house.peer))]


def give_up(house: House) -> None:
    """Let a person give the room up, and the source hear of it."""
    meeting = house.meeting().id
    with house.hub.store.write() as tx:
        release(tx, meeting, replace(house.hub.who(), at=LATE))
    for _ in range(3):
        house.turn()


class WrittenBack:
    """Each promise, with a peer of one's own. ``cuts``: it shows a room that was given up with an earlier end."""

    name: str
    cuts: bool

    def test_counts_are_told_and_its_echo_is_no_change(self, house: House) -> None:
        """Its title and times stay its own people's; no name is among what was written."""
        before = house.meeting()
        house.come()
        for _ in range(3):
            house.turn()
        told = house.peer.outcome(self.name)
        assert (told["attended"], told["expected"], told["no_show"]) == (1, 2, False)
        assert house.meeting() == before
        assert house.door.counts["changed"] == 0
        assert "王" not in house.peer.texts()

    def test_its_people_rename_it_while_the_hub_writes_so_both_stand(self, house: House) -> None:
        """Nothing is written over what the hub has not read."""
        house.come()
        house.peer.change(self.name, Entry(title="渠道日"))
        for _ in range(4):
            house.turn()
        meeting = house.meeting()
        assert house.peer.outcome(self.name)["attended"] == 1
        assert [one.title.zh or one.title.en for one in items(everything(house.peer))] == ["渠道日"]
        assert (meeting.title.zh or meeting.title.en) == "渠道日"
        assert house.conflicts() == []

    def test_a_room_that_was_given_up_is_shown_free_and_booked_again_once_that_is_undone(self, house: House) -> None:
        """The meeting keeps its times here; the cut that comes back is no wish of the source's."""
        give_up(house)
        assert house.peer.outcome(self.name)["no_show"] is True
        assert ends(house) == [LATE if self.cuts else Entry().ends_at]
        assert (house.meeting().ends_at, house.conflicts()) == (Entry().ends_at, [])
        meeting = house.meeting().id
        with house.hub.store.write() as tx:
            assert undo_no_show(tx, meeting, house.hub.who())
        for _ in range(3):
            house.turn()
        assert house.peer.outcome(self.name)["no_show"] is False
        assert ends(house) == [Entry().ends_at]
        assert list(house.hub.firmness().values()) == [Firmness.DEFINITE]
        assert house.conflicts() == []

    def test_given_up_here_and_extended_there_it_is_restored_and_the_desk_is_told(self, house: House) -> None:
        """Conflict table: marked as wanted, until its new end."""
        give_up(house)
        longer = Entry(ends_at=Entry().ends_at + timedelta(hours=1))
        house.peer.change(self.name, longer)
        for _ in range(3):
            house.turn()
        assert house.meeting().ends_at == longer.ends_at
        assert [one.kind for one in house.conflicts()] == [ConflictKind.RESTORED]
        assert house.peer.outcome(self.name)["no_show"] is False
        assert ends(house) == [longer.ends_at]

    def test_gone_there_with_somebody_inside_the_facts_stay_here(self, house: House) -> None:
        """No new entry is made; a person is asked."""
        house.come()
        house.peer.delete(self.name)
        for _ in range(4):
            house.turn()
        assert items(everything(house.peer)) == []
        assert house.inside() == 1
        assert {one.kind for one in house.conflicts()} >= {ConflictKind.GONE_IN_USE}


@pytest.mark.postgresql
class TestWithPostgresql(WrittenBack):
    """A database: what the hub writes stands in a table beside it, and the booking's own end stays."""

    cuts = False
    name = "1"

    @pytest.fixture
    def peer(self, postgresql_bookings: PostgresqlDatabase) -> OurPeer:
        """Give an empty database."""
        our_tables(postgresql_bookings)
        return OurPeer(postgresql_bookings, OUR_SCHEMA)


class TestWithRadicale(WrittenBack):
    """A calendar: the event itself says it."""

    cuts = True
    name = "event 0"

    @pytest.fixture
    def peer(self, radicale: Radicale) -> Iterator[CalDavPeer]:
        """Give an empty calendar."""
        made = radicale.calendar()
        source = source_of(made.url)
        yield CalDavPeer(made, source)
        source.close()
