from dataclasses import replace

import pytest

from hub.domain.errors import Refused
from hub.domain.seat_leases import SeatLease, lease_key
from hub.ports import Store
from tests.hub.build import assignment, at, furnish, furnished, invited, meeting, seat_map


def lease(seat: str = "A-4-10", device: str = "kiosk-1", in_meeting: str = "m-launch") -> SeatLease:
    """Return that a seat is leased to a kiosk for an hour."""
    return SeatLease(meeting=in_meeting, seat=seat, device=device, until=at(3600))


def test_leases_come_back_whole_by_seat(store: Store) -> None:
    """To the microsecond; those of other meetings do not."""
    with furnished(store).write() as tx:
        tx.leases.add([lease("A-4-9", "kiosk-2"), lease("A-4-10")])
        tx.leases.add([])
    with store.read() as tx:
        assert tx.leases.of_meeting("m-launch") == [lease("A-4-10"), lease("A-4-9", "kiosk-2")]
        assert tx.leases.of_meeting("m-other") == []
        assert tx.leases.meetings() == {"m-launch"}


def test_a_lease_knows_at_which_position_its_kiosk_was_told_last(store: Store) -> None:
    """The change feed's own, of this kiosk and this meeting alone."""
    with furnished(store).write() as tx:
        tx.leases.add([lease("A-4-10"), lease("A-4-9", "kiosk-2")])
        tx.feed.touch([("lease", lease_key("kiosk-1", "m-launch")), ("place", lease_key("kiosk-2", "m-launch"))])
    with store.read() as tx:
        (change,) = tx.feed.after(0, ["lease"], 9)
        assert [one.told for one in tx.leases.of_meeting("m-launch")] == [change.seq, 0]


def test_a_kiosk_s_card_is_made_from_what_it_may_give_away_the_last_filled_seat_first(store: Store) -> None:
    """With the seats' own names, by meeting, without what is recalled."""
    with furnished(store).write() as tx:
        tx.meetings.save(meeting("other"))
        tx.seats.replace("m-other", seat_map())
        tx.leases.add([lease("A-4-8"), lease("A-4-9"), lease("A-4-10"), lease("A-4-7", "kiosk-2")])
        tx.leases.add([lease("A-1-1", in_meeting="m-other")])
        tx.leases.recall("m-launch", ["A-4-9", "A-1-1"])
    by_label = {seat.label: seat for seat in seat_map()}
    with store.read() as tx:
        lent = tx.leases.lent("kiosk-1")
        assert lent["m-launch"] == [(lease("A-4-10"), by_label["A-4-10"]), (lease("A-4-8"), by_label["A-4-8"])]
        assert list(lent) == ["m-launch", "m-other"]
        assert tx.leases.lent("kiosk-3") == {}


def test_a_recalled_seat_stays_leased_until_it_is_ended(store: Store) -> None:
    """Two steps: between them it is nobody's."""
    with furnished(store).write() as tx:
        tx.leases.add([lease("A-4-9"), lease("A-4-10")])
        tx.leases.recall("m-launch", ["A-4-9"])
        tx.leases.recall("m-launch", [])
        assert tx.leases.of_meeting("m-launch") == [lease("A-4-10"), replace(lease("A-4-9"), recalled=True)]
        tx.leases.end("m-launch", ["A-4-9"])
        tx.leases.end("m-launch", [])
        tx.leases.end("m-other", ["A-4-10"])
        assert tx.leases.of_meeting("m-launch") == [lease("A-4-10")]


def test_one_kiosk_s_leases_are_renewed(store: Store) -> None:
    """The other's end when they did."""
    with furnished(store).write() as tx:
        tx.leases.add([lease("A-4-10"), lease("A-4-9", "kiosk-2")])
        tx.leases.renew("m-launch", "kiosk-1", at(9000))
        assert [one.until for one in tx.leases.of_meeting("m-launch")] == [at(9000), at(3600)]


@pytest.mark.parametrize(
    "second",
    [lease("A-4-10", "kiosk-2"), lease("A-4-10"), lease("Z-9"), lease(in_meeting="m-none")],
    ids=["to another", "again", "no such seat", "no such meeting"],
)
def test_the_database_leases_no_seat_twice_and_none_that_is_not_there(store: Store, second: SeatLease) -> None:
    """Whatever the code above does (I4)."""
    with furnished(store).write() as tx:
        tx.leases.add([lease()])
    with pytest.raises(Refused), store.write() as tx:
        tx.leases.add([second])
    with store.read() as tx:
        assert tx.leases.of_meeting("m-launch") == [lease()]


def test_seats_that_leave_the_map_take_their_leases_along_and_all_its_kiosks_are_told(store: Store) -> None:
    """The seats that stay may have got other names."""
    with furnished(store).write() as tx:
        tx.leases.add([lease("A-4-10"), lease("A-1-1", "kiosk-2")])
    with store.write() as tx:
        tx.seats.replace("m-launch", seat_map(rows=1))
    with store.read() as tx:
        assert [one.seat for one in tx.leases.of_meeting("m-launch")] == ["A-1-1"]
        told = {change.key for change in tx.feed.after(0, ["lease"], 9)}
    assert told == {"kiosk-1/m-launch", "kiosk-2/m-launch"}


def test_a_plan_counts_until_its_guest_has_a_seat(store: Store) -> None:
    """Once each, and only seats that were named."""
    with store.write() as tx:
        furnish(tx, [invited(1, seat_wish="A-1-1"), invited(2, seat_wish="A-1-2"), invited(3, seat_wish="A-1-2")])
        tx.guests.add(invited(4).guest, invited(4).invitation)
        assert tx.leases.planned("m-launch") == {"A-1-1", "A-1-2"}
        tx.seats.assign([assignment("A-1-1", 1)])
        assert tx.leases.planned("m-launch") == {"A-1-2"}
        assert tx.leases.expected("m-launch") == 3
        assert (tx.leases.planned("m-none"), tx.leases.expected("m-none")) == (set(), 0)
