from dataclasses import replace

import pytest

from hub.domain.errors import InvalidInput, Refused
from hub.domain.seats import SeatAssignment, SeatKind
from hub.ports import Store
from tests.hub.build import assignment, furnished, meeting, seat_map


def test_a_seat_map_comes_back_whole_by_rank(store: Store) -> None:
    """Every field; the house's order of filling, whatever the order of laying out."""
    seats = [
        replace(seat, kind=SeatKind.VIP, step_free=True, table=True, x=1.25, y=-0.5) if seat.rank == 0 else seat
        for seat in seat_map()
    ]
    with furnished(store).write() as tx:
        tx.seats.replace("m-launch", reversed(seats))
    with store.read() as tx:
        assert tx.seats.of_meeting("m-launch") == seats
        assert tx.seats.of_meeting("m-none") == []


def test_a_seat_that_somebody_holds_does_not_go(store: Store) -> None:
    """And with it the whole new map waits for a person."""
    with furnished(store).write() as tx:
        tx.seats.assign([assignment("A-2-3")])
    with pytest.raises(Refused, match="A-2-3"), store.write() as tx:
        tx.seats.replace("m-launch", seat_map(rows=1))
    with store.read() as tx:
        assert tx.seats.of_meeting("m-launch") == seat_map()


def test_a_new_map_keeps_the_guests_whose_seats_stay(store: Store) -> None:
    """Rows are added and taken away around them."""
    with furnished(store).write() as tx:
        tx.seats.assign([assignment("A-1-1")])
        tx.seats.replace("m-launch", seat_map(rows=1))
        tx.seats.replace("m-launch", seat_map(rows=6))
    with store.read() as tx:
        assert tx.seats.of_meeting("m-launch") == seat_map(rows=6)
        assert tx.seats.assignments("m-launch") == [assignment("A-1-1")]


def test_an_empty_map_takes_all_seats_away(store: Store) -> None:
    """A meeting may stand."""
    with furnished(store).write() as tx:
        tx.seats.replace("m-launch", [])
        assert tx.seats.of_meeting("m-launch") == []


def test_a_label_that_stands_twice_is_refused(store: Store) -> None:
    """The second would silently take the first one's place."""
    with pytest.raises(InvalidInput, match="A-1-1 stands 2 times"), furnished(store).write() as tx:
        tx.seats.replace("m-launch", [*seat_map(), seat_map()[0]])


def test_seats_are_found_by_who_holds_them(store: Store) -> None:
    """Of the invitations asked for, those that have one."""
    with furnished(store).write() as tx:
        tx.seats.assign([assignment("A-1-1", 1), assignment("A-1-2", 2)])
    with store.read() as tx:
        assert tx.seats.of_invitations(["inv-1", "inv-3"]) == {"inv-1": seat_map()[0]}
        assert tx.seats.of_invitations([]) == {}
        assert tx.seats.assignments("m-launch") == [assignment("A-1-1", 1), assignment("A-1-2", 2)]


def test_a_kept_seat_is_occupied_when_its_guest_comes_and_free_when_released(store: Store) -> None:
    """Nothing happens to the others, nor when nobody is named."""
    with furnished(store).write() as tx:
        tx.seats.assign([assignment("A-1-1", 1), assignment("A-1-2", 2)])
        tx.seats.occupy(["inv-1"])
        tx.seats.occupy([])
        tx.seats.release([])
    with store.write() as tx:
        assert [one.occupied for one in tx.seats.assignments("m-launch")] == [True, False]
        tx.seats.release(["inv-1"])
        assert tx.seats.assignments("m-launch") == [assignment("A-1-2", 2)]
        tx.seats.assign([assignment("A-1-1", 3)])


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (assignment("A-1-1", 2), "the seat is given to somebody else"),
        (assignment("A-1-2", 1), "the guest has a seat already"),
        (assignment("Z-9-9", 2), "the meeting has no such seat|something it refers to"),
        (assignment("A-1-1", 2, in_meeting="m-other"), "is not for this meeting|something it refers to"),
    ],
)
def test_the_database_binds_no_seat_twice_and_no_guest_to_two(store: Store, second: SeatAssignment, why: str) -> None:
    """I4, whatever the code above does; and a seat only in the meeting one is invited to."""
    with furnished(store).write() as tx:
        tx.seats.assign([assignment("A-1-1", 1)])
        tx.meetings.save(meeting("other"))
        tx.seats.replace("m-other", seat_map())
    with pytest.raises(Refused, match=why), store.write() as tx:
        tx.seats.assign([second])
    with store.read() as tx:
        assert tx.seats.assignments("m-launch") == [assignment("A-1-1", 1)]
        assert tx.seats.assignments("m-other") == []
