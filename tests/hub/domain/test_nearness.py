"""Near means near in the room: beside first, then the row in front or behind, then across the aisle."""

from hub.domain.floor import PLAIN, STEP_FREE, Floor
from hub.domain.free_seats import FreeSeats
from hub.domain.meetings import SetUpStyle
from hub.domain.nearness import beside, near, scattered
from hub.domain.seat_maps import SeatPlan, build

HALL = Floor.of(build(SetUpStyle.THEATRE, SeatPlan(rows=4, seats_per_row=5, step_free=("A-1-5",))))
TABLES = Floor.of(build(SetUpStyle.BANQUET_ROUNDS, SeatPlan(tables=6, seats_per_table=8, step_free=())))


def numbers(floor: Floor, *names: str) -> list[int]:
    """Look chairs up by label."""
    return [floor.numbers[name] for name in names]


def labels(floor: Floor, chairs: list[int]) -> list[str]:
    """Name the chairs that were found."""
    return [floor.seats[number].label for number in chairs]


def test_beside_grows_to_both_sides_up_to_a_taken_chair_or_another_pool() -> None:
    """A-1-5 is kept for others, A-1-1 is taken."""
    free = FreeSeats.of(HALL, set(numbers(HALL, "A-1-1", "A-1-3")))
    assert labels(HALL, beside(free, numbers(HALL, "A-1-3"), 9, PLAIN)) == ["A-1-2", "A-1-4"]
    assert labels(HALL, beside(free, numbers(HALL, "A-1-3"), 9, PLAIN, STEP_FREE)) == ["A-1-2", "A-1-4", "A-1-5"]
    assert labels(HALL, beside(free, numbers(HALL, "A-1-3"), 1, PLAIN)) == ["A-1-2"]
    assert beside(free, numbers(HALL, "A-1-3"), 0, PLAIN) == []


def test_near_finds_the_chair_behind_before_one_across_the_aisle() -> None:
    """And tells of fewer when there are no more."""
    taken = set(range(len(HALL.seats))) - set(numbers(HALL, "A-3-4", "B-2-1", "A-2-1"))
    free = FreeSeats.of(HALL, taken)
    assert labels(HALL, near(free, numbers(HALL, "A-2-4"), 2, PLAIN)) == ["A-3-4", "A-2-1"]
    assert len(near(free, numbers(HALL, "A-2-4"), 9, PLAIN)) == 3
    assert labels(HALL, near(free, numbers(HALL, "A-2-4"), 1, PLAIN, numbers(HALL, "A-3-4"))) == ["A-2-1"]


def test_scattered_chairs_lie_in_a_block_of_one_zone() -> None:
    """Seven in rows of five take two adjacent rows."""
    found = labels(HALL, scattered(FreeSeats.of(HALL, set()), 7, PLAIN))
    assert len(found) == len(set(found)) == 7
    assert len({name.split("-")[0] for name in found}) == 1
    rows = {int(name.split("-")[1]) for name in found}
    assert max(rows) - min(rows) == len(rows) - 1 <= 2


def test_a_party_larger_than_any_zone_fills_neighbouring_tables() -> None:
    """Twenty at tables of eight: three tables next to each other."""
    found = labels(TABLES, scattered(FreeSeats.of(TABLES, set()), 20, PLAIN))
    assert len(set(found)) == 20
    assert len({name.split("-")[0] for name in found}) == 3


def test_one_who_would_sit_alone_at_another_table_gets_company() -> None:
    """Nine at tables of eight are seven and two; where the last chair left is a single one, somebody must take it."""
    free = FreeSeats.of(TABLES, set())
    tables = [name.split("-")[0] for name in labels(TABLES, scattered(free, 9, PLAIN))]
    assert sorted(tables.count(table) for table in set(tables)) == [2, 7]
    left = {name for name in TABLES.numbers if name.startswith("T1-")} | {"T6-3"}
    free = FreeSeats.of(TABLES, {number for name, number in TABLES.numbers.items() if name not in left})
    assert set(labels(TABLES, scattered(free, 9, PLAIN))) == left
    left |= {name for name in TABLES.numbers if name.startswith("T2-")}
    free = FreeSeats.of(TABLES, {number for name, number in TABLES.numbers.items() if name not in left})
    assert set(labels(TABLES, scattered(free, 17, PLAIN))) == left
