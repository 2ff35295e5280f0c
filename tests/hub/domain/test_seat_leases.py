"""Which seats are leased to kiosks, and that it costs nobody a seat (DESIGN 4, R4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.floor import PLAIN, Floor
from hub.domain.free_seats import FreeSeats
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_leases import SOON, SeatLease, choose, fair_share, first_back, lends, too_many
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.seating import NoSeat, SeatingPlan, Wish
from hub.domain.seats import Seat, SeatKind
from tests.hub.build import T0, at, meeting, seat_map

ROOMS = [
    build(SetUpStyle.THEATRE, SeatPlan(rows=4, seats_per_row=(5, 7), vip_rows=1, step_free=("back_aisle", "A-1-1"))),
    build(SetUpStyle.THEATRE, SeatPlan(zones=("A", "B"), rows=12, seats_per_row=10)),
    build(SetUpStyle.CLASSROOM, SeatPlan(rows=2, seats_per_row=4)),
    build(SetUpStyle.U_SHAPE, SeatPlan(vip=("H",))),
    build(SetUpStyle.BOARDROOM, SeatPlan(seats_per_row=(4, 1, 4, 0))),
    build(SetUpStyle.CABARET, SeatPlan(tables=4, seats_per_table=5, vip_tables=1)),
    build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=6, seats_per_table=7, vip_tables=1)),
    build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=3, seats_per_table=3, step_free=())),
]
MOST = 10


def chosen(seats: Sequence[Seat], size: int, taken: Sequence[str] = ()) -> list[str]:
    """Choose from a room in which these seats are taken."""
    floor = Floor.of(seats)
    return choose(FreeSeats.of(floor, {floor.numbers[label] for label in taken}), size)


def test_a_block_is_the_row_that_would_be_filled_last() -> None:
    """From its far end, so that what is given back joins what is free."""
    assert chosen(seat_map(), 10) == [f"A-4-{number}" for number in range(10, 0, -1)]
    assert chosen(seat_map(), 4) == ["A-4-10", "A-4-9", "A-4-8", "A-4-7"]
    assert chosen(seat_map(), 12)[10:] == ["A-3-10", "A-3-9"]


def test_a_single_chair_is_not_left_over() -> None:
    """Nine of ten would leave one that only a guest who comes alone can use."""
    assert len(chosen(seat_map(), 9)) == 8
    assert chosen(seat_map(rows=1, numbers=2), 1) == ["A-1-2"]


def test_the_next_seats_lie_beside_the_first_ones() -> None:
    """A kiosk that has given four away gets the four beside them."""
    first = chosen(seat_map(), 4)
    assert chosen(seat_map(), 4, first) == ["A-4-6", "A-4-5", "A-4-4", "A-4-3"]


def test_seats_for_vips_and_step_free_seats_are_never_leased() -> None:
    """A guest with a need is never served from a lease, so theirs stay with the hub."""
    seats = build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=2, seats_per_row=4, vip_rows=1))
    ordinary = {seat.label for seat in seats if seat.kind is SeatKind.STANDARD and not seat.step_free}
    assert set(chosen(seats, 40)) == ordinary


@given(st.sampled_from(ROOMS), st.data(), st.integers(min_value=-1, max_value=60))
@settings(max_examples=200, deadline=None)
def test_a_choice_is_free_ordinary_and_as_large_as_asked_but_for_a_single_chair(
    room: Sequence[Seat], data: st.DataObject, size: int
) -> None:
    """In any room, however it is filled."""
    taken = data.draw(st.lists(st.sampled_from([seat.label for seat in room]), unique=True))
    found = chosen(room, size, taken)
    free = {s.label for s in room if s.kind is SeatKind.STANDARD and not s.step_free} - set(taken)
    assert len(set(found)) == len(found)
    assert set(found) <= free
    wanted = max(0, min(size, len(free)))
    assert len(found) in ({wanted, wanted - 1} if wanted > 1 else {wanted})


@pytest.mark.parametrize(("free", "kiosks", "share"), [(0, 2, 0), (5, 2, 0), (6, 2, 1), (100, 1, 25), (100, 9, 5)])
def test_a_fair_share_shrinks_as_the_room_fills(free: int, kiosks: int, share: int) -> None:
    """And leaves more than half to everybody."""
    assert fair_share(free, kiosks) == share
    assert kiosks * share * 2 <= free


def test_seats_are_leased_from_two_hours_before_the_doors_open_to_the_end() -> None:
    """Not before, not afterwards, and not for a meeting that does not take place."""
    launch = meeting()
    second = timedelta(seconds=1)
    assert not lends(launch, T0 - SOON)
    assert lends(launch, T0 - SOON + second)
    assert lends(launch, launch.ends_at - second)
    assert not lends(launch, launch.ends_at)
    assert not lends(meeting(cancelled=True), at(60))


def test_what_is_recalled_first_is_what_would_be_given_last() -> None:
    """The best of the leased seats goes back to the house; a kiosk may be giving away the others just now."""
    floor = Floor.of(seat_map())
    assert first_back(floor, ["A-4-9", "A-4-10", "A-4-8", "gone"], 2) == ["A-4-8", "A-4-9"]
    assert first_back(floor, ["A-4-9"], -3) == []
    out = [SeatLease(meeting="m", seat=f"A-4-{n}", device="kiosk-1", until=T0, recalled=n == 1) for n in (1, 2, 3)]
    assert too_many(floor, out, 1) == {"kiosk-1": ["A-4-2"]}
    assert too_many(floor, out, 2) == {}


class House:
    """A room in which guests come in while kiosks have their leases topped up, shrunk and taken back."""

    def __init__(self, room: Sequence[Seat], kiosks: int) -> None:
        """Open the doors."""
        self.floor = Floor.of(room)
        self.plan = SeatingPlan.of(self.floor, {})
        self.kiosks = kiosks
        self.leases: dict[str, SeatLease] = {}
        self.came = 0

    def share(self) -> int:
        """Return what each kiosk may have now."""
        return min(MOST, fair_share(self.plan.ordinary_left(), self.kiosks))

    def top_up(self, kiosk: int) -> None:
        """Let a heartbeat come."""
        device = f"kiosk-{kiosk % self.kiosks}"
        mine = sum(lease.device == device for lease in self.leases.values())
        for seat in choose(self.plan.free, self.share() - mine):
            assert seat not in self.leases, "one seat was leased twice"
            self.leases[seat] = SeatLease(meeting="m", seat=seat, device=device, until=T0)
        self.plan.lease(self.leases)

    def arrive(self, party: int) -> None:
        """Let a party come in; the hub recalls what is too much, and the kiosks hear of it at once."""
        wishes = [Wish(invitation=f"{self.came}/{number}") for number in range(party)]
        self.came += 1
        unleased = self.plan.free.count[PLAIN]
        answers = self.plan.choose(wishes)
        for invitation, seat in answers.items():
            if not isinstance(seat, NoSeat):
                assert seat not in self.leases, "a leased seat was given away"
                self.plan.assign(seat, invitation)
        refused = sum(isinstance(seat, NoSeat) for seat in answers.values())
        assert refused <= max(0, party - unleased)
        share = 0 if refused else fair_share(self.plan.ordinary_left(), self.kiosks)
        for seats in too_many(self.floor, self.leases.values(), share).values():
            for seat in seats:
                del self.leases[seat]
        self.plan.lease(self.leases)


@given(
    st.sampled_from(ROOMS),
    st.integers(min_value=1, max_value=5),
    st.lists(st.tuples(st.booleans(), st.integers(min_value=1, max_value=7)), max_size=40),
)
@settings(max_examples=200, deadline=None)
def test_leases_are_disjoint_ordinary_and_never_starve_the_guests(
    room: Sequence[Seat], kiosks: int, story: list[tuple[bool, int]]
) -> None:
    """Whoever comes and whichever kiosk asks, in any room: all leases together stay within half of what is free."""
    house = House(room, kiosks)
    for heartbeat, number in story:
        if heartbeat:
            house.top_up(number)
        else:
            house.arrive(number)
        assert {house.floor.pool[house.floor.numbers[seat]] for seat in house.leases} <= {PLAIN}
        assert not house.leases.keys() & house.plan.holders.keys()
        assert len(house.leases) * 2 <= house.plan.ordinary_left()
        by_device = Counter(lease.device for lease in house.leases.values())
        assert max(by_device.values(), default=0) <= min(MOST, fair_share(house.plan.ordinary_left(), kiosks))


@given(st.sampled_from(ROOMS), st.integers(min_value=1, max_value=5))
@settings(max_examples=50, deadline=None)
def test_guests_one_by_one_find_every_ordinary_seat_of_a_room_whose_kiosks_hear_of_a_recall(
    room: Sequence[Seat], kiosks: int
) -> None:
    """Nobody is left standing before a seat that is leased to a kiosk that is there."""
    house = House(room, kiosks)
    ordinary = house.plan.ordinary_left()
    for number in range(ordinary):
        for kiosk in range(kiosks):
            house.top_up(kiosk)
        left = house.plan.free.count[PLAIN]
        assert left > 0, f"guest {number} of {ordinary} stands"
        house.arrive(1)
    assert house.plan.ordinary_left() == 0
