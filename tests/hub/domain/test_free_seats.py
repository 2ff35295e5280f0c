"""Stretches of free chairs are always what a look at every chair would find."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.floor import PLAIN, STEP_FREE, VIP, Floor
from hub.domain.free_seats import FreeSeats
from hub.domain.meetings import SetUpStyle
from hub.domain.seat_maps import SeatPlan, build

ROW = Floor.of(
    build(SetUpStyle.THEATRE, SeatPlan(zones=("A",), rows=2, seats_per_row=9, vip_rows=1, step_free=("A-2-5",)))
)
ROUND = Floor.of(
    build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=2, seats_per_table=6, vip_tables=1, step_free=("T2-3",)))
)


def labels(floor: Floor, numbers: list[int] | None) -> list[str]:
    """Name the chairs that were found."""
    return [floor.seats[number].label for number in numbers or []]


@given(st.sampled_from([ROW, ROUND]), st.data())
@settings(max_examples=200, deadline=None)
def test_taking_and_giving_back_leaves_what_building_anew_would_find(floor: Floor, data: st.DataObject) -> None:
    """Each step ends in the one state that belongs to what is free, circles included."""
    taken: set[int] = set()
    free = FreeSeats.of(floor, taken)
    for number in data.draw(st.lists(st.integers(min_value=0, max_value=len(floor.seats) - 1), max_size=40)):
        if number in taken:
            taken.remove(number)
            free.give_back(number)
        else:
            taken.add(number)
            free.take(number)
        assert free == FreeSeats.of(floor, taken)
    for pool in range(4):
        chairs = [n for n in range(len(floor.seats)) if free.is_free(n, pool)]
        assert free.count[pool] == len(chairs) == sum(size * len(file) for size, file in free.files[pool].items())


def test_snug_takes_the_end_of_a_run_so_that_the_rest_stays_whole() -> None:
    """Of nine chairs with a step-free one in the middle, three go to one end of a side."""
    free = FreeSeats.of(ROW, set())
    assert labels(ROW, free.snug(3, PLAIN)) == ["A-2-4", "A-2-3", "A-2-2"]
    assert labels(ROW, free.snug(1, STEP_FREE)) == ["A-2-5"]
    assert free.snug(5, PLAIN) is None


def test_best_takes_the_middle_of_the_best_run() -> None:
    """Three of the nine VIP chairs, around the middle one."""
    free = FreeSeats.of(ROW, {ROW.numbers["A-1-6"]})
    assert labels(ROW, free.best(3, VIP)) == ["A-1-3", "A-1-4", "A-1-5"]
    assert free.best(6, VIP) is None


def test_a_stretch_passes_the_last_chair_of_a_round_table() -> None:
    """With chairs 3 and 4 taken, the other four are one stretch from 5 to 2."""
    free = FreeSeats.of(ROUND, {ROUND.numbers["T1-3"], ROUND.numbers["T1-4"]})
    assert sorted(labels(ROUND, free.snug(4, VIP))) == ["T1-1", "T1-2", "T1-5", "T1-6"]
    assert free.snug(5, VIP) is None
