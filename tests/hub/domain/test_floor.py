"""Who sits beside whom follows from the seat map alone."""

from dataclasses import replace

from hub.domain.floor import NOBODY, PLAIN, STEP_FREE, VIP, VIP_STEP_FREE, Floor, gap
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build
from hub.domain.seats import Seat


def neighbours(floor: Floor, label: str) -> set[str]:
    """Return the labels on both sides of a chair."""
    number = floor.numbers[label]
    sides = floor.before[number], floor.after[number]
    return {floor.seats[side].label for side in sides if side != NOBODY}


def test_neighbours_share_a_row_and_no_aisle_lies_between_them() -> None:
    """The last chair of zone A and the first of zone B are not neighbours, nor are chairs behind each other."""
    floor = Floor.of(build(SetUpStyle.THEATRE, SeatPlan(rows=2, seats_per_row=3)))
    assert neighbours(floor, "A-1-2") == {"A-1-1", "A-1-3"}
    assert neighbours(floor, "A-1-3") == {"A-1-2"}
    assert neighbours(floor, "B-1-1") == {"B-1-2"}


def test_a_missing_chair_parts_its_neighbours() -> None:
    """A pillar stands at place 3."""
    seats = build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=1, seats_per_row=5))
    floor = Floor.of(seat for seat in seats if seat.label != "A-1-3")
    assert neighbours(floor, "A-1-2") == {"A-1-1"}
    assert neighbours(floor, "A-1-4") == {"A-1-5"}


def test_a_round_table_closes_and_a_half_moon_does_not() -> None:
    """The first and last chair are neighbours at a banquet, not at a cabaret; a missing chair opens the circle."""
    rounds = build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=2, seats_per_table=8))
    assert neighbours(Floor.of(rounds), "T2-1") == {"T2-2", "T2-8"}
    assert neighbours(Floor.of(build(SetUpStyle.CABARET, SeatPlan(tables=2))), "T2-1") == {"T2-2"}
    assert neighbours(Floor.of(seat for seat in rounds if seat.label != "T2-5"), "T2-1") == {"T2-2"}
    assert neighbours(Floor.of(build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(seats_per_table=2))), "T2-1") == {"T2-2"}


def test_two_zones_may_call_their_runs_alike() -> None:
    """A map drawn by hand names runs row by row; the aisle between the zones stays an aisle."""
    seat = build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=1, seats_per_row=1))[0]
    pair: list[Seat] = [replace(seat, run="1"), replace(seat, label="B-1-2", zone="B", run="1", place=1)]
    assert neighbours(Floor.of(pair), "A-1-1") == set()


def test_each_chair_is_in_the_pool_of_those_it_is_kept_for() -> None:
    """VIP and step-free are told apart and combined."""
    floor = Floor.of(
        build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=2, seats_per_row=2, vip_rows=1, step_free=("aisle",)))
    )
    assert {floor.pool[floor.numbers[f"A-1-{number}"]] for number in (1, 2)} == {VIP_STEP_FREE}
    plain = Floor.of(build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=2, vip_rows=1, step_free=("A-2-1",))))
    assert [plain.pool[plain.numbers[label]] for label in ("A-1-1", "A-2-1", "A-2-2")] == [VIP, STEP_FREE, PLAIN]


def test_the_gap_between_two_areas_is_measured_at_their_nearest_points() -> None:
    """Overlapping areas have none."""
    assert gap((0, 0, 1, 1), (4, 5, 6, 6)) == 3**2 + 4**2
    assert gap((0, 0, 3, 3), (1, 1, 2, 2)) == 0
