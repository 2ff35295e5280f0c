"""Bookings come back whole, and no room is taken twice: the database itself says no (C.4)."""

from dataclasses import replace

import pytest

from hub.domain.bookings import Booking, BookingState, Channel, Firmness, Headcount, Hold
from hub.domain.errors import RoomTaken
from hub.domain.meetings import Room
from hub.domain.words import Words
from hub.ports import Store
from tests.hub.build import at, furnished

BOOKING = Booking(
    id="b-1",
    source="venue",
    key="2026-117",
    subject=Words("渠道大会", "Channel day"),
    state=BookingState.OPTION_SENT,
    client="云杉科技",
    channel=Channel.PHONE,
    headcount=Headcount(least=180, most=220, guaranteed=200),
    paid=True,
    reply_by=at(3600),
    made_at=at(-86_400),
)


def hold(owner: str, since: float, until: float, firmness: Firmness = Firmness.DEFINITE, room: str = "hall") -> Hold:
    """Return a hold from and until so many seconds after the tests' first instant."""
    return Hold(owner=owner, room=room, since=at(since), until=at(until), firmness=firmness)


def test_a_booking_comes_back_whole_and_is_found_by_its_sources_key(store: Store) -> None:
    """Another source's booking of the same key is another one."""
    other = replace(BOOKING, id="b-2", source="calendar", reply_by=None, lapsed_at=at(9), headcount=Headcount())
    with store.write() as tx:
        tx.bookings.save(BOOKING)
        tx.bookings.save(other)
        tx.bookings.save(replace(BOOKING, client="云杉"))
    with store.read() as tx:
        assert tx.bookings.of_source(BOOKING.source, [BOOKING.key]) == {BOOKING.key: replace(BOOKING, client="云杉")}
        assert tx.bookings.of_source("calendar", ["2026-117", "x"]) == {"2026-117": other}
        assert tx.bookings.of_source("calendar", []) == {}


def test_only_what_was_sent_out_and_not_answered_in_time_lapses(store: Store) -> None:
    """The oldest first; what is definite stays (R33)."""
    with store.write() as tx:
        for number, (state, seconds) in enumerate(
            [(BookingState.OPTION_SENT, 20), (BookingState.OPTION_SENT, 10), (BookingState.DEFINITE, 5)]
        ):
            tx.bookings.save(replace(BOOKING, id=f"b-{number}", key=str(number), state=state, reply_by=at(seconds)))
        assert [one.id for one in tx.bookings.to_lapse(at(20))] == ["b-1", "b-0"]
        assert [one.id for one in tx.bookings.to_lapse(at(19))] == ["b-1"]


def test_a_booking_knows_its_meetings_and_a_meeting_its_booking(store: Store) -> None:
    """The house's own meeting has none."""
    with furnished(store).write() as tx:
        tx.bookings.save(BOOKING)
        tx.bookings.put_meeting("b-1", "m-launch")
        assert tx.bookings.meetings_of("b-1") == ["m-launch"]
        assert tx.bookings.of_meetings(["m-launch", "m-other"]) == {"m-launch": BOOKING}
        assert tx.bookings.of_meetings([]) == {}


def test_what_follows_at_once_is_let_in_and_what_overlaps_is_refused(store: Store) -> None:
    """The end of one is the beginning of the next: set-up and strike count once between neighbours."""
    with furnished(store).write() as tx:
        tx.bookings.hold(hold("m-1", 0, 100))
        tx.bookings.hold(hold("m-2", 100, 200))
        with pytest.raises(RoomTaken), tx.savepoint():
            tx.bookings.hold(hold("m-3", 99, 101))
        with pytest.raises(RoomTaken), tx.savepoint():
            tx.bookings.hold(hold("m-3", 10, 20, Firmness.OPTION_SENT))
        tx.bookings.hold(hold("m-1", 0, 50))
        tx.bookings.hold(hold("m-3", 50, 100))
        assert [one.owner for one in tx.bookings.held(["hall"], at(60), at(150))] == ["m-3", "m-2"]
        assert [one.owner for one in tx.bookings.overlapping([hold("x", 40, 60), hold("y", 45, 50)])] == ["m-1", "m-3"]


@pytest.mark.parametrize("firmness", [Firmness.OPTION, Firmness.DOUBLE_BOOKED])
def test_what_does_not_block_stands_beside_the_others(store: Store, firmness: Firmness) -> None:
    """An option waits its turn; what was booked twice elsewhere is kept and shown. Made firm, it is refused."""
    with furnished(store).write() as tx:
        tx.bookings.hold(hold("m-1", 0, 100))
        tx.bookings.hold(hold("m-2", 0, 100, firmness))
        with pytest.raises(RoomTaken), tx.savepoint():
            tx.bookings.hold(hold("m-2", 0, 100, Firmness.DEFINITE))
        tx.bookings.let_go(["m-1"])
        tx.bookings.hold(hold("m-2", 0, 100, Firmness.DEFINITE))
        assert tx.bookings.held_by(["m-1", "m-2"]) == {"m-2": [hold("m-2", 0, 100)]}
        assert tx.bookings.held_by([]) == {}


def test_one_meeting_may_hold_several_rooms(store: Store) -> None:
    """A combination takes each of them, and another room is free meanwhile."""
    with furnished(store).write() as tx:
        tx.meetings.save_room(Room(key="side-room", name=Words("小厅", "Side room")))
        rooms = [room.key for room in tx.meetings.rooms()]
        for room in rooms:
            tx.bookings.hold(hold("m-1", 0, 100, room=room))
        with pytest.raises(RoomTaken), tx.savepoint():
            tx.bookings.hold(hold("m-2", 0, 100, room=rooms[1]))
        assert len(tx.bookings.held_by(["m-1"])["m-1"]) == len(rooms)
        assert len(tx.bookings.held([], at(0), at(1))) == len(rooms)
